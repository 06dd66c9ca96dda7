"""Money that tests put where no page puts it yet: promised services, budgets of a kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.actions import totals
from caddy.actions.participants import add_participant
from caddy.domain.actor import Actor
from caddy.domain.participants import NewBudget
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import Budget, Service, SupportItem
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world

ITEM = "01_011_0107_1_1"


def one_with(
    people: world.World, number: str, *budgets: NewBudget, first: str = "Nia", **plan: Any
) -> UUID:
    """Add a participant with a plan that began 100 days ago."""
    wanted = replace(world.plan(people.today), budgets=budgets, **plan)
    with scope(people.acacia.id):
        return add_participant(world.profile(first, "New", number), wanted, actor=people.alice)


def budget_of(participant_id: UUID, category: int = 1) -> UUID:
    """Return a participant's budget. Needs a scope."""
    return db.session.scalars(
        select(Budget.id).where(
            Budget.participant_id == participant_id, Budget.support_category == category
        )
    ).one()


def service(actor: Actor, budget_id: UUID, on: date, cents: int, status: ServiceStatus) -> UUID:
    """Store a service of some cents and move its money, as the actions do. Needs a scope."""
    with transaction(actor, unrecorded="a test"):
        totals.move(budget_id, on, totals.taken(status, cents))
        began = clock.now() - timedelta(hours=2)
        row = Service(
            organization_id=actor.organization_id,
            participant_id=db.session.get_one(Budget, budget_id).participant_id,
            budget_id=budget_id,
            support_worker_id=actor.user_id,
            support_item_id=db.session.scalars(
                select(SupportItem.id).where(SupportItem.item_number == ITEM).limit(1)
            ).one(),
            item_number=ITEM,
            item_name="Assistance",
            service_on=on,
            start_time=time(9),
            end_time=time(10),
            started_at=began,
            ended_at=began + timedelta(hours=1),
            duration_minutes=60,
            unit_price_cents=cents,
            total_cents=cents,
            notes="A test.",
            status=status,
            fee_percent=100 if status is ServiceStatus.CANCELLED else None,
        )
        db.session.add(row)
        db.session.flush()
        return row.id
