"""Being about: an open page says so once a minute."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from caddy.actions import sessions
from caddy.domain.people import PresenceStatus
from caddy.web.access import actor, signed_in

blueprint = Blueprint("presence", __name__)


@blueprint.post("/presence")
@signed_in
def create() -> ResponseReturnValue:
    try:
        status = PresenceStatus(request.form.get("status", "online"))
    except ValueError:
        status = PresenceStatus.ONLINE
    sessions.be_present(status, request.form.get("page"), actor=actor)
    return "", 204
