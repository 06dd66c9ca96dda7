"""Budgets as panels show them: stored totals, and what they mean today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_

from caddy import clock
from caddy.columns import Rows
from caddy.domain import budgets as rules
from caddy.domain.budgets import Light, Pace
from caddy.domain.ndis.categories import CategoryKind, category_name
from caddy.extensions import db
from caddy.models import Budget, Organization, Participant
from caddy.queries import visibility

PAGE = 48
MOST_COUNTED = 1_000
MOST_OF_PARTICIPANT = 100


@dataclass(frozen=True, slots=True)
class BudgetView:
    """A budget and what its numbers mean on a day. Amounts are cents, shares basis points."""

    id: UUID
    participant_id: UUID
    participant_name: str
    category: CategoryKind
    support_category: int
    allocated_cents: int
    committed_cents: int
    spent_cents: int
    remaining_cents: int
    used_basis_points: int
    starts_on: date
    ends_on: date
    is_current: bool
    version: int
    amber_percent: int
    red_percent: int
    today: date

    @property
    def name(self) -> str:
        return category_name(self.support_category)

    @property
    def light(self) -> Light:
        return rules.light_for(
            self.spent_cents, self.allocated_cents, self.amber_percent, self.red_percent
        )

    @property
    def committed_basis_points(self) -> int:
        return rules.used_basis_points(self.committed_cents, self.allocated_cents)

    @property
    def expected_basis_points(self) -> int:
        return rules.expected_basis_points(self.starts_on, self.ends_on, self.today)

    @property
    def pace(self) -> Pace:
        return rules.pace_for(self.used_basis_points, self.expected_basis_points)

    @property
    def days_left(self) -> int:
        return rules.days_left(self.ends_on, self.today)

    @property
    def burn_cents_per_day(self) -> int:
        return rules.burn_cents_per_day(self.spent_cents, self.starts_on, self.ends_on, self.today)

    @property
    def runs_out_on(self) -> date | None:
        """The date the money runs out at this rate, or None where it lasts to the end."""
        last = rules.runs_out_on(self.remaining_cents, self.burn_cents_per_day, self.today)
        return last if last is not None and last < self.ends_on else None


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


def _columns() -> Rows:
    return (
        select(
            Budget.id,
            Budget.participant_id,
            func.coalesce(Participant.preferred_name, Participant.first_name).label("first_name"),
            Participant.last_name,
            Budget.category,
            Budget.support_category,
            Budget.allocated_cents,
            Budget.committed_cents,
            Budget.spent_cents,
            Budget.remaining_cents,
            Budget.used_basis_points,
            Budget.starts_on,
            Budget.ends_on,
            Budget.is_current,
            Budget.version,
            func.coalesce(Budget.light_amber_percent, Organization.light_amber_percent),
            func.coalesce(Budget.light_red_percent, Organization.light_red_percent),
        )
        .join(Participant, Participant.id == Budget.participant_id)
        .join(Organization, Organization.id == Budget.organization_id)
    )


def _view(row: Any, today: date) -> BudgetView:
    id_, participant_id, first_name, last_name, *rest = row
    shown: tuple[Any, ...] = (*rest, today)
    return BudgetView(id_, participant_id, f"{first_name} {last_name}", *shown)


@dataclass(frozen=True, slots=True)
class WallFilter:
    """What the wall of budgets is narrowed to; `after` is the last key of the page before."""

    light: Light | None = None
    category: CategoryKind | None = None
    after: tuple[int, UUID] | None = None


def wall(
    wanted: WallFilter, today: date, amber_percent: int, red_percent: int, *, seen_by: UUID | None
) -> tuple[list[BudgetView], tuple[int, UUID] | None]:
    """Return current budgets of active participants, most used first, and the next page's key."""
    statement = (
        _narrowed(_own(_columns(), seen_by), wanted, amber_percent, red_percent)
        .order_by(Budget.used_basis_points.desc(), Budget.id.desc())
        .limit(PAGE + 1)
    )
    if wanted.after:
        statement = statement.where(tuple_(Budget.used_basis_points, Budget.id) < wanted.after)
    views = [_view(row, today) for row in db.session.execute(statement)]
    shown = views[:PAGE]
    is_more = len(views) > PAGE
    return shown, (shown[-1].used_basis_points, shown[-1].id) if is_more else None


