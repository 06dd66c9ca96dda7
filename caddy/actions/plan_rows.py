"""What a plan is stored as: itself, its budgets, and all that a new budget begins with.

The only place, for a plan that someone enters and for thousands that a file brings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from caddy.columns import new_id
from caddy.domain import funding
from caddy.domain.funding import Opening, Period, PeriodSums
from caddy.domain.ndis.categories import category_kind
from caddy.domain.participants import NewBudget, NewPlan
from caddy.events import Topic
from caddy.models import (
    AlertType,
    Budget,
    BudgetAdjustment,
    BudgetAlert,
    FundingPeriod,
    Organization,
    Plan,
)
from caddy.transaction import add_many

FIRST_REASON = "The plan as it was entered"
Row = dict[str, Any]


@dataclass(slots=True)
class PlanRows:
    """Rows of some plans, gathered and then written table by table."""

    organization: Organization
    today: date
    reason: str = FIRST_REASON
    plans: list[Row] = field(default_factory=list)
    budgets: list[Row] = field(default_factory=list)
    alerts: list[Row] = field(default_factory=list)
    adjustments: list[Row] = field(default_factory=list)
    periods: list[Row] = field(default_factory=list)
    current_cents: int = 0  # of the plans that hold today, for the organization's sums

    def add(self, participant_id: UUID, plan: NewPlan) -> tuple[UUID, int]:
        """Gather a plan with its budgets; return its id and what it allocates, in cents."""
        plan_id = new_id()
        total = sum(budget.allocated_cents for budget in plan.budgets)
        self.plans.append(
            {
                "id": plan_id,
                "participant_id": participant_id,
                "plan_number": plan.plan_number,
                "starts_on": plan.starts_on,
                "ends_on": plan.ends_on,
                "review_on": plan.review_on,
                "management": plan.management,
                "plan_manager": plan.plan_manager,
                "support_coordinator_id": plan.support_coordinator_id,
                "is_core_pooled": plan.is_core_pooled,
                "total_cents": total,
                "goals": list(plan.goals),
            }
        )
        for line in plan.lines():
            self.add_budget(participant_id, plan_id, plan, line)
        return plan_id, total

    def add_budget(
        self, participant_id: UUID, plan_id: UUID, plan: NewPlan, line: NewBudget
    ) -> None:
        """Gather one budget of a plan, released as the plan says."""
        budget_id = new_id()
        periods = plan.periods_of(line)
        released = list(
            zip(periods, funding.releases(line.allocated_cents, len(periods)), strict=True)
        )
        is_current = plan.starts_on <= self.today <= plan.ends_on
        self.current_cents += line.allocated_cents if is_current else 0
        self.budgets.append(
            {
                "id": budget_id,
                "participant_id": participant_id,
                "plan_id": plan_id,
                "category": category_kind(line.support_category),
                "support_category": line.support_category,
                "stated_for": line.stated_for,
                "allocated_cents": line.allocated_cents,
                "starts_on": plan.starts_on,
                "ends_on": plan.ends_on,
                "is_current": is_current,
                "is_released_in_parts": len(periods) > 1,
                **_opened(released, self.today),
            }
        )
        self.alerts += _alerts(budget_id, self.organization)
        for period, cents in released:
            self.adjustments.append(
                {
                    "budget_id": budget_id,
                    "effective_on": period.starts_on,
                    "amount_cents": cents,
                    "reason": self.reason,
                }
            )
            if len(periods) > 1:
                self.periods.append(
                    {
                        "budget_id": budget_id,
                        "starts_on": period.starts_on,
                        "ends_on": period.ends_on,
                        "released_cents": cents,
                    }
                )

    def write(self) -> list[Topic]:
        """Write what was gathered, in the open transaction; return what panels show of it."""
        for model, rows in (
            (Plan, self.plans),
            (Budget, self.budgets),
            (BudgetAlert, self.alerts),
            (BudgetAdjustment, self.adjustments),
            (FundingPeriod, self.periods),
        ):
            add_many(model, rows)
        return [Topic("budget", row["id"], 1) for row in self.budgets]


def _opened(released: list[tuple[Period, int]], today: date) -> Row:
    sums = [PeriodSums(one.starts_on, one.ends_on, cents, 0, 0) for one, cents in released]
    return opening_columns(funding.opening_on(sums, today), today)


def opening_columns(opening: Opening, today: date) -> Row:
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


def _alerts(budget_id: UUID, organization: Organization) -> list[Row]:
    variance = organization.pace_variance_percent
    thresholds = {
        AlertType.WARNING: organization.alert_warning_percent,
        AlertType.CRITICAL: organization.alert_critical_percent,
        AlertType.PACE_OVER: variance,
        AlertType.PACE_UNDER: variance,
    }
    return [
        {"budget_id": budget_id, "type": kind, "threshold_percent": percent}
        for kind, percent in thresholds.items()
    ]
