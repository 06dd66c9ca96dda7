"""Participants as lists and profiles show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, func, select, tuple_

from caddy.columns import Rows
from caddy.domain.ndis.categories import CategoryKind
from caddy.domain.participants import ParticipantStatus, shown_name
from caddy.extensions import db
from caddy.models import (
    Budget,
    EmergencyContact,
    OrganizationTotal,
    Participant,
    ParticipantTag,
    Plan,
    User,
)
from caddy.queries import visibility
from caddy.queries.participant_names import WHO, matching
from caddy.tenancy import rows

PAGE = 50
MOST_COUNTED = 1_000
EDGE = 2  # columns of a statement's row that say where it stands, before what it shows


@dataclass(frozen=True, slots=True)
class ParticipantFilter:
    """What the list is narrowed to. `after` or `before` is the key at the edge of a page."""

    search: str = ""
    status: ParticipantStatus | None = ParticipantStatus.ACTIVE
    tag: str | None = None
    coordinator_id: UUID | None = None
    after: tuple[str, UUID] | None = None
    before: tuple[str, UUID] | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """Allocated and spent cents of some budgets together."""

    allocated_cents: int = 0
    spent_cents: int = 0
    remaining_cents: int = 0


@dataclass(frozen=True, slots=True)
class ListedParticipant:
    """A row of the list: a person and two totals of their current budgets."""

    id: UUID
    name: str
    ndis_number: str
    status: ParticipantStatus
    plan_ends_on: date | None = None
    core: Sums = Sums()
    other: Sums = Sums()


@dataclass(frozen=True, slots=True)
class ParticipantPage:
    """A page of the list. `stored` is what its rows show, as it came: their HTML is kept by it."""

    stored: list[tuple[Any, ...]]
    before: tuple[str, UUID] | None
    after: tuple[str, UUID] | None
    count: int

    @property
    def rows(self) -> list[ListedParticipant]:
        return [listed(row) for row in self.stored]


def page(
    wanted: ParticipantFilter, *, with_budgets: bool, seen_by: UUID | None, size: int = PAGE
) -> ParticipantPage:
    """Return a page of participants by name, in one query however many there are.

    `before` and `after` are the keys of the neighbouring pages, or None at the ends;
    `count` is of all pages; where they are narrowed it goes no further than 1,000.
    """
    found = rows(_page(wanted, seen_by, size + 1, with_budgets))
    has_more = len(found) > size
    found = found[:size]
    if wanted.before:
        found = found[::-1]
    first = (found[0].sort_name, found[0].id) if found else None
    last = (found[-1].sort_name, found[-1].id) if found else None
    is_first = not wanted.after and (not wanted.before or not has_more)
    is_last = not has_more if not wanted.before else False
    return ParticipantPage(
        [row[EDGE:] for row in found],
        None if is_first else first,
        None if is_last else last,
        found[0].in_all or 0 if found else 0,
    )


def listed(row: tuple[Any, ...]) -> ListedParticipant:
    """Return what a stored row says; who has no current budget has sums of nothing."""
    who, first_name, last_name, preferred_name, ndis_number, status, *sums = row
    own = (who, shown_name(first_name, last_name, preferred_name), ndis_number, status)
    if not sums:
        return ListedParticipant(*own)
    ends_on, *cents = sums
    core, other = _sums(*cents[:3]), _sums(*cents[3:])
    return ListedParticipant(*own, ends_on, core, other)


def _sums(allocated: Any, spent: Any, remaining: Any) -> Sums:
    """Return sums as integers: PostgreSQL adds up to decimals, and nothing to NULL."""
    return Sums(int(allocated or 0), int(spent or 0), int(remaining or 0))


@lru_cache(maxsize=128)
def _page(wanted: ParticipantFilter, seen_by: UUID | None, limit: int, with_budgets: bool) -> Rows:
    """Return the statement of a page. Kept: to build one takes longer than to run it.

    Which budgets are current is summed by and not searched by: without statistics SQLite would
    then read every current budget of the organization instead of these few people's.
    """
    people = _people(wanted, seen_by, limit)
    if not with_budgets:
        return people
    few = people.subquery()
    core = and_(Budget.is_current.is_(True), Budget.category == CategoryKind.CORE)
    other = and_(Budget.is_current.is_(True), Budget.category != CategoryKind.CORE)
    money = (Budget.allocated_cents, Budget.spent_cents, Budget.remaining_cents)
    # Sorted as it is grouped: SQLite then sorts once.
    rest = [column for column in few.c if column not in {few.c.sort_name, few.c.id}]
    return (
        select(
            *few.c,
            func.max(Budget.ends_on).filter(Budget.is_current.is_(True)),
            *(func.sum(cents).filter(which) for which in (core, other) for cents in money),
        )
        .outerjoin(Budget, Budget.participant_id == few.c.id)
        .group_by(few.c.sort_name, few.c.id, *rest)
        .order_by(*_by_name(few.c.sort_name, few.c.id, wanted), *rest)
    )


def _people(wanted: ParticipantFilter, seen_by: UUID | None, limit: int) -> Rows:
    in_all = _count(wanted, seen_by).label("in_all")
    statement = _narrowed(select(Participant.sort_name, in_all, *WHO), wanted, seen_by)
    key = tuple_(Participant.sort_name, Participant.id)
    if wanted.before:
        statement = statement.where(key < wanted.before)
    elif wanted.after:
        statement = statement.where(key > wanted.after)
    order = _by_name(Participant.sort_name, Participant.id, wanted)
    return statement.order_by(*order).limit(limit)


def _by_name(sort_name: Any, participant_id: Any, wanted: ParticipantFilter) -> tuple[Any, ...]:
    """Return what a page is ordered by; one that ends at a key is read from there backwards."""
    if wanted.before:
        return sort_name.desc(), participant_id.desc()
    return sort_name, participant_id


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


def _count(wanted: ParticipantFilter, seen_by: UUID | None) -> ScalarSelect[int]:
    """Return how many match: of all who are active the total that is stored, of others a count."""
    if seen_by is None and replace(wanted, after=None, before=None) == ParticipantFilter():
        return select(OrganizationTotal.active_participants).limit(1).scalar_subquery()
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
