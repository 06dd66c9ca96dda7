"""Erasing participants whose years are over: who they were goes, what was paid stays.

Each is one transaction that looks again before it begins. The audit log is left as it is.
"""

from __future__ import annotations

import logging
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select

from caddy import audit, clock, storage
from caddy.actions import erasure_parts as parts
from caddy.actions import shared_totals
from caddy.actions.erasure_registers import erase_registers
from caddy.actions.erasure_signings import erase_signings
from caddy.actions.tasks import start_task
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict, NotFound
from caddy.domain.facts import Fact
from caddy.domain.participants import ParticipantStatus
from caddy.domain.permissions import Permission
from caddy.domain.retention import (
    ERASED_BIRTH,
    ERASED_FIRST_NAME,
    MOST_AT_ONCE,
    RetentionKind,
    check_confirmed,
)
from caddy.domain.tasks import Progress, TaskKind
from caddy.extensions import db
from caddy.models import (
    EmergencyContact,
    LegalHold,
    MedicalRecord,
    Participant,
    ParticipantTag,
    ParticipantWatcher,
    ParticipantWorker,
)
from caddy.queries import organizations, retention, visibility
from caddy.transaction import transaction

log = logging.getLogger(__name__)

NUMBER_LETTERS = string.ascii_uppercase + string.digits
FORGOTTEN = (
    *("preferred_name", "gender", "email", "phone", "mobile", "preferred_contact_method"),
    *("street", "suburb", "state", "postcode", "site_id"),
    *("communication_needs", "cultural_considerations", "routines"),
)
PARTS = (
    *(EmergencyContact, ParticipantTag, ParticipantWorker, ParticipantWatcher),
    *(MedicalRecord, LegalHold),
)


@dataclass(slots=True)
class Erased:
    """What an erasure did: how many participants, services, and files of the storage."""

    participants: int = 0
    services: int = 0
    files: int = 0
    refused: list[tuple[UUID, str]] = field(default_factory=list)


def erase_participants(
    participant_ids: Sequence[UUID], confirmed: int | None, *, actor: Actor
) -> Erased:
    """Erase those whose years are over, after the number that was typed confirms how many.

    Raises RuleBroken where it does not, Conflict where one of them must be kept by now; then
    nothing is erased. Who comes to be kept only while it runs is left and told as refused.
    """
    wanted = confirmed_ids(participant_ids, confirmed, actor=actor)
    return erase_each(wanted, lambda _done, _all: None, actor=actor)


def ask_for_erasure(
    participant_ids: Sequence[UUID], confirmed: int | None, *, actor: Actor
) -> UUID:
    """Leave an erasure to the worker, checked before and again by it; return its task."""
    wanted = confirmed_ids(participant_ids, confirmed, actor=actor)
    count = len(wanted)
    title = f"Erase {count} {'participant' if count == 1 else 'participants'}"
    params = {"kind": RetentionKind.PARTICIPANTS.value, "ids": " ".join(map(str, wanted))}
    needs = Permission.ORGANIZATION_WRITE
    return start_task(TaskKind.ERASURE, title, params, actor=actor, needs=needs)


def confirmed_ids(
    participant_ids: Sequence[UUID], confirmed: int | None, *, actor: Actor
) -> list[UUID]:
    """Return who is to be erased, each once, or refuse the whole of it."""
    wanted = list(dict.fromkeys(participant_ids))
    check_confirmed(confirmed, len(wanted))
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise Conflict("nobody", f"Choose 1 to {MOST_AT_ONCE} participants to erase.")
    today = clock.today(organizations.current().timezone)
    for one in wanted:
        _check(one, today, actor)
    return wanted


