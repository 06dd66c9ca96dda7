"""Static files: each address bears its content's hash, so a browser keeps it and never asks again.

The stylesheets, one a component, go out as one file, and so do the scripts of every page: a
phone asks once.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app
from markupsafe import Markup

from caddy.config import Settings
from caddy.web import compression

ONE_YEAR = 31_536_000
ALL_STYLES = "css/caddy.css"
ALL_SCRIPTS = "js/every_page.js"

STYLES = (
    "tokens",
    "reset",
    "base",
    "layout",
    "components/avatar",
    "components/badge",
    "components/bars",
    "components/breadcrumb",
    "components/budget",
    "components/button",
    "components/calendar",
    "components/card",
    "components/chart",
    "components/chooser",
    "components/claim",
    "components/clock",
    "components/conflict",
    "components/desk",
    "components/dialog",
    "components/document",
    "components/downloads",
    "components/empty_state",
    "components/error_summary",
    "components/factor",
    "components/field",
    "components/filter_fold",
    "components/help",
    "components/in_place",
    "components/letter",
    "components/letterhead",
    "components/light",
    "components/live",
    "components/log",
    "components/menu",
    "components/message",
    "components/meter",
    "components/moment",
    "components/navigation",
    "components/notice",
    "components/notification",
    "components/pace",
    "components/pagination",
    "components/palette",
    "components/permission",
    "components/preview",
    "components/progress",
    "components/report",
    "components/roster",
    "components/saved_filters",
    "components/score",
    "components/search",
    "components/selection",
    "components/signing",
    "components/skeleton",
    "components/stat",
    "components/styleguide",
    "components/table",
    "components/tabs",
    "components/task",
    "components/toast",
    "components/waiting",
    "components/wall",
    "utilities",
)
# What every page runs, in this order.
SCRIPTS = (
    "live",
    "caddy",
    "palette",
    "place",
    "outbox",
    "offline",
    "presence",
    "lists",
    "messages",
    "upload",
    "counter",
)


# What a page needs to open where there is no network: the service worker keeps these.
KEPT_OFFLINE = (
    ALL_STYLES,
    ALL_SCRIPTS,
    "icon.svg",
    "icons/icon-192.png",
    "vendor/icons.svg",
    "vendor/htmx.min.js",
    "vendor/hx-sse.min.js",
    "js/own_week.js",
    "js/passkeys.js",
    "js/waiting.js",
)
FONT = "vendor/atkinson-hyperlegible-next-latin-wght-normal.woff2"


def asset(name: str) -> str:
    """Return a file's address, which bears its content's hash."""
    found: str = current_app.jinja_env.globals["asset"](name)  # type: ignore[operator] # ours
    return found


def kept_offline() -> list[str]:
    """Return the addresses, as pages ask for them, of all that a page without a network needs."""
    font = f"{current_app.static_url_path}/{FONT}"  # stylesheets name it without a hash
    return [font, *(asset(name) for name in KEPT_OFFLINE)]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def install(app: Flask, settings: Settings) -> None:
    root = Path(app.static_folder or "")
    is_watched = settings.environment == "development"
    together = {
        ALL_STYLES: [root / "css" / f"{name}.css" for name in STYLES],
        ALL_SCRIPTS: [root / "js" / f"{name}.js" for name in SCRIPTS],
    }
    kinds = {ALL_STYLES: "text/css", ALL_SCRIPTS: "text/javascript"}

    def changed(name: str) -> int:
        """Return what differs after an edit; where nobody edits, the disk is not asked."""
        if not is_watched:
            return 0
        return max(place.stat().st_mtime_ns for place in together.get(name, [root / name]))

    @lru_cache(maxsize=4)
    def content_of(name: str, _changed: int) -> bytes:
        return b"\n".join(place.read_bytes() for place in together[name])

    @lru_cache(maxsize=512)
    def address(name: str, changed_at: int) -> str:
        is_all = name in together
        content = content_of(name, changed_at) if is_all else (root / name).read_bytes()
        return f"{app.static_url_path}/{name}?v={digest(content)}"

    def address_of(name: str) -> str:
        return address(name, changed(name))

    def style_link() -> Markup:
        return Markup('<link rel="stylesheet" href="{}">').format(address_of(ALL_STYLES))

    def script_link() -> Markup:
        return Markup('<script src="{}" defer></script>').format(address_of(ALL_SCRIPTS))

    def static(filename: str) -> Response:
        if filename in together:
            content = content_of(filename, changed(filename))
            response = Response(content, mimetype=kinds[filename])
        else:
            response = app.send_static_file(filename)
        response.cache_control.max_age = ONE_YEAR
        response.cache_control.public = True
        response.cache_control.immutable = True
        return response

    app.view_functions["static"] = static
    compression.install(app)
    app.jinja_env.globals.update(asset=address_of, style_link=style_link, script_link=script_link)
