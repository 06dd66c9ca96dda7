"""A budget over its period as lines to draw: allocated, ideal, actual and projected.

Every value is in cents and stands for the end of its day. Knows nothing of how it is drawn.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from caddy.domain.budgets import burn_cents_per_day
from caddy.domain.errors import RuleBroken
from caddy.domain.money import divide_half_up

MOST_POINTS = 120
SHORT_PERIOD = 92  # days: a funding period of a quarter has a row for each week in its table
DAY = timedelta(days=1)
WEEK = 7


@dataclass(frozen=True, slots=True)
class Change:
    """Money that came to the budget, or left it, on a day: allocated, adjusted or released."""

    on: date
    cents: int


@dataclass(frozen=True, slots=True)
class Point:
    on: date
    cents: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table beside the chart. None: not known yet, or no longer projected."""

    on: date
    allocated_cents: int
    ideal_cents: int
    actual_cents: int | None
    projected_cents: int | None


@dataclass(frozen=True, slots=True)
class BurnDown:
    """The lines of a chart, each at most 120 points, and the rows of its table.

    `allocated` has a point where the sum changes, and the period's two ends. `runs_out_on` is
    the last day that the money covers, before today where it is overspent; None where it lasts
    to the end of the period.
    """

    starts_on: date
    ends_on: date
    today: date
    allocated: tuple[Point, ...]
    ideal: tuple[Point, ...]
    actual: tuple[Point, ...]
    projection: tuple[Point, ...]
    rows: tuple[Row, ...]
    burn_cents_per_day: int
    runs_out_on: date | None


class _Running:
    """Sums of dated amounts, up to the end of a day."""

    def __init__(self, amounts: Iterable[tuple[date, int]]) -> None:
        by_day: defaultdict[date, int] = defaultdict(int)
        for on, cents in amounts:
            by_day[on] += cents
        self.days = sorted(by_day)
        self._sums = list(accumulate(by_day[day] for day in self.days))

    def through(self, day: date) -> int:
        found = bisect_right(self.days, day)
        return self._sums[found - 1] if found else 0


def burn_down(
    changes: Sequence[Change],
    spent: Mapping[date, int],
    commitments: Mapping[date, int],
    *,
    starts_on: date,
    ends_on: date,
    today: date,
) -> BurnDown:
    """Return what a burn-down chart shows of one budget.

    The first change is the initial allocation and counts from the first day, whenever it was
    entered; a later release counts from its own day. The projection goes on at the burn rate
    so far, or with what is already committed by then where that is more, down to zero or to
    the end. Before the period begins there is neither an actual line nor a projection.

    >>> chart = burn_down(
    ...     [Change(date(2026, 7, 1), 1000_00)], {date(2026, 7, 2): 500_00}, {},
    ...     starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 31), today=date(2026, 7, 5))
    >>> [point.cents for point in chart.actual], chart.burn_cents_per_day, chart.runs_out_on
    ([100000, 50000, 50000, 50000, 50000], 10000, datetime.date(2026, 7, 10))
    """
    if ends_on < starts_on:
        raise RuleBroken("ends_on", "plan_period", "The period ends before it starts.")
    period = _Period(starts_on, ends_on, today)
    allocated = _Running(
        (starts_on if first else max(change.on, starts_on), change.cents)
        for first, change in ((place == 0, change) for place, change in enumerate(changes))
        if first or change.on <= ends_on
    )
    outgoing = _Running(spent.items())
    rate = burn_cents_per_day(outgoing.through(today), starts_on, ends_on, today)
    projection, runs_out_on = _project(period, allocated, outgoing, _Running(commitments.items()))
    actual = tuple(
        Point(day, allocated.through(day) - outgoing.through(day))
        for day in period.every_day(starts_on, min(today, ends_on))
    )
    return BurnDown(
        starts_on=starts_on,
        ends_on=ends_on,
        today=today,
        allocated=_steps(period, allocated),
        ideal=tuple(
            Point(day, period.ideal(allocated, day)) for day in period.sample((starts_on, ends_on))
        ),
        actual=period.thin(actual),
        projection=period.thin(projection),
        rows=_rows(period, allocated, actual, projection),
        burn_cents_per_day=rate,
        runs_out_on=runs_out_on,
    )


