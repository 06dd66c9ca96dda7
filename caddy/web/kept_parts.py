"""Parts of pages that depend on a few values and nothing else, rendered once for each of them.

Such a part is given its values alone: no person, no request, no form's token. What it says cannot
be stale, nor can it be somebody else's. A test of the code reads that none asks for more.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from caddy.config import Settings
from caddy.translation.languages import language

MOST_KEPT = 2_000


def install(app: Flask, settings: Settings) -> None:
    """Let templates say `kept_part("layouts/_foot.html")`, with the values that the part shows."""

    def render(name: str, _language: str, values: tuple[tuple[str, Hashable], ...]) -> Markup:
        template = app.jinja_env.get_template(name)
        return Markup(template.render(dict(values)))  # noqa: S704 - our own template, which escapes

    is_edited = settings.environment == "development"
    remembered = render if is_edited else lru_cache(maxsize=MOST_KEPT)(render)

    def kept_part(name: str, /, **values: Hashable) -> Markup:
        return remembered(name, language(), tuple(values.items()))

    app.jinja_env.globals["kept_part"] = kept_part
