"""Whom to tell of a weakness in Caddy: `security.txt`, as RFC 9116 has it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.config import load_settings
from caddy.web.access import public

blueprint = Blueprint("well_known", __name__)

GOOD_FOR = timedelta(days=180)


@blueprint.get("/.well-known/security.txt")
@public
def security() -> ResponseReturnValue:
    """Name the contact of who runs this installation; the sender of its mail where none is set."""
    settings = load_settings()
    expires = (clock.now() + GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {settings.contact_url}",
        f"Expires: {expires.isoformat()}",
        "Preferred-Languages: en",
        f"Canonical: {settings.public_url.rstrip('/')}/.well-known/security.txt",
    )
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
