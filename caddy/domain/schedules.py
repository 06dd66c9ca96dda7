"""Weekly patterns of support: which days they fall on, how they are said, what is refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from caddy.domain.errors import RuleBroken
from caddy.domain.words import say_date, say_list, say_time

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORKING_WEEK = frozenset(range(5))
LONGEST_WEEKS = 53
MOST_OCCURRENCES = 400


@dataclass(frozen=True, slots=True)
class WeeklyPattern:
    """A support that recurs. Weekdays count from Monday, which is 0; both dates are included.

    Times are local. A pattern that ends at or before the time it starts ends the next day.
    """

    weekdays: frozenset[int]
    start: time
    end: time
    starts_on: date
    ends_on: date
    every_weeks: int = 1
    skips_holidays: bool = False

    @property
    def ends_next_day(self) -> bool:
        return self.end <= self.start


def check_pattern(pattern: WeeklyPattern) -> None:
    """Refuse a pattern that cannot be meant."""
    if not pattern.weekdays:
        raise RuleBroken("weekdays", "no_weekday", "Choose at least one day of the week.")
    if not pattern.weekdays <= set(range(7)):
        raise RuleBroken("weekdays", "unknown_weekday", "Choose days from Monday to Sunday.")
    if pattern.start == pattern.end:
        raise RuleBroken("end", "no_length", "The support ends at the minute it starts.")
    if pattern.ends_on < pattern.starts_on:
        raise RuleBroken("ends_on", "negative_period", "The last day is before the first day.")
    if (pattern.ends_on - pattern.starts_on).days >= LONGEST_WEEKS * 7:
        raise RuleBroken(
            "ends_on", "period_too_long", f"A pattern runs for {LONGEST_WEEKS} weeks at the most."
        )
    if not 1 <= pattern.every_weeks <= LONGEST_WEEKS:
        raise RuleBroken(
            "every_weeks", "unknown_rhythm", f"Choose every 1 to {LONGEST_WEEKS} weeks."
        )


def occurrences(pattern: WeeklyPattern, is_holiday: Callable[[date], bool]) -> list[date]:
    """Return the days on which a support of the pattern starts, in order.

    Weeks begin on Monday, and the week of the first day counts as the first. More than 400
    are refused, whoever forgot to check the pattern.

    >>> mondays = WeeklyPattern(
    ...     frozenset({0}), time(9), time(11), date(2026, 11, 18), date(2026, 12, 14),
    ...     every_weeks=2)
    >>> [day.isoformat() for day in occurrences(mondays, lambda day: False)]
    ['2026-11-30', '2026-12-14']
    """
    found: list[date] = []
    for day in _days(pattern):
        if pattern.skips_holidays and is_holiday(day):
            continue
        found.append(day)
        check_count(len(found))
    return found


def check_count(count: int) -> None:
    """Refuse more supports than are made at once: of a group each participant's count."""
    if count > MOST_OCCURRENCES:
        raise RuleBroken(
            "ends_on",
            "too_many_occurrences",
            f"This pattern makes more than {MOST_OCCURRENCES} supports. Choose an earlier "
            "last day or fewer days of the week.",
            {"most": MOST_OCCURRENCES},
        )


def day_moves(
    weekdays: Collection[int], wanted: Collection[int], before: date, after: date
) -> dict[int, int]:
    """Return by how many days the shifts of each weekday move, where they move at all.

    Either the weekdays become others, as many as before: those that stay keep their days, the
    rest go in order to the new ones of the same week. Or one shift goes to another date, and
    those of its weekday go with it. Without `wanted` the weekdays stay.

    >>> day_moves({0, 2}, {2, 4}, date(2026, 11, 23), date(2026, 11, 23))
    {0: 4}
    >>> day_moves({0, 2}, {0, 2}, date(2026, 11, 23), date(2026, 11, 24))
    {0: 1}
    """
    own, days = before.weekday(), (after - before).days
    moves = _weekday_moves(weekdays, wanted) if wanted else {}
    if not moves:
        return {own: days} if days else {}
    if days not in {0, moves.get(own, 0)}:
        raise RuleBroken(
            "service_on",
            "days_disagree",
            "The date and the days of the week do not agree: change only one of them.",
        )
    return moves


def _weekday_moves(before: Collection[int], after: Collection[int]) -> dict[int, int]:
    if len(set(before)) != len(set(after)):
        count = len(set(before))
        raise RuleBroken(
            "weekdays",
            "other_number_of_days",
            f"This support is on {count} day{'' if count == 1 else 's'} of the week: choose as "
            "many. For more or fewer, cancel these and plan new ones.",
        )
    gone, come = sorted(set(before) - set(after)), sorted(set(after) - set(before))
    return {old: new - old for old, new in zip(gone, come, strict=True)}


def describe(pattern: WeeklyPattern) -> str:
    """Return the pattern in words.

    >>> describe(WeeklyPattern(
    ...     frozenset({3, 0}), time(9), time(11), date(2026, 7, 1), date(2027, 6, 30),
    ...     skips_holidays=True))
    'Every Monday and Thursday, 9:00 am to 11:00 am, until 30 Jun 2027, not on public holidays'
    """
    hours = f"{say_time(pattern.start)} to {say_time(pattern.end)}"
    parts = [
        _rhythm(pattern),
        f"{hours} the next day" if pattern.ends_next_day else hours,
        f"until {say_date(pattern.ends_on)}",
    ]
    if pattern.skips_holidays:
        parts.append("not on public holidays")
    return ", ".join(parts)


def _rhythm(pattern: WeeklyPattern) -> str:
    days = say_list([WEEKDAY_NAMES[number] for number in sorted(pattern.weekdays)])
    if pattern.every_weeks > 1:
        return f"Every {pattern.every_weeks} weeks on {days}"
    if len(pattern.weekdays) == len(WEEKDAY_NAMES):
        return "Every day"
    return "Every weekday" if pattern.weekdays == WORKING_WEEK else f"Every {days}"


def _days(pattern: WeeklyPattern) -> Iterator[date]:
    monday = pattern.starts_on - timedelta(days=pattern.starts_on.weekday())
    for number in range((pattern.ends_on - pattern.starts_on).days + 1):
        day = pattern.starts_on + timedelta(days=number)
        is_on_week = (day - monday).days // 7 % pattern.every_weeks == 0
        if is_on_week and day.weekday() in pattern.weekdays:
            yield day
