"""Alerts on budgets: raised once when a threshold is passed, re-armed when it is not any more."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock
from caddy.domain import budgets as rules
from caddy.domain.actor import Actor
from caddy.domain.facts import Fact
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import Budget, BudgetAlert
from caddy.transaction import transaction


def check_budget(budget_id: UUID, *, actor: Actor) -> None:
    """Bring a budget's alerts in line with what is spent, and announce the budget again.

    The announcement makes up for one that was lost between a commit and Redis; panels
    that already show this version ignore it.
    """
    with transaction(actor, unrecorded="no threshold was crossed"):
        budget = db.session.get(Budget, budget_id)
        if budget is None:
            return
        topic = Topic("budget", budget.id, budget.version)
        for alert in db.session.scalars(
            select(BudgetAlert).where(BudgetAlert.budget_id == budget_id).limit(10)
        ):
            is_over = rules.is_over(
                budget.spent_cents, budget.allocated_cents, alert.threshold_percent
            )
            if is_over == alert.is_triggered:
                continue
            alert.is_triggered = is_over
            alert.triggered_at = clock.now() if is_over else None
            audit.record(
                Fact.BUDGET_ALERT_RAISED if is_over else Fact.BUDGET_ALERT_REARMED,
                alert,
                changes={"budget_id": budget_id, "threshold_percent": alert.threshold_percent},
            )
    audit.announce(actor.organization_id, [topic])
