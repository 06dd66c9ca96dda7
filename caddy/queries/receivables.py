"""What is owed and by whom, and finance's dashboard: from service to money, by week."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select

from caddy.domain.claims import OPEN_LINES, SENT, LineStatus
from caddy.domain.money import divide_half_up
from caddy.domain.participants import PlanManagement
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, Payment, Service

AGES = (30, 60, 90)  # days: 0-30, 31-60, 61-90, over 90
WEEKS = 12
WEEK = timedelta(days=7)


@dataclass(slots=True)
class Receivable:
    """What one payer owes, by days since the claim was sent; cents, the youngest first."""

    payer: str
    management: PlanManagement
    cents: list[int]

    @property
    def total_cents(self) -> int:
        return sum(self.cents)


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


def aged(today: date, zone: str) -> list[Receivable]:
    """Return who owes what, the most first."""
    rows = db.session.execute(
        select(ClaimLine.payer, ClaimLine.management, Claim.submitted_at, func.sum(owed()))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.status.in_(SENT), owed() > 0)
        .group_by(ClaimLine.payer, ClaimLine.management, Claim.submitted_at)
    )
    found: dict[tuple[str, PlanManagement], Receivable] = {}
    for payer, management, submitted_at, cents in rows:
        if submitted_at is None:
            continue
        row = found.setdefault(
            (payer, management), Receivable(payer, management, [0] * (len(AGES) + 1))
        )
        row.cents[age_of((today - _day(submitted_at, zone)).days)] += int(cents)
    return sorted(found.values(), key=lambda one: (-one.total_cents, one.payer))


def _day(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


@dataclass(slots=True)
class Week:
    """One week, Monday to Sunday, in cents.

    `to_claim` counts by the day of the service, `claimed` by the day it was sent, `paid` and
    `rejected` by the day of the answer.
    """

    starts_on: date
    to_claim: int = 0
    claimed: int = 0
    paid: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`days_to_money` is the mean number of days from service to payment, by cents; or None."""

    weeks: list[Week]
    to_claim_cents: int
    owed_cents: int
    days_to_money: int | None


def dashboard(today: date, zone: str, weeks: int = WEEKS) -> Dashboard:
    """Return finance's numbers of the last weeks, and in all what is to claim and owed."""
    first = today - timedelta(days=today.weekday()) - (weeks - 1) * WEEK
    found = {first + place * WEEK: Week(first + place * WEEK) for place in range(weeks)}
    unclaimed = _unclaimed()
    for day, cents in unclaimed:
        _add(found, day, "to_claim", cents)
    for instant, cents in _claimed():
        _add(found, _day(instant, zone), "claimed", cents)
    money = _money(zone)
    for _, paid_on, cents in money:
        _add(found, paid_on, "paid", cents)
    for instant, cents in _rejected():
        _add(found, _day(instant, zone), "rejected", cents)
    return Dashboard(
        list(found.values()),
        sum(cents for _, cents in unclaimed),
        sum(one.total_cents for one in aged(today, zone)),
        _days_to_money([one for one in money if one[1] >= first]),
    )


def _add(weeks: dict[date, Week], day: date, name: str, cents: int) -> None:
    week = weeks.get(day - timedelta(days=day.weekday()))
    if week is not None:
        setattr(week, name, getattr(week, name) + cents)


def _unclaimed() -> list[tuple[date, int]]:
    rows = db.session.execute(
        select(Service.service_on, func.sum(Service.total_cents))
        .where(Service.status.in_((ServiceStatus.COMPLETED, ServiceStatus.CANCELLED)))
        .where(Service.total_cents > 0)
        .group_by(Service.service_on)
    )
    return [(day, int(cents)) for day, cents in rows]


def _claimed() -> list[tuple[datetime, int]]:
    rows = db.session.execute(
        select(Claim.submitted_at, Claim.total_cents).where(Claim.status.in_(SENT))
    )
    return [(instant, cents) for instant, cents in rows if instant]


def _rejected() -> list[tuple[datetime, int]]:
    rows = db.session.execute(
        select(ClaimLine.answered_at, func.sum(ClaimLine.total_cents))
        .where(ClaimLine.status == LineStatus.REJECTED)
        .group_by(ClaimLine.answered_at)
    )
    return [(instant, int(cents)) for instant, cents in rows if instant]


def _money(zone: str) -> list[tuple[date, date, int]]:
    """Return days of services, days of their money, and cents.

    Lines without a transfer yet count at the day of the result that says they are paid.
    """
    rows = db.session.execute(
        select(ClaimLine.service_on, Payment.paid_on, func.sum(Payment.cents))
        .join(ClaimLine, ClaimLine.id == Payment.claim_line_id)
        .group_by(ClaimLine.service_on, Payment.paid_on)
    )
    found = [(service_on, paid_on, int(cents)) for service_on, paid_on, cents in rows]
    unsettled = case((ClaimLine.received_cents == 0, ClaimLine.paid_cents), else_=0)
    answered = db.session.execute(
        select(ClaimLine.service_on, ClaimLine.answered_at, func.sum(unsettled))
        .where(ClaimLine.paid_cents > 0, ClaimLine.received_cents == 0)
        .group_by(ClaimLine.service_on, ClaimLine.answered_at)
    )
    found += [(on, _day(instant, zone), int(cents)) for on, instant, cents in answered if instant]
    return found


def _days_to_money(money: list[tuple[date, date, int]]) -> int | None:
    days: dict[str, int] = defaultdict(int)
    for service_on, paid_on, cents in money:
        days["weighted"] += (paid_on - service_on).days * cents
        days["cents"] += cents
    return divide_half_up(days["weighted"], days["cents"]) if days["cents"] > 0 else None


def owed_by_claim(claim_id: Any) -> int:
    """Return what is still to come for one claim, in cents."""
    cents = db.session.scalar(
        select(func.coalesce(func.sum(owed()), 0)).where(ClaimLine.claim_id == claim_id)
    )
    return int(cents or 0)
