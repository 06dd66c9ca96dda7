"""What is said of a plan at its meeting: its budgets, how they went, what is left for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select

from caddy import clock
from caddy.domain import what_if
from caddy.domain.burn_down import BurnDown, Change, burn_down
from caddy.domain.errors import NotFound
from caddy.domain.ndis.catalogue import Unit
from caddy.domain.reports import show_quantity
from caddy.domain.services import PROMISED, SPENT
from caddy.domain.statements import ItemSum
from caddy.domain.what_if import WeeklyHours, WeeklyUnits
from caddy.domain.words import say_minutes
from caddy.extensions import db
from caddy.models import Budget, Plan, Service, SupportItem
from caddy.queries import organizations
from caddy.queries.budgets import MOST_OF_PARTICIPANT, BudgetView, columns, views
from caddy.queries.statements import adjustments_of, seen_participant

MOST_PLANS = 50
MOST_ITEMS = 1_000


@dataclass(frozen=True, slots=True)
class Carried:
    """How much of an item a week the money left pays for, at the highest price so far."""

    item_name: str
    price_cents: int
    hours: WeeklyHours | None
    units: WeeklyUnits | None


@dataclass(frozen=True, slots=True)
class ReportedBudget:
    """A budget with what is drawn of it; `series` is None where it holds for one day only."""

    view: BudgetView
    series: BurnDown | None
    items: tuple[ItemSum, ...]
    carried: Carried | None


@dataclass(frozen=True, slots=True)
class PlanReport:
    """A participant's plan as its meeting sees it on a day."""

    participant: str
    ndis_number: str
    plan: Plan
    today: date
    budgets: tuple[ReportedBudget, ...]

    def total_cents(self, name: str) -> int:
        """Return the sum of one of the budgets' columns."""
        return sum(int(getattr(one.view, name)) for one in self.budgets)


def plan_report(participant_id: UUID, plan_id: UUID | None, *, seen_by: UUID | None) -> PlanReport:
    """Return the report of a plan; without an id of the one that holds today, or was the last."""
    participant = seen_participant(participant_id, seen_by)
    today = clock.today(organizations.current().timezone)
    plan = _plan(participant_id, plan_id, today)
    rows = db.session.execute(
        columns()
        .where(Budget.plan_id == plan.id)
        .order_by(Budget.support_category, Budget.stated_for, Budget.starts_on)
        .limit(MOST_OF_PARTICIPANT)
    ).all()
    budgets = views(rows, today)
    ids = [one.id for one in budgets]
    adjustments, days, items = adjustments_of(ids), _by_day(ids), _by_item(ids)
    reported = []
    for view in budgets:
        spent, promised = days.get(view.id, ({}, {}))
        series = None
        if view.ends_on > view.starts_on:
            series = burn_down(
                [Change(one.on, one.cents) for one in adjustments.get(view.id, [])],
                spent,
                promised,
                starts_on=view.starts_on,
                ends_on=view.ends_on,
                today=today,
            )
        own = items.get(view.id, [])
        sums = tuple(_item_sum(row) for row in own)
        reported.append(ReportedBudget(view, series, sums, _carried(view, own)))
    return PlanReport(participant.name, participant.ndis_number, plan, today, tuple(reported))


def _plan(participant_id: UUID, plan_id: UUID | None, today: date) -> Plan:
    plans = db.session.scalars(
        select(Plan)
        .where(Plan.participant_id == participant_id)
        .order_by(Plan.starts_on.desc())
        .limit(MOST_PLANS)
    ).all()
    wanted = [one for one in plans if plan_id in {one.id, None}]
    begun = [one for one in wanted if one.starts_on <= today]
    found = begun[:1] or wanted[-1:]
    if not found:
        raise NotFound("plan")
    return found[0]


Days = dict[date, int]


def _by_day(budget_ids: Sequence[UUID]) -> dict[UUID, tuple[Days, Days]]:
    """Return what was spent and what is promised of some budgets, by day."""

    def sums(statuses: Any) -> Any:
        return func.sum(case((Service.status.in_(statuses), Service.total_cents), else_=0))

    rows = db.session.execute(
        select(Service.budget_id, Service.service_on, sums(SPENT), sums(PROMISED))
        .where(Service.budget_id.in_(budget_ids))
        .group_by(Service.budget_id, Service.service_on)
    )
    found: dict[UUID, tuple[Days, Days]] = {}
    for budget_id, on, *cents in rows:
        for kind, amount in zip(found.setdefault(budget_id, ({}, {})), cents, strict=True):
            if amount:
                kind[on] = int(amount)
    return found


def _by_item(budget_ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """Return what was spent of some budgets on each item, the largest sum first."""
    cents = func.sum(Service.total_cents)
    rows = db.session.execute(
        select(
            Service.budget_id,
            Service.item_number,
            func.max(Service.item_name).label("item_name"),
            SupportItem.unit,
            func.count(Service.id).label("services"),
            func.sum(Service.duration_minutes).label("minutes"),
            func.sum(func.coalesce(Service.quantity_milli, 1_000)).label("quantity_milli"),
            func.max(Service.unit_price_cents).label("price_cents"),
            cents.label("total_cents"),
        )
        .join(SupportItem, SupportItem.id == Service.support_item_id)
        .where(Service.budget_id.in_(budget_ids), Service.status.in_(SPENT))
        .where(Service.total_cents > 0)
        .group_by(Service.budget_id, Service.item_number, SupportItem.unit)
        .order_by(cents.desc(), Service.item_number)
        .limit(MOST_ITEMS)
    )
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.budget_id, []).append(row)
    return found


def _item_sum(row: Any) -> ItemSum:
    is_hourly = row.unit is Unit.HOUR
    return ItemSum(
        row.item_number,
        row.item_name,
        row.services,
        say_minutes(int(row.minutes))
        if is_hourly
        else show_quantity(int(row.quantity_milli), row.unit.label),
        int(row.total_cents),
    )


def _carried(view: BudgetView, items: Sequence[Any]) -> Carried | None:
    """Return what the money left pays for of the item that was used most, if there is time left."""
    if not items or not items[0].price_cents or view.ends_on <= view.today:
        return None
    top = items[0]
    eve = max(view.today, view.starts_on - timedelta(days=1))
    left, price = view.remaining_cents, top.price_cents
    if top.unit is Unit.HOUR:
        hours = what_if.hours_a_week(left, price, today=eve, ends_on=view.ends_on)
        return Carried(top.item_name, price, hours, None)
    units = what_if.units_a_week(left, price, today=eve, ends_on=view.ends_on)
    return Carried(top.item_name, price, None, units)
