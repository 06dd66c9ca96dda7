"""What files are matched with: the rows that are here already, found for a whole batch at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from caddy.domain.imports.kinds import ImportKind
from caddy.extensions import db
from caddy.models import (
    AgreedItem,
    Budget,
    EmergencyContact,
    IdMapping,
    MedicalRecord,
    OrganizationTotal,
    Participant,
    ParticipantTag,
    Plan,
    Service,
    ServiceAgreement,
    Site,
    StaffQualification,
    SupportItem,
    User,
)

# What the rows of each kind of file are about.
SUBJECTS: dict[ImportKind, Any] = {
    ImportKind.PARTICIPANTS: Participant,
    ImportKind.PLANS: Participant,
    ImportKind.STAFF: User,
    ImportKind.AGREEMENTS: ServiceAgreement,
    ImportKind.SERVICES: Service,
    ImportKind.CATALOGUE: SupportItem,
}

AT_ONCE = 400  # bound parameters of one statement, well below SQLite's limit
MOST_OF_EACH = 100
MOST_SITES = 10_000
MOST_STAFF = 20_000


def _parts(values: Iterable[Any]) -> Iterable[list[Any]]:
    some = list(dict.fromkeys(values))
    for at in range(0, len(some), AT_ONCE):
        yield some[at : at + AT_ONCE]


def by_old_ids(source_system: str, kind: ImportKind, old_ids: Iterable[str]) -> dict[str, UUID]:
    """Return the new ids of what the old system knew by some ids."""
    found: dict[str, UUID] = {}
    for part in _parts(old_ids):
        rows = db.session.execute(
            select(IdMapping.old_id, IdMapping.new_id)
            .where(IdMapping.source_system == source_system, IdMapping.kind == kind)
            .where(IdMapping.old_id.in_(part))
        )
        found.update((row.old_id, row.new_id) for row in rows)
    return found


def participants(ndis_numbers: Iterable[str], ids: Iterable[UUID] = ()) -> list[Participant]:
    """Return the participants with some NDIS numbers, and those with some ids."""
    found: dict[UUID, Participant] = {}
    for column, values in ((Participant.ndis_number, ndis_numbers), (Participant.id, ids)):
        for part in _parts(values):
            rows = db.session.scalars(select(Participant).where(column.in_(part)))
            found.update((row.id, row) for row in rows)
    return list(found.values())


def participant_ids(ndis_numbers: Iterable[str]) -> dict[str, UUID]:
    """Return the ids of the participants with some NDIS numbers."""
    found: dict[str, UUID] = {}
    for part in _parts(ndis_numbers):
        rows = db.session.execute(
            select(Participant.ndis_number, Participant.id).where(Participant.ndis_number.in_(part))
        )
        found.update((row.ndis_number, row.id) for row in rows)
    return found


def plans_of(ids: Iterable[UUID]) -> dict[UUID, list[Plan]]:
    """Return the plans of some participants."""
    return _by_participant(Plan, ids)


def budgets_of(ids: Iterable[UUID]) -> dict[UUID, list[Budget]]:
    """Return the budgets of some participants, by their plan."""
    found: dict[UUID, list[Budget]] = defaultdict(list)
    for budgets in _by_participant(Budget, ids).values():
        for budget in budgets:
            found[budget.plan_id].append(budget)
    return found


def tags_of(ids: Iterable[UUID]) -> dict[UUID, list[ParticipantTag]]:
    return _by_participant(ParticipantTag, ids)


def contacts_of(ids: Iterable[UUID]) -> dict[UUID, list[EmergencyContact]]:
    return _by_participant(EmergencyContact, ids)


def medical_of(ids: Iterable[UUID]) -> dict[UUID, list[MedicalRecord]]:
    return _by_participant(MedicalRecord, ids)


def _by_participant(model: Any, ids: Iterable[UUID]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for part in _parts(ids):
        rows = db.session.scalars(
            select(model).where(model.participant_id.in_(part)).limit(MOST_OF_EACH * len(part))
        )
        for row in rows:
            found[row.participant_id].append(row)
    return found


def sites() -> dict[str, UUID]:
    """Return the sites by their name in lower case."""
    rows = db.session.execute(select(Site.name, Site.id).limit(MOST_SITES))
    return {row.name.lower(): row.id for row in rows}


def staff() -> dict[str, UUID | None]:
    """Return everyone of the staff by address and by name; None where two bear a name."""
    rows = db.session.execute(
        select(User.email, User.first_name, User.last_name, User.id).limit(MOST_STAFF)
    )
    found: dict[str, UUID | None] = {}
    for row in rows:
        found[row.email] = row.id
        name = f"{row.first_name} {row.last_name}".lower()
        found[name] = None if name in found else row.id
    return found


def users_by_email(addresses: Collection[str]) -> dict[str, User]:
    found: dict[str, User] = {}
    for part in _parts(addresses):
        rows = db.session.scalars(select(User).where(func.lower(User.email).in_(part)))
        found.update((row.email, row) for row in rows)
    return found


def qualifications_of(user_ids: Iterable[UUID]) -> list[StaffQualification]:
    found: list[StaffQualification] = []
    for part in _parts(user_ids):
        found += db.session.scalars(
            select(StaffQualification).where(StaffQualification.user_id.in_(part))
        )
    return found


def agreements_of(ids: Iterable[UUID]) -> dict[UUID, list[ServiceAgreement]]:
    """Return the agreements of some participants."""
    return _by_participant(ServiceAgreement, ids)


def items_of_agreements(ids: Iterable[UUID]) -> dict[UUID, list[AgreedItem]]:
    found: dict[UUID, list[AgreedItem]] = defaultdict(list)
    for part in _parts(ids):
        for row in db.session.scalars(select(AgreedItem).where(AgreedItem.agreement_id.in_(part))):
            found[row.agreement_id].append(row)
    return found


def services_on(ids: Iterable[UUID], first: date, last: date) -> list[Any]:
    """Return what tells services apart, of some participants between two days."""
    found: list[Any] = []
    for part in _parts(ids):
        found += db.session.execute(
            select(
                Service.id,
                Service.participant_id,
                Service.service_on,
                Service.start_time,
                Service.end_time,
                Service.item_number,
                Service.duration_minutes,
                Service.total_cents,
            )
            .where(Service.participant_id.in_(part))
            .where(Service.service_on >= first, Service.service_on <= last)
        )
    return found


def support_items_numbered(numbers: Iterable[str]) -> list[SupportItem]:
    """Return every line of the catalogue with one of some numbers."""
    found: list[SupportItem] = []
    for part in _parts(numbers):
        found += db.session.scalars(select(SupportItem).where(SupportItem.item_number.in_(part)))
    return found


def active_participants() -> int:
    return db.session.scalar(select(OrganizationTotal.active_participants)) or 0
