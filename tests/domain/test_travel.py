"""The lines of a trip, by the PAPL 2025-26: capped by area, halved for therapy, shared."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.claim_types import ClaimType
from caddy.domain.errors import RuleBroken
from caddy.domain.ndis.catalogue import ItemType, Unit
from caddy.domain.travel import Leg, Travel, travel_lines
from caddy.domain.trips import Share, share, whole_cents
from tests.domain.items import DAYTIME, THERAPY, item

START, END = datetime(2025, 11, 20, 9), datetime(2025, 11, 20, 11)
SUPPORT = replace(DAYTIME, allows_provider_travel=True)
COSTS = item(
    "01_799_0107_1_1",
    "Provider travel - non-labour costs",
    1_00,
    unit=Unit.EACH,
    item_type=ItemType.UNIT_PRICE_ONE,
)
PER_KM = {"kilometres_milli": 60_000, "cents_per_kilometre": 78}


def lines(travel, one=SUPPORT, items=(COSTS,), price=50_00, mmm=4):
    return travel_lines(travel, one, [one, *items], price, mmm, START, END)


def test_50_minutes_and_60_km_papl_2025_26():
    there, costs = lines(Travel(minutes_there=50, **PER_KM))
    assert (there.claim_type, there.item, there.whole_cents) == (ClaimType.TRAVEL, SUPPORT, 41_67)
    assert (there.start, there.end) == (datetime(2025, 11, 20, 8, 10), START)
    assert (costs.claim_type, costs.item, costs.whole_cents) == (
        ClaimType.TRAVEL_COSTS,
        COSTS,
        46_80,
    )
    assert costs.unit_price_cents == 1_00


def test_each_way_is_a_line_and_tolls_go_with_the_kilometres():
    found = lines(Travel(minutes_there=30, minutes_back=20, tolls_cents=5_25, **PER_KM))
    assert [(one.leg, one.whole_cents) for one in found] == [
        (Leg.THERE, 25_00),
        (Leg.BACK, 16_67),
        (Leg.COSTS, 52_05),
    ]
    assert found[1].start == END


@pytest.mark.parametrize(
    ("mmm", "minutes", "is_taken"),
    [(1, 30, True), (3, 31, False), (4, 60, True), (5, 61, False), (6, 600, True)],
)
@pytest.mark.parametrize("field", ["minutes_there", "minutes_back"])
def test_the_area_caps_each_way(mmm, minutes, is_taken, field):
    """PAPL 2025-26: 30 minutes in MMM 1-3, 60 in MMM 4-5, no limit in MMM 6-7."""
    travel = Travel(**{field: minutes})
    if is_taken:
        assert lines(travel, mmm=mmm)
        return
    with pytest.raises(RuleBroken) as caught:
        lines(travel, mmm=mmm)
    assert (caught.value.field, caught.value.code) == (field, "over_travel_cap")


def test_travel_to_therapy_is_at_half_papl_2025_26():
    (there,) = lines(Travel(minutes_there=30), THERAPY, (), 193_99)
    assert (there.unit_price_cents, there.whole_cents) == (97_00, 48_50)


@pytest.mark.parametrize(
    ("travel", "one", "items", "field", "code"),
    [
        (Travel(minutes_there=5), DAYTIME, (COSTS,), "minutes_there", "claim_type_not_allowed"),
        (Travel(**PER_KM), DAYTIME, (COSTS,), "kilometres", "claim_type_not_allowed"),
        (Travel(tolls_cents=5), SUPPORT, (), "tolls", "no_travel_cost_item"),
        (
            Travel(minutes_back=5),
            replace(SUPPORT, unit=Unit.EACH),
            (),
            "minutes_back",
            "travel_not_hourly",
        ),
        (Travel(minutes_there=5, people=0), SUPPORT, (), "travel_people", "no_people"),
        (Travel(minutes_there=5, people=100), SUPPORT, (), "travel_people", "no_people"),
    ],
)
def test_what_a_trip_may_not_be_stands_beside_its_field(travel, one, items, field, code):
    with pytest.raises(RuleBroken) as caught:
        lines(travel, one, items)
    assert (caught.value.field, caught.value.code) == (field, code)


def test_nothing_entered_is_no_trip():
    assert Travel(cents_per_kilometre=99).is_nothing
    assert lines(Travel(cents_per_kilometre=99)) == ()


@given(
    st.lists(st.sampled_from((SUPPORT, THERAPY)), min_size=1, max_size=99),
    st.data(),
    st.integers(1, 60),
)
def test_the_shares_of_all_are_the_trip_rounded_once_whatever_each_ones_price(items, data, minutes):
    """Counted another way: exact fractions of a cent, added up and rounded at the end."""
    people = len(items)
    travel = Travel(minutes_there=minutes, people=people)
    whole, had, shares = Fraction(0), [], []
    for one in items:
        price = data.draw(st.integers(1, 400_00))
        (line,) = lines(travel, one, (), price)
        shares.append(share(had, line.exact, people))
        had.append(Share(line.exact, shares[-1]))
        hour = -(-price // 2) if one is THERAPY else price
        own = Fraction(hour * minutes, 60 * people)
        assert abs(shares[-1] - own) < 1
        whole += own
    assert sum(shares) == floor(whole + Fraction(1, 2))
    assert min(shares) >= 0
    assert share(had, had[0].exact, people) == shares[0], "a second trip alike begins anew"
    gone = data.draw(st.integers(0, people - 1))
    left = had[:gone] + had[gone + 1 :]
    again = share(left, had[gone].exact, people)
    assert again == shares[gone], "who takes the place of one that was cancelled has their share"


@given(st.integers(0, 10_000), st.integers(2, 99), st.data())
def test_the_whole_of_shared_costs_is_found_again_from_any_part_of_it(whole, people, data):
    own = data.draw(st.sampled_from((whole // people, -(-whole // people))))
    assert whole_cents(own, people, lambda cents: cents == whole) == whole
