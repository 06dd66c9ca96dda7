"""Who can see a participant, why, and who looked at their medical details."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.domain.errors import NotFound
from caddy.domain.permissions import Permission
from caddy.domain.sight import PARTS
from caddy.queries import services, sight
from caddy.web.access import person, requires, seen_by
from caddy.web.pages import page

blueprint = Blueprint("sight", __name__, url_prefix="/participants")


@blueprint.get("/<uuid:participant_id>/access")
@requires(Permission.PARTICIPANTS_WRITE)
def show(participant_id: UUID) -> ResponseReturnValue:
    whom = services.name_of(participant_id, seen_by=seen_by())
    if whom is None:
        raise NotFound("participant")
    return page(
        "participants/sight.html",
        whom=whom,
        people=sight.people(participant_id, clock.today(person.timezone)),
        parts=list(PARTS),
        looks=sight.last_looks(participant_id),
    )
