"""What a budget's numbers mean: lights, pace, burn rate, and when the money runs out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from caddy.domain.ndis.categories import CORE_POOL, CategoryKind, category_kind

ALL = 10_000  # basis points: all of it
FARTHEST = timedelta(days=36_500)
SETTLED_DAYS = 14  # of a funding period, until its own days say what is spent a day


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"

    @property
    def label(self) -> str:
        return {"green": "On track", "amber": "Watch", "red": "At risk"}[self.value]


class Pace(StrEnum):
    UNDER = "under"
    EVEN = "even"
    OVER = "over"

    @property
    def label(self) -> str:
        return {"under": "Underspending", "even": "On pace", "over": "Overspending"}[self.value]


class AlertType(StrEnum):
    """What an alert warns of: a share that is used, or a pace that is too fast or too slow."""

    WARNING = "warning"
    CRITICAL = "critical"
    PACE_OVER = "pace_over"
    PACE_UNDER = "pace_under"


def remaining(allocated: int, committed: int, spent: int) -> int:
    """Return what may still be promised or spent, in cents."""
    return allocated - committed - spent


def used_basis_points(spent: int, allocated: int) -> int:
    """Return the share that was spent, in hundredths of a percent, rounded down.

    >>> used_basis_points(600_00, 1000_00)
    6000
    """
    return spent * ALL // allocated if allocated else 0


def light_for(spent: int, allocated: int, amber_percent: int = 60, red_percent: int = 80) -> Light:
    """Return the traffic light: green up to the first threshold, amber up to the second.

    Compared without rounding: one cent over 80 % is red.

    >>> light_for(600_00, 1000_00), light_for(800_00, 1000_00), light_for(800_01, 1000_00)
    (<Light.GREEN: 'green'>, <Light.AMBER: 'amber'>, <Light.RED: 'red'>)
    """
    if spent * 100 > allocated * red_percent:
        return Light.RED
    return Light.AMBER if spent * 100 > allocated * amber_percent else Light.GREEN


def days_elapsed(starts_on: date, ends_on: date, today: date) -> int:
    """Return how many days of the period have begun, today included."""
    return max(0, min((today - starts_on).days + 1, (ends_on - starts_on).days + 1))


def days_left(ends_on: date, today: date) -> int:
    """Return how many days of the period are still to come after today."""
    return max(0, (ends_on - today).days)


def burn_cents_per_day(spent: int, starts_on: date, ends_on: date, today: date) -> int:
    """Return what was spent per day since the period began, rounded down to the cent.

    >>> burn_cents_per_day(1000_00, date(2026, 7, 1), date(2027, 6, 30), date(2026, 7, 10))
    10000
    """
    days = days_elapsed(starts_on, ends_on, today)
    return spent // days if days else 0


def runs_out_on(available: int, burn_per_day: int, today: date) -> date | None:
    """Return the last day that the money covers at this rate, or None where none is spent."""
    if burn_per_day <= 0:
        return None
    return today + min(timedelta(days=available // burn_per_day), FARTHEST)


def expected_basis_points(starts_on: date, ends_on: date, today: date) -> int:
    """Return the share of the period that is gone: what an even pace would have spent."""
    return days_elapsed(starts_on, ends_on, today) * ALL // ((ends_on - starts_on).days + 1)


def pace_for(used: int, expected: int, variance_basis_points: int = 1_500) -> Pace:
    """Compare the share of money used with the share of time gone.

    Both directions are risks: unspent funding can shrink the next plan.

    >>> pace_for(7000, 4000), pace_for(4000, 8000), pace_for(5000, 5500)
    (<Pace.OVER: 'over'>, <Pace.UNDER: 'under'>, <Pace.EVEN: 'even'>)
    """
    if used - expected > variance_basis_points:
        return Pace.OVER
    return Pace.UNDER if expected - used > variance_basis_points else Pace.EVEN


def is_passed(
    kind: AlertType, threshold_percent: int, spent: int, allocated: int, pace_basis_points: int
) -> bool:
    """Say whether an alert's threshold has been passed, compared without rounding.

    Of a pace the threshold is the variance that is allowed, in percent points.

    >>> is_passed(AlertType.WARNING, 75, 750_01, 1000_00, 0)
    True
    >>> is_passed(AlertType.PACE_UNDER, 15, 0, 1000_00, -1_500)
    False
    """
    if kind is AlertType.PACE_OVER:
        return pace_basis_points > threshold_percent * 100
    if kind is AlertType.PACE_UNDER:
        return pace_basis_points < -threshold_percent * 100
    return spent * 100 > allocated * threshold_percent


def carries(
    support_category: int, stated_for: str, item_number: str, categories: Collection[int]
) -> bool:
    """Say whether a budget may pay for an item that belongs to some support categories.

    Core money that is pooled pays for any core item; a budget stated for an item for it alone.

    >>> carries(0, "", "01_011_0107_1_1", {1}), carries(15, "", "01_011_0107_1_1", {1})
    (True, False)
    """
    if stated_for not in {"", "*"}:
        return stated_for == item_number
    if support_category == CORE_POOL:
        return CategoryKind.CORE in {category_kind(category) for category in categories}
    return support_category in categories
