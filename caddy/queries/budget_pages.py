"""What stands behind a budget's numbers: its adjustments, its services, its alerts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select, tuple_

from caddy.domain.budgets import carries
from caddy.domain.services import PROMISED, SPENT
from caddy.extensions import db
from caddy.models import (
    AlertType,
    BudgetAdjustment,
    BudgetAlert,
    Participant,
    Service,
    SupportItem,
    User,
)
from caddy.queries import support_items
from caddy.queries.budgets import BudgetView

PAGE = 12
MOST_ADJUSTMENTS = 500


class Shown(StrEnum):
    """Which services of a budget are listed: those behind one of its two numbers."""

    SPENT = "spent"
    COMMITTED = "committed"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """One entry of what a budget holds, and the sum up to it."""

    effective_on: date
    amount_cents: int
    reason: str
    who: str
    sum_cents: int


def adjustments(budget_id: UUID) -> list[AdjustmentLine]:
    """Return the entries by the day from which they hold, the first 500."""
    rows = db.session.execute(
        select(
            BudgetAdjustment.effective_on,
            BudgetAdjustment.amount_cents,
            BudgetAdjustment.reason,
            User.first_name,
            User.last_name,
        )
        .outerjoin(User, User.id == BudgetAdjustment.created_by)
        .where(BudgetAdjustment.budget_id == budget_id)
        .order_by(BudgetAdjustment.effective_on, BudgetAdjustment.id)
        .limit(MOST_ADJUSTMENTS)
    ).all()
    sums = accumulate(row.amount_cents for row in rows)
    return [
        AdjustmentLine(
            row.effective_on,
            row.amount_cents,
            row.reason,
            f"{row.first_name} {row.last_name}" if row.first_name else "Caddy",
            sum_cents,
        )
        for row, sum_cents in zip(rows, sums, strict=True)
    ]


@dataclass(slots=True)
class Behind:
    """The services behind one number of a budget: how many, their sum, and cents by day."""

    count: int = 0
    cents: int = 0
    by_day: dict[date, int] = field(default_factory=dict)


def behind(budget_id: UUID) -> dict[Shown, Behind]:
    """Return what the services of a budget sum to, by day: at most a row for each of its days."""

    def sums(statuses: Any) -> tuple[Any, Any]:
        is_one = Service.status.in_(statuses)
        return (
            func.sum(case((is_one, 1), else_=0)),
            func.sum(case((is_one, Service.total_cents), else_=0)),
        )

    found = {shown: Behind() for shown in Shown}
    rows = db.session.execute(
        select(Service.service_on, *sums(SPENT), *sums(PROMISED))
        .where(Service.budget_id == budget_id)
        .group_by(Service.service_on)
        .order_by(Service.service_on)
    )
    for on, *numbers in rows:
        for shown, at in ((Shown.SPENT, 0), (Shown.COMMITTED, 2)):
            count, cents = int(numbers[at]), int(numbers[at + 1])
            if count:
                one = found[shown]
                one.count, one.cents = one.count + count, one.cents + cents
                one.by_day[on] = cents
    return found


def services(
    budget_id: UUID, shown: Shown, after: tuple[date, UUID] | None
) -> tuple[list[Any], UUID | None]:
    """Return up to 12 services behind a number, newest first, and where the next page begins."""
    statement = (
        select(
            Service.id,
            Service.service_on,
            Service.item_number,
            Service.item_name,
            Service.duration_minutes,
            Service.total_cents,
            Service.status,
            User.first_name,
            User.last_name,
        )
        .join(User, User.id == Service.support_worker_id)
        .where(Service.budget_id == budget_id)
        .where(Service.status.in_(SPENT if shown is Shown.SPENT else PROMISED))
        .order_by(Service.service_on.desc(), Service.id.desc())
        .limit(PAGE + 1)
    )
    if after:
        statement = statement.where(tuple_(Service.service_on, Service.id) < after)
    rows = list(db.session.execute(statement))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def alert_percents(budget_id: UUID) -> dict[str, int]:
    """Return the thresholds of a budget's alerts by their type's word."""
    rows = db.session.execute(
        select(BudgetAlert.type, BudgetAlert.threshold_percent)
        .where(BudgetAlert.budget_id == budget_id)
        .limit(len(AlertType))
    )
    return {row.type.value: row.threshold_percent for row in rows}


@dataclass(frozen=True, slots=True)
class PricedItem:
    """An item as a budget would pay for it: the limit where the participant is, if any."""

    item: SupportItem
    limit_cents: int | None
    is_carried: bool


def priced_item(budget: BudgetView, item_number: str, on: date, state: str) -> PricedItem | None:
    """Return an item on a day; `state` counts where the participant's own is unknown."""
    item = support_items.on_date(item_number, on)
    if item is None:
        return None
    where = db.session.execute(
        select(Participant.state, Participant.price_zone).where(
            Participant.id == budget.participant_id
        )
    ).one()
    return PricedItem(
        item,
        support_items.limit_cents(item, where.state or state, where.price_zone),
        carries(
            budget.support_category,
            budget.stated_for,
            item.item_number,
            {item.support_category, item.support_category_pace},
        ),
    )