def _own(statement: Rows, seen_by: UUID | None) -> Rows:
    return visibility.of_own_participants(statement, Budget.participant_id, seen_by)


def _narrowed(statement: Rows, wanted: WallFilter, amber_percent: int, red_percent: int) -> Rows:
    statement = statement.where(Budget.is_current.is_(True))
    if wanted.category:
        statement = statement.where(Budget.category == wanted.category)
    if wanted.light:
        statement = statement.where(*_of_light(wanted.light, amber_percent, red_percent))
    return statement


def _of_light(light: Light, amber_percent: int, red_percent: int) -> list[Any]:
    """Return the conditions of a light by the organization's thresholds.

    The stored share is rounded down: exactly 80.00 % may stand for one cent more, so the
    edges are compared in cents.
    """
    over_amber = Budget.spent_cents * 100 > Budget.allocated_cents * amber_percent
    over_red = Budget.spent_cents * 100 > Budget.allocated_cents * red_percent
    return {
        Light.RED: [Budget.used_basis_points >= red_percent * 100, over_red],
        Light.AMBER: [
            Budget.used_basis_points >= amber_percent * 100,
            Budget.used_basis_points <= red_percent * 100,
            over_amber,
            ~over_red,
        ],
        Light.GREEN: [Budget.used_basis_points <= amber_percent * 100, ~over_amber],
    }[light]


def count_of_light(
    light: Light, amber_percent: int, red_percent: int, *, seen_by: UUID | None
) -> int:
    """Return how many current budgets have a light, counting no further than 1,000."""
    some = (
        _narrowed(
            _own(select(Budget.id), seen_by), WallFilter(light=light), amber_percent, red_percent
        )
        .limit(MOST_COUNTED)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def most_at_risk(
    today: date, red_percent: int, *, seen_by: UUID | None, limit: int = 6
) -> list[BudgetView]:
    """Return the budgets past the red threshold, most used first."""
    rows = db.session.execute(
        _own(_columns(), seen_by)
        .where(Budget.is_current.is_(True))
        .where(*_of_light(Light.RED, red_percent, red_percent))
        .order_by(Budget.used_basis_points.desc(), Budget.id.desc())
        .limit(limit)
    )
    return [_view(row, today) for row in rows]


def of_participant(participant_id: UUID, today: date) -> list[BudgetView]:
    """Return a participant's current and coming budgets, core first."""
    rows = db.session.execute(
        _columns()
        .where(Budget.participant_id == participant_id, Budget.ends_on >= today)
        .order_by(Budget.starts_on, Budget.support_category)
        .limit(MOST_OF_PARTICIPANT)
    )
    return [_view(row, today) for row in rows]


def with_siblings(ids: Sequence[UUID]) -> tuple[list[BudgetView], date]:
    """Return some budgets and the other current ones of their participants, and the day.

    One query for all that a live event changes of them.
    """
    changed = select(Budget.participant_id).where(Budget.id.in_(ids))
    rows = db.session.execute(
        _columns()
        .add_columns(Organization.timezone)
        .where(Budget.participant_id.in_(changed))
        .limit(len(ids) * MOST_OF_PARTICIPANT)
    ).all()
    today = clock.today(rows[0].timezone) if rows else date.min
    return [_view(row[:-1], today) for row in rows], today


def participant_totals(budgets: Sequence[BudgetView]) -> ParticipantTotals | None:
    """Return the sums of the current ones of a participant's budgets."""
    current = [budget for budget in budgets if budget.is_current]
    if not current:
        return None
    allocated = sum(budget.allocated_cents for budget in current)
    spent = sum(budget.spent_cents for budget in current)
    remaining = sum(budget.remaining_cents for budget in current)
    burn = sum(budget.burn_cents_per_day for budget in current)
    one = current[0]
    ends_on = max(budget.ends_on for budget in current)
    last = rules.runs_out_on(remaining, burn, one.today)
    return ParticipantTotals(
        participant_id=one.participant_id,
        allocated_cents=allocated,
        committed_cents=sum(budget.committed_cents for budget in current),
        spent_cents=spent,
        remaining_cents=remaining,
        burn_cents_per_day=burn,
        used_basis_points=rules.used_basis_points(spent, allocated),
        light=rules.light_for(spent, allocated, one.amber_percent, one.red_percent),
        days_left=rules.days_left(ends_on, one.today),
        runs_out_on=last if last is not None and last < ends_on else None,
    )
