"""Static files: each address bears its content's hash, so a browser keeps it and never asks again.

The stylesheets, one a component, go out as one file: a phone asks once.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response
from markupsafe import Markup

from caddy.config import Settings

ONE_YEAR = 31_536_000
ALL_STYLES = "css/caddy.css"

STYLES = (
    "tokens",
    "reset",
    "base",
    "layout",
    "components/avatar",
    "components/badge",
    "components/bars",
    "components/budget",
    "components/button",
    "components/card",
    "components/chart",
    "components/claim",
    "components/clock",
    "components/conflict",
    "components/document",
    "components/downloads",
    "components/empty_state",
    "components/error_summary",
    "components/field",
    "components/letter",
    "components/letterhead",
    "components/light",
    "components/live",
    "components/log",
    "components/menu",
    "components/message",
    "components/meter",
    "components/navigation",
    "components/notice",
    "components/notification",
    "components/pace",
    "components/pagination",
    "components/permission",
    "components/preview",
    "components/report",
    "components/roster",
    "components/score",
    "components/search",
    "components/signing",
    "components/stat",
    "components/table",
    "components/task",
    "components/toast",
    "utilities",
)


def install(app: Flask, settings: Settings) -> None:
    root = Path(app.static_folder or "")
    is_watched = settings.environment == "development"
    css = [root / "css" / f"{style}.css" for style in STYLES]

    def changed(places: list[Path]) -> int:
        """Return what differs after an edit; where nobody edits, the disk is not asked."""
        return max(place.stat().st_mtime_ns for place in places) if is_watched else 0

    @lru_cache(maxsize=2)
    def all_styles(_changed: int) -> bytes:
        return b"\n".join(place.read_bytes() for place in css)

    @lru_cache(maxsize=512)
    def address(name: str, changed_at: int) -> str:
        is_all = name == ALL_STYLES
        content = all_styles(changed_at) if is_all else (root / name).read_bytes()
        return f"{app.static_url_path}/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"

    def asset(name: str) -> str:
        return address(name, changed(css if name == ALL_STYLES else [root / name]))

    def style_link() -> Markup:
        return Markup('<link rel="stylesheet" href="{}">').format(asset(ALL_STYLES))

    def static(filename: str) -> Response:
        if filename == ALL_STYLES:
            response = Response(all_styles(changed(css)), mimetype="text/css")
        else:
            response = app.send_static_file(filename)
        response.cache_control.max_age = ONE_YEAR
        response.cache_control.public = True
        response.cache_control.immutable = True
        return response

    app.view_functions["static"] = static
    app.jinja_env.globals.update(asset=asset, style_link=style_link)
