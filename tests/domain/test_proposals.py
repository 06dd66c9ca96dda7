"""What is proposed where a support crosses a boundary or its item is the wrong one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.bands import Band, minutes_in
from caddy.domain.ndis.catalogue import Unit
from caddy.domain.ndis.items import limit_for
from caddy.domain.proposals import NO_SLEEPOVER, propose
from tests.domain.items import (
    CLEANING,
    DAYTIME,
    EVENING,
    HOLIDAY,
    NIGHT,
    SATURDAY,
    SELF_CARE_ITEMS,
    SLEEPOVER,
    SUNDAY,
    item,
)

CUP_DAY = date(2025, 11, 25)


def is_holiday(day):
    return day == CUP_DAY


def price(one):
    return limit_for(one, "NSW")


def at(day, hour, minute=0):
    return datetime(2025, 11, day, hour, minute)


def proposed(start, end, chosen, items=None, price_of=price):
    items = SELF_CARE_ITEMS if items is None else items
    return propose(start, end, is_holiday, chosen, items, price_of)


def lines(proposal):
    return [(one.item, one.minutes, one.unit_price_cents, one.cost_cents) for one in proposal.split]


@pytest.mark.parametrize("chosen", [DAYTIME, EVENING, SUNDAY])
def test_7_to_9_pm_is_an_hour_of_daytime_and_one_of_evening_papl_2025_26(chosen):
    found = proposed(at(20, 19), at(20, 21), chosen)
    assert found.reason == (
        "7:00 pm to 9:00 pm crosses 8:00 pm, from when the evening price applies."
    )
    assert lines(found) == [(DAYTIME, 60, 70_23, 70_23), (EVENING, 60, 77_38, 77_38)]
    assert found.total_cents == 147_61
    assert (found.single.item, found.single.minutes) == (EVENING, 120)
    assert (found.single.start, found.single.end) == (at(20, 19), at(20, 21))
    assert found.single.cost_cents == 154_76
    assert found.single.band is Band.WEEKDAY_EVENING


@pytest.mark.parametrize(
    ("start", "end", "reason", "items", "higher"),
    [
        (
            at(21, 22),
            at(22, 6),
            "10:00 pm to 6:00 am crosses midnight, from when the Saturday price applies.",
            [EVENING, SATURDAY],
            SATURDAY,
        ),
        (
            at(23, 22),
            at(24, 7),
            (
                "10:00 pm to 7:00 am crosses midnight, from when the night price applies, and "
                "6:00 am, from when the daytime price applies."
            ),
            [SUNDAY, NIGHT, DAYTIME],
            SUNDAY,
        ),
        (
            at(24, 22),
            at(25, 6),
            "10:00 pm to 6:00 am crosses midnight, from when the public holiday price applies.",
            [EVENING, HOLIDAY],
            HOLIDAY,
        ),
        (
            at(25, 22),
            at(26, 0, 30),
            "10:00 pm to 12:30 am crosses midnight, from when the night price applies.",
            [HOLIDAY, NIGHT],
            HOLIDAY,
        ),
    ],
)
def test_a_boundary_at_midnight_is_named_papl_2025_26(start, end, reason, items, higher):
    found = proposed(start, end, DAYTIME)
    assert found.reason == reason
    assert [one.item for one in found.split] == items
    assert found.single.item is higher


def test_what_fits_its_item_is_left_alone():
    found = proposed(at(20, 9), at(20, 11, 10), DAYTIME)
    assert found.reason == "9:00 am to 11:10 am fits the daytime price."
    assert lines(found) == [(DAYTIME, 130, 70_23, 152_17)]
    assert found.single is None
    assert found.is_only(DAYTIME)


@pytest.mark.parametrize(
    ("start", "end", "right", "reason"),
    [
        (
            at(22, 9),
            at(22, 17),
            SATURDAY,
            (
                "9:00 am to 5:00 pm fits the Saturday price: claim 01_013_0107_1_1, not the "
                "daytime item that was chosen."
            ),
        ),
        (
            at(25, 9),
            at(25, 17),
            HOLIDAY,
            (
                "9:00 am to 5:00 pm fits the public holiday price: claim 01_012_0107_1_1, not the "
                "daytime item that was chosen."
            ),
        ),
        (
            at(20, 20),
            at(21, 0),
            EVENING,
            (
                "8:00 pm to midnight fits the evening price: claim 01_015_0107_1_1, not the "
                "daytime item that was chosen."
            ),
        ),
        (
            at(20, 22),
            at(21, 6),
            NIGHT,
            (
                "10:00 pm to 6:00 am fits the night price: claim 01_002_0107_1_1, not the "
                "daytime item that was chosen."
            ),
        ),
    ],
)
def test_an_item_of_the_wrong_band_is_named_with_the_right_one(start, end, right, reason):
    found = proposed(start, end, DAYTIME)
    assert found.reason == reason
    assert [one.item for one in found.split] == [right]
    assert found.single is None
    assert not found.is_only(DAYTIME)


def test_a_sleepover_is_one_unit_whatever_its_hours_catalogue_2025_26():
    found = proposed(at(21, 22), at(22, 7), SLEEPOVER)
    assert found.reason == (
        "10:00 pm to 7:00 am may be a night-time sleepover, if the worker may sleep."
    )
    assert lines(found) == [(SLEEPOVER, 540, 297_60, 297_60)]
    assert found.split[0].band is Band.SLEEPOVER


def test_a_sleepover_too_short_to_be_one_goes_by_its_band_papl_2025_26():
    found = proposed(at(20, 22), at(21, 5), SLEEPOVER)
    assert found.reason == (
        f"{NO_SLEEPOVER} 10:00 pm to 5:00 am fits the night price: claim 01_002_0107_1_1, not "
        "the sleepover item that was chosen."
    )
    assert [one.item for one in found.split] == [NIGHT]


def test_an_item_of_one_price_is_never_split():
    found = proposed(at(20, 19), at(20, 21), CLEANING)
    assert found.reason == (
        "The price of House Cleaning And Other Household Activities is the same at any time of day."
    )
    assert lines(found) == [(CLEANING, 120, 58_03, 116_06)]
    assert found.split[0].band is None


def test_a_band_that_the_catalogue_lacks_is_said_catalogue_2025_26():
    community = "Access Community Social and Rec Activ - Standard"
    daytime = item("04_104_0125_6_1", f"{community} - Weekday Daytime", 70_23)
    whole = proposed(at(20, 22), at(21, 2), daytime, [daytime])
    assert whole.reason == (
        f"The Support Catalogue has no item for weekday night beside {daytime.name}; choose "
        "another item."
    )
    part = proposed(at(20, 19), at(20, 21), daytime, [daytime])
    assert part.reason.startswith("7:00 pm to 9:00 pm crosses 8:00 pm, from when the evening")
    assert "no item for weekday evening" in part.reason
    for found in (whole, part):
        assert (found.split, found.single, found.total_cents) == ((), None, None)


def test_without_a_price_items_are_proposed_all_the_same():
    found = proposed(at(20, 19), at(20, 21), DAYTIME, price_of=lambda _item: None)
    assert [(one.item, one.cost_cents) for one in found.split] == [(DAYTIME, None), (EVENING, None)]
    assert (found.total_cents, found.single) == (None, None)


def test_a_day_of_short_term_accommodation_goes_by_the_day_it_starts_on_catalogue_2025_26():
    name = "STA And Assistance (Inc. Respite) - 1:4"
    weekday = item("01_045_0115_1_1", f"{name} - Weekday", 708_75, unit=Unit.DAY)
    saturday = item("01_051_0115_1_1", f"{name} - Saturday", 860_39, unit=Unit.DAY)
    items = [weekday, saturday]
    assert proposed(at(20, 9), at(20, 23), weekday, items).is_only(weekday)
    found = proposed(at(22, 9), at(23, 9), weekday, items)
    assert lines(found) == [(saturday, 1440, 860_39, 860_39)]
    back = proposed(at(20, 9), at(21, 9), saturday, items)
    assert [one.item for one in back.split] == [weekday]
    assert back.reason.endswith("not the Saturday item that was chosen.")
    both = proposed(at(22, 9), at(23, 9), weekday, items)
    assert both.reason.endswith("not the item that was chosen.")


def test_minutes_are_those_that_passed_when_the_clocks_go_forward():
    found = propose(
        datetime(2026, 10, 3, 23),
        datetime(2026, 10, 4, 7),
        is_holiday,
        SATURDAY,
        SELF_CARE_ITEMS,
        price,
        minutes_between=minutes_in("Australia/Sydney"),
    )
    assert [(one.item, one.minutes) for one in found.split] == [(SATURDAY, 60), (SUNDAY, 360)]
    assert found.single.minutes == 420


@given(
    st.datetimes(datetime(2025, 11, 1), datetime(2025, 12, 31)),
    st.integers(1, 24 * 60),
    st.sampled_from(SELF_CARE_ITEMS),
)
def test_a_split_has_every_minute_and_every_cent(moment, minutes, chosen):
    start = moment.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=minutes)
    found = proposed(start, end, chosen)
    assert sum(one.minutes for one in found.split) == minutes
    assert found.total_cents == sum(one.cost_cents for one in found.split)
    assert (found.single is None) == (len(found.split) == 1)
    if found.single:
        assert found.single.minutes == minutes
        assert found.single.unit_price_cents == max(one.unit_price_cents for one in found.split)
