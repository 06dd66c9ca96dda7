"""How times of day are said in sentences: on pages, in refusals, on the command line."""

from __future__ import annotations

from datetime import datetime, time

NOON = 12


def show_time(value: time | datetime) -> str:
    """Return `3:30 pm`.

    >>> show_time(time(15, 30)), show_time(time(0, 5))
    ('3:30 pm', '12:05 am')
    """
    return f"{value.hour % NOON or NOON}:{value:%M} {'am' if value.hour < NOON else 'pm'}"


def say_time(value: time | datetime) -> str:
    """Return a time as a sentence has it: `8:00 pm`, but `midnight`, which reads as one day's end.

    >>> say_time(time(20)), say_time(time(0))
    ('8:00 pm', 'midnight')
    """
    return show_time(value) if value.hour or value.minute else "midnight"
