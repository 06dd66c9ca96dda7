"""The name of a family means the item of the times, by the NDIA's own catalogue 2025-26."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from caddy.domain.errors import RuleBroken
from caddy.domain.family_choice import families, family_called, item_at
from caddy.domain.item_family import family_of
from caddy.domain.ndis.catalogue import read_catalogue
from caddy.domain.ndis.items import holding
from tests.domain.items import CLEANING, SELF_CARE_ITEMS, item

STANDARD = "Assistance With Self-Care Activities - Standard"
THURSDAY, FRIDAY, SATURDAY = (datetime(2025, 11, day) for day in (20, 21, 22))


@pytest.fixture(scope="module")
def items(catalogue_file):
    with catalogue_file.open("rb") as stream:
        return holding(read_catalogue(stream, catalogue_file.name), THURSDAY.date())


def never(_day: date) -> bool:
    return False


def meant(typed, items, start, end, is_holiday=never):
    """Return the number of the item that a name means from one time to another."""
    named = family_called(typed, items)
    assert named is not None
    group = family_of(named.items[0])
    beside = [
        one
        for one in items
        if (family_of(one).registration_group_number, family_of(one).support_category)
        == (group.registration_group_number, group.support_category)
    ]
    return item_at(named, beside, start, end, is_holiday)


def asked(typed, items, start=None, end=None):
    """Return the refusal that asks which is meant."""
    with pytest.raises(RuleBroken) as caught:
        meant(typed, items, start, end)
    assert caught.value.field == "item_number"
    return caught.value


@pytest.mark.parametrize(
    ("day", "start", "end", "number"),
    [
        (THURSDAY, 9, 11, "01_011_0107_1_1"),
        (THURSDAY, 20, 22, "01_015_0107_1_1"),
        (THURSDAY, 4, 6, "01_002_0107_1_1"),
        (SATURDAY, 9, 11, "01_013_0107_1_1"),
    ],
)
def test_the_times_choose_among_the_items_of_a_family(items, day, start, end, number):
    chosen = meant(STANDARD, items, day.replace(hour=start), day.replace(hour=end))
    assert chosen.item.item_number == number
    assert chosen.reason.startswith(f"You chose {STANDARD}: ")
    assert chosen.reason.endswith(f"price, so it is {number}.")


def test_a_public_holiday_goes_before_the_day_of_the_week(items):
    chosen = meant(
        STANDARD.lower(), items, THURSDAY.replace(hour=9), THURSDAY.replace(hour=11), lambda _: True
    )
    assert chosen.item.item_number == "01_012_0107_1_1"
    assert "public holiday price" in chosen.reason


def test_a_beginning_of_several_names_asks_which(items):
    error = asked("Assistance with self-care", items)
    assert error.message.startswith("More than one support is called Assistance with self-care.")
    assert STANDARD in error.details["choices"]
    assert "Assistance With Self-Care Activities - High Intensity" in error.details["choices"]
    # Each of the options is one that can be chosen.
    for option in error.details["choices"]:
        assert family_called(option, items).label == option


def test_times_of_two_prices_ask_for_the_item(items):
    error = asked(STANDARD, items, THURSDAY.replace(hour=19), THURSDAY.replace(hour=21))
    assert "crosses 8:00 pm, from when the evening price applies" in error.message
    assert [one.split()[0] for one in error.details["choices"]] == [
        "01_011_0107_1_1",
        "01_015_0107_1_1",
    ]


def test_a_night_may_be_active_or_a_sleepover(items):
    error = asked(STANDARD, items, THURSDAY.replace(hour=22), FRIDAY.replace(hour=6))
    assert "may be an active night, or a sleepover" in error.message
    assert [one.split()[0] for one in error.details["choices"]] == [
        "01_002_0107_1_1",
        "01_010_0107_1_1",
    ]


def test_what_has_no_item_for_the_times_is_said(items):
    name = "Access Community Social and Rec Activ - Standard"
    error = asked(name, items, THURSDAY.replace(hour=3), THURSDAY.replace(hour=5))
    assert error.message == (
        f"{name} has no item for 3:00 am to 5:00 am on 20 Nov 2025. Choose another item."
    )


def test_two_families_of_one_name_are_told_apart(items):
    name = "Delivery of Health Supports by a Registered Nurse"
    labels = [one.label for one in families(items) if one.label.startswith(name)]
    assert labels == [
        f"{name} (category 1, group 0114)",
        f"{name} (category 15, group 0114)",
    ]
    assert asked(name, items).details["choices"] == labels
    chosen = meant(labels[1], items, THURSDAY.replace(hour=9), THURSDAY.replace(hour=11))
    assert chosen.item.support_category == 15


def test_what_begins_no_family_is_none_and_no_item_alone_is_taken_for_one():
    assert family_called("House Cleaning", [*SELF_CARE_ITEMS, CLEANING]) is None
    assert family_called("", SELF_CARE_ITEMS) is None
    alone = item("01_799_0107_1_1", "Assistance With Self-Care Activities - Other")
    with pytest.raises(RuleBroken) as caught:
        family_called("Assistance with self-care", [*SELF_CARE_ITEMS, alone])
    assert caught.value.details["choices"] == [STANDARD, f"{alone.item_number} {alone.name}"]
    assert family_called("Assistance with self-care", SELF_CARE_ITEMS).label == STANDARD
