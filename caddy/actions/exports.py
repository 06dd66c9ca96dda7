"""Writing down that someone took a list or a file out of Caddy."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from caddy import audit
from caddy.domain.actor import Actor
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import Attachment, Organization, Service, ServiceAgreement
from caddy.transaction import transaction


def note_list(name: str, ending: str, rows: int, asked: Mapping[str, str], *, actor: Actor) -> None:
    """Write down which list, as what, how many rows, and what it was narrowed to."""
    with transaction(actor):
        organization = db.session.get_one(Organization, actor.organization_id)
        changes = {"list": name, "format": ending, "rows": rows, "asked": dict(asked)}
        audit.record(Fact.LIST_EXPORTED, organization, changes=changes)


def note_attachment(attachment_id: UUID, *, actor: Actor) -> None:
    """Write down that someone took a file of a service or an agreement."""
    with transaction(actor):
        found = db.session.get_one(Attachment, attachment_id)
        owner = Service if found.service_id else ServiceAgreement
        whose = db.session.scalar(
            select(owner.participant_id).where(owner.id == (found.service_id or found.agreement_id))
        )
        changes = {"file_name": found.file_name, "sha256": found.sha256}
        audit.record(Fact.ATTACHMENT_DOWNLOADED, found, changes=changes, participant_id=whose)
