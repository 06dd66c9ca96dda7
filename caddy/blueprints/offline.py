"""What makes Caddy a program on a phone: its manifest, its service worker, what waits there."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from caddy.web import assets
from caddy.web.access import person, public, signed_in
from caddy.web.pages import page

blueprint = Blueprint("offline", __name__)

ACCENT, PAPER = "#5b2a86", "#fbf9f6"
ICONS = (
    ("icons/icon-192.png", "192x192", "any"),
    ("icons/icon-512.png", "512x512", "any"),
    ("icons/maskable-512.png", "512x512", "maskable"),
)


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """Say how Caddy looks and where it begins once it is installed."""
    described = {
        "id": "/",
        "name": "Caddy",
        "short_name": "Caddy",
        "description": "Shifts, services and budgets of a disability support provider.",
        "lang": "en-AU",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": ACCENT,
        "background_color": PAPER,
        "icons": [
            {"src": assets.asset(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    return Response(json.dumps(described), mimetype="application/manifest+json")


@blueprint.get("/service-worker.js")
@public
def service_worker() -> ResponseReturnValue:
    """Send the worker with the list of files that it keeps: other files make it another worker."""
    files = [*assets.kept_offline(), url_for(".away")]
    version = assets.digest("".join(files).encode() + _source())
    known = {"version": version, "files": files, "outbox": assets.asset("js/outbox.js")}
    script = b"const CADDY = " + json.dumps(known).encode() + b";\n" + _source()
    response = Response(script, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _source() -> bytes:
    return (Path(current_app.static_folder or "") / "js" / "service_worker.js").read_bytes()


@blueprint.get("/offline")
@public
def away() -> ResponseReturnValue:
    """Show what stands, without a network, in place of a page that no phone keeps."""
    return page("offline/away.html", part="body")


@blueprint.get("/waiting")
@signed_in
def waiting() -> ResponseReturnValue:
    """Show the frame of what is on this phone and not sent: the phone itself fills it in."""
    return page("offline/waiting.html")


@blueprint.get("/waiting/token")
@signed_in
def token() -> ResponseReturnValue:
    """Give an outbox the token of its session, and say whose it is: it sends only theirs."""
    return jsonify(token=generate_csrf(), person=str(person.id))
