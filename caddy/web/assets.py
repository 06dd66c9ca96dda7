"""Addresses of static files, each with its content's hash: kept for a year, never stale."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for

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
    "components/empty_state",
    "components/error_summary",
    "components/field",
    "components/light",
    "components/live",
    "components/menu",
    "components/meter",
    "components/navigation",
    "components/pagination",
    "components/stat",
    "components/table",
    "components/toast",
    "utilities",
)


def install(app: Flask) -> None:
    root = Path(app.static_folder or "")

    @lru_cache(maxsize=256)
    def version(name: str) -> str:
        return hashlib.sha256((root / name).read_bytes()).hexdigest()[:12]

    def asset(name: str) -> str:
        if app.debug or app.config["SEND_FILE_MAX_AGE_DEFAULT"] == 0:
            version.cache_clear()
        return url_for("static", filename=name, v=version(name))

    app.jinja_env.globals.update(asset=asset, STYLES=STYLES)
