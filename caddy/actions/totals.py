"""Moving stored totals with the money: a budget's and its funding periods', here alone.

What all budgets of an organization share is in `shared_totals`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import case, select, update

from caddy import clock
from caddy.actions import shared_totals
from caddy.domain import funding
from caddy.domain import services as service_rules
from caddy.domain.errors import Conflict
from caddy.domain.funding import PeriodSums
from caddy.domain.ndis.categories import category_name
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import Budget, FundingPeriod, Plan
from caddy.transaction import current_work


@dataclass(frozen=True, slots=True)
class BudgetState:
    """A budget as it stands after a move, in cents."""

    id: UUID
    version: int
    is_current: bool
    is_released_in_parts: bool
    support_category: int
    allocated_cents: int
    committed_cents: int
    spent_cents: int

    @property
    def remaining_cents(self) -> int:
        return self.allocated_cents - self.committed_cents - self.spent_cents


@dataclass(frozen=True, slots=True)
class Move:
    """What one service, before or after a change, takes of its budget, in cents.

    A scheduled one commits its cost, a delivered one has spent it. `delivered` counts it among
    the day's services, `claimable` among those that no claim holds yet, with `unclaimed` cents.
    """

    committed: int = 0
    spent: int = 0
    unclaimed: int = 0
    delivered: int = 0
    claimable: int = 0

    def minus(self, before: Move) -> Move:
        return Move(
            self.committed - before.committed,
            self.spent - before.spent,
            self.unclaimed - before.unclaimed,
            self.delivered - before.delivered,
            self.claimable - before.claimable,
        )

    @property
    def needed(self) -> int:
        """What has to be free for it."""
        return self.committed + self.spent

    @property
    def is_nothing(self) -> bool:
        return self == Move()


def taken(status: ServiceStatus, cents: int, *, is_fee: bool = False) -> Move:
    """Return what a service in a state takes: of a cancelled one, its fee.

    A fee that is billed (`is_fee`) is spent, but nothing was delivered for it.
    """
    if status in {ServiceStatus.SCHEDULED, ServiceStatus.IN_PROGRESS}:
        return Move(committed=cents)
    if status is ServiceStatus.CANCELLED:
        return Move(spent=cents, unclaimed=cents, claimable=1 if cents else 0)
    if status is ServiceStatus.BILLED:
        return Move(spent=cents, delivered=0 if is_fee else 1)
    return Move(spent=cents, unclaimed=cents, delivered=1, claimable=1)


def move(budget_id: UUID, on: date, change: Move) -> BudgetState:
    """Move a service's money within its budget, or refuse it where too little is free.

    One conditional update: however many write at once, the database takes them one after
    another and none of them can take what is no longer there. A budget that is released in
    parts is looked at once its row is held, so that no two writers take the same release.
    """
    row = _move_budget(budget_id, on, change)
    if row is None:
        held = db.session.execute(
            select(
                Budget.remaining_cents, Budget.support_category, Budget.starts_on, Budget.ends_on
            ).where(Budget.id == budget_id)
        ).one()
        if not held.starts_on <= on <= held.ends_on:
            raise plan_moved()
        raise service_rules.too_little(
            category_name(held.support_category), change.needed, held.remaining_cents
        )
    if row.is_released_in_parts:
        _move_period(row, on, change)
    if change.spent or change.delivered:
        shared_totals.move_day(on, change.delivered, change.spent)
    if not change.is_nothing:
        shared_totals.move_organization(
            committed_cents=change.committed if row.is_current else 0,
            spent_cents=change.spent if row.is_current else 0,
            unclaimed_services=change.claimable,
            unclaimed_cents=change.unclaimed,
        )
    return row


def hold(budget_ids: Collection[UUID]) -> None:
    """Hold budgets in the order of their ids before more than one of them is moved.

    Two writers who exchange them do not wait for each other then. Nothing is flushed before: a
    row that names a budget would hold it out of turn. Rows that only name one are let through.
    """
    if len(set(budget_ids)) > 1:
        with db.session.no_autoflush:
            db.session.execute(
                select(Budget.id)
                .where(Budget.id.in_(set(budget_ids)))
                .order_by(Budget.id)
                .with_for_update(key_share=True)
            ).all()


def move_plan(plan_id: UUID, cents: int) -> None:
    """Add to what a plan comes to, by what it is now: it may have been adjusted meanwhile."""
    db.session.execute(
        update(Plan)
        .where(Plan.id == plan_id)
        .values(total_cents=Plan.total_cents + cents, updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def plan_moved() -> Conflict:
    """Return the refusal of what was meant for a day that the plan no longer holds."""
    return Conflict("plan_moved", "The dates of the plan were changed in the meantime. Try again.")


def move_claimed(changes: Iterable[Move]) -> None:
    """Move what no claim holds yet, for any number of services at once.

    A claim takes nothing of a budget and of no day: the services have spent it before. So the
    organization's row is all there is to move, once, at the end.
    """
    services, cents = 0, 0
    for change in changes:
        if change.needed or change.spent or change.delivered:
            raise ValueError("a claim moves no money of budgets")
        services += change.claimable
        cents += change.unclaimed
    shared_totals.move_organization(unclaimed_services=services, unclaimed_cents=cents)


def _move_budget(budget_id: UUID, on: date, change: Move) -> BudgetState | None:
    moved: dict[str, Any] = {
        "version": Budget.version + 1,
        "updated_at": clock.now(),
        "updated_by": current_work().actor.user_id,
    }
    if change.committed:
        moved["committed_cents"] = Budget.committed_cents + change.committed
    if change.spent:
        # What an earlier funding period spends is no longer there for the current one.
        moved["spent_cents"] = Budget.spent_cents + change.spent
        moved["period_cents"] = Budget.period_cents - case(
            (Budget.period_starts_on > on, change.spent), else_=0
        )
        moved["period_spent_cents"] = Budget.period_spent_cents + case(
            ((Budget.period_starts_on <= on) & (Budget.period_ends_on >= on), change.spent),
            else_=0,
        )
    statement = update(Budget).where(Budget.id == budget_id).values(**moved)
    if change.needed > 0:
        # A plan whose dates were changed since its budget was chosen may hold the day no more.
        statement = statement.where(Budget.starts_on <= on, Budget.ends_on >= on)
        statement = statement.where(Budget.remaining_cents >= change.needed)
    row = db.session.execute(
        statement.returning(
            Budget.id,
            Budget.version,
            Budget.is_current,
            Budget.is_released_in_parts,
            Budget.support_category,
            Budget.allocated_cents,
            Budget.committed_cents,
            Budget.spent_cents,
        ).execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    values: tuple[Any, ...] = tuple(row)
    return BudgetState(*values)


def _move_period(budget: BudgetState, on: date, change: Move) -> None:
    """Move the sums of the funding period that holds the day; refuse what is not released."""
    before = periods_of(budget.id)
    period = before[funding.position_of(before, on)]
    free = funding.available_cents(before, on)
    if change.needed > max(free, 0):
        raise funding.not_released(
            category_name(budget.support_category), change.needed, free, before, on
        )
    db.session.execute(
        update(FundingPeriod)
        .where(FundingPeriod.budget_id == budget.id, FundingPeriod.starts_on == period.starts_on)
        .values(
            committed_cents=FundingPeriod.committed_cents + change.committed,
            spent_cents=FundingPeriod.spent_cents + change.spent,
            updated_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )


def periods_of(budget_id: UUID) -> list[PeriodSums]:
    """Return a budget's funding periods in order; none where it is released at once."""
    rows = db.session.execute(
        select(
            FundingPeriod.starts_on,
            FundingPeriod.ends_on,
            FundingPeriod.released_cents,
            FundingPeriod.committed_cents,
            FundingPeriod.spent_cents,
        )
        .where(FundingPeriod.budget_id == budget_id)
        .order_by(FundingPeriod.starts_on)
        .limit(funding.MOST_PERIODS)
    )
    return [PeriodSums(*row) for row in rows]
