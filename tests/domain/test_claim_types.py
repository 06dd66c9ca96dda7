"""Ways of claiming: flags, travel, cancellations and groups, by the PAPL 2025-26."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.claim_types import (
    SUPPORT_WORKER_GROUPS,
    THERAPY_GROUPS,
    CancellationReason,
    ClaimType,
    apportion,
    cancellation_fee,
    check_claim_type,
    check_travel,
    group_limit,
    is_therapy,
    short_notice,
    travel_cap_minutes,
    travel_cost_item,
    travel_price,
)
from caddy.domain.errors import RuleBroken
from caddy.domain.ndis.catalogue import read_catalogue
from caddy.domain.pricing import cost_for_minutes, cost_for_quantity
from tests.domain.items import CLEANING, DAYTIME, THERAPY, item

FLAGS = {
    ClaimType.NON_FACE_TO_FACE: "allows_non_face_to_face",
    ClaimType.TRAVEL: "allows_provider_travel",
    ClaimType.TRAVEL_COSTS: "allows_provider_travel",
    ClaimType.CANCELLATION: "allows_short_notice_cancellation",
    ClaimType.NDIA_REPORT: "allows_ndia_reports",
    ClaimType.IRREGULAR_SIL: "allows_irregular_sil",
}


@pytest.fixture(scope="module")
def catalogue(catalogue_file):
    with catalogue_file.open("rb") as stream:
        return read_catalogue(stream, catalogue_file.name)


@pytest.mark.parametrize(
    ("claim_type", "code"),
    [
        ("direct", ""),
        ("non_face_to_face", "NF2F"),
        ("travel", "TRAN"),
        ("travel_costs", "TRAN"),
        ("cancellation", "CANC"),
        ("ndia_report", "REPW"),
        ("telehealth", "THLT"),
        ("irregular_sil", "IRSS"),
    ],
)
def test_claim_types_have_the_bulk_files_codes(claim_type, code):
    """Two sources."""
    assert ClaimType(claim_type).ndia_code == code
    assert ClaimType(claim_type).label


def test_cancellation_reasons_have_the_bulk_files_codes():
    """Two sources."""
    assert [(one.value, one.label) for one in CancellationReason] == [
        ("NSDH", "Health reason"),
        ("NSDF", "Family issues"),
        ("NSDT", "No transport"),
        ("NSDO", "Other reason"),
    ]


@pytest.mark.parametrize("claim_type", ClaimType)
@pytest.mark.parametrize("flag", [True, False, None])
def test_only_what_the_catalogue_says_y_to_may_be_claimed_papl_2025_26(claim_type, flag):
    name = FLAGS.get(claim_type)
    one = item("01_011_0107_1_1", **({name: flag} if name else {}))
    if name is None or flag is True:
        check_claim_type(claim_type, one)
        return
    with pytest.raises(RuleBroken) as refused:
        check_claim_type(claim_type, one)
    assert (refused.value.field, refused.value.code) == ("claim_type", "claim_type_not_allowed")
    assert refused.value.message == (
        f"{claim_type.label} cannot be claimed for A support: the Support Catalogue does not "
        "allow it."
    )


@pytest.mark.parametrize(
    ("mmm", "minutes"), [(1, 30), (2, 30), (3, 30), (4, 60), (5, 60), (6, None), (7, None)]
)
def test_travel_is_capped_each_way_by_area_papl_2025_26(mmm, minutes):
    assert travel_cap_minutes(mmm) == minutes
    check_travel(minutes or 600, mmm)
    if minutes:
        with pytest.raises(RuleBroken, match=f"at most {minutes} minutes of travel each way"):
            check_travel(minutes + 1, mmm)


def test_travel_needs_a_length_and_an_area():
    with pytest.raises(RuleBroken, match="at least one minute"):
        check_travel(0, 1)
    for mmm in (0, 8):
        with pytest.raises(RuleBroken, match="1 to 7"):
            travel_cap_minutes(mmm)


@pytest.mark.parametrize(
    ("limit", "therapy", "price"),
    [(193_99, True, 97_00), (193_99, False, 193_99), (232_99, True, 116_50), (156_16, True, 78_08)],
)
def test_travel_to_therapy_is_at_half_the_limit_papl_2025_26(limit, therapy, price):
    assert travel_price(limit, therapy) == price


def test_therapy_is_what_the_catalogues_groups_name_so():
    """That therapy is at half: PAPL 2025-26; which groups are therapy: Support Catalogue."""
    assert {"0118", "0126", "0128"} == THERAPY_GROUPS
    assert is_therapy(THERAPY)
    assert not is_therapy(DAYTIME)


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("01_011_0107_1_1", "01_799_0107_1_1"),
        ("01_400_0104_1_1", "01_799_0104_1_1"),
        ("04_400_0104_1_1", "04_799_0104_6_1"),  # another outcome domain
        ("04_450_0136_1_1", "04_799_0136_6_1"),
        ("15_056_0128_1_3", "15_799_0128_1_3"),
        ("15_300_0103_1_3", "15_799_0103_6_3"),
        ("10_002_0106_8_3", None),  # category 10 has none for group 0106
        ("Bereavement", None),
    ],
)
def test_kilometres_go_on_the_items_own_travel_cost_item_catalogue_2025_26(
    catalogue, number, found
):
    one = travel_cost_item(number, catalogue)
    assert (one.item_number if one else None) == found
    assert one is None or one.limits_cents["NSW"] == 1_00


def test_among_travel_cost_items_the_one_of_the_same_domain_and_purpose_goes_first():
    numbers = ["04_799_0104_6_1", "04_799_0104_1_3", "04_799_0104_1_1", "04_011_0104_1_1"]
    items = [item(number) for number in numbers]
    assert travel_cost_item("04_400_0104_1_1", items) is items[2]
    assert travel_cost_item("04_400_0104_6_1", items) is items[0]


def test_2_h_at_50_dollars_50_min_travel_and_60_km_at_78_cents_are_3_lines_papl_2025_26():
    hourly = 50_00
    kilometres_cents = 60 * 78
    assert cost_for_minutes(hourly, 120) == 100_00
    assert cost_for_minutes(travel_price(hourly, False), 50) == 41_67
    assert cost_for_quantity(1_00, kilometres_cents * 10) == 46_80


@pytest.mark.parametrize(
    ("cents", "weights", "parts"),
    [
        (100_00, [1, 1, 1], [33_34, 33_33, 33_33]),
        (41_67, [1, 1], [20_84, 20_83]),
        (100, [1, 2, 3], [17, 33, 50]),
        (1, [1, 1, 1], [1, 0, 0]),
        (5, [0, 1], [0, 5]),
        (0, [1, 1], [0, 0]),
    ],
)
def test_a_shared_trip_is_apportioned_papl_2025_26(cents, weights, parts):
    assert apportion(cents, weights) == parts


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any),
)
def test_no_cent_is_lost_and_each_share_is_exact_within_a_cent(cents, weights):
    parts = apportion(cents, weights)
    whole = sum(weights)
    assert sum(parts) == cents
    assert parts == apportion(cents, weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - cents * weight) < whole


@pytest.mark.parametrize(("cents", "weights"), [(1, []), (1, [0, 0]), (1, [2, -1]), (-1, [1])])
def test_what_cannot_be_shared_is_refused(cents, weights):
    with pytest.raises(ValueError, match="shared by weights"):
        apportion(cents, weights)


STARTS_AT = datetime(2025, 11, 20, 9)  # a Thursday


@pytest.mark.parametrize("group", sorted(SUPPORT_WORKER_GROUPS))
def test_support_workers_need_7_days_notice_papl_2025_26(group):
    one = item(f"01_011_{group}_1_1")
    exactly = STARTS_AT - timedelta(days=7)
    assert not short_notice(one, exactly, STARTS_AT, lambda _day: False)
    assert short_notice(one, exactly + timedelta(minutes=1), STARTS_AT, lambda _day: False)
    assert short_notice(one, STARTS_AT, STARTS_AT, lambda _day: False)


def test_the_groups_of_support_workers():
    """The 7 days: PAPL 2025-26; which groups support workers deliver: general."""
    groups = {"0104", "0107", "0115", "0120", "0125", "0133", "0136"}
    assert groups == SUPPORT_WORKER_GROUPS


@pytest.mark.parametrize(
    ("notified_at", "starts_at", "is_short"),
    [
        (datetime(2025, 11, 17, 17), datetime(2025, 11, 20, 9), False),  # Monday for Thursday
        (datetime(2025, 11, 18, 0), datetime(2025, 11, 20, 23), True),  # Tuesday for Thursday
        (datetime(2025, 11, 20, 8), datetime(2025, 11, 20, 9), True),  # the same day
        (datetime(2025, 11, 20, 10), datetime(2025, 11, 20, 9), True),  # afterwards
        (datetime(2025, 11, 20, 9), datetime(2025, 11, 24, 9), True),  # Thursday for Monday
        (datetime(2025, 11, 21, 9), datetime(2025, 11, 25, 9), True),  # Friday for Tuesday
        (datetime(2025, 11, 21, 9), datetime(2025, 11, 26, 9), False),  # Friday for Wednesday
        (datetime(2025, 10, 1, 9), datetime(2025, 11, 26, 9), False),
    ],
)
def test_others_need_2_clear_business_days_papl_2025_26(notified_at, starts_at, is_short):
    assert short_notice(THERAPY, notified_at, starts_at, lambda _day: False) is is_short


def test_a_holiday_is_no_business_day():
    monday, thursday = datetime(2025, 11, 17, 9), datetime(2025, 11, 20, 9)
    assert short_notice(THERAPY, monday, thursday, lambda day: day == date(2025, 11, 19))


@pytest.mark.parametrize(("percent", "cents"), [(100, 140_46), (50, 70_23), (33, 46_35), (0, 0)])
def test_a_cancellation_is_up_to_all_of_the_agreed_fee_papl_2025_26(percent, cents):
    assert cancellation_fee(140_46, percent) == cents


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_cancellation_fee_beyond_that_is_refused(percent):
    with pytest.raises(RuleBroken, match="0 % to 100 %"):
        cancellation_fee(140_46, percent)


@pytest.mark.parametrize(
    ("people", "cents"), [(1, 70_23), (2, 35_12), (3, 23_41), (4, 17_56), (5, 14_05), (10, 7_02)]
)
def test_each_ones_limit_in_a_group_is_the_limit_by_its_people_papl_2025_26(people, cents):
    assert group_limit(70_23, people) == cents


@pytest.mark.parametrize("people", [0, -1])
def test_a_group_of_nobody_is_refused(people):
    with pytest.raises(RuleBroken, match="at least one participant"):
        group_limit(70_23, people)


def test_an_item_without_flags_may_be_claimed_directly_only():
    check_claim_type(ClaimType.DIRECT, CLEANING)
    check_claim_type(ClaimType.TELEHEALTH, CLEANING)
