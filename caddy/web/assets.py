"""Addresses of static files, each with its content's hash: kept for a year, never stale."""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup

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
    "components/conflict",
    "components/downloads",
    "components/empty_state",
    "components/error_summary",
    "components/field",
    "components/letterhead",
    "components/light",
    "components/live",
    "components/menu",
    "components/meter",
    "components/navigation",
    "components/notification",
    "components/pace",
    "components/pagination",
    "components/preview",
    "components/report",
    "components/roster",
    "components/search",
    "components/signing",
    "components/stat",
    "components/table",
    "components/task",
    "components/toast",
    "utilities",
)


def install(app: Flask) -> None:
    root = Path(app.static_folder or "")
    is_watched = app.config["SEND_FILE_MAX_AGE_DEFAULT"] == 0

    @lru_cache(maxsize=512)
    def version(name: str, _changed: int) -> str:
        return hashlib.sha256((root / name).read_bytes()).hexdigest()[:12]

    @lru_cache(maxsize=512)
    def address(name: str, changed: int) -> str:
        return f"{app.static_url_path}/{name}?v={version(name, changed)}"

    def asset(name: str) -> str:
        return address(name, (root / name).stat().st_mtime_ns if is_watched else 0)

    def style_links() -> Markup:
        """Return what links every stylesheet: of each page the same, so put together once."""
        return links(0) if not is_watched else links(time.monotonic_ns())

    @lru_cache(maxsize=1)
    def links(_changed: int) -> Markup:
        one = Markup('<link rel="stylesheet" href="{}">')
        return Markup("\n  ").join(one.format(asset(f"css/{style}.css")) for style in STYLES)

    app.jinja_env.globals.update(asset=asset, style_links=style_links)
