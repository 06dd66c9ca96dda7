"""Every figure of the scheme's rules that the main job uses, with its source."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain import budgets, services
from caddy.domain.budgets import Light
from caddy.domain.errors import RuleBroken
from caddy.domain.money import divide_half_up, dollars, parse_cents, parse_exact_cents
from caddy.domain.ndis.categories import CATEGORY_KINDS, CategoryKind
from caddy.domain.ndis.identifiers import parse_abn, parse_item_number, parse_ndis_number
from caddy.domain.pricing import cost_for_minutes, cost_for_quantity


@pytest.mark.parametrize(
    ("minutes", "cents"),
    [(10, 3233), (20, 6466), (30, 9700), (40, 12933), (50, 16166), (60, 19399)],
)
def test_part_of_an_hour_at_193_99_papl_2025_26(minutes, cents):
    assert cost_for_minutes(193_99, minutes) == cents


def test_two_hours_at_50_dollars_50_minutes_travel_and_60_km_papl_2025_26():
    assert cost_for_minutes(50_00, 120) == 100_00
    assert cost_for_minutes(50_00, 50) == 41_67
    assert cost_for_quantity(100, 46_800) == 46_80


def test_a_cost_of_21_50_is_21_and_a_half_units_at_one_dollar_papl_2025_26():
    assert cost_for_quantity(1_00, 21_500) == 21_50


@given(st.integers(0, 10**9), st.integers(1, 1440))
def test_cost_is_the_exact_fraction_rounded_once(price, minutes):
    exact_twice = 2 * price * minutes
    cost = cost_for_minutes(price, minutes)
    assert abs(exact_twice - 2 * 60 * cost) <= 60


@given(st.integers(-(10**12), 10**12))
def test_what_is_shown_reads_back(cents):
    assert parse_cents(dollars(cents)) == cents


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_halves_are_rounded_away_from_zero(numerator, denominator):
    rounded = divide_half_up(numerator, denominator)
    assert abs(2 * numerator - 2 * denominator * rounded) <= denominator


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "$", "--5", "1,23", "NaN", "1e5"])
def test_what_is_not_money_is_refused(text):
    with pytest.raises(ValueError, match="not an amount"):
        parse_cents(text)


def test_a_person_cannot_enter_parts_of_a_cent():
    assert parse_exact_cents("12.50") == 12_50
    with pytest.raises(ValueError, match="parts of a cent"):
        parse_exact_cents("12.505")


@pytest.mark.parametrize(
    ("spent", "light"),
    [
        (0, Light.GREEN),
        (60_00, Light.GREEN),
        (60_01, Light.AMBER),
        (80_00, Light.AMBER),
        (80_01, Light.RED),
        (100_00, Light.RED),
    ],
)
def test_green_to_60_percent_amber_to_80_red_above(spent, light):
    assert budgets.light_for(spent, 100_00) is light


def test_the_money_runs_out_on_the_day_that_the_rate_says():
    today = date(2026, 11, 21)
    assert budgets.runs_out_on(1_000_00, 100_00, today) == date(2026, 12, 1)
    assert budgets.runs_out_on(1_000_00, 0, today) is None


@pytest.mark.parametrize(
    ("ends_on", "days"),
    [
        (date(2026, 12, 31), 39),  # 8 of November after the 22nd, and 31 of December
        (date(2027, 6, 30), 220),  # 39 + 31 + 28 + 31 + 30 + 31 + 30
        (date(2026, 11, 23), 1),
        (date(2026, 11, 22), 0),  # the last day itself is not still to come
        (date(2026, 11, 21), 0),
    ],
)
def test_the_days_left_are_those_after_today(ends_on, days):
    assert budgets.days_left(ends_on, date(2026, 11, 22)) == days


@pytest.mark.parametrize("number", ["430123456", "430 123 456", " 430-123-456 "])
def test_an_ndis_number_has_nine_digits_and_begins_with_43(number):
    """General: common knowledge, not read in an official text."""
    assert parse_ndis_number(number) == "430123456"


@pytest.mark.parametrize(
    "number", ["", "43012345", "4301234567", "530123456", "43012345x", "٤٣٠١٢٣٤٥٦"]
)
def test_other_ndis_numbers_are_refused_with_a_sentence(number):
    """General: nine digits that begin with 43, nothing else."""
    with pytest.raises(ValueError, match="An NDIS number"):
        parse_ndis_number(number)


def test_an_abn_adds_up():
    """General: 11 digits whose weighted sum is a multiple of 89. This one is the tax office's."""
    assert parse_abn("51 824 753 556") == "51824753556"
    with pytest.raises(ValueError, match="does not add up"):
        parse_abn("51 824 753 557")


@pytest.mark.parametrize(
    ("text", "category"),
    [("01_013_0107_1_1", 1), ("03_220300911_0113_1_1", 3), ("04_104_0125_6_1_T", 4)],
)
def test_item_numbers_name_their_category_papl_2025_26(text, category):
    assert parse_item_number(text).category == category


def test_every_category_belongs_to_one_part_of_the_funding_papl_2025_26():
    kinds = {kind: {n for n, k in CATEGORY_KINDS.items() if k is kind} for kind in CategoryKind}
    assert kinds[CategoryKind.CORE] == {1, 2, 3, 4, 16, 21}
    assert kinds[CategoryKind.CAPITAL] == {5, 6, 17, 19}
    assert kinds[CategoryKind.RECURRING] == {18}
    assert kinds[CategoryKind.CAPACITY_BUILDING] == {7, 8, 9, 10, 11, 12, 13, 14, 15, 20}


NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "minutes"),
    [
        (date(2026, 10, 3), 7 * 60),  # the clocks go forward at 2:00 on 4 October
        (date(2026, 4, 4), 9 * 60),  # and back at 3:00 on 5 April
        (date(2026, 6, 1), 8 * 60),
    ],
)
def test_a_night_in_sydney_has_the_minutes_that_passed(on, minutes):
    span = services.span(on, time(23), time(7), "Australia/Sydney", now=NOW, ends_next_day=True)
    assert span.minutes == minutes


def test_more_than_a_day_is_refused():
    with pytest.raises(RuleBroken, match="24 hours"):
        services.span(
            date(2026, 6, 1), time(9), time(10), "Australia/Perth", now=NOW, ends_next_day=True
        )
