"""Alerts on budgets: raised once when a threshold is passed, re-armed when it is not any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock
from caddy.actions.notifications import notify
from caddy.domain import budgets as rules
from caddy.domain.actor import Actor
from caddy.domain.budgets import AlertType
from caddy.domain.emails import EmailTemplate
from caddy.domain.facts import Fact
from caddy.domain.money import dollars
from caddy.domain.ndis.categories import category_name
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import Budget, BudgetAlert, Participant
from caddy.queries import organizations
from caddy.queries.alerts import people_to_tell
from caddy.transaction import transaction

TEMPLATES = {
    AlertType.WARNING: EmailTemplate.BUDGET_ALERT,
    AlertType.CRITICAL: EmailTemplate.BUDGET_ALERT,
    AlertType.PACE_OVER: EmailTemplate.PACE_ALERT,
    AlertType.PACE_UNDER: EmailTemplate.UNDERSPENDING,
}


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
        # Held until the end: of two checks at once the second finds what the first has done.
        for alert in db.session.scalars(
            select(BudgetAlert)
            .where(BudgetAlert.budget_id == budget_id)
            .order_by(BudgetAlert.id)
            .limit(10)
            .with_for_update()
        ).all():
            _check(budget, alert)
    audit.announce(actor.organization_id, [topic])


def _check(budget: Budget, alert: BudgetAlert) -> None:
    """Raise an alert once in each funding period; arm it again below its threshold."""
    is_over = budget.is_current and rules.is_passed(
        alert.type,
        alert.threshold_percent,
        budget.spent_cents,
        budget.allocated_cents,
        budget.pace_basis_points,
    )
    is_of_this_period = alert.period_starts_on in {None, budget.period_starts_on}
    if alert.is_triggered and (not is_over or not is_of_this_period):
        alert.is_triggered, alert.triggered_at, alert.period_starts_on = False, None, None
        _record(Fact.BUDGET_ALERT_REARMED, budget, alert)
    if is_over and not alert.is_triggered:
        alert.is_triggered, alert.triggered_at = True, clock.now()
        alert.period_starts_on = budget.period_starts_on
        _record(Fact.BUDGET_ALERT_RAISED, budget, alert)
        _tell(budget, alert)


def _record(fact: Fact, budget: Budget, alert: BudgetAlert) -> None:
    changes = {
        "budget_id": budget.id,
        "type": alert.type.value,
        "threshold_percent": alert.threshold_percent,
    }
    audit.record(fact, alert, changes=changes, participant_id=budget.participant_id)


def _tell(budget: Budget, alert: BudgetAlert) -> None:
    """Tell the participant's coordinator and those who asked for it, once for this occasion."""
    participant = db.session.get_one(Participant, budget.participant_id)
    context = _context(budget, alert, participant.preferred_name or participant.first_name)
    title, body = _words(alert, context)
    assert alert.triggered_at is not None  # noqa: S101 - it was raised just now
    notify(
        people_to_tell(budget.participant_id, budget.plan_id),
        kind=f"budget_{alert.type.value}",
        title=title,
        body=body,
        link=f"/participants/{budget.participant_id}",
        subject=budget,
        dedupe_key=f"alert:{alert.id}:{alert.triggered_at.isoformat()}",
        email_template=TEMPLATES[alert.type],
        context=context,
    )


def _context(budget: Budget, alert: BudgetAlert, first_name: str) -> dict[str, Any]:
    today = clock.today(organizations.current().timezone)
    burn = rules.burn_cents_per_day(budget.spent_cents, budget.starts_on, budget.ends_on, today)
    last = rules.runs_out_on(budget.remaining_cents, burn, today) or budget.ends_on
    return {
        "participant_first_name": first_name,
        "budget_name": category_name(budget.support_category),
        "threshold_percent": alert.threshold_percent,
        "percent_used": budget.used_basis_points // 100,
        "percent_of_time": budget.expected_basis_points // 100,
        "allocated_cents": budget.allocated_cents,
        "spent_cents": budget.spent_cents,
        "remaining_cents": budget.remaining_cents,
        "runs_out_on": min(last, budget.ends_on),
        "ends_on": budget.ends_on,
    }


def _words(alert: BudgetAlert, told: dict[str, Any]) -> tuple[str, str]:
    """Return what the notification says: a title, and a sentence with the amounts."""
    name = f"{told['participant_first_name']}: {told['budget_name']}"
    remains = f"{dollars(told['remaining_cents'])} of {dollars(told['allocated_cents'])} remains."
    if alert.type is AlertType.PACE_OVER:
        return f"{name} is spent too fast", f"{told['percent_used']} % is spent. {remains}"
    if alert.type is AlertType.PACE_UNDER:
        return f"{name} is spent slowly", f"Only {told['percent_used']} % is spent. {remains}"
    passed = f"It has passed its alert at {told['threshold_percent']} %."
    return f"{name} is {told['percent_used']} % used", f"{passed} {remains}"
