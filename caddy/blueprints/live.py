"""The stream of live events. Its channel is the signed-in person's organization, always."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from caddy.domain.permissions import Permission
from caddy.events import hub, wire_of
from caddy.events.hub import Listener
from caddy.web.access import actor, seen_by, session_lasts_seconds, signed_in

blueprint = Blueprint("live", __name__)

EVENT_ID = re.compile(r"\d{1,20}-\d{1,20}")


@blueprint.get("/live")
@signed_in
def stream() -> ResponseReturnValue:
    """Send what changes, beginning with what came after the event the page knows of.

    A page says which event it was rendered after (`since`); a connection that was lost
    says which it saw last (Last-Event-ID). Neither names a channel.
    """
    known = request.headers.get("Last-Event-ID") or request.args.get("since", "")
    last_id = known if EVENT_ID.fullmatch(known) else "0-0"
    wire = wire_of(request.environ)
    # What is sent is of all participants: those who see only their own are sent nothing of it.
    permissions = actor.permissions if seen_by() is None else frozenset[Permission]()
    lasts = session_lasts_seconds()
    listener = Listener(actor.organization_id, actor.user_id, permissions, wire, lasts)
    hub.add(listener)
    try:
        first = hub.first_message(listener, last_id)
    except BaseException:
        hub.remove(listener)
        raise
    response = Response(hub.stream(listener, first), mimetype="text/event-stream")
    response.call_on_close(lambda: hub.remove(listener))  # also where nothing was ever sent
    response.headers["Cache-Control"] = "no-store, no-transform"
    response.headers["X-Accel-Buffering"] = "no"
    return response
