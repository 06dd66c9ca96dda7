"""What is owed and by whom, by age, and the lines behind each number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select, tuple_

from caddy.columns import Rows
from caddy.domain.claims import OPEN_LINES, SENT
from caddy.domain.participants import PlanManagement
from caddy.domain.sentences import words
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, Participant

AGES = (30, 60, 90)  # days: 0-30, 31-60, 61-90, over 90
AGE_LABELS = (
    words("0 to 30 days"),
    words("31 to 60 days"),
    words("61 to 90 days"),
    words("Over 90 days"),
)
MOST_PAYERS = 500
PAGE = 50
MOST_LINES = 20_000  # of a file


@dataclass(slots=True)
class Receivable:
    """What one payer owes, by days since the claim was sent; cents, the youngest first."""

    payer: str
    management: PlanManagement
    cents: list[int]

    @property
    def total_cents(self) -> int:
        return sum(self.cents)


@dataclass(frozen=True, slots=True)
class OwedFilter:
    """Which lines: of a payer, of an age (its place among the four), after a line."""

    payer: str | None = None
    management: PlanManagement | None = None
    age: int | None = None
    after: tuple[date, UUID] | None = None


def day_begins(day: date, zone: str) -> datetime:
    """Return the instant at which a local day begins."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def age_of(days: int) -> int:
    """Return the place of an age among 0-30, 31-60, 61-90 and more days.

    >>> [age_of(days) for days in (0, 30, 31, 90, 91)]
    [0, 0, 1, 2, 3]
    """
    return sum(days > last for last in AGES)


def owed() -> ColumnElement[int]:
    """Return what is still to come of a line; what a price cap took off is not owed."""
    capped = func.coalesce(ClaimLine.result_cents, ClaimLine.paid_cents)
    expected = case((ClaimLine.is_capped, capped), else_=ClaimLine.total_cents)
    return case(
        (
            ClaimLine.status.in_(OPEN_LINES) & (expected > ClaimLine.paid_cents),
            expected - ClaimLine.paid_cents,
        ),
        else_=0,
    )


def _age(today: date, zone: str) -> ColumnElement[int]:
    """Return the place of a claim's age, by the local day on which it was sent."""
    begins = [day_begins(today - timedelta(days=last), zone) for last in AGES]
    steps = [(Claim.submitted_at >= begin, place) for place, begin in enumerate(begins)]
    return case(*steps, else_=len(AGES))


def _sums(today: date, zone: str) -> list[ColumnElement[int]]:
    age = _age(today, zone)
    return [
        func.coalesce(func.sum(case((age == place, owed()), else_=0)), 0)
        for place in range(len(AGES) + 1)
    ]


def _is_open() -> tuple[ColumnElement[bool], ...]:
    return (
        Claim.status.in_(SENT),
        Claim.submitted_at.is_not(None),
        ClaimLine.status.in_(OPEN_LINES),
        owed() > 0,
    )


def aged(today: date, zone: str, limit: int = MOST_PAYERS) -> list[Receivable]:
    """Return who owes what, the most first."""
    rows = db.session.execute(
        select(ClaimLine.payer, ClaimLine.management, *_sums(today, zone))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(*_is_open())
        .group_by(ClaimLine.payer, ClaimLine.management)
        .order_by(func.sum(owed()).desc(), ClaimLine.payer, ClaimLine.management)
        .limit(limit)
    )
    return [
        Receivable(payer, management, [int(one) for one in cents])
        for payer, management, *cents in rows
    ]


def totals(today: date, zone: str) -> list[int]:
    """Return what is owed by everyone together, by age, in cents."""
    row = db.session.execute(
        select(*_sums(today, zone))
        .join_from(ClaimLine, Claim, Claim.id == ClaimLine.claim_id)
        .where(*_is_open())
    ).one()
    return [int(cents) for cents in row]


def owed_cents() -> int:
    """Return all that is owed, in cents."""
    cents = db.session.scalar(
        select(func.sum(owed()))
        .join_from(ClaimLine, Claim, Claim.id == ClaimLine.claim_id)
        .where(*_is_open())
    )
    return int(cents or 0)


def owed_by_claim(claim_id: Any) -> int:
    """Return what is still to come for one claim, in cents."""
    cents = db.session.scalar(
        select(func.coalesce(func.sum(owed()), 0)).where(ClaimLine.claim_id == claim_id)
    )
    return int(cents or 0)


def _narrowed(statement: Rows, wanted: OwedFilter, today: date, zone: str) -> Rows:
    statement = statement.where(*_is_open())
    if wanted.payer is not None:
        statement = statement.where(ClaimLine.payer == wanted.payer)
    if wanted.management is not None:
        statement = statement.where(ClaimLine.management == wanted.management)
    if wanted.age is not None:
        statement = statement.where(_age(today, zone) == wanted.age)
    return statement


def sums_of(wanted: OwedFilter, today: date, zone: str) -> tuple[int, int]:
    """Return how many lines are behind a number, and what they owe, in cents."""
    statement = select(func.count(ClaimLine.id), func.sum(owed())).join_from(
        ClaimLine, Claim, Claim.id == ClaimLine.claim_id
    )
    count, cents = db.session.execute(_narrowed(statement, wanted, today, zone)).one()
    return int(count), int(cents or 0)


def lines(
    wanted: OwedFilter, today: date, zone: str, size: int = PAGE
) -> tuple[Sequence[Any], tuple[date, UUID] | None]:
    """Return the lines behind a number, the oldest first, and the key of the page after."""
    statement = (
        select(
            ClaimLine,
            owed().label("owed_cents"),
            _age(today, zone).label("age"),
            Claim.number,
            Claim.submitted_at,
            Participant.first_name,
            Participant.last_name,
        )
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Participant, Participant.id == ClaimLine.participant_id)
        .order_by(ClaimLine.service_on, ClaimLine.id)
        .limit(size + 1)
    )
    if wanted.after is not None:
        statement = statement.where(tuple_(ClaimLine.service_on, ClaimLine.id) > wanted.after)
    rows = list(db.session.execute(_narrowed(statement, wanted, today, zone)))
    shown = rows[:size]
    last = shown[-1].ClaimLine if len(rows) > size else None
    return shown, (last.service_on, last.id) if last else None
