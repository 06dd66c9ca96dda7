"""Looking at a participant's medical details, which is written down, and changing them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock
from caddy.actions.versions import refuse_stale
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict, Forbidden, NotFound
from caddy.domain.facts import Fact
from caddy.domain.permissions import Permission
from caddy.extensions import db
from caddy.models import MedicalRecord, Participant
from caddy.queries import visibility
from caddy.transaction import transaction

NEEDS = Permission.PARTICIPANTS_MEDICAL


def view_medical(participant_id: UUID, *, actor: Actor) -> MedicalRecord | None:
    """Return what is known of a participant's health, once it is written down who looks."""
    with transaction(actor):
        participant = _seen(participant_id, actor)
        audit.record(Fact.MEDICAL_RECORD_VIEWED, participant)
        return _of(participant_id)


def change_medical(
    participant_id: UUID,
    medical: Mapping[str, list[Any]],
    *,
    seen: datetime | None = None,
    actor: Actor,
) -> None:
    """Store medical details as entered, unless the profile changed since it was `seen`.

    The log tells which lists were changed and nothing of what is in them.
    """
    if not actor.may(Permission.PARTICIPANTS_WRITE):
        raise Forbidden("forbidden", "Your role does not include changing participants.")
    with transaction(actor):
        participant = _seen(participant_id, actor)
        refuse_stale(participant, seen, "profile")
        if participant.erased_at is not None:
            raise Conflict("erased", "This participant is erased. Nothing of them can be changed.")
        row = _of(participant_id)
        if row is None:
            row = MedicalRecord(
                organization_id=participant.organization_id, participant_id=participant_id
            )
            db.session.add(row)
        changes = {}
        for name, values in medical.items():
            if (getattr(row, name) or []) != values:
                changes[name] = "changed"
                setattr(row, name, values)
        participant.updated_at = clock.now()
        audit.record(Fact.MEDICAL_RECORD_CHANGED, participant, changes=changes)


def _seen(participant_id: UUID, actor: Actor) -> Participant:
    if not actor.may(NEEDS):
        raise Forbidden("forbidden", "Your role does not include medical details.")
    if not visibility.is_seen(participant_id, actor.seen_by):
        raise NotFound("participant")
    return db.session.get_one(Participant, participant_id, with_for_update=True)


def _of(participant_id: UUID) -> MedicalRecord | None:
    return db.session.scalars(
        select(MedicalRecord).where(MedicalRecord.participant_id == participant_id)
    ).one_or_none()
