"""Plans and their budgets: added with a participant or after, and rolled on at midnight."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select, update

from caddy import audit, clock
from caddy.actions import totals
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.ndis.categories import category_kind
from caddy.domain.participants import NewPlan, check_plan
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import (
    AlertType,
    Budget,
    BudgetAlert,
    Organization,
    OrganizationTotal,
    Participant,
    Plan,
    User,
)
from caddy.queries import organizations
from caddy.transaction import before_commit, current_work, transaction

ROLLED_AT_ONCE = 500


def add_plan(participant_id: UUID, plan: NewPlan, *, actor: Actor) -> UUID:
    """Add a later (or earlier) plan to a participant; plans of one person do not overlap."""
    with transaction(actor):
        if db.session.get(Participant, participant_id) is None:
            raise NotFound("participant")
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
    is_current = plan.starts_on <= today <= plan.ends_on
    budgets = [
        Budget(
            organization_id=organization.id,
            participant_id=plan.participant_id,
            plan_id=plan.id,
            category=category_kind(new.support_category),
            support_category=new.support_category,
            allocated_cents=new.allocated_cents,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            is_current=is_current,
        )
        for new in entered.budgets
    ]
    db.session.add_all(budgets)
    db.session.flush()  # the alerts name their budgets
    for budget in budgets:
        db.session.add_all(_alerts(budget, organization))
    if is_current:
        before_commit(lambda: totals.move_organization(allocated_cents=plan.total_cents))
    return [Topic("budget", budget.id, budget.version) for budget in budgets]


def _alerts(budget: Budget, organization: Organization) -> list[BudgetAlert]:
    thresholds = {
        AlertType.WARNING: organization.alert_warning_percent,
        AlertType.CRITICAL: organization.alert_critical_percent,
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


def roll_plans(*, actor: Actor) -> int:
    """Decide anew which budgets are current today, and move the organization's sums along.

    Safe to run at any time and twice: it changes only what is not yet so. Returns how many
    budgets changed; the caller comes again while that is the whole batch.
    """
    with transaction(actor, unrecorded="no budget began or ended"):
        today = clock.today(organizations.current().timezone)
        due = list(
            db.session.scalars(
                select(Budget)
                .where(
                    or_(
                        Budget.is_current.is_(True) & (Budget.ends_on < today),
                        Budget.is_current.is_(True) & (Budget.starts_on > today),
                        Budget.is_current.is_(False)
                        & (Budget.starts_on <= today)
                        & (Budget.ends_on >= today),
                    )
                )
                .limit(ROLLED_AT_ONCE)
            )
        )
        for budget in due:
            _roll(budget)
        total = db.session.scalars(select(OrganizationTotal)).one()
        if len(due) < ROLLED_AT_ONCE:
            total.rolled_on = today
        if due:
            audit.record(
                Fact.PLANS_ROLLED,
                total,
                changes={"budgets": len(due), "today": today},
                live=[Topic("budget", budget.id, budget.version + 1) for budget in due],
            )
        return len(due)


def _roll(budget: Budget) -> None:
    """Flip one budget by a conditional update that reads the sums it moves in the same breath."""
    row = db.session.execute(
        update(Budget)
        .where(Budget.id == budget.id, Budget.is_current == budget.is_current)
        .values(
            is_current=~Budget.is_current,
            version=Budget.version + 1,
            updated_at=clock.now(),
            updated_by=current_work().actor.user_id,
        )
        .returning(
            Budget.is_current, Budget.allocated_cents, Budget.committed_cents, Budget.spent_cents
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return
    sign = 1 if row.is_current else -1
    totals.move_organization(
        allocated_cents=sign * row.allocated_cents,
        committed_cents=sign * row.committed_cents,
        spent_cents=sign * row.spent_cents,
    )
