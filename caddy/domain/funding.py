"""Funding periods: a budget that is released in parts, and what may be used of it by when.

Money that is not released yet cannot be spent; what a period leaves goes to the next one of
the same plan (NDIS funding periods).
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from caddy.domain.budgets import days_elapsed
from caddy.domain.claim_types import apportion
from caddy.domain.errors import RuleBroken
from caddy.domain.money import dollars
from caddy.domain.words import say_date

ALL = 10_000  # basis points
MOST_PERIODS = 60


class ReleasePattern(StrEnum):
    """How a plan releases its money."""

    AT_ONCE = "at_once"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    DATES = "dates"

    @property
    def label(self) -> str:
        return {
            "at_once": "All at once",
            "half_yearly": "Every six months",
            "dates": "On dates of its own",
        }.get(self.value, f"Every {self.value.removesuffix('ly')}")


_MONTHS = {
    ReleasePattern.MONTHLY: 1,
    ReleasePattern.QUARTERLY: 3,
    ReleasePattern.HALF_YEARLY: 6,
}


@dataclass(frozen=True, slots=True)
class Period:
    """Some days of a plan, both included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class PeriodSums:
    """A funding period with what it released and what services of its days take, in cents."""

    starts_on: date
    ends_on: date
    released_cents: int
    committed_cents: int
    spent_cents: int


@dataclass(frozen=True, slots=True)
class Opening:
    """The funding period of a day: what it began with and what was spent in it, in cents."""

    starts_on: date
    ends_on: date
    cents: int
    spent_cents: int


def periods_of(
    starts_on: date, ends_on: date, pattern: ReleasePattern, dates: Sequence[date] = ()
) -> tuple[Period, ...]:
    """Return the funding periods of a plan, one after another without a gap.

    >>> [str(one.starts_on) for one in periods_of(
    ...     date(2026, 1, 31), date(2026, 4, 30), ReleasePattern.MONTHLY)]
    ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']
    """
    starts = [starts_on]
    if pattern is ReleasePattern.DATES:
        starts += sorted(set(dates) - {starts_on})
        if not starts_on <= starts[-1] <= ends_on or starts[0] > min(starts):
            raise RuleBroken(
                "release_dates", "release_outside", "A release lies within the plan's dates."
            )
    elif pattern is not ReleasePattern.AT_ONCE:
        while (following := _months_after(starts_on, len(starts) * _MONTHS[pattern])) <= ends_on:
            starts.append(following)
    if len(starts) > MOST_PERIODS:
        raise RuleBroken(
            "release_dates", "too_many_releases", f"A plan has up to {MOST_PERIODS} releases."
        )
    ends = [start - timedelta(days=1) for start in starts[1:]] + [ends_on]
    return tuple(Period(*pair) for pair in zip(starts, ends, strict=True))


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def releases(cents: int, count: int) -> list[int]:
    """Return equal releases of an amount that sum to it to the cent.

    >>> releases(100_00, 3)
    [3334, 3333, 3333]
    """
    return apportion(cents, [1] * count)


def position_of(periods: Sequence[PeriodSums], on: date) -> int:
    """Return which of the periods holds a day; the nearest where none does."""
    for at, period in enumerate(periods):
        if on <= period.ends_on:
            return at
    return len(periods) - 1


def available_cents(periods: Sequence[PeriodSums], on: date) -> int:
    """Return what services of a day may still take.

    What they take is gone for every later period too, so that the tightest of those counts:
    by the end of no period may more be promised and spent than was released until then.

    >>> january = PeriodSums(date(2026, 1, 1), date(2026, 1, 31), 100_00, 0, 40_00)
    >>> february = PeriodSums(date(2026, 2, 1), date(2026, 2, 28), 100_00, 150_00, 0)
    >>> available_cents([january, february], date(2026, 1, 9))
    1000
    """
    first, free, least = position_of(periods, on), 0, None
    for at, period in enumerate(periods):
        free += period.released_cents - period.committed_cents - period.spent_cents
        if at >= first:
            least = free if least is None else min(least, free)
    return least or 0


def opening_on(periods: Sequence[PeriodSums], today: date) -> Opening:
    """Return the funding period of a day, with what earlier ones left to it."""
    at = position_of(periods, today)
    current = periods[at]
    carried = sum(one.released_cents - one.spent_cents for one in periods[:at])
    return Opening(
        current.starts_on, current.ends_on, carried + current.released_cents, current.spent_cents
    )


def expected_basis_points(starts_on: date, ends_on: date, today: date) -> int:
    """Return the share of a funding period that is gone, today included, of 10,000.

    >>> expected_basis_points(date(2026, 7, 1), date(2026, 7, 10), date(2026, 7, 4))
    4000
    """
    return days_elapsed(starts_on, ends_on, today) * ALL // ((ends_on - starts_on).days + 1)


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A funding period beside what earlier ones left to it and what it leaves, in cents."""

    period: PeriodSums
    carried_cents: int
    free_cents: int


def check_within(
    starts_on: date, ends_on: date, first: date | None, last: date | None, what: str
) -> None:
    """Refuse a plan's new dates that leave out a day which something of it lies on.

    >>> check_within(date(2026, 7, 1), date(2027, 6, 30), date(2026, 7, 1), None, "A service")
    """
    if first is not None and first < starts_on:
        raise RuleBroken(
            "starts_on",
            "dates_leave_out",
            f"{what} is on {say_date(first)}: the plan cannot start after that day.",
        )
    if last is not None and last > ends_on:
        raise RuleBroken(
            "ends_on",
            "dates_leave_out",
            f"{what} is on {say_date(last)}: the plan cannot end before that day.",
        )


def lines_of(periods: Sequence[PeriodSums]) -> list[PeriodLine]:
    """Return the periods with what goes from each to the next: neither spent nor promised.

    >>> january = PeriodSums(date(2026, 1, 1), date(2026, 1, 31), 100_00, 10_00, 40_00)
    >>> february = PeriodSums(date(2026, 2, 1), date(2026, 2, 28), 100_00, 0, 0)
    >>> [(line.carried_cents, line.free_cents) for line in lines_of([january, february])]
    [(0, 5000), (5000, 15000)]
    """
    found, carried = [], 0
    for one in periods:
        free = carried + one.released_cents - one.committed_cents - one.spent_cents
        found.append(PeriodLine(one, carried, free))
        carried = free
    return found


def not_released(
    budget_name: str, needed: int, available: int, periods: Sequence[PeriodSums], on: date
) -> RuleBroken:
    """Return the refusal of a service that needs money which is not released by then."""
    at = position_of(periods, on)
    following = periods[at + 1].starts_on if at + 1 < len(periods) else None
    more = f" The next part is released on {say_date(following)}." if following else ""
    return RuleBroken(
        "item_number",
        "not_released",
        f"This service costs {dollars(needed)}, but of {budget_name} only "
        f"{dollars(max(0, available))} is released and free until "
        f"{say_date(periods[at].ends_on)}.{more}",
        {"needed_cents": needed, "available_cents": available},
    )
