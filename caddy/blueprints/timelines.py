"""A participant's timeline: what happened to them, by month, of the kinds a person may see."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.domain.permissions import Permission
from caddy.queries import services, timelines
from caddy.queries.timelines import Key, Moment, MomentKind
from caddy.web import arguments
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.pages import page

blueprint = Blueprint("timelines", __name__)

# Where each kind of moment tells more; a change of a plan is told on the profile.
PAGES = {
    MomentKind.SERVICES: ("services.show", "service_id"),
    MomentKind.CLAIMS: ("claims.show", "claim_id"),
    MomentKind.DOCUMENTS: ("documents.show", "document_id"),
    MomentKind.INCIDENTS: ("incidents.show", "incident_id"),
    MomentKind.MESSAGES: ("messages.show", "conversation_id"),
    MomentKind.PLANS: ("participants.show", "participant_id"),
}


@blueprint.get("/participants/<uuid:participant_id>/timeline")
@requires(Permission.PARTICIPANTS_READ)
def show(participant_id: UUID) -> ResponseReturnValue:
    whom = services.name_of(participant_id, seen_by=seen_by())
    if whom is None:
        abort(404)
    may_see = timelines.kinds_for(actor)
    kind = arguments.word("kind", MomentKind)
    wanted = [kind] if kind in may_see else may_see
    shown, following = timelines.page(
        participant_id, actor, wanted, clock.now(), _key(request.args.get("before", ""))
    )
    return page(
        "participants/timeline.html",
        part="results",
        participant_id=participant_id,
        whom=whom,
        kinds=may_see,
        kind=kind if kind in may_see else None,
        months=[(first, list(some)) for first, some in groupby(shown, key=_month)],
        pages=PAGES,
        before=f"{following[0].isoformat()}_{following[1]}" if following else None,
    )


def _month(moment: Moment) -> str:
    return clock.local(moment.at, person.timezone).strftime("%B %Y")


def _key(text: str) -> Key | None:
    """Return the edge that an address names: an instant with its zone, and an id."""
    instant, _, own_id = text.partition("_")
    try:
        at = datetime.fromisoformat(instant)
        return (at.astimezone(UTC), UUID(own_id)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
