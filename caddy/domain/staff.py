"""What is recorded of staff: qualifications, hours of the week, leave; and what is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from caddy.domain.errors import RuleBroken
from caddy.domain.qualifications import VALID_YEARS, QualificationKind, usual_expiry
from caddy.domain.words import say_date, say_time

SOON = timedelta(days=60)
LONGEST_LEAVE = timedelta(days=2 * 366)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Standing(StrEnum):
    """How a qualification stands on a day."""

    MISSING = "missing"
    LAPSED = "lapsed"
    ENDS_SOON = "ends_soon"
    VALID = "valid"

    @property
    def label(self) -> str:
        return {"missing": "Not recorded", "ends_soon": "Ends soon"}.get(
            self.value, self.value.capitalize()
        )


def standing(
    kind: QualificationKind, *, is_held: bool, expires_on: date | None, today: date
) -> Standing:
    """Return how a qualification stands: the last 60 days are soon.

    >>> standing(QualificationKind.FIRST_AID, is_held=True, expires_on=date(2026, 3, 1),
    ...          today=date(2026, 3, 1)).label
    'Ends soon'
    """
    if not is_held or (expires_on is None and kind in VALID_YEARS):
        return Standing.MISSING
    if expires_on is None or not kind.does_expire:
        return Standing.VALID
    if expires_on < today:
        return Standing.LAPSED
    return Standing.ENDS_SOON if expires_on - today < SOON else Standing.VALID


@dataclass(frozen=True, slots=True)
class QualificationEntry:
    """A qualification as it is read off its document."""

    kind: QualificationKind
    number: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None


def checked_qualification(entry: QualificationEntry, today: date) -> QualificationEntry:
    """Return the entry with the end that the scheme gives it, or refuse what cannot be right.

    >>> checked_qualification(QualificationEntry(
    ...     QualificationKind.WORKER_SCREENING, issued_on=date(2024, 5, 1)), date(2026, 1, 1)
    ... ).expires_on
    datetime.date(2029, 5, 1)
    """
    issued_on, expires_on = entry.issued_on, entry.expires_on
    if issued_on is not None and issued_on > today:
        raise RuleBroken("issued_on", "issued_in_future", "The day of issue is in the future.")
    if not entry.kind.does_expire:
        return QualificationEntry(entry.kind, entry.number, issued_on)
    if expires_on is None and issued_on is not None:
        expires_on = usual_expiry(entry.kind, issued_on)
    if expires_on is None and entry.kind in VALID_YEARS:
        raise RuleBroken(
            "expires_on", "no_expiry", "Enter the day of issue, or the day on which it ends."
        )
    if issued_on is not None and expires_on is not None and expires_on < issued_on:
        raise RuleBroken("expires_on", "expiry_before_issue", "It ends before it was issued.")
    return QualificationEntry(entry.kind, entry.number, issued_on, expires_on)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a weekday (0 Monday), in local time, in which someone can be rostered."""

    weekday: int
    start_time: time
    end_time: time

    def __str__(self) -> str:
        day = WEEKDAYS[self.weekday]
        return f"{day}, {say_time(self.start_time)} to {say_time(self.end_time)}"


def check_window(window: Window, others: Iterable[Window]) -> None:
    """Refuse hours that end before they start, or that are recorded already."""
    if not 0 <= window.weekday < len(WEEKDAYS):
        raise RuleBroken("weekday", "unknown_weekday", "Choose a day of the week.")
    if window.end_time <= window.start_time:
        raise RuleBroken("end_time", "window_period", "The hours end before they start.")
    for other in others:
        is_same_day = other.weekday == window.weekday
        if is_same_day and other.start_time < window.end_time > window.start_time < other.end_time:
            raise RuleBroken("start_time", "windows_overlap", f"{other} is recorded already.")


@dataclass(frozen=True, slots=True)
class Leave:
    """Days on which someone is away, both included."""

    starts_on: date
    ends_on: date
    reason: str | None = None


def check_leave(leave: Leave, others: Iterable[Leave]) -> None:
    """Refuse days that end before they start, that are too many, or that are leave already."""
    if leave.ends_on < leave.starts_on:
        raise RuleBroken("ends_on", "leave_period", "The leave ends before it starts.")
    if leave.ends_on - leave.starts_on > LONGEST_LEAVE:
        raise RuleBroken("ends_on", "leave_too_long", "Check the year: this is over two years.")
    for other in others:
        if other.starts_on <= leave.ends_on and leave.starts_on <= other.ends_on:
            raise RuleBroken(
                "starts_on",
                "leave_overlaps",
                f"{say_date(other.starts_on)} to {say_date(other.ends_on)} is leave already.",
            )
