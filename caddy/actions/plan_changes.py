"""Changing a plan that is there: its dates, who manages and leads it, its goals. Never its money.

Money changes by adjustments alone. New dates take the plan's budgets and their funding
periods with them, as far as everything that lies in the plan still does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update

from caddy import audit, clock, queue
from caddy.actions import shared_totals, totals
from caddy.actions.plan_rows import opening_columns
from caddy.actions.plans import refuse_overlap, refuse_unknown_coordinator
from caddy.actions.versions import refuse_stale
from caddy.domain import funding
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.funding import PeriodSums
from caddy.domain.participants import PlanChange, check_dates
from caddy.domain.services import ServiceStatus
from caddy.domain.words import say_date
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import Budget, BudgetAdjustment, FundingPeriod, Participant, Plan, Service
from caddy.queries import organizations
from caddy.transaction import transaction

# What decides where money goes: it is changed for a reason that is kept.
TOUCHES_MONEY = frozenset({"starts_on", "ends_on", "management"})
DAY = timedelta(days=1)


def change_plan(
    plan_id: UUID, change: PlanChange, *, seen: datetime | None = None, actor: Actor
) -> None:
    """Bring a plan in line with what was entered, unless it changed since it was `seen`.

    Refused where a service, an adjustment or a release would lie outside the new dates, where
    another plan has those days, and where money is touched without a reason.
    """
    check_dates(change)
    with transaction(actor):
        plan = _hold(plan_id)
        refuse_stale(plan, seen, "plan")
        changes = {
            name: (before, after)
            for name, after in change.columns.items()
            if (before := getattr(plan, name)) != after
        }
        _check(plan, change, changes)
        live: list[Topic] = []
        if {"starts_on", "ends_on"} & changes.keys():
            live = _move_budgets(plan, change)
        for name, (_, after) in changes.items():
            setattr(plan, name, after)
        said = {**changes, "reason": change.reason} if change.reason else changes
        audit.record(Fact.PLAN_CHANGED, plan, changes=said, live=live)


def _hold(plan_id: UUID) -> Plan:
    """Return a plan, held with its participant's row, so that no two plans take the same days.

    Neither is held against rows that only point at them: whoever stores a service meanwhile
    holds its budget already, and would wait here while this waits for that budget.
    """
    participant_id = db.session.scalar(select(Plan.participant_id).where(Plan.id == plan_id))
    if participant_id is None:
        raise NotFound("plan")
    db.session.execute(
        select(Participant.id)
        .where(Participant.id == participant_id)
        .with_for_update(key_share=True)
    )
    return db.session.get_one(Plan, plan_id, with_for_update={"key_share": True})


def _check(plan: Plan, change: PlanChange, changes: dict[str, Any]) -> None:
    refuse_overlap(plan.participant_id, change.starts_on, change.ends_on, but=plan.id)
    refuse_unknown_coordinator(change.support_coordinator_id)
    if TOUCHES_MONEY & changes.keys() and not change.reason.strip():
        raise RuleBroken(
            "reason",
            "reason_needed",
            "Say why: the dates and who manages the plan decide how its money is used.",
        )


def _move_budgets(plan: Plan, change: PlanChange) -> list[Topic]:
    """Give a plan's budgets its new dates; their rows are held before their services are read."""
    budgets = db.session.scalars(
        select(Budget).where(Budget.plan_id == plan.id).order_by(Budget.id).with_for_update()
    ).all()
    _check_services(budgets, change)
    _check_adjustments(plan, budgets, change)
    today = clock.today(organizations.current().timezone)
    _move_first_adjustments(plan, budgets, change)
    for budget in budgets:
        _move_budget(budget, change, today)
        queue.later(queue.Job.CHECK_BUDGET, budget.id)
    db.session.flush()
    return [Topic("budget", budget.id, budget.version) for budget in budgets]


def _check_services(budgets: Sequence[Budget], change: PlanChange) -> None:
    """Refuse dates that leave out a service; one that was cancelled without a fee is none."""
    first, last = db.session.execute(
        select(func.min(Service.service_on), func.max(Service.service_on))
        .where(Service.budget_id.in_([budget.id for budget in budgets]))
        .where(or_(Service.status != ServiceStatus.CANCELLED, Service.total_cents > 0))
    ).one()
    funding.check_within(change.starts_on, change.ends_on, first, last, "A service")


def _check_adjustments(plan: Plan, budgets: Sequence[Budget], change: PlanChange) -> None:
    """Refuse dates that leave out an adjustment; those of the first day go with it."""
    first, last = db.session.execute(
        select(func.min(BudgetAdjustment.effective_on), func.max(BudgetAdjustment.effective_on))
        .where(BudgetAdjustment.budget_id.in_([budget.id for budget in budgets]))
        .where(BudgetAdjustment.effective_on != plan.starts_on)
    ).one()
    funding.check_within(
        change.starts_on, change.ends_on, first, last, "A release or an adjustment"
    )


def _move_first_adjustments(plan: Plan, budgets: Sequence[Budget], change: PlanChange) -> None:
    """Let what the plan began with begin with it: the amounts stay, their day is its first."""
    db.session.execute(
        update(BudgetAdjustment)
        .where(BudgetAdjustment.budget_id.in_([budget.id for budget in budgets]))
        .where(BudgetAdjustment.effective_on == plan.starts_on)
        .values(effective_on=change.starts_on, updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _move_budget(budget: Budget, change: PlanChange, today: date) -> None:
    was_current, is_current = budget.is_current, change.starts_on <= today <= change.ends_on
    sums = _move_periods(budget, change)
    for name, value in opening_columns(funding.opening_on(sums, today), today).items():
        setattr(budget, name, value)
    budget.starts_on, budget.ends_on = change.starts_on, change.ends_on
    budget.is_current = is_current
    budget.version += 1
    if was_current != is_current:
        sign = 1 if is_current else -1
        moved = {
            name: sign * getattr(budget, name)
            for name in ("allocated_cents", "committed_cents", "spent_cents")
        }
        shared_totals.move_organization(**moved)


def _move_periods(budget: Budget, change: PlanChange) -> list[PeriodSums]:
    """Return a budget's funding periods: the first and the last reach to the plan's new ends."""
    if not budget.is_released_in_parts:
        cents = (budget.allocated_cents, budget.committed_cents, budget.spent_cents)
        return [PeriodSums(change.starts_on, change.ends_on, *cents)]
    periods = db.session.scalars(
        select(FundingPeriod)
        .where(FundingPeriod.budget_id == budget.id)
        .order_by(FundingPeriod.starts_on)
    ).all()
    second = periods[1].starts_on - DAY if len(periods) > 1 else None
    if second is not None and change.starts_on > second:
        raise RuleBroken(
            "starts_on",
            "dates_leave_out",
            f"The next part of its money is released on {say_date(second + DAY)}: the plan "
            "starts before that day.",
        )
    periods[0].starts_on, periods[-1].ends_on = change.starts_on, change.ends_on
    db.session.flush()
    return totals.periods_of(budget.id)
