"""Every figure of the NDIA's Support Catalogue 2025-26 v1.1, as Caddy reads its file.

The numbers were counted in the file by other means than Caddy's own reader.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date

import openpyxl
import pytest

from caddy.domain.ndis.catalogue import ItemType, Unit, read_catalogue
from caddy.domain.ndis.categories import CATEGORY_NAMES
from caddy.domain.ndis.identifiers import ItemNumber, parse_item_number

FOREVER = date(9999, 12, 31)
OLDER_NUMBERING = {
    1: "Assistance with Daily Life (Includes SIL)",
    2: "Transport",
    3: "Consumables",
    4: "Assistance with Social, Economic and Community Participation",
    5: "Assistive Technology",
    6: "Home Modifications and Specialised Disability Accommodation (SDA)",
    7: "Support Coordination",
    8: "Improved Living Arrangements",
    9: "Increased Social and Community Participation",
    10: "Finding and Keeping a Job",
    11: "Improved Relationships",
    12: "Improved Health and Wellbeing",
    13: "Improved Learning",
    14: "Improved Life Choices",
    15: "Improved Daily Living Skills",
}


@pytest.fixture(scope="module")
def rows(catalogue_file):
    """Read the file with nothing of ours: cells as they stand, titles without their spaces."""
    with catalogue_file.open(encoding="utf-8-sig", newline="") as stream:
        return [{k.strip(): v for k, v in row.items()} for row in csv.DictReader(stream)]


@pytest.fixture(scope="module")
def items(catalogue_file):
    with catalogue_file.open("rb") as stream:
        return read_catalogue(stream, catalogue_file.name)


def counts(items, name):
    return Counter(getattr(one, name) for one in items)


def test_635_rows_hold_631_numbers_four_of_them_twice_catalogue_2025_26_v1_1(items):
    numbers = counts(items, "item_number")
    assert (len(items), len(numbers)) == (635, 631)
    twice = {number for number, times in numbers.items() if times > 1}
    assert twice == {
        *("15_610_0118_1_3", "15_610_0128_1_3", "15_615_0118_1_3", "15_615_0128_1_3"),
    }
    for number in twice:
        first, second = sorted(
            (one.starts_on, one.ends_on) for one in items if one.item_number == number
        )
        assert (first[1], second) == (date(2025, 11, 23), (date(2025, 11, 24), FOREVER))


def test_99991231_is_open_ended_also_with_spaces_catalogue_2025_26_v1_1(rows, items):
    assert Counter(row["End Date"] for row in rows) == {
        "99991231": 629,
        " 99991231 ": 2,
        "20251123": 4,
    }
    assert counts(items, "ends_on") == {FOREVER: 631, date(2025, 11, 23): 4}
    spaced = [
        one.ends_on for row, one in zip(rows, items, strict=True) if row["End Date"] == " 99991231 "
    ]
    assert spaced == [FOREVER] * 2


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("allows_non_face_to_face", 233, 270),
        ("allows_provider_travel", 233, 270),
        ("allows_short_notice_cancellation", 260, 243),
        ("allows_ndia_reports", 142, 361),
        ("allows_irregular_sil", 14, 489),
    ],
)
def test_flags_are_yes_no_or_not_applicable_catalogue_2025_26_v1_1(items, name, yes, no):
    assert counts(items, name) == {True: yes, False: no, None: 132}


def test_units_types_and_quotes_catalogue_2025_26_v1_1(rows, items):
    """167 rows have no type and no price: what they cost is quoted, as with those that say so."""
    assert counts(items, "unit") == {
        Unit.HOUR: 245,
        Unit.EACH: 354,
        Unit.DAY: 19,
        Unit.WEEK: 4,
        Unit.MONTH: 2,
        Unit.YEAR: 11,
    }
    assert Counter(row["Type"] for row in rows) == {
        "Price Limited Supports": 270,
        "Unit Price = $1": 159,
        "Quotable Supports": 39,
        "": 167,
    }
    assert counts(items, "item_type") == {
        ItemType.PRICE_LIMITED: 270,
        ItemType.UNIT_PRICE_ONE: 159,
        ItemType.QUOTABLE: 39 + 167,
    }
    assert counts(items, "is_quote") == {True: 39, False: 596}
    untyped = [one for row, one in zip(rows, items, strict=True) if not row["Type"]]
    assert not any(one.limits_cents or one.is_quote for one in untyped)
    dollars = {
        cents
        for one in items
        if one.item_type is ItemType.UNIT_PRICE_ONE
        for cents in one.limits_cents.values()
    }
    assert dollars == {1_00}


def test_both_numberings_of_the_categories_are_kept_catalogue_2025_26_v1_1(rows, items):
    """The older one has 1 to 15; the newer one has all but 18 and 21, which have no items."""
    older = {(one.support_category, one.support_category_name) for one in items}
    assert older == set(OLDER_NUMBERING.items())
    newer = {one.support_category_pace: one.support_category_name_pace for one in items}
    assert set(newer) == {*range(1, 18), 19, 20}
    assert {n: name for n, name in newer.items() if name != CATEGORY_NAMES[n]} == {
        4: "Assistance with Social, Economic and Community Participation",
        17: "Specialised Disability Accommodation (SDA)",
    }
    for row, one in zip(rows, items, strict=True):
        assert one.support_category == int(row["Support Category Number"])
        assert one.support_category_pace == int(row["Support Category Number (PACE)"])
    moved = Counter(
        (one.support_category, one.support_category_pace)
        for one in items
        if one.support_category != one.support_category_pace
    )
    assert moved == {(1, 16): 26, (5, 19): 28, (6, 17): 2, (11, 20): 3}


def test_the_categories_have_these_names_papl_2025_26():
    """As Caddy shows them: category 4 without its first words, which are those of category 1."""
    assert list(CATEGORY_NAMES.items()) == [
        (1, "Assistance with Daily Life"),
        (2, "Transport"),
        (3, "Consumables"),
        (4, "Social, Economic and Community Participation"),
        (5, "Assistive Technology"),
        (6, "Home Modifications"),
        (7, "Support Coordination and Psychosocial Recovery Coaches"),
        (8, "Improved Living Arrangements"),
        (9, "Increased Social and Community Participation"),
        (10, "Finding and Keeping a Job"),
        (11, "Relationships"),
        (12, "Health and Wellbeing"),
        (13, "Lifelong Learning"),
        (14, "Choice and Control"),
        (15, "Improved Daily Living Skills"),
        (16, "Home and Living"),
        (17, "Specialist Disability Accommodation"),
        (18, "Recurring Transport"),
        (19, "Assistive Technology Maintenance, Repair and Rental"),
        (20, "Behaviour Support"),
        (21, "YPIRAC Cross Billing"),
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("01_013_0107_1_1", ItemNumber(1, "013", "0107", 1, 1)),  # core
        ("05_222903111_0103_1_2", ItemNumber(5, "222903111", "0103", 1, 2)),  # capital
        ("09_011_0125_6_3", ItemNumber(9, "011", "0125", 6, 3)),  # capacity building
        ("04_104_0125_6_1_T", ItemNumber(4, "104", "0125", 6, 1)),
    ],
)
def test_an_item_number_says_category_sequence_group_domain_and_purpose_papl_2025_26(text, parts):
    assert parse_item_number(text) == parts


def test_every_number_but_one_can_be_taken_apart_catalogue_2025_26_v1_1(items):
    """Its one word is Bereavement; one row's group differs from the one in its number."""
    words = [one for one in items if "_" not in one.item_number]
    assert [(one.item_number, one.support_category) for one in words] == [("Bereavement", 14)]
    apart = [(one, parse_item_number(one.item_number)) for one in items if one not in words]
    assert all(one.support_category == parts.category for one, parts in apart)
    assert Counter(parts.purpose for _, parts in apart) == {1: 228, 2: 245, 3: 161}
    assert Counter(parts.outcome_domain for _, parts in apart) == {
        1: 497,
        2: 44,
        3: 8,
        4: 3,
        5: 24,
        6: 43,
        7: 6,
        8: 9,
    }
    differ = [
        (one.item_number, one.registration_group_number)
        for one, parts in apart
        if one.registration_group_number != parts.registration_group
    ]
    assert differ == [("05_222903111_0103_1_2", "0123")]


def test_a_sheet_of_legacy_items_is_read_beside_the_current_ones_catalogue():
    """A workbook of the NDIA has more sheets than one; notes without a header are passed over."""
    book = openpyxl.Workbook()
    current, legacy, notes = (
        book.active,
        book.create_sheet("Legacy Support Items"),
        book.create_sheet("Notes"),
    )
    current.title = "Current Support Items"
    header = [
        *("Support Item Number", "Support Item Name", "Unit", "Start date", "End Date", " NSW "),
    ]
    current.append(header)
    current.append(["01_011_0107_1_1", "Self-care", "H", 20250701, 99991231, 70.22999999999999])
    legacy.append(["Items that can no longer be claimed"])
    legacy.append(header)
    legacy.append(["01_004_0107_1_1", "Self-care, long", "H", "20240701", "20250630", "$67.56"])
    notes.append(["Prices include GST where it applies."])
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    found = read_catalogue(stream, "catalogue.xlsx")
    assert [(one.item_number, one.ends_on, one.limits_cents) for one in found] == [
        ("01_011_0107_1_1", FOREVER, {"NSW": 70_23}),
        ("01_004_0107_1_1", date(2025, 6, 30), {"NSW": 67_56}),
    ]
