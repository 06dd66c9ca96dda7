"""Adding, changing, archiving and restoring participants."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from caddy import audit, clock
from caddy.actions import shared_totals
from caddy.actions.plans import store_plan
from caddy.actions.versions import refuse_stale
from caddy.domain.actor import Actor
from caddy.domain.errors import CaddyError, Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.participants import (
    NewPlan,
    ParticipantStatus,
    Profile,
    check_limit,
    check_profile,
    placed,
)
from caddy.domain.sentences import sentence
from caddy.extensions import db
from caddy.models import (
    EmergencyContact,
    MedicalRecord,
    OrganizationTotal,
    Participant,
    ParticipantTag,
    Site,
)
from caddy.queries import organizations
from caddy.transaction import transaction

# Told as changed, without what was in them: health does not belong in everyone's history.
UNTOLD = frozenset({"communication_needs", "cultural_considerations", "routines"})


def add_participant(profile: Profile, plan: NewPlan, *, actor: Actor) -> UUID:
    """Store a participant with a first plan and its budgets, whole or not at all."""
    with transaction(actor):
        _check(profile, None)
        _refuse_over_limit()
        participant = Participant(
            organization_id=actor.organization_id,
            ndis_number=profile.ndis_number,
            date_of_birth=profile.date_of_birth,
            **{**profile.columns, **placed(profile.columns)},
        )
        participant.index_names()
        db.session.add(participant)
        db.session.flush()  # what belongs to the participant names the id
        _replace_parts(participant, profile)
        audit.record(
            Fact.PARTICIPANT_ADDED, participant, changes={"ndis_number": profile.ndis_number}
        )
        store_plan(participant.id, plan)
        shared_totals.move_organization(active_participants=1)
        return participant.id


def change_participant(
    participant_id: UUID, profile: Profile, *, seen: datetime | None = None, actor: Actor
) -> None:
    """Bring a profile in line with what was entered, unless it changed since it was `seen`."""
    with transaction(actor):
        participant = _load(participant_id)
        refuse_stale(participant, seen, "profile")
        _check(profile, participant_id)
        values: dict[str, Any] = {
            "ndis_number": profile.ndis_number,
            "date_of_birth": profile.date_of_birth,
            **profile.columns,
            **placed(profile.columns, participant.mmm),
        }
        changes = {}
        for name, after in values.items():
            before = getattr(participant, name)
            if before != after:
                changes[name] = "changed" if name in UNTOLD else (before, after)
                setattr(participant, name, after)
        participant.index_names()
        participant.updated_at = clock.now()  # a new version, also where only its parts changed
        _replace_parts(participant, profile)
        audit.record(Fact.PARTICIPANT_CHANGED, participant, changes=changes)


def archive_participant(participant_id: UUID, reason: str, *, actor: Actor) -> None:
    """Put a participant away: out of lists and panels, with every record kept."""
    with transaction(actor):
        participant = _load(participant_id)
        if participant.status is ParticipantStatus.ARCHIVED:
            raise CaddyError("already_archived", "This participant is archived already.")
        was_active = participant.status is ParticipantStatus.ACTIVE
        participant.status = ParticipantStatus.ARCHIVED
        participant.archived_at = clock.now()
        participant.archived_by = actor.user_id
        audit.record(Fact.PARTICIPANT_ARCHIVED, participant, changes={"reason": reason})
        if was_active:
            shared_totals.move_organization(active_participants=-1)


def restore_participant(participant_id: UUID, *, actor: Actor) -> None:
    with transaction(actor):
        participant = _load(participant_id)
        if participant.status is ParticipantStatus.ACTIVE:
            raise CaddyError("already_active", "This participant is active already.")
        _refuse_over_limit()
        participant.status = ParticipantStatus.ACTIVE
        participant.archived_at = None
        participant.archived_by = None
        audit.record(Fact.PARTICIPANT_RESTORED, participant)
        shared_totals.move_organization(active_participants=1)


def _load(participant_id: UUID) -> Participant:
    participant = db.session.get(Participant, participant_id, with_for_update=True)
    if participant is None:
        raise NotFound("participant")
    if participant.erased_at is not None:
        raise Conflict("erased", "This participant is erased. Nothing of them can be changed.")
    return participant


def _check(profile: Profile, own_id: UUID | None) -> None:
    check_profile(profile, clock.today(organizations.current().timezone))
    site_id = profile.columns.get("site_id")
    if site_id is not None and db.session.get(Site, site_id) is None:
        raise RuleBroken("site_id", "unknown_site", "Choose a site from the list.")
    holder = db.session.execute(
        select(Participant.id, Participant.first_name, Participant.last_name).where(
            Participant.ndis_number == profile.ndis_number
        )
    ).one_or_none()
    if holder is not None and holder.id != own_id:
        raise RuleBroken(
            "ndis_number",
            "ndis_number_taken",
            sentence(
                "{name} already has this NDIS number.",
                name=f"{holder.first_name} {holder.last_name}",
            ),
        )


def _refuse_over_limit() -> None:
    active = db.session.scalar(select(OrganizationTotal.active_participants)) or 0
    check_limit(active, organizations.current().participant_limit)


def _replace_parts(participant: Participant, profile: Profile) -> None:
    """Store tags, contacts and the medical record as they were entered."""
    owner = {"organization_id": participant.organization_id, "participant_id": participant.id}
    for part in (ParticipantTag, EmergencyContact):
        db.session.execute(delete(part).where(part.participant_id == participant.id))
    db.session.add_all(ParticipantTag(tag=tag, **owner) for tag in dict.fromkeys(profile.tags))
    db.session.add_all(
        EmergencyContact(position=position, is_primary=position == 0, **contact, **owner)
        for position, contact in enumerate(profile.emergency_contacts)
    )
    record = db.session.scalars(
        select(MedicalRecord).where(MedicalRecord.participant_id == participant.id)
    ).one_or_none()
    if record is None:
        record = MedicalRecord(**owner)
        db.session.add(record)
    for name, values in profile.medical.items():
        setattr(record, name, values)
