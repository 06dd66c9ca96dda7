"""Whether this process runs, and whether it can do its work."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy.queries import health
from caddy.web.access import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    return {"status": "ok"}


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say whether the database and Redis answer; names nothing of what they hold."""
    parts = health.parts()
    return {"status": "ok" if all(parts.values()) else "down", **parts}, (
        200 if all(parts.values()) else 503
    )
