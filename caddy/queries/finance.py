"""Finance's dashboard: what is to claim, claimed, paid and rejected by week, and owed in all.

Reads the weeks that it shows and no more; what counts everything is a sum in the database.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select

from caddy.domain.claims import SENT, ClaimStatus, LineStatus
from caddy.domain.money import divide_half_up
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, OrganizationTotal, Payment, Service
from caddy.queries import receivables
from caddy.queries.receivables import day_begins

WEEKS = 12
WEEK = timedelta(days=7)


@dataclass(slots=True)
class Week:
    """One week, Monday to Sunday, in cents.

    `to_claim` counts by the day of the service, `claimed` by the day it was sent, `paid` by the
    day of the transfer or else of the answer, `rejected` by the day of the answer.
    """

    starts_on: date
    to_claim: int = 0
    claimed: int = 0
    paid: int = 0
    rejected: int = 0

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Totals:
    """What counts everything, in cents. `days_to_money` is of the last weeks, or None.

    It is the mean number of days from service to payment, by cents. What is `waiting` are the
    lines that have no answer, and the claims that they are on.
    """

    to_claim_services: int
    to_claim_cents: int
    drafts: int
    draft_cents: int
    waiting: int
    waiting_cents: int
    owed_cents: int
    days_to_money: int | None = None


@dataclass(frozen=True, slots=True)
class Dashboard:
    weeks: list[Week]
    totals: Totals

    def sum_of(self, name: str) -> int:
        """Return what one series of the weeks comes to, in cents."""
        return sum(getattr(week, name) for week in self.weeks)


Money = list[tuple[date, date, int]]  # day of service, day of its money, cents


def dashboard(today: date, zone: str, weeks: int = WEEKS) -> Dashboard:
    """Return finance's numbers of the last weeks, and in all what is to claim and owed."""
    first = _first(today, weeks)
    found = [Week(first + place * WEEK) for place in range(weeks)]
    money = _money(first, zone)
    for day, cents in _unclaimed(first):
        _add(found, first, day, "to_claim", cents)
    for _, paid_on, cents in money:
        _add(found, first, paid_on, "paid", cents)
    begins = [day_begins(first + place * WEEK, zone) for place in range(weeks + 1)]
    claimed = _by_week(begins, Claim.submitted_at, Claim.total_cents, Claim.status.in_(SENT))
    rejected = _by_week(
        begins,
        ClaimLine.answered_at,
        ClaimLine.total_cents,
        ClaimLine.status == LineStatus.REJECTED,
    )
    for week, claimed_cents, rejected_cents in zip(found, claimed, rejected, strict=True):
        week.claimed, week.rejected = claimed_cents, rejected_cents
    return Dashboard(found, replace(_totals(), days_to_money=_days_to_money(money)))


def totals(today: date, zone: str, weeks: int = WEEKS) -> Totals:
    """Return what counts everything, without the weeks."""
    return replace(_totals(), days_to_money=_days_to_money(_money(_first(today, weeks), zone)))


def _first(today: date, weeks: int) -> date:
    return today - timedelta(days=today.weekday()) - (weeks - 1) * WEEK


def _add(weeks: list[Week], first: date, day: date, name: str, cents: int) -> None:
    place = (day - first) // WEEK
    if 0 <= place < len(weeks):
        setattr(weeks[place], name, getattr(weeks[place], name) + cents)


def _by_week(
    begins: list[datetime], instant: Any, cents: Any, condition: ColumnElement[bool]
) -> list[int]:
    """Return sums of weeks that begin at some instants, the last of which ends the last week."""
    sums = [
        func.sum(case((and_(instant >= begin, instant < end), cents), else_=0))
        for begin, end in pairwise(begins)
    ]
    row = db.session.execute(select(*sums).where(condition, instant >= begins[0])).one()
    return [int(one or 0) for one in row]


def _totals() -> Totals:
    unclaimed = db.session.execute(
        select(OrganizationTotal.unclaimed_services, OrganizationTotal.unclaimed_cents)
    ).one_or_none()
    drafts, draft_cents = db.session.execute(
        select(func.count(Claim.id), func.sum(Claim.total_cents)).where(
            Claim.status == ClaimStatus.DRAFT
        )
    ).one()
    waiting, waiting_cents = db.session.execute(
        select(func.count(func.distinct(ClaimLine.claim_id)), func.sum(ClaimLine.total_cents))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.status == ClaimStatus.SUBMITTED, ClaimLine.status == LineStatus.PENDING)
    ).one()
    return Totals(
        *(unclaimed or (0, 0)),
        drafts=drafts,
        draft_cents=int(draft_cents or 0),
        waiting=waiting,
        waiting_cents=int(waiting_cents or 0),
        owed_cents=receivables.owed_cents(),
    )


def _unclaimed(first: date) -> list[tuple[date, int]]:
    rows = db.session.execute(
        select(Service.service_on, func.sum(Service.total_cents))
        .where(Service.service_on >= first)
        .where(Service.status.in_((ServiceStatus.COMPLETED, ServiceStatus.CANCELLED)))
        .where(Service.total_cents > 0)
        .group_by(Service.service_on)
    )
    return [(day, int(cents)) for day, cents in rows]


def _money(first: date, zone: str) -> Money:
    """Return the money since a day, by the day of its services.

    Lines without a transfer yet count at the day of the result that says they are paid.
    """
    rows = db.session.execute(
        select(ClaimLine.service_on, Payment.paid_on, func.sum(Payment.cents))
        .join(ClaimLine, ClaimLine.id == Payment.claim_line_id)
        .where(Payment.paid_on >= first)
        .group_by(ClaimLine.service_on, Payment.paid_on)
    )
    found = [(service_on, paid_on, int(cents)) for service_on, paid_on, cents in rows]
    answered = db.session.execute(
        select(ClaimLine.service_on, ClaimLine.answered_at, func.sum(ClaimLine.paid_cents))
        .where(ClaimLine.answered_at >= day_begins(first, zone))
        .where(ClaimLine.paid_cents > 0, ClaimLine.received_cents == 0)
        .group_by(ClaimLine.service_on, ClaimLine.answered_at)
    )
    clock = ZoneInfo(zone)
    found += [
        (on, instant.astimezone(clock).date(), int(cents))
        for on, instant, cents in answered
        if instant
    ]
    return found


def _days_to_money(money: Money) -> int | None:
    weighted = sum((paid_on - service_on).days * cents for service_on, paid_on, cents in money)
    cents = sum(cents for _, _, cents in money)
    return divide_half_up(weighted, cents) if cents > 0 else None
