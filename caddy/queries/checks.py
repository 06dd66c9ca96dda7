"""Whether the stored totals are what their rows sum to: every organization, at any time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from caddy import clock
from caddy.columns import Rows
from caddy.domain.funding import PeriodSums
from caddy.domain.services import DELIVERED, PROMISED, SPENT, ServiceStatus
from caddy.extensions import db
from caddy.models import (
    Budget,
    BudgetAdjustment,
    DailyTotal,
    OrganizationTotal,
    Participant,
    Plan,
    Service,
)
from caddy.queries import claim_checks, funding_checks, organizations
from caddy.queries.claim_checks import Difference

AT_ONCE = 2_000
# A fee stays one when it is billed: nothing was delivered for it.
_IS_DELIVERED = Service.status.in_(DELIVERED) & Service.fee_percent.is_(None)


def differences() -> Iterator[Difference]:
    """Yield every difference in the organization in scope."""
    yield from _budgets()
    yield from _plans()
    yield from _days()
    yield from _organization()
    yield from claim_checks.differences()


def _budgets() -> Iterator[Difference]:
    """Compare budgets with their services and adjustments, and with their funding periods."""
    days = _days_of_periods()
    columns = (
        Budget.id,
        Budget.starts_on,
        Budget.ends_on,
        Budget.allocated_cents,
        Budget.spent_cents,
        Budget.committed_cents,
        *funding_checks.COLUMNS,
    )
    for rows in _in_batches(columns):
        ids = [row.id for row in rows]
        sums, entered = _sums_of(ids), _adjustments_of(ids)
        whole = {}
        for row in rows:
            spent, committed = sums.get(row.id, (0, 0))
            allocated = entered.get(row.id, 0)
            whole[row.id] = PeriodSums(row.starts_on, row.ends_on, allocated, committed, spent)
            for column, stored, summed in (
                ("allocated_cents", row.allocated_cents, allocated),
                ("spent_cents", row.spent_cents, spent),
                ("committed_cents", row.committed_cents, committed),
            ):
                if stored != summed:
                    yield Difference("budget", str(row.id), column, stored, summed)
        yield from funding_checks.differences(rows, whole, days)


def _in_batches(columns: tuple[Any, ...]) -> Iterator[list[Any]]:
    """Yield rows in batches by id, the first of the columns: memory grows not with their number."""
    key, last = columns[0], None
    statement: Rows = select(*columns).order_by(key).limit(AT_ONCE)
    while True:
        rows = list(db.session.execute(statement.where(key > last) if last else statement))
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _days_of_periods() -> list[date]:
    """Return the days of which a budget's period may be: the one rolled last, and today."""
    today = clock.today(organizations.current().timezone)
    rolled_on = db.session.scalar(select(OrganizationTotal.rolled_on))
    return [today] if rolled_on is None else [rolled_on, today]


def _plans() -> Iterator[Difference]:
    """Compare what plans come to with the adjustments of their budgets."""
    for rows in _in_batches((Plan.id, Plan.total_cents)):
        statement: Rows = (
            select(Budget.plan_id, func.sum(BudgetAdjustment.amount_cents))
            .join(BudgetAdjustment, BudgetAdjustment.budget_id == Budget.id)
            .where(Budget.plan_id.in_([row.id for row in rows]))
            .group_by(Budget.plan_id)
        )
        entered = {plan_id: int(cents) for plan_id, cents in db.session.execute(statement)}
        for plan_id, stored in rows:
            summed = entered.get(plan_id, 0)
            if stored != summed:
                yield Difference("plan", str(plan_id), "total_cents", stored, summed)


def _adjustments_of(budget_ids: list[Any]) -> dict[Any, int]:
    rows = db.session.execute(
        select(BudgetAdjustment.budget_id, func.sum(BudgetAdjustment.amount_cents))
        .where(BudgetAdjustment.budget_id.in_(budget_ids))
        .group_by(BudgetAdjustment.budget_id)
    )
    return {budget_id: int(cents) for budget_id, cents in rows}


def _sums_of(budget_ids: list[Any]) -> dict[Any, tuple[int, int]]:
    rows = db.session.execute(
        select(
            Service.budget_id,
            func.sum(case((Service.status.in_(SPENT), Service.total_cents), else_=0)),
            func.sum(case((Service.status.in_(PROMISED), Service.total_cents), else_=0)),
        )
        .where(Service.budget_id.in_(budget_ids))
        .group_by(Service.budget_id)
    )
    return {budget_id: (int(spent), int(committed)) for budget_id, spent, committed in rows}


def _days() -> Iterator[Difference]:
    summed = {
        on: (int(count), int(cents))
        for on, count, cents in db.session.execute(
            select(
                Service.service_on,
                func.sum(case((_IS_DELIVERED, 1), else_=0)),
                func.sum(Service.total_cents),
            )
            .where(Service.status.in_(SPENT))
            .group_by(Service.service_on)
        )
    }
    stored = {
        row.service_on: (row.services, row.spent_cents)
        for row in db.session.execute(
            select(DailyTotal.service_on, DailyTotal.services, DailyTotal.spent_cents)
        )
    }
    for on in sorted(summed.keys() | stored.keys()):
        if stored.get(on, (0, 0)) != summed.get(on, (0, 0)):
            yield Difference(
                "daily total", str(on), "services, spent_cents", stored.get(on), summed.get(on)
            )


def _organization() -> Iterator[Difference]:
    total = db.session.scalars(select(OrganizationTotal)).one_or_none()
    if total is None:
        yield Difference("organization", "all", "totals", "no row", "one row")
        return
    current = db.session.execute(
        select(
            func.coalesce(func.sum(Budget.allocated_cents), 0),
            func.coalesce(func.sum(Budget.committed_cents), 0),
            func.coalesce(func.sum(Budget.spent_cents), 0),
        ).where(Budget.is_current.is_(True))
    ).one()
    unclaimed = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Service.total_cents), 0)).where(
            or_(
                Service.status == ServiceStatus.COMPLETED,
                (Service.status == ServiceStatus.CANCELLED) & (Service.total_cents > 0),
            )
        )
    ).one()
    active = db.session.scalar(select(func.count()).where(Participant.status == "active"))
    columns = "allocated_cents committed_cents spent_cents unclaimed_services unclaimed_cents"
    summed = dict(zip(columns.split(), (*current, *unclaimed), strict=True))
    summed["active_participants"] = active or 0
    for column, value in summed.items():
        if getattr(total, column) != int(value):
            yield Difference(
                "organization", str(total.organization_id), column, getattr(total, column), value
            )
    yield from _not_rolled(total)


def _not_rolled(total: OrganizationTotal) -> Iterator[Difference]:
    """Compare the budgets marked current with those of the day that was rolled last.

    A schedule that stood still for longer than the night between two days is a difference
    too: what the panels sum is then of another day.
    """
    day = total.rolled_on
    today = clock.today(organizations.current().timezone)
    if (today - day).days > 1:
        yield Difference("organization", str(total.organization_id), "rolled_on", day, today)
    holds = and_(Budget.starts_on <= day, Budget.ends_on >= day)
    wrong = db.session.scalar(
        select(func.count(Budget.id)).where(
            or_(
                and_(Budget.is_current.is_(True), ~holds), and_(Budget.is_current.is_(False), holds)
            )
        )
    )
    if wrong:
        yield Difference("budgets", "all", "is_current", f"{wrong} wrong", "0 wrong")
