"""The rows of one demo budget: its funding period, its first adjustment, its alerts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from caddy.domain.budgets import AlertType, is_passed, used_basis_points
from caddy.domain.funding import expected_basis_points
from caddy.domain.ndis.categories import category_kind

PACE = 15
ALERTS = {
    AlertType.WARNING: 75,
    AlertType.CRITICAL: 90,
    AlertType.PACE_OVER: PACE,
    AlertType.PACE_UNDER: PACE,
}


def budget_rows(
    owner: dict[str, UUID],
    budget_id: UUID,
    money: tuple[int, int, int],
    days: tuple[date, date],
    instant: datetime,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield table and row, parents first. `money` is category, allocated and spent cents."""
    category, allocated, spent = money
    starts_on, ends_on = days
    expected = expected_basis_points(starts_on, ends_on, instant.date())
    yield (
        "budgets",
        {
            "id": budget_id,
            **owner,
            "category": category_kind(category),
            "support_category": category,
            "stated_for": "",
            "allocated_cents": allocated,
            "spent_cents": spent,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "is_current": True,
            "is_released_in_parts": False,
            "period_starts_on": starts_on,
            "period_ends_on": ends_on,
            "period_cents": allocated,
            "period_spent_cents": spent,
            "expected_basis_points": expected,
        },
    )
    within = {"organization_id": owner["organization_id"], "budget_id": budget_id}
    yield (
        "budget_adjustments",
        {
            **within,
            "effective_on": starts_on,
            "amount_cents": allocated,
            "reason": "The plan as it was entered",
        },
    )
    pace = used_basis_points(spent, allocated) - expected
    for kind, percent in ALERTS.items():
        is_over = is_passed(kind, percent, spent, allocated, pace)
        yield (
            "budget_alerts",
            {
                **within,
                "type": kind,
                "threshold_percent": percent,
                "is_triggered": is_over,
                "triggered_at": instant if is_over else None,
                "period_starts_on": starts_on if is_over else None,
            },
        )
