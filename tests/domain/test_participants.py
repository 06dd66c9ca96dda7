"""Participants: where they are, and which price limits and travel that means."""

from __future__ import annotations

import pytest

from caddy.domain.claim_types import travel_cap_minutes
from caddy.domain.errors import RuleBroken
from caddy.domain.participants import PriceZone, area_of, placed, zone_of

NATIONAL, REMOTE, VERY_REMOTE = PriceZone


@pytest.mark.parametrize(
    ("mmm", "zone", "minutes"),
    [
        (1, NATIONAL, 30),
        (2, NATIONAL, 30),
        (3, NATIONAL, 30),
        (4, NATIONAL, 60),
        (5, NATIONAL, 60),
        (6, REMOTE, None),
        (7, VERY_REMOTE, None),
    ],
)
def test_the_area_decides_the_price_region_and_the_travel(mmm, zone, minutes):
    """PAPL 2025-26: MMM 1-5 national, 6 remote, 7 very remote; travel 30, 60, no limit."""
    assert zone_of(mmm) is zone
    assert placed({"mmm": mmm}) == {"mmm": mmm, "price_zone": zone}
    assert travel_cap_minutes(area_of(mmm, zone)) == minutes
    for other in set(PriceZone) - {zone}:
        with pytest.raises(RuleBroken, match=f"MMM {mmm} has the {zone.label} price") as refused:
            placed({"mmm": mmm, "price_zone": other})
        assert refused.value.field == "mmm"


def test_an_area_that_does_not_exist_has_no_price_region():
    for mmm in (0, 8):
        with pytest.raises(RuleBroken, match="from 1 to 7"):
            zone_of(mmm)


def test_a_zone_alone_moves_the_area_only_where_it_lies_outside():
    assert placed({}) == {}
    assert placed({"price_zone": NATIONAL}, known_mmm=4)["mmm"] == 4
    assert placed({"price_zone": REMOTE}, known_mmm=4)["mmm"] == 6
    assert placed({"price_zone": NATIONAL}, known_mmm=7)["mmm"] == 1
