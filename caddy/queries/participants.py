"""Participants as lists and profiles show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, bindparam, case, func, select, tuple_

from caddy.columns import Rows
from caddy.domain.ndis.categories import CategoryKind
from caddy.domain.participants import ParticipantStatus
from caddy.extensions import db
from caddy.models import (
    Budget,
    EmergencyContact,
    Participant,
    ParticipantTag,
    Plan,
    User,
)
from caddy.queries import visibility
from caddy.queries.participant_names import matching

PAGE = 50
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class ParticipantFilter:
    """What the list is narrowed to. `after` or `before` is the key at the edge of a page."""

    search: str = ""
    status: ParticipantStatus | None = ParticipantStatus.ACTIVE
    tag: str | None = None
    coordinator_id: UUID | None = None
    after: tuple[str, UUID] | None = None
    before: tuple[str, UUID] | None = None


@dataclass(slots=True)
class Sums:
    """Allocated and spent cents of some budgets together."""

    allocated_cents: int = 0
    spent_cents: int = 0
    remaining_cents: int = 0


@dataclass(slots=True)
class ListedParticipant:
    """A row of the list: a person and two totals of their current budgets."""

    id: UUID
    name: str
    ndis_number: str
    status: ParticipantStatus
    plan_ends_on: date | None = None
    core: Sums = field(default_factory=Sums)
    other: Sums = field(default_factory=Sums)


@dataclass(frozen=True, slots=True)
class ParticipantPage:
    rows: list[ListedParticipant]
    before: tuple[str, UUID] | None
    after: tuple[str, UUID] | None
    count: int


def page(
    wanted: ParticipantFilter, *, with_budgets: bool, seen_by: UUID | None, size: int = PAGE
) -> ParticipantPage:
    """Return a page of participants by name, in two queries however many there are.

    `before` and `after` are the keys of the neighbouring pages, or None at the ends;
    `count` is of all pages, and goes no further than 1,000.
    """
    found = list(db.session.execute(_ordered(wanted, seen_by, size + 1)))
    has_more = len(found) > size
    found = found[:size]
    if wanted.before:
        found.reverse()
    rows = {
        row.id: ListedParticipant(
            row.id,
            f"{row.preferred_name or row.first_name} {row.last_name}",
            row.ndis_number,
            row.status,
        )
        for row in found
    }
    if with_budgets and rows:
        _add_sums(rows)
    first = (found[0].sort_name, found[0].id) if found else None
    last = (found[-1].sort_name, found[-1].id) if found else None
    is_first = not wanted.after and (not wanted.before or not has_more)
    is_last = not has_more if not wanted.before else False
    return ParticipantPage(
        list(rows.values()),
        None if is_first else first,
        None if is_last else last,
        found[0].in_all if found else 0,
    )


def _ordered(wanted: ParticipantFilter, seen_by: UUID | None, limit: int) -> Rows:
    statement = _narrowed(
        select(
            Participant.id,
            Participant.first_name,
            Participant.last_name,
            Participant.preferred_name,
            Participant.ndis_number,
            Participant.status,
            Participant.sort_name,
            _count(wanted, seen_by).label("in_all"),
        ),
        wanted,
        seen_by,
    ).limit(limit)
    key = tuple_(Participant.sort_name, Participant.id)
    if wanted.before:
        return statement.where(key < wanted.before).order_by(
            Participant.sort_name.desc(), Participant.id.desc()
        )
    if wanted.after:
        statement = statement.where(key > wanted.after)
    return statement.order_by(Participant.sort_name, Participant.id)


def _narrowed(statement: Rows, wanted: ParticipantFilter, seen_by: UUID | None) -> Rows:
    statement = visibility.of_own_participants(statement, Participant.id, seen_by)
    if wanted.status:
        statement = statement.where(Participant.status == wanted.status)
    statement = matching(statement, wanted.search)
    if wanted.tag:
        statement = statement.where(
            Participant.id.in_(
                select(ParticipantTag.participant_id).where(ParticipantTag.tag == wanted.tag)
            )
        )
    if wanted.coordinator_id:
        statement = statement.where(
            Participant.id.in_(
                select(Plan.participant_id).where(
                    Plan.support_coordinator_id == wanted.coordinator_id
                )
            )
        )
    return statement


@lru_cache(maxsize=1)
def _sums() -> Rows:
    """Return the statement that adds up current budgets: a row a person of `ids`.

    Which are current is summed by and not searched by: without statistics SQLite would
    then read every current budget of the organization instead of these few people's.
    """
    is_core = and_(Budget.is_current.is_(True), Budget.category == CategoryKind.CORE)
    is_other = and_(Budget.is_current.is_(True), Budget.category != CategoryKind.CORE)
    money = (Budget.allocated_cents, Budget.spent_cents, Budget.remaining_cents)
    return (
        select(
            Budget.participant_id,
            *(func.sum(case((is_core, column), else_=0)) for column in money),
            *(func.sum(case((is_other, column), else_=0)) for column in money),
            func.max(case((Budget.is_current.is_(True), Budget.ends_on))),
        )
        .where(Budget.participant_id.in_(bindparam("ids", expanding=True)))
        .group_by(Budget.participant_id)
    )


def _add_sums(rows: dict[UUID, ListedParticipant]) -> None:
    for participant_id, *sums, ends_on in db.session.execute(_sums(), {"ids": list(rows)}):
        row = rows[participant_id]
        row.core = Sums(*map(int, sums[:3]))
        row.other = Sums(*map(int, sums[3:]))
        row.plan_ends_on = ends_on


def _count(wanted: ParticipantFilter, seen_by: UUID | None) -> ScalarSelect[int]:
    some = _narrowed(select(Participant.id), wanted, seen_by).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


@dataclass(frozen=True, slots=True)
class ParticipantRecord:
    """Everything a profile page shows of a person but money and health."""

    participant: Participant
    plans: Sequence[Plan]
    coordinators: dict[UUID, str]
    contacts: Sequence[EmergencyContact]
    tags: list[str]

    def plan_on(self, day: date) -> Plan | None:
        return next((plan for plan in self.plans if plan.starts_on <= day <= plan.ends_on), None)


def record(participant_id: UUID, *, seen_by: UUID | None) -> ParticipantRecord | None:
    statement: Rows = select(Participant).where(Participant.id == participant_id)
    participant = db.session.scalars(
        visibility.of_own_participants(statement, Participant.id, seen_by)
    ).one_or_none()
    if participant is None:
        return None
    plans = db.session.scalars(
        select(Plan)
        .where(Plan.participant_id == participant_id)
        .order_by(Plan.starts_on.desc())
        .limit(50)
    ).all()
    coordinator_ids = {plan.support_coordinator_id for plan in plans} - {None}
    people = db.session.execute(
        select(User.id, User.first_name, User.last_name).where(User.id.in_(coordinator_ids))
    )
    contacts = db.session.scalars(
        select(EmergencyContact)
        .where(EmergencyContact.participant_id == participant_id)
        .order_by(EmergencyContact.position)
        .limit(20)
    ).all()
    return ParticipantRecord(
        participant=participant,
        plans=plans,
        coordinators={row.id: f"{row.first_name} {row.last_name}" for row in people},
        contacts=contacts,
        tags=_tags(participant_id),
    )


def plan_sums(participant_id: UUID) -> dict[UUID, Sums]:
    """Return what the budgets of each of a participant's plans hold together."""
    rows = db.session.execute(
        select(
            Budget.plan_id,
            func.sum(Budget.allocated_cents),
            func.sum(Budget.spent_cents),
            func.sum(Budget.remaining_cents),
        )
        .where(Budget.participant_id == participant_id)
        .group_by(Budget.plan_id)
    )
    return {plan_id: Sums(*map(int, sums)) for plan_id, *sums in rows}


def _tags(participant_id: UUID) -> list[str]:
    return list(
        db.session.scalars(
            select(ParticipantTag.tag)
            .where(ParticipantTag.participant_id == participant_id)
            .order_by(ParticipantTag.tag)
            .limit(100)
        )
    )


def coordinators() -> list[tuple[str, str]]:
    """Return whom a plan may name as its coordinator, as choices for a form."""
    rows = db.session.execute(
        select(User.id, User.first_name, User.last_name)
        .where(User.role.in_(["admin", "coordinator"]), User.status == "active")
        .order_by(User.last_name, User.first_name)
        .limit(500)
    )
    return [(str(row.id), f"{row.first_name} {row.last_name}") for row in rows]


def key_of(participant_id: UUID, *, seen_by: UUID | None) -> tuple[str, UUID] | None:
    """Return the key by which a page of the list begins or ends: addresses carry only the id."""
    statement: Rows = select(Participant.sort_name, Participant.id).where(
        Participant.id == participant_id
    )
    row = db.session.execute(
        visibility.of_own_participants(statement, Participant.id, seen_by)
    ).one_or_none()
    return (row.sort_name, row.id) if row else None
