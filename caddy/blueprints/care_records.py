"""Consents and support plans: the register, and those of one participant."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from caddy.domain.documents import LinkName
from caddy.domain.permissions import Permission
from caddy.queries import services
from caddy.queries.shelves import base, care_records
from caddy.web.access import requires, seen_by
from caddy.web.document_views import listed
from caddy.web.pages import page
from caddy.web.register_forms import CareRecordForm
from caddy.web.register_pages import RegisterPages

blueprint = Blueprint("care_records", __name__)

pages = RegisterPages(
    blueprint,
    care_records.SHELF,
    CareRecordForm,
    "care_record_id",
    more="registers/_documents.html",
    tells=lambda entry, _at: {"documents": listed(LinkName.CARE_RECORD, entry.row.id)},
    reads=Permission.PARTICIPANTS_READ,
)
pages.install()


@blueprint.get("/participants/<uuid:participant_id>/care-records")
@requires(Permission.PARTICIPANTS_READ)
def of_participant(participant_id: UUID) -> ResponseReturnValue:
    """Show what one participant agreed to, and what was planned with them."""
    whom = services.name_of(participant_id, seen_by=seen_by())
    if whom is None:
        abort(404)
    at = base.look()
    entries = base.of_participant(care_records.SHELF, participant_id)
    shown = [(one.row, care_records.SHELF.stands(one.row, at)) for one in entries]
    return page("registers/of_participant.html", whom=whom, entries=shown)