def erase_each(participant_ids: Sequence[UUID], tell: Progress, *, actor: Actor) -> Erased:
    """Erase participants one after the other; who must be kept is left and told as refused.

    Stopped by `tell` in between, those before are erased whole, their files too.
    """
    today = clock.today(organizations.current().timezone)
    done = Erased()
    stored: dict[str, datetime] = {}
    try:
        for number, one in enumerate(participant_ids):
            tell(number, len(participant_ids))
            try:
                services, files = _erase(one, today, actor)
            except (Conflict, NotFound) as error:
                done.refused.append((one, error.message))
                continue
            done.participants += 1
            done.services += services
            for sha256, named_at in files.items():
                stored[sha256] = max(named_at, stored.get(sha256, named_at))
    finally:
        done.files = discard(stored)
    return done


def _check(participant_id: UUID, today: date, actor: Actor) -> retention.Due:
    """Return how a participant stands, or raise where they are not there or must be kept."""
    if not visibility.is_seen(participant_id, actor.seen_by):
        raise NotFound("participant")
    found = retention.one(participant_id, today)
    if found is None:
        raise Conflict("erased", "The list has changed: one of them is erased already.")
    if found.kept:
        reasons = " ".join(reason.sentence for reason in found.kept)
        raise Conflict("must_be_kept", f"{found.name} must be kept. {reasons}")
    return found


def _erase(participant_id: UUID, today: date, actor: Actor) -> tuple[int, dict[str, datetime]]:
    """Take away everything that names a participant; return their services and stored files."""
    with transaction(actor):
        # Whoever adds a service, a plan, a claim or a hold meanwhile waits for this row.
        participant = db.session.get(Participant, participant_id, with_for_update=True)
        if participant is None:
            raise NotFound("participant")
        due = _check(participant_id, today, actor)
        will = parts.Named(participant.id, *_anonymous())
        papers = erase_signings(participant_id)
        files = {**papers, **parts.erase_files(participant_id)}
        parts.erase_words(participant_id)
        parts.erase_imports(participant_id)
        parts.erase_claims(will)
        parts.erase_letters(participant_id)
        parts.erase_scores(participant_id)
        erase_registers(participant_id)
        parts.erase_messages(participant_id)
        for part in PARTS:
            db.session.execute(delete(part).where(part.participant_id == participant_id))
        was_active = participant.status is ParticipantStatus.ACTIVE
        _forget(participant, will)
        audit.record(
            Fact.PARTICIPANT_ERASED,
            participant,
            changes={
                "kind": RetentionKind.PARTICIPANTS.value,
                "years": retention.years_of(RetentionKind.PARTICIPANTS),
                "last_on": due.standing.last_on,
                "services": due.services,
                "files": due.files,
            },
        )
        if was_active:
            shared_totals.move_organization(active_participants=-1)
        return due.services, files


def _anonymous() -> tuple[str, str]:
    """Return a number that is no NDIS number and nobody's, and a name that says so."""
    while True:
        number = "X" + "".join(secrets.choice(NUMBER_LETTERS) for _ in range(8))
        taken = select(Participant.id).where(Participant.ndis_number == number)
        if db.session.scalar(taken) is None:
            return number, f"{ERASED_FIRST_NAME} {number}"


def _forget(participant: Participant, will: parts.Named) -> None:
    instant = clock.now()
    participant.ndis_number = will.ndis_number
    participant.first_name, participant.last_name = ERASED_FIRST_NAME, will.ndis_number
    participant.date_of_birth = ERASED_BIRTH
    for name in FORGOTTEN:
        setattr(participant, name, None)
    participant.interests, participant.custom_fields = [], {}
    participant.needs_two_workers = False
    participant.status = ParticipantStatus.ARCHIVED
    participant.archived_at = participant.archived_at or instant
    participant.erased_at = instant
    participant.index_names()  # searching follows by itself


def discard(stored: dict[str, datetime]) -> int:
    """Take files out of the storage that no row of anyone names any more; return how many."""
    kept = retention.stored_elsewhere(stored)
    gone = 0
    for sha256, named_at in stored.items():
        if sha256 in kept:
            continue
        try:
            gone += storage.discard(sha256, named_at)
        except (OSError, storage.StorageAway):
            # The rows are gone already, so the page must not say that nothing was.
            log.exception("erasure.file_stayed", extra={"sha256": sha256})
    return gone
