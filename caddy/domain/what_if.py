"""What a budget can still carry: hours or units a week to the plan's end, and the inverse.

Exact whole numbers throughout; every answer is rounded once, and never in the budget's favour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from caddy.domain.budgets import days_left
from caddy.domain.errors import RuleBroken

MINUTES = 60  # an hour's parts: time is claimed by the exact minute (PAPL 2025-26)
QUARTER = 15
WEEK = 7


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """What the money carries: minutes a week, in quarter hours, and minutes in all."""

    days_left: int
    minutes_a_week: int
    total_minutes: int


@dataclass(frozen=True, slots=True)
class WeeklyUnits:
    """What the money carries: whole units a week, and whole units in all."""

    days_left: int
    units_a_week: int
    total_units: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a weekly amount ends: what it costs, and what is left, negative where it falls short.

    `runs_out_on` is the last day that the money covers; None where it lasts to the end.
    """

    days_left: int
    cost_cents: int
    left_cents: int
    runs_out_on: date | None


def hours_a_week(
    remaining_cents: int, hour_price_cents: int, *, today: date, ends_on: date
) -> WeeklyHours:
    """Return the hours a week that a budget can carry from tomorrow to the plan's last day.

    Weeks are exact: ten days are ten sevenths of one. Hours a week are rounded down to the
    quarter hour, the hours in all to the minute. Without a day left there is nothing to carry.

    >>> hours_a_week(1000_00, 50_00, today=date(2026, 11, 21), ends_on=date(2026, 12, 19))
    WeeklyHours(days_left=28, minutes_a_week=300, total_minutes=1200)
    """
    days = days_left(ends_on, today)
    a_week, total = _carried(remaining_cents, hour_price_cents, days, MINUTES)
    return WeeklyHours(days, a_week - a_week % QUARTER, total)


def units_a_week(
    remaining_cents: int, unit_price_cents: int, *, today: date, ends_on: date
) -> WeeklyUnits:
    """Return the whole units a week that a budget can carry to the plan's last day.

    >>> units_a_week(1000_00, 30_00, today=date(2026, 11, 21), ends_on=date(2026, 12, 19))
    WeeklyUnits(days_left=28, units_a_week=8, total_units=33)
    """
    days = days_left(ends_on, today)
    return WeeklyUnits(days, *_carried(remaining_cents, unit_price_cents, days, 1))


def outlook_for_hours(
    remaining_cents: int, hour_price_cents: int, minutes_a_week: int, *, today: date, ends_on: date
) -> Outlook:
    """Return how a number of minutes a week ends, spread evenly over the days to come.

    >>> outlook_for_hours(1000_00, 50_00, 420, today=date(2026, 11, 21), ends_on=date(2026, 12, 19))
    ... # doctest: +NORMALIZE_WHITESPACE
    Outlook(days_left=28, cost_cents=140000, left_cents=-40000,
            runs_out_on=datetime.date(2026, 12, 11))
    """
    return _outlook(remaining_cents, hour_price_cents * minutes_a_week, MINUTES, today, ends_on)


def outlook_for_units(
    remaining_cents: int, unit_price_cents: int, units_a_week: int, *, today: date, ends_on: date
) -> Outlook:
    """Return how a number of units a week ends, spread evenly over the days to come.

    >>> outlook_for_units(1000_00, 30_00, 8, today=date(2026, 11, 21), ends_on=date(2026, 12, 19))
    Outlook(days_left=28, cost_cents=96000, left_cents=4000, runs_out_on=None)
    """
    return _outlook(remaining_cents, unit_price_cents * units_a_week, 1, today, ends_on)


def _carried(remaining: int, unit_price: int, days: int, parts: int) -> tuple[int, int]:
    """Return the parts of a unit that are paid a week and in all, both rounded down."""
    if unit_price <= 0:
        raise RuleBroken("unit_price", "no_price", "Enter a price above zero.")
    if days == 0 or remaining <= 0:
        return 0, 0
    return remaining * parts * WEEK // (unit_price * days), remaining * parts // unit_price


def _outlook(remaining: int, weekly: int, parts: int, today: date, ends_on: date) -> Outlook:
    """Return the outlook for a weekly cost, given in parts of a cent."""
    if weekly <= 0:
        raise RuleBroken("quantity", "no_quantity", "Enter a price and an amount above zero.")
    days = days_left(ends_on, today)
    cost = -(-weekly * days // (parts * WEEK))  # up: a part of a cent short is short
    covered = max(0, remaining) * parts * WEEK // weekly
    return Outlook(
        days_left=days,
        cost_cents=cost,
        left_cents=remaining - cost,
        runs_out_on=today + timedelta(days=covered) if covered < days else None,
    )
