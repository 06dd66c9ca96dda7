"""Figures for Prometheus, for who brings the token."""

from __future__ import annotations

from hmac import compare_digest

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from caddy import metrics
from caddy.config import load_settings
from caddy.web.access import public

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@public
def show() -> ResponseReturnValue:
    """Answer `Authorization: Bearer <CADDY_METRICS_TOKEN>`; for anybody else nothing is here."""
    token = load_settings().metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not compare_digest(given.encode(), token.encode()):
        abort(404)
    return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
