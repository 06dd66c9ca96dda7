"""Budgets as panels show them: stored totals, and what they mean today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from caddy import clock
from caddy.columns import Rows
from caddy.domain import budgets as rules
from caddy.domain import funding
from caddy.domain.budgets import Light, Pace
from caddy.domain.funding import PeriodSums
from caddy.domain.ndis.categories import CategoryKind, category_name
from caddy.extensions import db
from caddy.models import Budget, FundingPeriod, Organization, Participant

MOST_OF_PARTICIPANT = 100
STATED_CATEGORY = "*"


def budget_name(support_category: int, stated_for: str) -> str:
    """Return what a budget is called: its category, and what it is stated for."""
    name = category_name(support_category)
    if not stated_for:
        return name
    return f"{name}, stated" + ("" if stated_for == STATED_CATEGORY else f" for {stated_for}")


@dataclass(frozen=True, slots=True)
class BudgetView:
    """A budget and what its numbers mean on a day. Amounts are cents, shares basis points.

    Days left, the burn rate and the day the money runs out are of the funding period that
    holds today; of the whole budget where it is not released in parts. `periods` is empty
    then.
    """

    id: UUID
    participant_id: UUID
    participant_name: str
    plan_id: UUID
    category: CategoryKind
    support_category: int
    stated_for: str
    allocated_cents: int
    committed_cents: int
    spent_cents: int
    remaining_cents: int
    used_basis_points: int
    starts_on: date
    ends_on: date
    is_released_in_parts: bool
    period_starts_on: date
    period_ends_on: date
    period_cents: int
    period_spent_cents: int
    expected_basis_points: int
    pace_basis_points: int
    is_current: bool
    version: int
    own_amber_percent: int | None
    own_red_percent: int | None
    organization_amber_percent: int
    organization_red_percent: int
    pace_variance_percent: int
    periods: tuple[PeriodSums, ...]
    today: date

    @property
    def name(self) -> str:
        return budget_name(self.support_category, self.stated_for)

    @property
    def amber_percent(self) -> int:
        own = self.own_amber_percent
        return self.organization_amber_percent if own is None else own

    @property
    def red_percent(self) -> int:
        return (
            self.organization_red_percent if self.own_red_percent is None else self.own_red_percent
        )

    @property
    def light(self) -> Light:
        return rules.light_for(
            self.spent_cents, self.allocated_cents, self.amber_percent, self.red_percent
        )

    @property
    def committed_basis_points(self) -> int:
        return rules.used_basis_points(self.committed_cents, self.allocated_cents)

    @property
    def mark_basis_points(self) -> int:
        """Where an even pace would be on a meter of the whole budget."""
        return rules.expected_basis_points(self.starts_on, self.ends_on, self.today)

    @property
    def pace(self) -> Pace:
        return rules.pace_for(self.pace_basis_points, 0, self.pace_variance_percent * 100)

    @property
    def available_cents(self) -> int:
        """What services of today may still take: what is released and free."""
        if not self.periods:
            return self.remaining_cents
        return max(0, funding.available_cents(self.periods, self.today))

    @property
    def days_left(self) -> int:
        return rules.days_left(self.period_ends_on, self.today)

    @property
    def is_settled(self) -> bool:
        """Say whether the funding period is old enough to tell what is spent a day.

        In its first two weeks one shift would look like a rate, so that the days since the
        plan began are counted until then.
        """
        days = rules.days_elapsed(self.period_starts_on, self.period_ends_on, self.today)
        return self.period_starts_on == self.starts_on or days >= rules.SETTLED_DAYS

    @property
    def burn_since_on(self) -> date:
        """The day from which on the burn rate counts."""
        return self.period_starts_on if self.is_settled else self.starts_on

    @property
    def burn_cents_per_day(self) -> int:
        """What is spent a day since `burn_since_on`."""
        spent = self.period_spent_cents if self.is_settled else self.spent_cents
        return rules.burn_cents_per_day(spent, self.burn_since_on, self.ends_on, self.today)

    @property
    def runs_out_on(self) -> date | None:
        """The date the money runs out at this rate, or None where it lasts to the end."""
        last = rules.runs_out_on(self.available_cents, self.burn_cents_per_day, self.today)
        return last if last is not None and last < self.period_ends_on else None


@dataclass(frozen=True, slots=True)
class ParticipantTotals:
    """The sums of a participant's current budgets, in cents."""

    participant_id: UUID
    allocated_cents: int
    committed_cents: int
    spent_cents: int
    remaining_cents: int
    burn_cents_per_day: int
    used_basis_points: int
    light: Light
    days_left: int
    runs_out_on: date | None


