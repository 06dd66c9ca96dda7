"""Families of items, by the names and numbers of the NDIA's own catalogue 2025-26."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from caddy.domain.bands import Band
from caddy.domain.item_family import (
    Family,
    band_of,
    depends_on_time,
    family_and_band,
    family_of,
    item_for_band,
)
from caddy.domain.ndis.catalogue import read_catalogue
from caddy.domain.ndis.items import holding, limit_for
from tests.domain.items import CLEANING, DAYTIME, SELF_CARE_ITEMS, SLEEPOVER, item


@pytest.fixture(scope="module")
def catalogue(catalogue_file):
    with catalogue_file.open("rb") as stream:
        return read_catalogue(stream, catalogue_file.name)


@pytest.fixture(scope="module")
def by_number(catalogue):
    return {one.item_number: one for one in holding(catalogue, date(2025, 11, 20))}


@pytest.mark.parametrize(
    ("name", "family", "band"),
    [
        (
            "Assistance With Self-Care Activities - Standard - Weekday Evening",
            "assistance with self care activities standard",
            Band.WEEKDAY_EVENING,
        ),
        (
            "Access Community Social and Rec Activ - Standard - Sunday",
            "access community social and rec activ standard",
            Band.SUNDAY,
        ),
        (
            "Assistance With Self-Care Activities - Night-Time Sleepover",
            "assistance with self care activities",
            Band.SLEEPOVER,
        ),
        (
            "STA And Assistance (Inc. Respite) - 1:4 - Weekday",
            "sta and assistance inc respite 1 4",
            None,
        ),
        ("A Support -public  holiday ", "a support", Band.PUBLIC_HOLIDAY),
        ("A Support \u2013 PUBLIC HOLIDAY", "a support", Band.PUBLIC_HOLIDAY),
        ("Sleep Positioning System - Custom Made", "sleep positioning system custom made", None),
        ("Saturday", "saturday", None),
    ],
)
def test_a_name_tells_its_family_and_band_catalogue_2025_26(name, family, band):
    assert family_and_band(name) == (family, band)


def test_a_family_is_of_one_group_and_one_category():
    assert family_of(DAYTIME) == Family("assistance with self care activities standard", "0107", 1)


def test_every_item_of_the_catalogue_that_has_a_time_in_its_name_is_read(catalogue):
    counts = defaultdict(int)
    for one in catalogue:
        counts[band_of(one)] += 1
    counts.pop(None)
    assert counts == {
        Band.WEEKDAY_DAYTIME: 27,
        Band.WEEKDAY_EVENING: 25,
        Band.WEEKDAY_NIGHT: 18,
        Band.SATURDAY: 29,
        Band.SUNDAY: 29,
        Band.PUBLIC_HOLIDAY: 29,
        Band.SLEEPOVER: 2,
    }


def test_no_family_has_two_items_for_a_band_catalogue_2025_26(by_number):
    families = defaultdict(list)
    for one in by_number.values():
        if depends_on_time(one):
            families[family_of(one), band_of(one)].append(one.item_number)
    assert all(len(numbers) == 1 for numbers in families.values())


@pytest.mark.parametrize(
    ("chosen", "band", "found"),
    [
        ("01_011_0107_1_1", Band.WEEKDAY_EVENING, "01_015_0107_1_1"),
        ("01_011_0107_1_1", Band.SATURDAY, "01_013_0107_1_1"),
        ("01_011_0107_1_1", Band.SLEEPOVER, "01_010_0107_1_1"),
        ("01_010_0107_1_1", Band.WEEKDAY_NIGHT, "01_002_0107_1_1"),
        ("01_010_0107_1_1", Band.SLEEPOVER, "01_010_0107_1_1"),
        ("01_400_0104_1_1", Band.SUNDAY, "01_403_0104_1_1"),
        ("01_400_0104_1_1", Band.SLEEPOVER, None),  # 0104 has no sleepover of its own
        ("01_801_0115_1_1", Band.SLEEPOVER, "01_832_0115_1_1"),
        ("01_811_0115_1_1", Band.SLEEPOVER, "01_832_0115_1_1"),
        ("01_832_0115_1_1", Band.SUNDAY, "01_805_0115_1_1"),
        ("04_104_0125_6_1", Band.PUBLIC_HOLIDAY, "04_102_0125_6_1"),
        ("04_104_0125_6_1", Band.WEEKDAY_NIGHT, None),  # community access has no night
        ("01_450_0107_1_1", Band.SUNDAY, "01_453_0107_1_1"),
        ("01_450_0115_1_1", Band.SUNDAY, "01_453_0115_1_1"),
        ("04_450_0125_1_1", Band.SUNDAY, "04_453_0125_1_1"),
        ("04_450_0136_1_1", Band.SUNDAY, "04_453_0136_1_1"),
        ("01_606_0114_1_1", Band.SATURDAY, "01_608_0114_1_1"),
        ("15_406_0114_1_3", Band.SATURDAY, "15_408_0114_1_3"),
        ("10_806_0133_5_1", Band.SATURDAY, None),  # category 10 has the daytime item only
        ("01_045_0115_1_1", Band.SUNDAY, "01_052_0115_1_1"),
        ("01_052_0115_1_1", Band.WEEKDAY_EVENING, "01_045_0115_1_1"),
        ("01_020_0120_1_1", Band.SATURDAY, None),
    ],
)
def test_a_band_has_its_item_in_the_family_catalogue_2025_26(by_number, chosen, band, found):
    item_found = item_for_band(by_number.values(), by_number[chosen], band)
    assert (item_found.item_number if item_found else None) == found


def test_only_items_with_siblings_depend_on_the_time():
    assert depends_on_time(DAYTIME)
    assert depends_on_time(item("01_045_0115_1_1", "STA And Assistance - 1:4 - Weekday"))
    assert not depends_on_time(CLEANING)
    assert item_for_band(SELF_CARE_ITEMS, CLEANING, Band.SUNDAY) is None
    assert item_for_band([SLEEPOVER], DAYTIME, Band.SUNDAY) is None


def test_the_line_that_began_last_holds_on_a_day_catalogue_2025_26(catalogue):
    before, after = (
        {one.item_number: one for one in holding(catalogue, day)}["15_610_0128_1_3"]
        for day in (date(2025, 11, 23), date(2025, 11, 24))
    )
    assert (limit_for(before, "NSW"), limit_for(after, "NSW")) == (193_99, 156_16)
    older = item("01_011_0107_1_1", starts_on=date(2024, 7, 1))
    assert holding([DAYTIME, older], date(2025, 8, 1)) == [DAYTIME]
    assert holding([older, DAYTIME], date(2025, 8, 1)) == [DAYTIME]
    assert holding([DAYTIME], date(2025, 6, 30)) == []


@pytest.mark.parametrize(
    ("region", "cents"),
    [("NSW", 70_23), ("NATIONAL", 70_23), ("REMOTE", 98_32), ("VERY_REMOTE", 105_35)],
)
def test_the_limit_goes_by_region_catalogue_2025_26(by_number, region, cents):
    assert limit_for(by_number["01_011_0107_1_1"], region) == cents


def test_states_that_differ_have_no_national_limit():
    one = item("01_011_0107_1_1", limits_cents={"NSW": 70_23, "WA": 71_00})
    assert limit_for(one, "WA") == 71_00
    assert limit_for(one, "NATIONAL") is None
    assert limit_for(one, "REMOTE") is None
    national = item("01_011_0107_1_1", limits_cents={"NATIONAL": 72_00, "REMOTE": 100_80})
    assert [limit_for(national, region) for region in ("WA", "NATIONAL", "REMOTE")] == [
        72_00,
        72_00,
        100_80,
    ]
