"""The only reading of the clock. Everything else is told what time it is, or asks here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


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
