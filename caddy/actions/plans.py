"""Plans and their budgets: added with a participant or after."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock
from caddy.actions import shared_totals
from caddy.actions.plan_rows import PlanRows
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.participants import NewPlan, check_plan, plans_overlap
from caddy.extensions import db
from caddy.models import Participant, Plan, User
from caddy.queries import organizations
from caddy.transaction import transaction


def add_plan(participant_id: UUID, plan: NewPlan, *, actor: Actor) -> UUID:
    """Add a later (or earlier) plan to a participant; plans of one person do not overlap."""
    with transaction(actor):
        # Held, so that no two plans take the same days.
        participant = db.session.get(
            Participant, participant_id, with_for_update={"key_share": True}
        )
        if participant is None:
            raise NotFound("participant")
        if participant.erased_at is not None:
            raise Conflict("erased", "This participant is erased. Nothing of them can be changed.")
        return store_plan(participant_id, plan)


def store_plan(participant_id: UUID, plan: NewPlan) -> UUID:
    """Store a plan with its budgets and their alerts, inside an open transaction."""
    check_plan(plan)
    refuse_overlap(participant_id, plan.starts_on, plan.ends_on)
    refuse_unknown_coordinator(plan.support_coordinator_id)
    organization = organizations.current()
    rows = PlanRows(organization, clock.today(organization.timezone))
    plan_id, total = rows.add(participant_id, plan)
    live = rows.write()
    audit.record_many([plan_added(plan_id, participant_id, plan, total)], live=live)
    if rows.current_cents:
        shared_totals.move_organization(allocated_cents=rows.current_cents)
    return plan_id


def plan_added(
    plan_id: UUID, participant_id: UUID, plan: NewPlan, total_cents: int
) -> audit.Happened:
    """Return what the history says of a new plan."""
    return audit.Happened(
        Fact.PLAN_ADDED,
        Plan,
        plan_id,
        {
            "participant_id": participant_id,
            "starts_on": plan.starts_on,
            "ends_on": plan.ends_on,
            "total_cents": total_cents,
        },
    )


def refuse_overlap(
    participant_id: UUID, starts_on: date, ends_on: date, *, but: UUID | None = None
) -> None:
    """Refuse days that another plan of a participant has, `but` for the plan's own."""
    statement = (
        select(Plan.starts_on, Plan.ends_on)
        .where(Plan.participant_id == participant_id)
        .where(Plan.starts_on <= ends_on, Plan.ends_on >= starts_on)
        .limit(1)
    )
    other = db.session.execute(
        statement if but is None else statement.where(Plan.id != but)
    ).one_or_none()
    if other is not None:
        raise plans_overlap(other.starts_on, other.ends_on)


def refuse_unknown_coordinator(user_id: UUID | None) -> None:
    if user_id is not None and db.session.get(User, user_id) is None:
        raise RuleBroken("support_coordinator_id", "unknown_user", "Choose someone from the list.")
