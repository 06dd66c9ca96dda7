"""Addresses of static files, each with its content's hash: kept for a year, never stale."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask

STYLES = (
    "tokens",
    "reset",
    "base",
    "layout",
    "components/avatar",
    "components/badge",
    "components/budget",
    "components/button",
    "components/card",
    "components/chart",
    "components/conflict",
    "components/empty_state",
    "components/error_summary",
    "components/field",
    "components/light",
    "components/live",
    "components/menu",
    "components/meter",
    "components/navigation",
    "components/notification",
    "components/pace",
    "components/pagination",
    "components/roster",
    "components/stat",
    "components/table",
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

    app.jinja_env.globals.update(asset=asset, STYLES=STYLES)
