"""Counting business days: which day is the fifth after another. Reads no calendar itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

SATURDAY = 5

IsHoliday = Callable[[date], bool]


def business_days_after(day: date, count: int, is_holiday: IsHoliday) -> date:
    """Return the last of some business days, the day itself not counted.

    Weekends and public holidays do not count. `count` is at least 1.

    >>> christmas = {date(2026, 12, 25), date(2026, 12, 28)}
    >>> business_days_after(date(2026, 12, 23), 2, christmas.__contains__)
    datetime.date(2026, 12, 29)
    """
    found = 0
    while found < count:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and not is_holiday(day):
            found += 1
    return day
