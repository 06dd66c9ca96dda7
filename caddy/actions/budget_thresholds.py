"""One budget's own thresholds: from when its light changes, and its alerts are raised."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from caddy import audit, clock, queue
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import AlertType, Budget, BudgetAlert
from caddy.transaction import current_work, transaction

ALL = 100


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Percents. Without a light's two the budget has those of its organization."""

    amber_percent: int | None
    red_percent: int | None
    warning_percent: int
    critical_percent: int


def set_budget_thresholds(budget_id: UUID, wanted: Thresholds, *, actor: Actor) -> None:
    """Choose from which shares of this one budget its light and its alerts change."""
    _check(wanted)
    with transaction(actor):
        budget = db.session.get(Budget, budget_id)
        if budget is None:
            raise NotFound("budget")
        changes = {
            "light_amber_percent": (budget.light_amber_percent, wanted.amber_percent),
            "light_red_percent": (budget.light_red_percent, wanted.red_percent),
            **_set_alerts(budget, wanted),
        }
        version = db.session.scalars(
            update(Budget)
            .where(Budget.id == budget_id)
            .values(
                light_amber_percent=wanted.amber_percent,
                light_red_percent=wanted.red_percent,
                version=Budget.version + 1,
                updated_at=clock.now(),
                updated_by=current_work().actor.user_id,
            )
            .returning(Budget.version)
            .execution_options(synchronize_session=False)
        ).one()
        audit.record(
            Fact.BUDGET_THRESHOLDS_CHANGED,
            budget,
            changes=changes,
            live=[Topic("budget", budget_id, version)],
        )
        queue.later(queue.Job.CHECK_BUDGET, budget_id)


def _check(wanted: Thresholds) -> None:
    amber, red = wanted.amber_percent, wanted.red_percent
    if (amber is None) != (red is None):
        raise RuleBroken(
            "amber_percent" if amber is None else "red_percent",
            "one_threshold",
            "Enter both, or neither for the organization's own.",
        )
    if amber is not None and red is not None and not 0 < amber < red <= ALL:
        raise RuleBroken(
            "red_percent", "thresholds", "Amber comes before red, and both are between 1 and 100."
        )
    if not 0 < wanted.warning_percent < wanted.critical_percent <= ALL:
        raise RuleBroken(
            "critical_percent",
            "alert_thresholds",
            "The warning comes before the critical alert, and both are between 1 and 100.",
        )


def _set_alerts(budget: Budget, wanted: Thresholds) -> dict[str, tuple[int | None, int]]:
    percents = {
        AlertType.WARNING: wanted.warning_percent,
        AlertType.CRITICAL: wanted.critical_percent,
    }
    found = {
        alert.type: alert
        for alert in db.session.scalars(
            select(BudgetAlert)
            .where(BudgetAlert.budget_id == budget.id, BudgetAlert.type.in_(percents))
            .limit(len(percents))
        )
    }
    changes: dict[str, tuple[int | None, int]] = {}
    for kind, percent in percents.items():
        alert = found.get(kind)
        changes[f"alert_{kind}_percent"] = (alert.threshold_percent if alert else None, percent)
        if alert:
            alert.threshold_percent = percent
        else:
            db.session.add(
                BudgetAlert(
                    organization_id=budget.organization_id,
                    budget_id=budget.id,
                    type=kind,
                    threshold_percent=percent,
                )
            )
    return changes