@dataclass(frozen=True, slots=True)
class _Period:
    starts_on: date
    ends_on: date
    today: date

    @property
    def length(self) -> int:
        return (self.ends_on - self.starts_on).days

    def every_day(self, first: date, last: date) -> Iterable[date]:
        return (first + DAY * number for number in range((last - first).days + 1))

    def step(self) -> int:
        """Return the days between points: one, or the fewest whole weeks that are few enough."""
        room = MOST_POINTS - 3  # the first, today and the last are kept besides
        if self.length <= room:
            return 1
        weeks = -(-self.length // (WEEK * room))
        return WEEK * weeks

    def is_kept(self, day: date) -> bool:
        return (day - self.starts_on).days % self.step() == 0 or day == self.today

    def sample(self, always: Iterable[date]) -> list[date]:
        days = self.every_day(self.starts_on, self.ends_on)
        kept = set(always)
        return [day for day in days if day in kept or self.is_kept(day)]

    def thin(self, points: Sequence[Point]) -> tuple[Point, ...]:
        ends = {points[0].on, points[-1].on} if points else set()
        return tuple(point for point in points if point.on in ends or self.is_kept(point.on))

    def ideal(self, allocated: _Running, day: date) -> int:
        whole = allocated.through(self.starts_on)
        # Of a single day there is nothing left at its end.
        return divide_half_up(whole * (self.ends_on - day).days, max(1, self.length))


def _project(
    period: _Period, allocated: _Running, outgoing: _Running, committed: _Running
) -> tuple[list[Point], date | None]:
    """Return the points from today down to zero or the end, and the last day that is covered."""
    today = period.today
    if not period.starts_on <= today <= period.ends_on:
        return [], None
    spent = outgoing.through(today)
    rate = burn_cents_per_day(spent, period.starts_on, period.ends_on, today)
    points = [Point(today, allocated.through(today) - spent)]
    if points[0].cents < 0:
        return points, _last_covered(period, allocated, outgoing)
    for day in period.every_day(today + DAY, period.ends_on):
        expected = max(rate * (day - today).days, committed.through(day))
        left = allocated.through(day) - spent - expected
        if left < 0:
            if points[-1].cents > 0:
                points.append(Point(day, 0))
            return points, day - DAY
        points.append(Point(day, left))
    return points, None


def _last_covered(period: _Period, allocated: _Running, outgoing: _Running) -> date:
    """Return the last day that an overspent budget covered, or the eve of the period."""
    day = period.today
    while day >= period.starts_on and allocated.through(day) < outgoing.through(day):
        day -= DAY
    return day


def _steps(period: _Period, allocated: _Running) -> tuple[Point, ...]:
    ends = {period.starts_on, period.ends_on}
    days = sorted(ends.union(allocated.days))
    if len(days) > MOST_POINTS:
        days = period.sample(ends)
    return tuple(Point(day, allocated.through(day)) for day in days)


def _rows(
    period: _Period, allocated: _Running, actual: Sequence[Point], projection: Sequence[Point]
) -> tuple[Row, ...]:
    """Return a row for each month, or each week of a short period, and for the days that matter."""
    known = {point.on: point.cents for point in actual}
    projected = {point.on: point.cents for point in projection}
    always = {period.starts_on, period.ends_on, period.today}
    always.update(point.on for point in projection[-1:])
    return tuple(
        Row(
            on=day,
            allocated_cents=allocated.through(day),
            ideal_cents=period.ideal(allocated, day),
            actual_cents=known.get(day),
            projected_cents=projected.get(day),
        )
        for day in period.every_day(period.starts_on, period.ends_on)
        if day in always or _has_row(period, day)
    )


def _has_row(period: _Period, day: date) -> bool:
    if period.length <= SHORT_PERIOD:
        return (day - period.starts_on).days % WEEK == 0
    return day.day == 1
