"""Weekly patterns: their days, their words, and what cannot be meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.errors import RuleBroken
from caddy.domain.schedules import (
    MOST_OCCURRENCES,
    WeeklyPattern,
    check_pattern,
    day_moves,
    describe,
    occurrences,
)

# 18 November 2026 is a Wednesday.
PATTERN = WeeklyPattern(
    frozenset({0, 3}), time(9), time(11), date(2026, 11, 18), date(2026, 12, 18)
)
EVERY_DAY = frozenset(range(7))


def never(day: date) -> bool:
    return False


def days(pattern: WeeklyPattern, is_holiday=never) -> list[str]:
    return [f"{day:%d %b}" for day in occurrences(pattern, is_holiday)]


@st.composite
def patterns(draw):
    starts = draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    return WeeklyPattern(
        draw(st.frozensets(st.integers(0, 6), min_size=1)),
        time(9),
        time(11),
        starts,
        starts + timedelta(days=draw(st.integers(0, 370))),
        every_weeks=draw(st.integers(1, 53)),
        skips_holidays=draw(st.booleans()),
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"weekdays": frozenset({0})},
            ["23 Nov", "30 Nov", "07 Dec", "14 Dec"],
        ),
        (
            {"every_weeks": 2},  # the week of the 18th is the first, though its Monday is past
            ["19 Nov", "30 Nov", "03 Dec", "14 Dec", "17 Dec"],
        ),
        (
            {"every_weeks": 3, "weekdays": frozenset({6})},
            ["22 Nov", "13 Dec"],
        ),
        ({"ends_on": date(2026, 11, 18)}, []),  # a Wednesday only
        ({"weekdays": frozenset({2}), "ends_on": date(2026, 11, 18)}, ["18 Nov"]),
        ({"weekdays": frozenset({2, 4}), "ends_on": date(2026, 11, 20)}, ["18 Nov", "20 Nov"]),
        ({"every_weeks": 53}, ["19 Nov"]),
    ],
)
def test_a_pattern_falls_on_these_days(changes, expected):
    assert days(replace(PATTERN, **changes)) == expected


@pytest.mark.parametrize(("skips", "has_it"), [(True, False), (False, True)])
def test_a_holiday_is_skipped_where_that_was_asked_for(skips, has_it):
    pattern = replace(PATTERN, skips_holidays=skips)
    found = occurrences(pattern, lambda day: day == date(2026, 12, 3))
    assert (date(2026, 12, 3) in found) is has_it
    assert date(2026, 12, 7) in found


def test_a_skipped_week_does_not_move_the_rhythm():
    pattern = replace(PATTERN, weekdays=frozenset({0}), every_weeks=2, skips_holidays=True)
    assert days(pattern, lambda day: day == date(2026, 11, 30)) == ["14 Dec"]


@given(pattern=patterns(), holidays=st.frozensets(st.integers(0, 370), max_size=20))
def test_the_days_are_those_that_the_pattern_says_and_no_others(pattern, holidays):
    """Counted another way: every day of the period is asked on its own."""
    closed = {pattern.starts_on + timedelta(days=number) for number in holidays}
    found = occurrences(pattern, closed.__contains__)
    year_week = pattern.starts_on.toordinal() - pattern.starts_on.weekday()
    expected = []
    day = pattern.starts_on
    while day <= pattern.ends_on:
        weeks = (day.toordinal() - day.weekday() - year_week) // 7
        is_open = not (pattern.skips_holidays and day in closed)
        if day.weekday() in pattern.weekdays and weeks % pattern.every_weeks == 0 and is_open:
            expected.append(day)
        day += timedelta(days=1)
    assert found == expected


@given(pattern=patterns())
def test_a_pattern_that_was_checked_is_never_too_many(pattern):
    check_pattern(pattern)
    assert len(occurrences(pattern, never)) <= MOST_OCCURRENCES


@pytest.mark.parametrize(("extra", "is_refused"), [(0, False), (1, True)])
def test_more_than_four_hundred_are_refused_even_unchecked(extra, is_refused):
    last = PATTERN.starts_on + timedelta(days=MOST_OCCURRENCES - 1 + extra)
    pattern = replace(PATTERN, weekdays=EVERY_DAY, ends_on=last)
    if is_refused:
        with pytest.raises(RuleBroken, match="more than 400 supports") as caught:
            occurrences(pattern, never)
        assert caught.value.details == {"most": 400}
    else:
        assert len(occurrences(pattern, never)) == MOST_OCCURRENCES


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"weekdays": frozenset()}, "weekdays", "no_weekday"),
        ({"weekdays": frozenset({0, 7})}, "weekdays", "unknown_weekday"),
        ({"weekdays": frozenset({-1})}, "weekdays", "unknown_weekday"),
        ({"end": time(9)}, "end", "no_length"),
        ({"ends_on": date(2026, 11, 17)}, "ends_on", "negative_period"),
        ({"ends_on": date(2027, 11, 24)}, "ends_on", "period_too_long"),
        ({"every_weeks": 0}, "every_weeks", "unknown_rhythm"),
        ({"every_weeks": -1}, "every_weeks", "unknown_rhythm"),
        ({"every_weeks": 54}, "every_weeks", "unknown_rhythm"),
    ],
)
def test_a_pattern_that_cannot_be_meant_is_refused(changes, field, code):
    with pytest.raises(RuleBroken) as caught:
        check_pattern(replace(PATTERN, **changes))
    assert (caught.value.field, caught.value.code) == (field, code)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ends_on": date(2026, 11, 18)},  # a single day
        {"ends_on": date(2027, 11, 23)},  # 53 weeks to the day
        {"start": time(22), "end": time(6)},
        {"every_weeks": 53},
        {"weekdays": EVERY_DAY},
    ],
)
def test_the_edges_of_what_can_be_meant_are_not_refused(changes):
    check_pattern(replace(PATTERN, **changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Every Monday and Thursday, 9:00 am to 11:00 am, until 18 Dec 2026"),
        (
            {"every_weeks": 2, "weekdays": frozenset({6, 2, 4})},
            "Every 2 weeks on Wednesday, Friday and Sunday, 9:00 am to 11:00 am, until 18 Dec 2026",
        ),
        (
            {"weekdays": frozenset(range(5)), "skips_holidays": True},
            "Every weekday, 9:00 am to 11:00 am, until 18 Dec 2026, not on public holidays",
        ),
        (
            {"weekdays": EVERY_DAY, "start": time(22), "end": time(6)},
            "Every day, 10:00 pm to 6:00 am the next day, until 18 Dec 2026",
        ),
        (
            {"weekdays": frozenset({5}), "start": time(20), "end": time(0)},
            "Every Saturday, 8:00 pm to 12:00 am the next day, until 18 Dec 2026",
        ),
    ],
)
def test_a_pattern_is_said_in_words(changes, said):
    assert describe(replace(PATTERN, **changes)) == said


MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("before", "wanted", "on", "moves"),
    [
        ({0}, {0}, MONDAY, {}),
        ({0}, set(), MONDAY, {}),
        ({0}, {3}, MONDAY, {0: 3}),
        ({0, 2}, {2, 3}, MONDAY, {0: 3}),  # Wednesday stays
        ({1, 4}, {0, 6}, MONDAY, {1: -1, 4: 2}),
        ({0, 2}, {0, 2}, MONDAY + timedelta(days=8), {0: 8}),
        ({0}, {1}, MONDAY + timedelta(days=1), {0: 1}),  # said twice
    ],
)
def test_days_of_the_week_move_together(before, wanted, on, moves):
    assert day_moves(before, wanted, MONDAY, on) == moves


@pytest.mark.parametrize(
    ("wanted", "on", "field"),
    [({0, 1}, MONDAY, "weekdays"), ({2}, MONDAY + timedelta(days=1), "service_on")],
)
def test_days_of_the_week_that_cannot_be_meant_are_refused(wanted, on, field):
    with pytest.raises(RuleBroken) as caught:
        day_moves({0}, wanted, MONDAY, on)
    assert caught.value.field == field
