"""Plans and their budgets: added with a participant or after."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock
from caddy.actions import totals
from caddy.domain import funding
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.funding import Opening, Period, PeriodSums
from caddy.domain.ndis.categories import category_kind
from caddy.domain.participants import NewBudget, NewPlan, check_plan
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import (
    AlertType,
    Budget,
    BudgetAdjustment,
    BudgetAlert,
    FundingPeriod,
    Organization,
    Participant,
    Plan,
    User,
)
from caddy.queries import organizations
from caddy.transaction import before_commit, transaction

FIRST_REASON = "The plan as it was entered"


def add_plan(participant_id: UUID, plan: NewPlan, *, actor: Actor) -> UUID:
    """Add a later (or earlier) plan to a participant; plans of one person do not overlap."""
    with transaction(actor):
        participant = db.session.get(Participant, participant_id)
        if participant is None:
            raise NotFound("participant")
        if participant.erased_at is not None:
            raise Conflict("erased", "This participant is erased. Nothing of them can be changed.")
        return store_plan(participant_id, plan)


def store_plan(participant_id: UUID, plan: NewPlan) -> UUID:
    """Store a plan with its budgets and their alerts, inside an open transaction."""
    check_plan(plan)
    _refuse_overlap(participant_id, plan)
    _refuse_unknown_coordinator(plan.support_coordinator_id)
    organization = organizations.current()
    row = Plan(
        organization_id=organization.id,
        participant_id=participant_id,
        plan_number=plan.plan_number,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        review_on=plan.review_on,
        management=plan.management,
        plan_manager=plan.plan_manager,
        support_coordinator_id=plan.support_coordinator_id,
        is_core_pooled=plan.is_core_pooled,
        total_cents=sum(budget.allocated_cents for budget in plan.budgets),
        goals=list(plan.goals),
    )
    db.session.add(row)
    db.session.flush()  # the budgets name the plan
    live = _store_budgets(row, plan, organization)
    audit.record(
        Fact.PLAN_ADDED,
        row,
        changes={
            "participant_id": participant_id,
            "starts_on": plan.starts_on,
            "ends_on": plan.ends_on,
            "total_cents": row.total_cents,
        },
        live=live,
    )
    return row.id


def _store_budgets(plan: Plan, entered: NewPlan, organization: Organization) -> list[Topic]:
    today = clock.today(organization.timezone)
    budgets = {
        _budget(plan, line, periods, today): periods
        for line in entered.lines()
        for periods in [entered.periods_of(line)]
    }
    db.session.add_all(budgets)
    db.session.flush()  # what follows names its budget
    for budget, periods in budgets.items():
        db.session.add_all(_alerts(budget, organization))
        for period, cents in _released(budget.allocated_cents, periods):
            db.session.add(_adjustment(budget, period.starts_on, cents))
            if len(periods) > 1:
                db.session.add(_funding_period(budget, period, cents))
    if plan.starts_on <= today <= plan.ends_on:
        before_commit(lambda: totals.move_organization(allocated_cents=plan.total_cents))
    return [Topic("budget", budget.id, budget.version) for budget in budgets]


def _released(cents: int, periods: tuple[Period, ...]) -> list[tuple[Period, int]]:
    return list(zip(periods, funding.releases(cents, len(periods)), strict=True))


def _budget(plan: Plan, line: NewBudget, periods: tuple[Period, ...], today: date) -> Budget:
    released = _released(line.allocated_cents, periods)
    sums = [PeriodSums(one.starts_on, one.ends_on, cents, 0, 0) for one, cents in released]
    opening = funding.opening_on(sums, today)
    return Budget(
        organization_id=plan.organization_id,
        participant_id=plan.participant_id,
        plan_id=plan.id,
        category=category_kind(line.support_category),
        support_category=line.support_category,
        stated_for=line.stated_for,
        allocated_cents=line.allocated_cents,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        is_current=plan.starts_on <= today <= plan.ends_on,
        is_released_in_parts=len(periods) > 1,
        **opening_columns(opening, today),
    )


def opening_columns(opening: Opening, today: date) -> dict[str, object]:
    """Return the columns in which a budget keeps its funding period of a day."""
    return {
        "period_starts_on": opening.starts_on,
        "period_ends_on": opening.ends_on,
        "period_cents": opening.cents,
        "period_spent_cents": opening.spent_cents,
        "expected_basis_points": funding.expected_basis_points(
            opening.starts_on, opening.ends_on, today
        ),
    }


def _adjustment(budget: Budget, effective_on: date, cents: int) -> BudgetAdjustment:
    return BudgetAdjustment(
        organization_id=budget.organization_id,
        budget_id=budget.id,
        effective_on=effective_on,
        amount_cents=cents,
        reason=FIRST_REASON,
    )


def _funding_period(budget: Budget, period: Period, cents: int) -> FundingPeriod:
    return FundingPeriod(
        organization_id=budget.organization_id,
        budget_id=budget.id,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        released_cents=cents,
    )


def _alerts(budget: Budget, organization: Organization) -> list[BudgetAlert]:
    variance = organization.pace_variance_percent
    thresholds = {
        AlertType.WARNING: organization.alert_warning_percent,
        AlertType.CRITICAL: organization.alert_critical_percent,
        AlertType.PACE_OVER: variance,
        AlertType.PACE_UNDER: variance,
    }
    return [
        BudgetAlert(
            organization_id=organization.id,
            budget_id=budget.id,
            type=kind,
            threshold_percent=percent,
        )
        for kind, percent in thresholds.items()
    ]


def _refuse_overlap(participant_id: UUID, plan: NewPlan) -> None:
    other = db.session.execute(
        select(Plan.starts_on, Plan.ends_on)
        .where(Plan.participant_id == participant_id)
        .where(Plan.starts_on <= plan.ends_on, Plan.ends_on >= plan.starts_on)
        .limit(1)
    ).one_or_none()
    if other is not None:
        raise RuleBroken(
            "starts_on",
            "plans_overlap",
            f"Another plan already covers {other.starts_on:%-d %b %Y} to "
            f"{other.ends_on:%-d %b %Y}.",
        )


def _refuse_unknown_coordinator(user_id: UUID | None) -> None:
    if user_id is not None and db.session.get(User, user_id) is None:
        raise RuleBroken("support_coordinator_id", "unknown_user", "Choose someone from the list.")
