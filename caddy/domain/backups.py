"""Which backups there should be: their names, when one is due, and which are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

_NAME = re.compile(r"caddy-(\d{4}-\d{2}-\d{2})\.backup\.zip")
PATIENCE = timedelta(hours=3)  # from when one was begun until it counts as missing


def file_name(day: date) -> str:
    """Return the name of a day's backup.

    >>> file_name(date(2026, 11, 21))
    'caddy-2026-11-21.backup.zip'
    """
    return f"caddy-{day.isoformat()}.backup.zip"


def day_of(name: str) -> date | None:
    """Return the day of a backup by its name; None of any other file, which is left alone."""
    found = _NAME.fullmatch(name)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def due_on(now: datetime, hour: int) -> date:
    """Return the latest local day whose backup should have been begun by a local moment."""
    return now.date() if now.hour >= hour else now.date() - timedelta(days=1)


def kept(days: Iterable[date], daily: int, weekly: int, monthly: int) -> set[date]:
    """Return which days' backups are kept: the last ones, and the newest of each week and month.

    >>> days = [date(2026, 11, 21) - timedelta(days=ago) for ago in range(400)]
    >>> len(kept(days, daily=7, weekly=0, monthly=0)), len(kept(days, 1, weekly=5, monthly=12))
    (7, 16)
    """
    newest_first = sorted(set(days), reverse=True)
    return {
        *newest_first[:daily],
        *_newest(newest_first, weekly, lambda day: day.isocalendar()[:2]),
        *_newest(newest_first, monthly, lambda day: (day.year, day.month)),
    }


def _newest(
    newest_first: list[date], most: int, of: Callable[[date], tuple[int, int]]
) -> list[date]:
    """Return the newest day of each of the last weeks or months that have one."""
    found: dict[tuple[int, int], date] = {}
    for day in newest_first:
        found.setdefault(of(day), day)
    return list(found.values())[:most]
