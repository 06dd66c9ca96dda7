"""Funding periods: what is released when, what may be used of it, what goes on to the next."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.errors import RuleBroken
from caddy.domain.funding import (
    PeriodSums,
    ReleasePattern,
    available_cents,
    opening_on,
    periods_of,
    releases,
)

STARTS, ENDS = date(2026, 7, 1), date(2027, 6, 30)


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        (ReleasePattern.AT_ONCE, 1),
        (ReleasePattern.MONTHLY, 12),
        (ReleasePattern.QUARTERLY, 4),
        (ReleasePattern.HALF_YEARLY, 2),
    ],
)
def test_a_plan_is_released_in_periods_without_a_gap(pattern, count):
    """General: a plan may release its money in parts."""
    periods = periods_of(STARTS, ENDS, pattern)
    assert len(periods) == count
    assert (periods[0].starts_on, periods[-1].ends_on) == (STARTS, ENDS)
    for one, following in itertools.pairwise(periods):
        assert following.starts_on == one.ends_on + timedelta(days=1)


def test_dates_of_its_own_may_come_in_any_order_and_hold_the_start_too():
    """General: as the plan's own dates say."""
    dates = [date(2027, 1, 15), STARTS, date(2026, 9, 1)]
    starts = [one.starts_on for one in periods_of(STARTS, ENDS, ReleasePattern.DATES, dates)]
    assert starts == [STARTS, date(2026, 9, 1), date(2027, 1, 15)]


@pytest.mark.parametrize("day", [date(2026, 6, 30), date(2027, 7, 1)])
def test_a_release_outside_the_plan_is_refused(day):
    """General: a plan releases its own money only."""
    with pytest.raises(RuleBroken, match="within the plan"):
        periods_of(STARTS, ENDS, ReleasePattern.DATES, [day])


@given(cents=st.integers(0, 10**10), count=st.integers(1, 60))
def test_releases_sum_to_the_cent_and_differ_by_one_at_most(cents, count):
    """General: nothing of the plan's money is lost."""
    parts = releases(cents, count)
    assert sum(parts) == cents
    assert max(parts) - min(parts) <= 1


QUARTERS = [
    PeriodSums(date(2026, 7, 1), date(2026, 9, 30), 100_00, 0, 60_00),
    PeriodSums(date(2026, 10, 1), date(2026, 12, 31), 100_00, 20_00, 50_00),
    PeriodSums(date(2027, 1, 1), date(2027, 3, 31), 100_00, 0, 0),
]


@pytest.mark.parametrize(
    ("on", "cents"),
    [
        (date(2026, 8, 1), 40_00),  # of the first quarter's own 100 dollars 60 are spent
        (date(2026, 11, 1), 70_00),  # 40 were left over; 70 of 140 are taken
        (date(2027, 2, 1), 170_00),
    ],
)
def test_what_a_period_leaves_goes_to_the_next(on, cents):
    """General: what is not released cannot be spent, what is unspent rolls on."""
    assert available_cents(QUARTERS, on) == cents


def test_an_earlier_service_cannot_take_what_a_later_one_was_promised():
    """General: follows from that unspent money rolls on."""
    later = [QUARTERS[0], PeriodSums(date(2026, 10, 1), date(2026, 12, 31), 100_00, 135_00, 0)]
    assert available_cents(later, date(2026, 8, 1)) == 5_00


def test_a_period_begins_with_its_release_and_what_was_left():
    """General: unspent money rolls into the next period of the same plan."""
    opening = opening_on(QUARTERS, date(2026, 11, 1))
    assert (opening.starts_on, opening.cents, opening.spent_cents) == (
        date(2026, 10, 1),
        140_00,
        50_00,
    )
