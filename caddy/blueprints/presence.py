"""Being about: an open page says so once a minute, a participant's more often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from caddy import events, tenancy
from caddy.actions import sessions, viewing
from caddy.domain.people import PresenceStatus
from caddy.domain.permissions import Permission
from caddy.events import Fragment
from caddy.queries import viewers
from caddy.web.access import actor, person, requires, signed_in
from caddy.web.pages import page, wants_fragment

LONGEST_NAME = 36

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


@blueprint.post("/participants/<uuid:participant_id>/presence")
@requires(Permission.PARTICIPANTS_READ)
def open_participant(participant_id: UUID) -> ResponseReturnValue:
    """Note that the person has a participant open; answer with who else has."""
    there = viewing.open_participant(participant_id, _page_name(), actor=actor)
    if not wants_fragment():
        return redirect(url_for("participants.show", participant_id=participant_id), 303)
    others = [one for one in viewers.who_may_see(participant_id, there) if one.id != person.id]
    return page("participants/_viewers.html", participant_id=participant_id, others=others)


@blueprint.post("/participants/<uuid:participant_id>/presence/ending")
@requires(Permission.PARTICIPANTS_READ)
def close_participant(participant_id: UUID) -> ResponseReturnValue:
    viewing.close_participant(participant_id, _page_name(), actor=actor)
    return "", 204


def _page_name() -> str:
    """Return the name that a page was given when it was made, no longer than those are."""
    return request.form.get("page", "")[:LONGEST_NAME]


@events.renders("viewers")
def render_viewers(ids: Sequence[UUID]) -> Iterator[Fragment]:
    """Yield for each who has a participant open who else has; for nobody else."""
    for participant_id in ids:
        there = events.viewers(tenancy.current_organization_id(), participant_id)
        people = viewers.who_may_see(participant_id, there)
        for viewer in people:
            html = render_template(
                "participants/_viewers.html",
                participant_id=participant_id,
                others=[one for one in people if one.id != viewer.id],
            )
            yield Fragment(f"viewers-{participant_id}", html, user_id=viewer.id)
