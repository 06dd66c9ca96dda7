"""Whom an alert is told, and which budgets' alerts are not what their numbers say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from caddy.domain.budgets import AlertType
from caddy.domain.people import UserStatus
from caddy.domain.permissions import Role
from caddy.extensions import db
from caddy.models import (
    Budget,
    BudgetAlert,
    Participant,
    ParticipantWatcher,
    Plan,
    Service,
    User,
)

MOST_TOLD = 100
MOST_LISTED = 20
MOST_PLANS = 1_000


def people_to_tell(participant_id: UUID, plan_id: UUID) -> Sequence[User]:
    """Return the plan's coordinator and those who asked to be told.

    Where a plan names no coordinator, all coordinators are told: an alert must reach someone.
    """
    own = select(Plan.support_coordinator_id).where(Plan.id == plan_id).scalar_subquery()
    watching = select(ParticipantWatcher.user_id).where(
        ParticipantWatcher.participant_id == participant_id
    )
    active = select(User).where(User.status == UserStatus.ACTIVE).order_by(User.id).limit(MOST_TOLD)
    found = db.session.scalars(active.where(or_(User.id == own, User.id.in_(watching)))).all()
    has_coordinator = db.session.scalar(
        select(Plan.support_coordinator_id)
        .join(User, User.id == Plan.support_coordinator_id)
        .where(Plan.id == plan_id, User.status == UserStatus.ACTIVE)
    )
    if has_coordinator:
        return found
    others = db.session.scalars(active.where(User.role == Role.COORDINATOR)).all()
    return sorted({*found, *others}, key=lambda one: one.id)


def people_of_roles(roles: Sequence[Role]) -> Sequence[User]:
    return db.session.scalars(
        select(User)
        .where(User.status == UserStatus.ACTIVE, User.role.in_(roles))
        .order_by(User.id)
        .limit(MOST_TOLD)
    ).all()


def budgets_to_check(after: UUID | None, limit: int) -> list[UUID]:
    """Return current budgets of which an alert is not what the numbers say, by id."""
    passed = case(
        (BudgetAlert.type == AlertType.PACE_OVER, _pace() > BudgetAlert.threshold_percent * 100),
        (BudgetAlert.type == AlertType.PACE_UNDER, _pace() < BudgetAlert.threshold_percent * -100),
        else_=Budget.spent_cents * 100 > Budget.allocated_cents * BudgetAlert.threshold_percent,
    )
    is_old = and_(
        BudgetAlert.is_triggered.is_(True), BudgetAlert.period_starts_on != Budget.period_starts_on
    )
    statement = (
        select(Budget.id)
        .distinct()
        .join(BudgetAlert, BudgetAlert.budget_id == Budget.id)
        .where(Budget.is_current.is_(True))
        .where(or_(passed != BudgetAlert.is_triggered, is_old))
        .order_by(Budget.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement.where(Budget.id > after) if after else statement))


def _pace() -> Any:
    return Budget.pace_basis_points


def alerts_raised_since(instant: Any) -> list[Any]:
    """Return the budgets whose alerts were raised lately, the most used first."""
    return list(
        db.session.execute(
            select(
                Budget.id,
                Budget.participant_id,
                func.coalesce(Participant.preferred_name, Participant.first_name).label(
                    "first_name"
                ),
                Budget.support_category,
                Budget.used_basis_points,
                Budget.remaining_cents,
            )
            .distinct()
            .join(BudgetAlert, BudgetAlert.budget_id == Budget.id)
            .join(Participant, Participant.id == Budget.participant_id)
            .where(BudgetAlert.is_triggered.is_(True), BudgetAlert.triggered_at >= instant)
            .order_by(Budget.used_basis_points.desc(), Budget.id)
            .limit(MOST_LISTED)
        )
    )


def plans_ending(today: date, within_days: int, limit: int = MOST_PLANS) -> list[Any]:
    """Return plans that end soon and have no plan after them, the first to end first."""
    later = aliased(Plan)
    has_next = (
        select(later.id)
        .where(later.participant_id == Plan.participant_id, later.starts_on > Plan.ends_on)
        .exists()
    )
    return list(
        db.session.execute(
            select(
                Plan.id,
                Plan.participant_id,
                Plan.ends_on,
                func.coalesce(Participant.preferred_name, Participant.first_name).label(
                    "first_name"
                ),
            )
            .join(Participant, Participant.id == Plan.participant_id)
            .where(Participant.status == "active")
            .where(Plan.ends_on >= today, Plan.ends_on <= today + timedelta(days=within_days))
            .where(~has_next)
            .order_by(Plan.ends_on, Plan.id)
            .limit(limit)
        )
    )


def budget_sums_of_plan(plan_id: UUID) -> tuple[int, int]:
    """Return what a plan's budgets hold and what remains of it, in cents."""
    row = db.session.execute(
        select(
            func.coalesce(func.sum(Budget.allocated_cents), 0),
            func.coalesce(func.sum(Budget.remaining_cents), 0),
        ).where(Budget.plan_id == plan_id)
    ).one()
    return int(row[0]), int(row[1])


def delivered_on(day: date) -> tuple[int, int, int]:
    """Return how many services a day had, their minutes and their cents."""
    row = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Service.duration_minutes), 0),
            func.coalesce(func.sum(Service.total_cents), 0),
        ).where(Service.service_on == day, Service.status.in_(["completed", "billed"]))
    ).one()
    return int(row[0]), int(row[1]), int(row[2])
