"""A support priced whole: limit, band, minutes, cost and reason, by the PAPL 2025-26."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from caddy.domain.bands import Band, minutes_in
from caddy.domain.claim_types import ClaimType
from caddy.domain.errors import RuleBroken
from caddy.domain.ndis.catalogue import ItemType, Unit
from caddy.domain.participants import PriceZone
from caddy.domain.quotes import Support, item_on, quote, region_for, times_on
from tests.domain.items import (
    CLEANING,
    DAYTIME,
    EVENING,
    SATURDAY,
    SELF_CARE_ITEMS,
    SLEEPOVER,
    THERAPY,
    item,
)

THURSDAY = date(2025, 11, 20)


def priced(one, start, end, items=SELF_CARE_ITEMS, **values):
    support = Support(one, *times_on(THURSDAY, start, end), **({"region": "NSW"} | values))
    return quote(support, items, lambda _day: False)


@pytest.mark.parametrize(
    ("minutes", "cents"),
    [(10, 32_33), (20, 64_66), (30, 97_00), (40, 129_33), (50, 161_66)],
)
def test_part_of_an_hour_at_193_99_papl_2025_26(minutes, cents):
    found = priced(THERAPY, time(9), time(9, minutes))
    assert (found.limit_cents, found.minutes, found.cost_cents) == (193_99, minutes, cents)


def test_a_support_that_fits_is_priced_and_explained():
    found = priced(DAYTIME, time(9), time(11, 10))
    assert (found.limit_cents, found.band, found.minutes, found.cost_cents, found.proposal) == (
        70_23,
        Band.WEEKDAY_DAYTIME,
        130,
        152_17,
        None,
    )
    assert found.reason == (
        "The limit (NSW) is $70.23 an hour. 130 minutes at $70.23 an hour are $152.17. "
        "9:00 am to 11:10 am fits the daytime price."
    )


def test_one_minute_is_said_as_one():
    found = priced(DAYTIME, time(9), time(9, 1))
    assert "1 minute at $70.23 an hour is $1.17." in found.reason


def test_2_h_at_50_dollars_and_50_minutes_travel_papl_2025_26():
    one = item("01_011_0107_1_1", "Support", 50_00, allows_provider_travel=True)
    assert priced(one, time(9), time(11)).cost_cents == 100_00
    travel = priced(one, time(8, 10), time(9), claim_type=ClaimType.TRAVEL)
    assert travel.cost_cents == 41_67


def test_a_support_that_fits_no_band_comes_with_a_proposal_papl_2025_26():
    found = priced(EVENING, time(19), time(21))
    assert (found.band, found.minutes, found.cost_cents) == (None, 120, 154_76)
    assert [one.item for one in found.proposal.split] == [DAYTIME, EVENING]
    assert found.proposal.single.cost_cents == 154_76


def test_a_group_shares_the_limit_also_in_the_proposal_papl_2025_26():
    found = priced(DAYTIME, time(9), time(11), people=3)
    assert (found.limit_cents, found.cost_cents) == (23_41, 46_82)
    assert "Shared by 3 people it is $23.41 for each." in found.reason
    split = priced(EVENING, time(19), time(21), people=2).proposal.split
    assert [one.unit_price_cents for one in split] == [35_12, 38_69]
    with pytest.raises(RuleBroken, match="at least one participant"):
        priced(DAYTIME, time(9), time(11), people=0)


def test_travel_to_therapy_is_at_half_the_limit_papl_2025_26():
    found = priced(THERAPY, time(9), time(9, 30), claim_type=ClaimType.TRAVEL)
    assert (found.limit_cents, found.cost_cents, found.band) == (97_00, 48_50, None)
    assert "Travel to therapy is at half of it, $97.00." in found.reason


def test_travel_to_what_is_not_sold_by_the_hour_has_no_price():
    with pytest.raises(RuleBroken, match="is not sold by the hour, nor is its travel"):
        one = replace(SLEEPOVER, allows_provider_travel=True)
        priced(one, time(8, 30), time(9), claim_type=ClaimType.TRAVEL)


def test_work_around_a_support_keeps_its_item_whenever_it_is_done():
    one = replace(SATURDAY, allows_non_face_to_face=True)
    found = priced(one, time(19), time(21), claim_type=ClaimType.NON_FACE_TO_FACE)
    assert (found.band, found.cost_cents, found.proposal) == (Band.SATURDAY, 197_66, None)


def test_kilometres_are_claimed_on_their_own_item_at_a_dollar_a_unit_papl_2025_26():
    dollar = item(
        "15_799_0128_1_3",
        "Provider travel - non-labour costs",
        1_00,
        unit=Unit.EACH,
        item_type=ItemType.UNIT_PRICE_ONE,
    )
    values = {"claim_type": ClaimType.TRAVEL_COSTS}
    found = priced(THERAPY, time(9), time(10), [THERAPY, dollar], **values)
    assert (found.limit_cents, found.cost_cents, found.band) == (1_00, None, None)
    assert "15_799_0128_1_3" in found.reason
    with pytest.raises(RuleBroken, match="no item for travel costs"):
        priced(THERAPY, time(9), time(10), [THERAPY], **values)
    direct = priced(dollar, time(9), time(10), [dollar])
    assert (direct.limit_cents, direct.cost_cents) == (1_00, None)
    assert "one unit of $1.00" in direct.reason


def test_what_the_catalogue_does_not_allow_is_refused():
    with pytest.raises(RuleBroken, match="Short notice cancellation cannot be claimed"):
        priced(DAYTIME, time(9), time(10), claim_type=ClaimType.CANCELLATION)


def test_an_item_without_a_limit_has_no_cost_yet():
    found = priced(item("01_003_0107_1_1", "Live-In Carer"), time(9), time(10))
    assert (found.limit_cents, found.cost_cents) == (None, None)
    assert found.reasons[0] == (
        "Live-In Carer has no price limit (NSW): its price is quoted and agreed."
    )


def test_a_sleepover_is_one_unit_catalogue_2025_26():
    found = priced(SLEEPOVER, time(22), time(6))
    assert (found.band, found.minutes, found.cost_cents) == (Band.SLEEPOVER, 480, 297_60)
    assert found.reasons[0] == "The limit (NSW) is $297.60 each."
    assert found.proposal is None


def test_an_item_of_one_price_shows_the_band_it_falls_in():
    assert priced(CLEANING, time(9), time(10)).band is Band.WEEKDAY_DAYTIME
    assert priced(CLEANING, time(19), time(21)).band is None


def test_minutes_are_those_that_passed():
    support = Support(DAYTIME, datetime(2026, 10, 3, 23), datetime(2026, 10, 4, 7), "NSW", people=1)
    passed = minutes_in("Australia/Sydney")
    found = quote(support, SELF_CARE_ITEMS, lambda _day: False, minutes_between=passed)
    assert found.minutes == 420
    assert found.proposal.total_cents == 98_83 + 6 * 127_43


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (datetime(2025, 11, 20, 9), "ends at the minute it starts"),
        (datetime(2025, 11, 20, 8), "ends before it starts"),
        (datetime(2025, 11, 21, 9, 1), "24 hours at the most"),
    ],
)
def test_times_that_no_service_can_have_are_refused(end, sentence):
    support = Support(DAYTIME, datetime(2025, 11, 20, 9), end, "NSW")
    with pytest.raises(RuleBroken, match=sentence):
        quote(support, SELF_CARE_ITEMS, lambda _day: False)


@pytest.mark.parametrize(
    ("state", "zone", "region"),
    [
        ("WA", PriceZone.NATIONAL, "WA"),
        ("WA", PriceZone.REMOTE, "REMOTE"),
        ("WA", PriceZone.VERY_REMOTE, "VERY_REMOTE"),
    ],
)
def test_remote_goes_before_the_state_papl_2025_26(state, zone, region):
    assert region_for(state, zone) == region


def test_an_item_is_found_by_number_and_day():
    assert item_on(SELF_CARE_ITEMS, " 01_011_0107_1_1 ", THURSDAY) is DAYTIME
    with pytest.raises(RuleBroken, match=r"is not in the Support Catalogue on 1 Jan 2020\."):
        item_on(SELF_CARE_ITEMS, "01_011_0107_1_1", date(2020, 1, 1))
    with pytest.raises(RuleBroken, match="is not an item of the Support Catalogue"):
        item_on(SELF_CARE_ITEMS, "99_999_9999_9_9", THURSDAY)
