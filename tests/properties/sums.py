"""What is always true of money, whatever was done: each sum, date and state beside the others."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from caddy.domain import funding
from caddy.domain.claims import SENT, LineStatus
from caddy.domain.funding import PeriodSums
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import Budget, Claim, ClaimLine, ClaimService, FundingPeriod, Plan, Service
from caddy.queries import checks

NEVER_BELOW_ZERO = (
    Budget.remaining_cents,
    Budget.period_spent_cents,
    FundingPeriod.released_cents,
    FundingPeriod.committed_cents,
    FundingPeriod.spent_cents,
    Service.total_cents,
    Claim.total_cents,
    ClaimLine.total_cents,
    ClaimLine.received_cents,
)


def agree(today):
    """Look at the organization in scope, as it is on a day to which its budgets were rolled."""
    assert list(checks.differences()) == []
    totals = db.session.execute(
        select(Plan.total_cents, func.sum(Budget.allocated_cents))
        .join(Budget, Budget.plan_id == Plan.id)
        .group_by(Plan.id)
    ).all()
    assert all(total == summed for total, summed in totals)
    least = [select(func.min(column)).scalar_subquery() for column in NEVER_BELOW_ZERO]
    found = db.session.execute(select(*least)).one()
    for column, cents in zip(NEVER_BELOW_ZERO, found, strict=True):
        assert cents is None or cents >= 0, column
    each_budget_stands_in_its_funding_period(today)
    each_service_lies_in_its_plan()
    claims_hold_what_is_billed()


def each_budget_stands_in_its_funding_period(today):
    """No period is overdrawn by its end; what a budget keeps of its period is today's."""
    periods = {}
    rows = db.session.scalars(select(FundingPeriod).order_by(FundingPeriod.starts_on))
    for one in rows:
        sums = (one.released_cents, one.committed_cents, one.spent_cents)
        period = PeriodSums(one.starts_on, one.ends_on, *sums)
        periods.setdefault(one.budget_id, []).append(period)
    for one in db.session.scalars(select(Budget)):
        sums = (one.allocated_cents, one.committed_cents, one.spent_cents)
        whole = [PeriodSums(one.starts_on, one.ends_on, *sums)]
        parts = periods.get(one.id, whole)
        assert (len(parts) > 1) == one.is_released_in_parts
        assert min(line.free_cents for line in funding.lines_of(parts)) >= 0
        assert sum(part.released_cents for part in parts) == one.allocated_cents
        opening = funding.opening_on(parts, today)
        assert (
            one.period_starts_on,
            one.period_ends_on,
            one.period_cents,
            one.period_spent_cents,
        ) == (opening.starts_on, opening.ends_on, opening.cents, opening.spent_cents)
        if one.is_current:
            assert one.expected_basis_points == funding.expected_basis_points(
                opening.starts_on, opening.ends_on, today
            )


def each_service_lies_in_its_plan():
    """What takes money lies within the dates of its budget, and its budget's are its plan's."""
    takes = or_(Service.status != ServiceStatus.CANCELLED, Service.total_cents > 0)
    outside = or_(
        ~Service.service_on.between(Budget.starts_on, Budget.ends_on),
        Budget.starts_on != Plan.starts_on,
        Budget.ends_on != Plan.ends_on,
        Plan.participant_id != Service.participant_id,
    )
    statement = (
        select(func.count(Service.id))
        .join(Budget, Budget.id == Service.budget_id)
        .join(Plan, Plan.id == Budget.plan_id)
    )
    assert db.session.scalar(statement.where(takes, outside)) == 0


def claims_hold_what_is_billed():
    """No service is in two live claims, and what is billed is what sent claims hold."""
    live = select(ClaimService.service_id).where(ClaimService.is_live.is_(True))
    held = db.session.scalars(live).all()
    assert len(held) == len(set(held))
    billed = select(func.coalesce(func.sum(Service.total_cents), 0))
    sent = select(func.coalesce(func.sum(ClaimLine.total_cents), 0)).join(
        Claim, Claim.id == ClaimLine.claim_id
    )
    closed = (LineStatus.REJECTED, LineStatus.CREDITED)
    assert db.session.scalar(billed.where(Service.status == "billed")) == db.session.scalar(
        sent.where(Claim.status.in_(SENT), ClaimLine.status.not_in(closed))
    )
