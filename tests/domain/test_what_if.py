"""What money carries a week: exact, never more than there is, and the same answer backwards."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.errors import RuleBroken
from caddy.domain.what_if import (
    Outlook,
    WeeklyHours,
    WeeklyUnits,
    hours_a_week,
    outlook_for_hours,
    outlook_for_units,
    units_a_week,
)

TODAY = date(2026, 11, 21)
MONEY = st.integers(-(10**9), 10**9)
PRICE = st.integers(1, 10**6)
DAYS = st.integers(-30, 800)
AMOUNT = st.integers(1, 10_000)


def ahead(days: int) -> dict[str, date]:
    return {"today": TODAY, "ends_on": TODAY + timedelta(days=days)}


@pytest.mark.parametrize(
    ("cents", "price", "days", "a_week", "total"),
    [
        (1000_00, 50_00, 28, 300, 1200),
        (1000_00, 50_00, 10, 840, 1200),  # ten days are ten sevenths of a week
        (1000_00, 50_00, 7, 1200, 1200),
        (1000_00, 50_00, 1, 8400, 1200),
        (999_99, 50_00, 28, 285, 1199),  # a cent short of five hours: down to the quarter
        (1000_00, 65_47, 28, 225, 916),
        (12_49, 50_00, 7, 0, 14),  # under a quarter of an hour a week
        (12_50, 50_00, 7, 15, 15),
        (0, 50_00, 28, 0, 0),
        (-1, 50_00, 28, 0, 0),
        (1000_00, 50_00, 0, 0, 0),  # the plan's last day
        (1000_00, 50_00, -3, 0, 0),  # the plan is over
    ],
)
def test_hours_are_rounded_down_to_the_quarter(cents, price, days, a_week, total):
    assert hours_a_week(cents, price, **ahead(days)) == WeeklyHours(max(0, days), a_week, total)


@pytest.mark.parametrize(
    ("cents", "price", "days", "a_week", "total"),
    [
        (1000_00, 30_00, 28, 8, 33),
        (240_00, 30_00, 28, 2, 8),
        (239_99, 30_00, 28, 1, 7),
        (29_99, 30_00, 28, 0, 0),
        (30_00, 30_00, 3, 2, 1),
        (0, 30_00, 28, 0, 0),
        (1000_00, 30_00, 0, 0, 0),
    ],
)
def test_units_are_whole(cents, price, days, a_week, total):
    assert units_a_week(cents, price, **ahead(days)) == WeeklyUnits(days, a_week, total)


@pytest.mark.parametrize(
    ("cents", "minutes", "days", "cost", "left", "lasts"),
    [
        (1000_00, 300, 28, 1000_00, 0, None),  # to the cent
        (999_99, 300, 28, 1000_00, -1, 27),
        (1000_00, 420, 28, 1400_00, -400_00, 20),
        (1000_00, 60, 10, 71_43, 928_57, None),  # 71.428..., rounded up
        (0, 60, 10, 71_43, -71_43, 0),
        (-5_00, 60, 10, 71_43, -76_43, 0),
        (1000_00, 60, 0, 0, 1000_00, None),
    ],
)
def test_an_amount_a_week_ends_like_this(cents, minutes, days, cost, left, lasts):
    last_day = None if lasts is None else TODAY + timedelta(days=lasts)
    found = outlook_for_hours(cents, 50_00, minutes, **ahead(days))
    assert found == Outlook(days, cost, left, last_day)


@pytest.mark.parametrize("ask", [hours_a_week, units_a_week])
@pytest.mark.parametrize("price", [0, -1])
def test_nothing_is_bought_for_nothing(ask, price):
    with pytest.raises(RuleBroken, match="price above zero") as caught:
        ask(1000_00, price, **ahead(28))
    assert caught.value.code == "no_price"


@pytest.mark.parametrize("ask", [outlook_for_hours, outlook_for_units])
@pytest.mark.parametrize(("price", "amount"), [(0, 60), (50_00, 0), (-1, 60), (50_00, -1)])
def test_an_outlook_needs_a_price_and_an_amount(ask, price, amount):
    with pytest.raises(RuleBroken, match="amount above zero") as caught:
        ask(1000_00, price, amount, **ahead(28))
    assert caught.value.code == "no_quantity"


@given(cents=MONEY, price=PRICE, days=DAYS)
def test_hours_are_the_most_quarters_that_the_money_pays_for(cents, price, days):
    found = hours_a_week(cents, price, **ahead(days))
    assert found.minutes_a_week % 15 == 0
    if found.days_left and cents > 0:
        weeks = Fraction(found.days_left, 7)
        assert Fraction(price, 60) * found.minutes_a_week * weeks <= cents
        assert Fraction(price, 60) * (found.minutes_a_week + 15) * weeks > cents
        assert Fraction(price, 60) * found.total_minutes <= cents
        assert Fraction(price, 60) * (found.total_minutes + 1) > cents
    else:
        assert (found.minutes_a_week, found.total_minutes) == (0, 0)


@given(cents=MONEY, price=PRICE, days=DAYS)
def test_units_are_the_most_that_the_money_pays_for(cents, price, days):
    found = units_a_week(cents, price, **ahead(days))
    if found.days_left and cents > 0:
        weeks = Fraction(found.days_left, 7)
        assert (
            price * found.units_a_week * weeks <= cents < price * (found.units_a_week + 1) * weeks
        )
        assert price * found.total_units <= cents < price * (found.total_units + 1)
    else:
        assert (found.units_a_week, found.total_units) == (0, 0)


@given(cents=st.integers(0, 10**9), price=PRICE, days=st.integers(1, 800))
def test_what_can_be_carried_lasts_and_a_quarter_more_does_not(cents, price, days):
    minutes = hours_a_week(cents, price, **ahead(days)).minutes_a_week
    if minutes:
        assert outlook_for_hours(cents, price, minutes, **ahead(days)).runs_out_on is None
    assert outlook_for_hours(cents, price, minutes + 15, **ahead(days)).runs_out_on is not None
    units = units_a_week(cents, price, **ahead(days)).units_a_week
    if units:
        assert outlook_for_units(cents, price, units, **ahead(days)).runs_out_on is None
    assert outlook_for_units(cents, price, units + 1, **ahead(days)).runs_out_on is not None


@given(cents=st.integers(0, 10**7), price=PRICE, amount=AMOUNT, days=DAYS, parts=st.booleans())
def test_money_that_runs_out_never_leaves_anything(cents, price, amount, days, parts):
    ask, unit = (outlook_for_hours, 60) if parts else (outlook_for_units, 1)
    found = ask(cents, price, amount, **ahead(days))
    exact = Fraction(price * amount * found.days_left, unit * 7)
    assert 0 <= found.cost_cents - exact < 1
    assert found.left_cents == cents - found.cost_cents
    assert (found.left_cents < 0) == (found.runs_out_on is not None)


def test_a_part_of_a_cent_too_little_is_too_little():
    """A day of one cent a week costs a seventh of a cent: nothing cannot pay for it."""
    assert outlook_for_units(0, 1, 1, **ahead(1)) == Outlook(1, 1, -1, TODAY)


@given(cents=MONEY, price=PRICE, amount=AMOUNT, days=DAYS)
def test_the_last_day_is_the_last_that_is_paid_for(cents, price, amount, days):
    found = outlook_for_units(cents, price, amount, **ahead(days))
    if found.runs_out_on is not None:
        covered = (found.runs_out_on - TODAY).days
        assert 0 <= covered < found.days_left
        paid = max(0, cents)
        assert Fraction(price * amount * covered, 7) <= paid
        assert Fraction(price * amount * (covered + 1), 7) > paid
