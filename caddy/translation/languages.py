"""Which language an answer is in, and its catalogue: the only user of Flask-Babel.

The setting says it, and in a request the browser may choose among those with a catalogue.
Nothing here formats: dates, money and numbers are Australian in every language.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel, get_domain

from caddy.config import Settings
from caddy.translation.pseudo import PSEUDO, PseudoTranslations

SOURCE = "en_AU"
DOMAIN = "messages"
CATALOGUES = Path(__file__).resolve().parent.parent / "translations"
EXTENSION = "caddy_languages"


class Languages:
    """What there is to choose from in this process; read once, as the app is made."""

    def __init__(self, settings: Settings, folder: Path = CATALOGUES) -> None:
        self.default = settings.language
        self.folder = folder
        found = sorted(one.parts[-3] for one in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
        pseudo = [PSEUDO] if settings.language == PSEUDO and not settings.is_production else []
        self.offered = tuple(dict.fromkeys([SOURCE, *found, *pseudo]))
        self.has_others = len(self.offered) > 1  # where not, nothing else need be asked


@lru_cache(maxsize=1)
def _pseudo() -> PseudoTranslations:
    return PseudoTranslations(CATALOGUES / f"{DOMAIN}.pot")


def install(app: Flask, settings: Settings) -> None:
    """Read which catalogues there are; say whose language each answer is in."""
    languages = Languages(settings)
    if languages.default not in languages.offered:
        raise MissingCatalogueError(languages)
    app.extensions[EXTENSION] = languages
    # Its filters and its Jinja extension stay out: dates are ours, templates need no marks.
    Babel(
        app,
        configure_jinja=False,
        default_locale="en_AU",
        default_translation_directories=str(languages.folder),
        locale_selector=lambda: SOURCE if language() == PSEUDO else language(),
    )
    app.jinja_env.globals["page_language"] = page_language
    app.after_request(_vary)


class MissingCatalogueError(SystemExit):
    """Stops the start with one sentence for the person at the terminal."""

    def __init__(self, languages: Languages) -> None:
        super().__init__(
            f"Caddy cannot start. CADDY_LANGUAGE is {languages.default}, which has no catalogue; "
            f"there is {', '.join(languages.offered)}. Compile one with: bin/caddy words compile"
        )


def language() -> str:
    """Return the language of this answer: the browser's choice where it has a catalogue."""
    if not has_app_context():
        return SOURCE
    languages: Languages | None = current_app.extensions.get(EXTENSION)
    if languages is None or not languages.has_others:
        return SOURCE
    if not has_request_context():
        return languages.default
    chosen: str | None = g.get("caddy_language")
    if chosen is None:
        chosen = g.caddy_language = _wanted(languages) or languages.default
    return chosen


def _wanted(languages: Languages) -> str | None:
    """Return which language the browser asks for first of those that are offered."""
    if languages.default == PSEUDO:
        return None
    for tag, quality in request.accept_languages:
        wanted = tag.replace("-", "_").lower()
        likes = (wanted, wanted.partition("_")[0]) if quality else ()
        for like in likes:
            for one in languages.offered:
                if like in (one.lower(), one.partition("_")[0]):
                    return one
    return None


def speak(language: str) -> None:
    """Answer in a language from here on: for what is sent to somebody whose page had it."""
    g.caddy_language = language


def is_translated() -> bool:
    return language() != SOURCE


def page_language() -> str:
    """Return what `<html lang>` says: `en-AU`."""
    return language().replace("_", "-")


def gettext(message: str) -> str:
    """Return a message in the language of this answer; itself where no catalogue has it."""
    chosen = language()
    # What a catalogue has for no words at all is its own head.
    if chosen == SOURCE or not message:
        return message
    found = _pseudo() if chosen == PSEUDO else get_domain().get_translations()
    return str(found.gettext(message))


def _vary(response: Response) -> Response:
    languages: Languages = current_app.extensions[EXTENSION]
    if languages.has_others and response.mimetype in {"text/html", "application/json"}:
        response.vary.add("Accept-Language")
    return response


def is_known(language: str) -> bool:
    """Say whether there is such a language: a name such as `de` or `zh_Hant`."""
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return False
    return True
