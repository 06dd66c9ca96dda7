"""`caddy words`: the template that translators begin with, and the catalogues made from it."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from caddy.config import LANGUAGE
from caddy.domain.compliance_score import Subject
from caddy.domain.participants import ParticipantStatus
from caddy.domain.people import UserStatus
from caddy.translation.languages import CATALOGUES, DOMAIN, SOURCE, is_known
from caddy.translation.phrases import has_words
from caddy.translation.tables import LOOKED_UP

CODE = CATALOGUES.parent
TEMPLATE = CATALOGUES / f"{DOMAIN}.pot"
# Long texts that are read as documents, what only a terminal says, and what is made up.
APART = re.compile(r"config\.py|domain/(changelog|glossary|common_words)\.py|web/specimens\.py")
UNREAD = frozenset("__pycache__ cli models static styleguide translation translations".split())
# Modules of labels: of what has a capital there, nearly all is shown.
LABELLED = (
    *("web/**_forms.py", "queries/shelves/**.py", "domain/imports/**_fields.py"),
    *("domain/permissions.py", "domain/sight.py", "web/incident_clocks.py", "queries/evidence.py"),
)
FROM_TEMPLATES = "caddy.translation.extraction:templates"
FROM_PYTHON = "caddy.translation.extraction:python"
METHODS = [
    ("templates/**.html", FROM_TEMPLATES),
    ("templates/**.txt", FROM_TEMPLATES),
    *((place, FROM_PYTHON) for place in LABELLED),
    ("**.py", FROM_PYTHON),
]
OPTIONS = {
    "templates/**.html": {"name": "page.html"},
    "templates/**.txt": {"name": "mail.txt"},
    **{place: {"labels": "all"} for place in LABELLED},
}
LAYERS = ("caddy.domain.", "caddy.models.", "caddy.queries.", "caddy.web.")  # of enumerations
# Enumerations without labels, whose values templates show with a capital.
CAPITALIZED = (ParticipantStatus, Subject, UserStatus)


@click.group()
def command() -> None:
    """Get Caddy's words ready for translators, and take back what they did."""


@command.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where the file is out of date.")
def extract(check: bool) -> None:
    """Write caddy/translations/messages.pot: every message in templates and code."""
    text = extracted()
    if check:
        if not TEMPLATE.exists() or TEMPLATE.read_bytes() != text:
            sys.exit("caddy/translations/messages.pot is out of date: run bin/caddy words extract.")
        return
    CATALOGUES.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(text)
    click.echo(f"Wrote {TEMPLATE.relative_to(CODE.parent)}.")


@command.command()
@click.argument("language")
def begin(language: str) -> None:
    """Begin a LANGUAGE, such as `de` or `zh_Hant`, with nothing translated yet."""
    place = _place(language)
    if place.exists():
        raise click.UsageError(f"There is a catalogue of {language} already: update it instead.")
    made = Catalog(locale=language, project="Caddy", fuzzy=False)
    made.update(_read(TEMPLATE), no_fuzzy_matching=True)
    _write(place, made)


@command.command()
@click.argument("languages", nargs=-1)
def update(languages: tuple[str, ...]) -> None:
    """Bring what is new in the template into the catalogues; what went is kept at their end."""
    for language in languages or _begun():
        place = _place(language)
        if not place.exists():
            raise click.UsageError(f"There is no catalogue of {language}: begin it first.")
        found = _read(place, language)
        found.update(_read(TEMPLATE))
        _write(place, found)


@command.command(name="compile")
@click.argument("languages", nargs=-1)
def make(languages: tuple[str, ...]) -> None:
    """Compile the catalogues, as the app reads them when it starts."""
    for language in languages or _begun():
        place = _place(language)
        if not place.exists():
            raise click.UsageError(f"There is no catalogue of {language}: begin it first.")
        found = _read(place, language)
        with place.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, found)
        done = sum(1 for one in found if one.id and one.string and not one.fuzzy)
        click.echo(f"{language}: {done:,} of {len(found):,} messages are translated.")


def extracted() -> bytes:
    """Return the template for translators: no date, no line, no path of this machine."""
    made = Catalog(fuzzy=False)
    for name, message in sorted({*_from_files(), *labels()}):
        made.add(message, locations=[(name, 0)])
    _without_formats(made)
    stream = io.BytesIO()
    write_po(stream, made, omit_header=True, include_lineno=False, sort_by_file=True, width=100)
    return stream.getvalue()


def _from_files() -> Iterator[tuple[str, str]]:
    found = extract_from_dir(
        CODE,
        METHODS,
        OPTIONS,
        keywords={},
        directory_filter=lambda place: Path(place).name not in UNREAD,
    )
    for name, _line, message, _comments, _context in found:
        if isinstance(message, str) and not APART.match(name):
            yield name, message


def labels() -> Iterator[tuple[str, str]]:
    """Yield what the enumerations call their members: `label`, `sentence` and their kin."""
    for one in sorted(_enumerations(), key=lambda kind: (kind.__module__, kind.__qualname__)):
        names = [
            name for name in sorted(LOOKED_UP) if isinstance(getattr(one, name, None), property)
        ]
        for member in one:
            for said in (getattr(member, name) for name in names):
                if isinstance(said, str) and has_words(said):
                    yield _module(one), said
    for one in CAPITALIZED:
        yield from ((_module(one), member.value.capitalize()) for member in one)


def _module(kind: type[StrEnum]) -> str:
    return f"{kind.__module__.removeprefix('caddy.').replace('.', '/')}.py"


def _enumerations() -> Iterable[type[StrEnum]]:
    import caddy

    for module in walk_packages(caddy.__path__, "caddy."):
        if module.name.startswith(LAYERS):
            import_module(module.name)
    found = [StrEnum]
    for one in found:
        found += one.__subclasses__()
    return {one for one in found if one.__module__.startswith(LAYERS) and len(one)}


def _begun() -> list[str]:
    return sorted(one.parts[-3] for one in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def _place(language: str) -> Path:
    if not LANGUAGE.fullmatch(language) or language == SOURCE or not is_known(language):
        raise click.UsageError(f"{language!r} is no language such as de, pt_BR or zh_Hant.")
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _read(place: Path, language: str | None = None) -> Catalog:
    with place.open("rb") as stream:
        return read_po(stream, locale=language, domain=DOMAIN)


def _without_formats(made: Catalog) -> None:
    """Take away what Babel makes of a per cent sign: here it is no more than that."""
    for one in made:
        one.flags.discard("python-format")


def _write(place: Path, made: Catalog) -> None:
    _without_formats(made)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as stream:
        write_po(stream, made, include_lineno=False, sort_by_file=True, width=100)
    click.echo(f"Wrote {place.relative_to(CODE.parent)}.")
