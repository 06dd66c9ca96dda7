"""How dates, times and lists are said in a sentence. Pages and refusals say them alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

NOON = 12
LONG_PERIOD = 400  # days: on a longer axis a date is a month and a year


def _refuse_stored(value: date | time) -> None:
    """Refuse an instant as it is stored: in UTC half of every Australian day is another day."""
    if isinstance(value, datetime) and value.tzinfo is UTC:
        raise ValueError("an instant has no day and no hour by itself: say where, with `local`")


def say_date(value: date) -> str:
    """Return a date as people write it; raise ValueError for an instant as it is stored.

    >>> say_date(date(2026, 11, 21)), say_date(date(2026, 7, 1))
    ('21 Nov 2026', '1 Jul 2026')
    """
    _refuse_stored(value)
    return f"{value.day} {value:%b %Y}"


def say_day(value: date) -> str:
    """Return a date without its year, for an axis.

    >>> say_day(date(2026, 11, 21))
    '21 Nov'
    """
    return f"{value.day} {value:%b}"


def say_on_axis(value: date, length: int) -> str:
    """Return a date as the axis of a period of `length` days names it.

    >>> say_on_axis(date(2026, 11, 21), 365), say_on_axis(date(2026, 11, 21), 730)
    ('21 Nov', 'Nov 2026')
    """
    return f"{value:%b %Y}" if length > LONG_PERIOD else say_day(value)


def say_time(value: time | datetime) -> str:
    """Return a time of the day on the clock of twelve hours; raise ValueError for an instant.

    >>> [say_time(time(hour, 30)) for hour in (0, 9, 12, 15)]
    ['12:30 am', '9:30 am', '12:30 pm', '3:30 pm']
    """
    _refuse_stored(value)
    return f"{value.hour % NOON or NOON}:{value:%M} {'am' if value.hour < NOON else 'pm'}"


def say_edge(value: time | datetime) -> str:
    """Return when something begins or ends: a time, but `midnight`, which reads as one day's end.

    >>> say_edge(time(20)), say_edge(time(0))
    ('8:00 pm', 'midnight')
    """
    return say_time(value) if value.hour or value.minute else "midnight"


def say_minutes(minutes: int) -> str:
    """Return a length of time.

    >>> say_minutes(90), say_minutes(120), say_minutes(20)
    ('1 h 30 min', '2 h', '20 min')
    """
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours:,} h {rest} min" if rest else f"{hours:,} h"


def say_list(words: Sequence[str]) -> str:
    """Return words joined as in a sentence.

    >>> say_list(["Monday"]), say_list(["Monday", "Thursday"]), say_list(["one", "two", "three"])
    ('Monday', 'Monday and Thursday', 'one, two and three')
    """
    if len(words) < 2:  # noqa: PLR2004 - one word needs no "and"
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