def columns() -> Rows:
    """Select what `views` needs of a budget."""
    return (
        select(
            Budget.id,
            Budget.participant_id,
            func.coalesce(Participant.preferred_name, Participant.first_name).label("first_name"),
            Participant.last_name,
            Budget.plan_id,
            Budget.category,
            Budget.support_category,
            Budget.stated_for,
            Budget.allocated_cents,
            Budget.committed_cents,
            Budget.spent_cents,
            Budget.remaining_cents,
            Budget.used_basis_points,
            Budget.starts_on,
            Budget.ends_on,
            Budget.is_released_in_parts,
            Budget.period_starts_on,
            Budget.period_ends_on,
            Budget.period_cents,
            Budget.period_spent_cents,
            Budget.expected_basis_points,
            Budget.pace_basis_points,
            Budget.is_current,
            Budget.version,
            Budget.light_amber_percent,
            Budget.light_red_percent,
            Organization.light_amber_percent,
            Organization.light_red_percent,
            Organization.pace_variance_percent,
            Organization.timezone,
        )
        .join(Participant, Participant.id == Budget.participant_id)
        .join(Organization, Organization.id == Budget.organization_id)
    )


def views(rows: Sequence[Any], today: date) -> list[BudgetView]:
    """Return rows of `columns` as views; one query more for the parts of those that have some."""
    parts = periods_of([row.id for row in rows if row.is_released_in_parts])
    return [_view(row, tuple(parts.get(row.id, ())), today) for row in rows]


def _view(row: Any, periods: tuple[PeriodSums, ...], today: date) -> BudgetView:
    id_, participant_id, first_name, last_name, *rest, _timezone = row
    shown: tuple[Any, ...] = (*rest, periods, today)
    return BudgetView(id_, participant_id, f"{first_name} {last_name}", *shown)


def periods_of(budget_ids: Sequence[UUID]) -> dict[UUID, list[PeriodSums]]:
    """Return the funding periods of some budgets, each in order."""
    found: dict[UUID, list[PeriodSums]] = {}
    if not budget_ids:
        return found
    rows = db.session.execute(
        select(
            FundingPeriod.budget_id,
            FundingPeriod.starts_on,
            FundingPeriod.ends_on,
            FundingPeriod.released_cents,
            FundingPeriod.committed_cents,
            FundingPeriod.spent_cents,
        )
        .where(FundingPeriod.budget_id.in_(budget_ids))
        .order_by(FundingPeriod.budget_id, FundingPeriod.starts_on)
        .limit(len(budget_ids) * funding.MOST_PERIODS)
    )
    for row in rows:
        period: tuple[Any, ...] = tuple(row)[1:]
        found.setdefault(row.budget_id, []).append(PeriodSums(*period))
    return found


def one(budget_id: UUID, today: date) -> BudgetView | None:
    """Return a budget, current or not."""
    rows = db.session.execute(columns().where(Budget.id == budget_id)).all()
    return views(rows, today)[0] if rows else None


def of_participant(participant_id: UUID, today: date) -> list[BudgetView]:
    """Return a participant's current and coming budgets, core first."""
    rows = db.session.execute(
        columns()
        .where(Budget.participant_id == participant_id, Budget.ends_on >= today)
        .order_by(Budget.starts_on, Budget.support_category, Budget.stated_for)
        .limit(MOST_OF_PARTICIPANT)
    ).all()
    return views(rows, today)


def with_siblings(ids: Sequence[UUID]) -> tuple[list[BudgetView], date]:
    """Return some budgets and the other current ones of their participants, and the day.

    One query for all that a live event changes of them.
    """
    changed = select(Budget.participant_id).where(Budget.id.in_(ids))
    rows = db.session.execute(
        columns()
        .where(Budget.participant_id.in_(changed))
        .where(or_(Budget.is_current.is_(True), Budget.id.in_(ids)))
        .limit(len(ids) * MOST_OF_PARTICIPANT)
    ).all()
    today = clock.today(rows[0].timezone) if rows else date.min
    return views(rows, today), today


def participant_totals(budgets: Sequence[BudgetView]) -> ParticipantTotals | None:
    """Return the sums of the current ones of a participant's budgets."""
    current = [budget for budget in budgets if budget.is_current]
    if not current:
        return None
    allocated = sum(budget.allocated_cents for budget in current)
    spent = sum(budget.spent_cents for budget in current)
    remaining = sum(budget.remaining_cents for budget in current)
    burn = sum(budget.burn_cents_per_day for budget in current)
    first = current[0]
    ends_on = max(budget.ends_on for budget in current)
    last = rules.runs_out_on(remaining, burn, first.today)
    return ParticipantTotals(
        participant_id=first.participant_id,
        allocated_cents=allocated,
        committed_cents=sum(budget.committed_cents for budget in current),
        spent_cents=spent,
        remaining_cents=remaining,
        burn_cents_per_day=burn,
        used_basis_points=rules.used_basis_points(spent, allocated),
        light=rules.light_for(
            spent, allocated, first.organization_amber_percent, first.organization_red_percent
        ),
        days_left=rules.days_left(ends_on, first.today),
        runs_out_on=last if last is not None and last < ends_on else None,
    )
