"""A budget's lines: few enough points, the days that matter kept, and sums that agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.burn_down import MOST_POINTS, BurnDown, Change, burn_down
from caddy.domain.errors import RuleBroken

STARTS = date(2026, 7, 1)
CENTS = st.integers(0, 10**8)


def day(number: int) -> date:
    """Return a day counted from the first of the period, which is 0."""
    return STARTS + timedelta(days=number)


def chart(changes, spent=(), committed=(), *, length=30, today=10) -> BurnDown:
    return burn_down(
        [Change(day(on), cents) for on, cents in changes],
        {day(on): cents for on, cents in dict(spent).items()},
        {day(on): cents for on, cents in dict(committed).items()},
        starts_on=STARTS,
        ends_on=day(length),
        today=day(today),
    )


def plain(points) -> list[tuple[int, int]]:
    return [((point.on - STARTS).days, point.cents) for point in points]


@st.composite
def asked(draw):
    """Return what a chart is asked for: today may be before the period, in it or after."""
    length = draw(st.one_of(st.just(0), st.integers(0, 130), st.integers(0, 1500)))
    on = st.integers(0, length)
    return {
        "changes": [
            (draw(st.integers(-20, length)), draw(CENTS)),
            *draw(
                st.lists(
                    st.tuples(st.integers(-20, length + 20), st.integers(-(10**6), 10**8)),
                    max_size=6,
                )
            ),
        ],
        "spent": draw(st.dictionaries(on, CENTS, max_size=8)),
        "committed": draw(st.dictionaries(on, CENTS, max_size=8)),
        "length": length,
        "today": draw(st.integers(-10, length + 10)),
    }


@given(asked())
def test_no_line_has_more_points_than_a_chart_can_show(ask):
    found = chart(**ask)
    for line in (found.allocated, found.ideal, found.actual, found.projection):
        assert len(line) <= MOST_POINTS
        days = [point.on for point in line]
        assert days == sorted(set(days))
        assert all(found.starts_on <= on <= found.ends_on for on in days)


@given(asked())
def test_the_first_day_today_and_the_last_are_kept(ask):
    found, length, today = chart(**ask), ask["length"], ask["today"]
    assert (found.allocated[0].on, found.allocated[-1].on) == (STARTS, day(length))
    assert (found.ideal[0].on, found.ideal[-1].on) == (STARTS, day(length))
    if today < 0:
        assert (found.actual, found.projection) == ((), ())
        return
    assert (found.actual[0].on, found.actual[-1].on) == (STARTS, day(min(today, length)))
    if today > length:
        assert found.projection == ()
        return
    assert found.projection[0] == found.actual[-1]
    assert day(today) in {point.on for point in found.ideal}
    assert {STARTS, day(today), day(length)} <= {row.on for row in found.rows}


@given(asked())
def test_every_point_is_the_sum_of_what_came_and_went(ask):
    """Counted another way: what is allocated and spent by each day is added up anew."""
    found = chart(**ask)
    first, later = ask["changes"][0][1], ask["changes"][1:]

    def came(until: int) -> int:
        return first + sum(cents for on, cents in later if max(on, 0) <= until)

    def went(until: int) -> int:
        return sum(cents for on, cents in ask["spent"].items() if on <= until)

    assert all(cents == came(on) for on, cents in plain(found.allocated))
    assert all(cents == came(on) - went(on) for on, cents in plain(found.actual))
    assert found.ideal[0].cents == (came(0) if ask["length"] else 0)
    assert found.ideal[-1].cents == 0
    for row in found.rows:
        number = (row.on - STARTS).days
        is_known = number <= ask["today"]
        assert row.allocated_cents == came(number)
        assert row.actual_cents == (came(number) - went(number) if is_known else None)


@given(asked())
def test_a_projection_ends_at_zero_or_with_the_period_or_was_below_already(ask):
    found = chart(**ask)
    if not found.projection:
        assert found.runs_out_on is None
        return
    last = found.projection[-1]
    if found.runs_out_on is None:
        assert last.on == found.ends_on
        assert last.cents >= 0
    elif found.runs_out_on < found.today:
        assert len(found.projection) == 1
        assert last.cents < 0
    else:
        assert last.cents == 0
        assert found.runs_out_on <= found.ends_on - timedelta(days=1)
    assert all(point.cents >= 0 for point in found.projection[1:])


@given(ask=asked(), more=st.integers(1, 10**8))
def test_promising_more_never_makes_money_last_longer(ask, more):
    before = chart(**ask)
    promised = {**ask["committed"], ask["length"]: ask["committed"].get(ask["length"], 0) + more}
    after = chart(**{**ask, "committed": promised})
    assert after.actual == before.actual
    if before.runs_out_on is not None:
        assert after.runs_out_on is not None
        assert after.runs_out_on <= before.runs_out_on


@given(asked())
def test_the_table_says_what_the_lines_show(ask):
    found = chart(**ask)
    rows = {row.on: row for row in found.rows}
    for point in found.actual:
        assert point.on not in rows or rows[point.on].actual_cents == point.cents
    for point in found.projection:
        assert point.on not in rows or rows[point.on].projected_cents == point.cents
    for point in found.ideal:
        assert point.on not in rows or rows[point.on].ideal_cents == point.cents
    if found.projection:
        assert found.projection[-1].on in rows


@pytest.mark.parametrize(
    ("spent", "committed", "end", "runs_out"),
    [
        ({0: 110_00}, {}, (30, 690_00), None),  # 10 dollars a day, 20 days
        ({0: 440_00}, {}, (24, 0), 24),  # 40 a day: 560 last 14 days, to the cent
        ({0: 451_00}, {}, (24, 0), 23),  # 41 a day: 549 last 13 days and a part
        ({}, {}, (30, 1000_00), None),  # nothing was spent
        ({}, {20: 400_00}, (30, 600_00), None),
        ({}, {20: 1000_00}, (30, 0), None),  # all of it, to the cent
        ({}, {20: 1000_01}, (20, 0), 19),
        (
            {0: 110_00},
            {5: 600_00},
            (30, 290_00),
            None,
        ),  # promised for a day that is gone: still due
        ({0: 110_00}, {30: 880_00}, (30, 10_00), None),  # the more of the two, not both
        ({0: 1000_00}, {}, (10, 0), 10),  # all of it is spent today
    ],
)
def test_a_projection_goes_on_at_the_rate_or_with_what_is_promised(spent, committed, end, runs_out):
    found = chart([(0, 1000_00)], spent, committed)
    assert plain(found.projection)[-1] == end
    assert found.runs_out_on == (None if runs_out is None else day(runs_out))


@pytest.mark.parametrize(
    ("changes", "spent", "today", "runs_out"),
    [
        ([(0, 100_00)], {4: 90_00, 6: 20_00}, 10, 5),
        ([(0, 100_00)], {0: 100_01}, 10, -1),  # on the very first day
        ([(0, 100_00)], {10: 100_01}, 10, 9),  # today
        ([(0, 100_00)], {4: 90_00, 6: 20_00}, 30, 5),  # seen on the last day
        ([(0, 100_00), (5, 50_00)], {4: 120_00, 8: 40_00}, 10, 7),  # saved once, and over again
        ([(0, 100_00), (10, -20_00)], {4: 90_00}, 10, 9),  # money was taken back
    ],
)
def test_overspent_money_ran_out_before_today(changes, spent, today, runs_out):
    found = chart(changes, spent, today=today)
    assert found.runs_out_on == day(runs_out)
    assert len(found.projection) == 1
    assert found.projection[0].cents < 0


def test_the_first_allocation_counts_from_the_first_day_and_a_release_from_its_own():
    found = chart([(12, 100_00), (15, 50_00), (-5, 1_00), (31, 7_00)])
    assert plain(found.allocated) == [(0, 101_00), (15, 151_00), (30, 151_00)]


def test_a_release_to_come_is_in_the_projection():
    found = chart([(0, 100_00), (20, 50_00)])
    assert plain(found.projection)[-1] == (30, 150_00)
    assert dict(plain(found.projection))[19] == 100_00


def test_many_releases_are_thinned_and_still_end_with_their_sum():
    found = chart([(number, 1_00) for number in range(400)], length=400, today=200)
    assert len(found.allocated) <= MOST_POINTS
    assert plain(found.allocated)[-1] == (400, 400_00)


def test_an_even_pace_goes_to_nothing_in_a_straight_line():
    assert plain(chart([(0, 3_00)], length=3, today=0).ideal) == [
        (0, 3_00),
        (1, 2_00),
        (2, 1_00),
        (3, 0),
    ]


@pytest.mark.parametrize(
    ("length", "numbers"),
    [
        (30, [0, 7, 10, 14, 21, 28, 30]),  # weeks, today and the end
        (92, [*range(0, 10, 7), 10, *range(14, 92, 7), 92]),
        (100, [0, 10, 31, 62, 92, 100]),  # firsts of a month
    ],
)
def test_a_table_has_weeks_or_months(length, numbers):
    found = chart([(0, 100_00)], length=length)
    assert [(row.on - STARTS).days for row in found.rows] == numbers


def test_a_period_of_one_day_has_a_chart():
    found = chart([(0, 100_00)], {0: 30_00}, length=0, today=0)
    assert plain(found.allocated) == [(0, 100_00)]
    assert plain(found.ideal) == [(0, 0)]
    assert plain(found.actual) == plain(found.projection) == [(0, 70_00)]
    assert found.runs_out_on is None
    assert len(found.rows) == 1


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(RuleBroken) as caught:
        chart([(0, 100_00)], length=-1)
    assert caught.value.field == "ends_on"


def test_without_any_money_the_lines_lie_at_zero():
    found = chart([])
    assert {point.cents for point in (*found.allocated, *found.ideal, *found.actual)} == {0}
    assert found.runs_out_on is None
