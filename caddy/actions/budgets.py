"""Budgets after they were entered: adjusted with a reason, and rolled on with each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, case, cast, func, or_, select, update

from caddy import audit, clock, queue
from caddy.actions import shared_totals, totals
from caddy.actions.plan_rows import opening_columns
from caddy.columns import Rows
from caddy.domain import funding
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.money import dollars
from caddy.domain.ndis.categories import category_name
from caddy.domain.words import say_date
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import Budget, BudgetAdjustment, FundingPeriod, OrganizationTotal, Plan
from caddy.queries import organizations
from caddy.transaction import current_work, transaction

ROLLED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Adjustment:
    """More or less money (cents below zero take away), from a day on, and why."""

    amount_cents: int
    effective_on: date
    reason: str


def adjust_budget(budget_id: UUID, adjustment: Adjustment, *, actor: Actor) -> int:
    """Change what a budget holds by an entry of its own; return what remains, in cents.

    Refused where less would be left than is spent and promised already.
    """
    if not adjustment.amount_cents:
        raise RuleBroken("amount", "no_amount", "Enter an amount, above or below zero.")
    if not adjustment.reason.strip():
        raise RuleBroken("reason", "no_reason", "Say why, for the record.")
    with transaction(actor):
        budget = db.session.get(Budget, budget_id)
        if budget is None:
            raise NotFound("budget")
        return adjust(budget, adjustment)


def adjust(budget: Budget, adjustment: Adjustment) -> int:
    """Change what a budget holds, inside an open transaction; return what remains, in cents."""
    if not budget.starts_on <= adjustment.effective_on <= budget.ends_on:
        raise RuleBroken(
            "effective_on",
            "outside_plan",
            f"The day lies within the plan: {say_date(budget.starts_on)} to "
            f"{say_date(budget.ends_on)}.",
        )
    cents = adjustment.amount_cents
    # The plan before its budget, in the order in which its dates are changed.
    db.session.execute(
        select(Plan.id).where(Plan.id == budget.plan_id).with_for_update(key_share=True)
    )
    row = _move_allocation(budget, adjustment)
    if budget.is_released_in_parts:
        _move_release(budget, adjustment)
    totals.move_plan(budget.plan_id, cents)
    db.session.add(
        BudgetAdjustment(
            organization_id=budget.organization_id,
            budget_id=budget.id,
            effective_on=adjustment.effective_on,
            amount_cents=cents,
            reason=adjustment.reason,
        )
    )
    if row.is_current:
        shared_totals.move_organization(allocated_cents=cents)
    audit.record(
        Fact.BUDGET_ADJUSTED,
        budget,
        changes={
            "allocated_cents": (row.allocated_cents - cents, row.allocated_cents),
            "effective_on": adjustment.effective_on,
            "reason": adjustment.reason,
        },
        live=[Topic("budget", budget.id, row.version)],
    )
    queue.later(queue.Job.CHECK_BUDGET, budget.id)
    return int(row.remaining_cents)


def _move_allocation(budget: Budget, adjustment: Adjustment) -> Any:
    """Move the allocation by one conditional update, and what the current period began with.

    The update itself reads the period and the plan's dates: another writer may have rolled the
    budget on, or moved the plan, since the row was read.
    """
    on, cents = adjustment.effective_on, adjustment.amount_cents
    counts_now = case((Budget.period_ends_on >= on, cents), else_=0)
    row = db.session.execute(
        update(Budget)
        .where(Budget.id == budget.id)
        .where(Budget.starts_on <= on, Budget.ends_on >= on)
        .where(Budget.remaining_cents + cents >= 0)
        .values(
            allocated_cents=Budget.allocated_cents + cents,
            period_cents=Budget.period_cents + counts_now,
            version=Budget.version + 1,
            updated_at=clock.now(),
            updated_by=current_work().actor.user_id,
        )
        .returning(
            Budget.allocated_cents,
            (Budget.allocated_cents - Budget.committed_cents - Budget.spent_cents).label(
                "remaining_cents"
            ),
            Budget.version,
            Budget.is_current,
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        db.session.refresh(budget)
        if not budget.starts_on <= on <= budget.ends_on:
            raise totals.plan_moved()
        raise _too_much(budget, budget.remaining_cents)
    return row


def _too_much(budget: Budget, free: int) -> RuleBroken:
    return RuleBroken(
        "amount",
        "more_than_remains",
        f"Only {dollars(max(0, free))} of {category_name(budget.support_category)} is neither "
        "spent nor promised: no more than that can be taken away.",
    )


def _move_release(budget: Budget, adjustment: Adjustment) -> None:
    periods = totals.periods_of(budget.id)
    at = funding.position_of(periods, adjustment.effective_on)
    if adjustment.amount_cents < 0:
        free = min(
            funding.available_cents(periods, adjustment.effective_on), periods[at].released_cents
        )
        if free + adjustment.amount_cents < 0:
            raise _too_much(budget, free)
    db.session.execute(
        update(FundingPeriod)
        .where(FundingPeriod.budget_id == budget.id)
        .where(FundingPeriod.starts_on == periods[at].starts_on)
        .values(
            released_cents=FundingPeriod.released_cents + adjustment.amount_cents,
            updated_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )


def roll_budgets(*, actor: Actor) -> int:
    """Decide anew which budgets are current today and in which funding period they are.

    Safe to run at any time and twice: it changes only what is not yet so. Returns how many
    budgets changed; the caller comes again while that is the whole batch.
    """
    with transaction(actor, unrecorded="no budget began or ended"):
        today = clock.today(organizations.current().timezone)
        due = list(db.session.scalars(_due(today)))
        live = [topic for budget in due if (topic := _roll(budget, today))]
        if due:
            total = db.session.scalars(select(OrganizationTotal)).one()
            audit.record(
                Fact.PLANS_ROLLED, total, changes={"budgets": len(due), "today": today}, live=live
            )
    if len(due) < ROLLED_AT_ONCE:
        _expect(today, actor)
    return len(due)


def _due(today: date) -> Any:
    """Select budgets that begin or end, and those whose funding period is over.

    By their ids, as whoever moves several of them holds them.
    """
    is_on = (Budget.starts_on <= today) & (Budget.ends_on >= today)
    is_late = Budget.is_released_in_parts.is_(True) & (
        ((Budget.period_ends_on < today) & (Budget.period_ends_on < Budget.ends_on))
        | ((Budget.period_starts_on > today) & (Budget.period_starts_on > Budget.starts_on))
    )
    return (
        select(Budget)
        .where(
            or_(
                Budget.is_current.is_(True) & ~is_on,
                Budget.is_current.is_(False) & is_on,
                is_late,
            )
        )
        .order_by(Budget.id)
        .limit(ROLLED_AT_ONCE)
    )


def _roll(budget: Budget, today: date) -> Topic | None:
    """Bring one budget to today, by an update that reads the sums it moves in the same breath."""
    is_current = budget.starts_on <= today <= budget.ends_on
    was_current = budget.is_current
    row = db.session.execute(
        update(Budget)
        .where(Budget.id == budget.id, Budget.is_current == was_current)
        .values(
            is_current=is_current,
            version=Budget.version + 1,
            updated_at=clock.now(),
            updated_by=current_work().actor.user_id,
        )
        .returning(
            Budget.version, Budget.allocated_cents, Budget.committed_cents, Budget.spent_cents
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    if budget.is_released_in_parts:
        opening = funding.opening_on(totals.periods_of(budget.id), today)
        db.session.execute(
            update(Budget)
            .where(Budget.id == budget.id)
            .values(**opening_columns(opening, today))
            .execution_options(synchronize_session=False)
        )
    if is_current != was_current:
        sign = 1 if is_current else -1
        shared_totals.move_organization(
            allocated_cents=sign * row.allocated_cents,
            committed_cents=sign * row.committed_cents,
            spent_cents=sign * row.spent_cents,
        )
    return Topic("budget", budget.id, row.version)


def _expect(today: date, actor: Actor) -> None:
    """Note the share of its funding period that is gone today, of every current budget.

    A batch is a transaction, so that nobody who spends waits for all of them.
    """
    last: UUID | None = None
    while True:
        with transaction(actor, unrecorded="a day went by, no money was moved"):
            ids = _held_after(last, today)
            if not ids:
                db.session.scalars(select(OrganizationTotal)).one().rolled_on = today
                return
            _note_gone(ids, today)
            last = ids[-1]


def _held_after(last: UUID | None, today: date) -> list[UUID]:
    """Return the next current budgets by their ids, their rows held in that order."""
    statement: Rows = (
        select(Budget.id)
        .where(Budget.is_current.is_(True), Budget.period_starts_on <= today)
        .where(Budget.period_ends_on >= today)
        .order_by(Budget.id)
        .limit(ROLLED_AT_ONCE)
        .with_for_update(key_share=True)
    )
    return list(db.session.scalars(statement.where(Budget.id > last) if last else statement))


def _note_gone(budget_ids: list[UUID], today: date) -> None:
    gone = _days_between(Budget.period_starts_on, today) + 1
    whole = _days_between(Budget.period_starts_on, Budget.period_ends_on) + 1
    db.session.execute(
        update(Budget)
        .where(Budget.id.in_(budget_ids))
        .values(expected_basis_points=gone * funding.ALL // whole)
        .execution_options(synchronize_session=False)
    )


def _days_between(first: Any, last: Any) -> Any:
    if _is_sqlite():
        return cast(func.julianday(last), Integer) - cast(func.julianday(first), Integer)
    return last - first


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"
