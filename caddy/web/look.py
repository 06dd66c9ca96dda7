"""How Caddy looks on one device: light or dark, and how much contrast.

Kept in a cookie of that device, not with the person: a phone in the sun and a screen in a dark
room want different things, and it holds before anybody has signed in.
"""

from __future__ import annotations

from enum import StrEnum

from flask import request
from markupsafe import Markup
from werkzeug import Response

from caddy.config import load_settings

NAME = "caddy-look"
LIVES_SECONDS = 400 * 86_400  # browsers keep no cookie longer


class Theme(StrEnum):
    DEVICE = "device"
    LIGHT = "light"
    DARK = "dark"

    @property
    def label(self) -> str:
        return {"device": "As this device is set", "light": "Light", "dark": "Dark"}[self.value]


class Contrast(StrEnum):
    DEVICE = "device"
    MORE = "more"

    @property
    def label(self) -> str:
        return {"device": "As this device is set", "more": "More contrast"}[self.value]


def chosen() -> tuple[Theme, Contrast]:
    """Return what was chosen on this device; as it is set itself where nothing sensible was."""
    theme, _, contrast = request.cookies.get(NAME, "").partition(".")
    try:
        return Theme(theme), Contrast(contrast)
    except ValueError:
        return Theme.DEVICE, Contrast.DEVICE


def keep(response: Response, theme: Theme, contrast: Contrast) -> None:
    """Have an answer make the device remember a choice."""
    response.set_cookie(
        NAME,
        f"{theme.value}.{contrast.value}",
        max_age=LIVES_SECONDS,
        secure=load_settings().is_production,
        httponly=True,
        samesite="Lax",
    )


def attributes() -> Markup:
    """Return what the root of a page says of the choice, for css/tokens.css."""
    theme, contrast = chosen()
    said = Markup("")
    if theme is not Theme.DEVICE:
        said += Markup(' data-theme="{}"').format(theme.value)
    if contrast is Contrast.MORE:
        said += Markup(' data-contrast="more"')
    return said
