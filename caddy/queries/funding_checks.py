"""Whether funding periods, and the one that each budget stands in, are what their rows sum to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from caddy.columns import Rows
from caddy.domain import funding
from caddy.domain.funding import PeriodSums
from caddy.domain.services import PROMISED, SPENT, ServiceStatus
from caddy.extensions import db
from caddy.models import Budget, BudgetAdjustment, FundingPeriod, Service
from caddy.queries.claim_checks import Difference

# What of a budget is compared here.
COLUMNS = (
    Budget.is_current,
    Budget.is_released_in_parts,
    Budget.period_starts_on,
    Budget.period_ends_on,
    Budget.period_cents,
    Budget.period_spent_cents,
    Budget.expected_basis_points,
)


def differences(
    budgets: Sequence[Any], whole: Mapping[UUID, PeriodSums], days: Sequence[date]
) -> Iterator[Difference]:
    """Yield the differences of some budgets, rows with an id and `COLUMNS`.

    `whole` is each budget as one period, summed from its rows. `days` are those of which the
    stored period may be: the day that was rolled last, and today for what changed since.
    """
    left = {budget.id: budget for budget in budgets}
    for budget_id, rows in groupby(_periods(list(left)), key=lambda row: row.budget_id):
        periods = []
        for row in rows:
            yield from _stored(row)
            sums = (int(row.released), int(row.committed), int(row.spent))
            periods.append(PeriodSums(row.starts_on, row.ends_on, *sums))
        yield from _covers(budget_id, periods, whole[budget_id])
        yield from _overdrawn(budget_id, periods)
        yield from _opened(left.pop(budget_id), periods, days, in_parts=True)
    for budget in left.values():
        yield from _opened(budget, [whole[budget.id]], days, in_parts=False)


def _periods(budget_ids: Sequence[UUID]) -> Iterator[Any]:
    """Yield stored periods with the sums of the services and adjustments of their days."""
    own = and_(
        Service.budget_id == FundingPeriod.budget_id,
        Service.organization_id == FundingPeriod.organization_id,
        Service.service_on.between(FundingPeriod.starts_on, FundingPeriod.ends_on),
    )

    def sum_of(statuses: tuple[ServiceStatus, ...]) -> Any:
        cents = func.coalesce(func.sum(Service.total_cents), 0)
        return select(cents).where(own, Service.status.in_(statuses)).scalar_subquery()

    released = (
        select(func.coalesce(func.sum(BudgetAdjustment.amount_cents), 0))
        .where(
            BudgetAdjustment.budget_id == FundingPeriod.budget_id,
            BudgetAdjustment.effective_on.between(FundingPeriod.starts_on, FundingPeriod.ends_on),
        )
        .scalar_subquery()
    )
    statement: Rows = (
        select(
            FundingPeriod.id,
            FundingPeriod.budget_id,
            FundingPeriod.starts_on,
            FundingPeriod.ends_on,
            FundingPeriod.released_cents,
            FundingPeriod.committed_cents,
            FundingPeriod.spent_cents,
            released.label("released"),
            sum_of(PROMISED).label("committed"),
            sum_of(SPENT).label("spent"),
        )
        .where(FundingPeriod.budget_id.in_(budget_ids))
        .order_by(FundingPeriod.budget_id, FundingPeriod.starts_on)
    )
    yield from db.session.execute(statement)


def _stored(row: Any) -> Iterator[Difference]:
    for name in ("released", "committed", "spent"):
        column, summed = f"{name}_cents", int(getattr(row, name))
        if getattr(row, column) != summed:
            yield Difference("funding period", str(row.id), column, getattr(row, column), summed)


def _covers(
    budget_id: UUID, periods: Sequence[PeriodSums], whole: PeriodSums
) -> Iterator[Difference]:
    """Compare the days that periods hold with those of the budget: each day lies in one."""
    days = sum((one.ends_on - one.starts_on).days + 1 for one in periods)
    found = (periods[0].starts_on, periods[-1].ends_on, days)
    wanted = (whole.starts_on, whole.ends_on, (whole.ends_on - whole.starts_on).days + 1)
    if found != wanted:
        yield Difference(
            "budget",
            str(budget_id),
            "days of its funding periods",
            "{} to {}, {} days".format(*found),
            "{} to {}, {} days".format(*wanted),
        )


def _overdrawn(budget_id: UUID, periods: Sequence[PeriodSums]) -> Iterator[Difference]:
    """Yield the periods by whose end more is promised and spent than was released until then."""
    for line in funding.lines_of(periods):
        if line.free_cents < 0:
            until = f"free until {line.period.ends_on}"
            yield Difference("budget", str(budget_id), until, line.free_cents, "0 or more")


def _opened(
    budget: Any, periods: Sequence[PeriodSums], days: Sequence[date], *, in_parts: bool
) -> Iterator[Difference]:
    """Compare the period that a budget stands in with what its rows say of it."""
    openings = [funding.opening_on(periods, day) for day in days]
    dates = (budget.period_starts_on, budget.period_ends_on)
    known = [(one.starts_on, one.ends_on) for one in openings]
    wanted = dates if dates in known else known[0]
    opening = funding.opening_on(periods, budget.period_starts_on)
    compared = {
        "is_released_in_parts": in_parts,
        "period_starts_on": wanted[0],
        "period_ends_on": wanted[1],
        "period_cents": opening.cents,
        "period_spent_cents": opening.spent_cents,
    }
    if budget.is_current:
        shares = [
            funding.expected_basis_points(one.starts_on, one.ends_on, day)
            for one, day in zip(openings, days, strict=True)
        ]
        stored = budget.expected_basis_points
        compared["expected_basis_points"] = stored if stored in shares else shares[0]
    for column, summed in compared.items():
        stored = getattr(budget, column)
        if stored != summed:
            yield Difference("budget", str(budget.id), column, stored, summed)
