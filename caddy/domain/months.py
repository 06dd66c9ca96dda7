"""A month as a calendar shows it: whole weeks, Monday first."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Month:
    """`weeks` are rows of seven days; None where a day is of another month."""

    first: date
    weeks: tuple[tuple[date | None, ...], ...]


def month_of(day: date) -> Month:
    """Return the month that a day is in.

    >>> [week[0] for week in month_of(date(2026, 2, 5)).weeks]
    [None, datetime.date(2026, 2, 2), datetime.date(2026, 2, 9), datetime.date(2026, 2, 16), \
datetime.date(2026, 2, 23)]
    """
    rows = Calendar().monthdayscalendar(day.year, day.month)
    weeks = tuple(
        tuple(date(day.year, day.month, number) if number else None for number in row)
        for row in rows
    )
    return Month(day.replace(day=1), weeks)
