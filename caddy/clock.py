"""The only reading of the clock and the calendar: what time it is, and which days are holidays.

Everything else is told, or asks here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

STATE_ZONES = {
    "ACT": "Australia/Sydney",
    "NSW": "Australia/Sydney",
    "NT": "Australia/Darwin",
    "QLD": "Australia/Brisbane",
    "SA": "Australia/Adelaide",
    "TAS": "Australia/Hobart",
    "VIC": "Australia/Melbourne",
    "WA": "Australia/Perth",
}


def now() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """Return the local day in a time zone such as `Australia/Perth`.

    Money and deadlines are counted in the organization's own days, never in UTC's.
    """
    return datetime.now(ZoneInfo(zone)).date()


def local(instant: datetime, zone: str) -> datetime:
    """Return an instant as the wall clock of a time zone shows it."""
    return instant.astimezone(ZoneInfo(zone))


def end_of(day: date, zone: str) -> datetime:
    """Return the instant at which a local day is over."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def public_holiday(day: date, state: str | None) -> str | None:
    """Return the name of the public holiday that a day is in a state, or None.

    Without a state only the holidays of all states count. Days on which only the evening is a
    holiday do not: the scheme's public holidays run midnight to midnight (PAPL 2025-26).
    """
    return _holidays(state, day.year).get(day)


def holidays_in(state: str) -> Callable[[date], bool]:
    """Return what says whether a day is a public holiday; of no state, only those of all count."""
    known = state if state in STATE_ZONES else None
    return lambda day: public_holiday(day, known) is not None


@lru_cache(maxsize=200)
def _holidays(state: str | None, year: int) -> dict[date, str]:
    """Return a year's public holidays; the package takes a tenth of a second for each year."""
    if state is not None and state not in STATE_ZONES:
        raise ValueError(f"{state!r} is no state of Australia")
    import holidays

    return dict(holidays.country_holidays("AU", subdiv=state, years=year, language="en_AU"))
