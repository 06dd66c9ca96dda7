"""The lines of a trip: time there and back, kilometres and tolls.

A trip belongs to a support and is claimed against its item (PAPL 2025-26 "Provider travel").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic

from caddy.domain.claim_types import (
    ClaimType,
    check_claim_type,
    check_travel,
    check_travel_unit,
    group_limit,
    is_therapy,
    travel_cost_item,
    travel_price,
)
from caddy.domain.errors import RuleBroken
from caddy.domain.money import divide_half_up
from caddy.domain.ndis.items import Item
from caddy.domain.pricing import cost_for_minutes

DOLLAR = 100
MILLI_PER_CENT = 10  # thousandths of a $1 unit in a cent
MOST_PEOPLE = 99
SIXTIETHS = 60  # of a cent: what a minute costs is a whole number of them


class Leg(StrEnum):
    """The parts of a trip; each is a line of its own."""

    THERE = "there"
    BACK = "back"
    COSTS = "costs"

    @property
    def label(self) -> str:
        return {"there": "Travel there", "back": "Travel back", "costs": "Kilometres and tolls"}[
            self.value
        ]

    @property
    def field(self) -> str:
        """Return the input that a refusal of the leg stands beside."""
        return {"there": "minutes_there", "back": "minutes_back", "costs": "kilometres"}[self.value]


@dataclass(frozen=True, slots=True)
class Travel:
    """A trip as it is entered: `people` shared it, `kilometres_milli` are metres."""

    minutes_there: int = 0
    minutes_back: int = 0
    kilometres_milli: int = 0
    cents_per_kilometre: int = 0
    tolls_cents: int = 0
    people: int = 1

    @property
    def is_nothing(self) -> bool:
        return not (
            self.minutes_there or self.minutes_back or self.kilometres_milli or self.tolls_cents
        )

    def only(self, leg: Leg) -> Travel:
        """Return one part of the trip, without the others."""
        if leg is Leg.THERE:
            return Travel(minutes_there=self.minutes_there, people=self.people)
        if leg is Leg.BACK:
            return Travel(minutes_back=self.minutes_back, people=self.people)
        return replace(self, minutes_there=0, minutes_back=0)

    @property
    def costs_cents(self) -> int:
        """Return what kilometres and tolls come to, for all who shared the trip.

        >>> Travel(kilometres_milli=60_000, cents_per_kilometre=78).costs_cents
        4680
        """
        kilometres = divide_half_up(self.kilometres_milli * self.cents_per_kilometre, 1000)
        return kilometres + self.tolls_cents


@dataclass(frozen=True, slots=True)
class TravelLine(Generic[Item]):
    """One line of a trip. `whole_cents` are shared by `people`; times are the wall clock.

    `exact` is the whole before it is rounded, in sixtieths of a cent.
    """

    leg: Leg
    claim_type: ClaimType
    item: Item
    start: datetime
    end: datetime
    unit_price_cents: int
    whole_cents: int
    people: int
    exact: int


def travel_lines(
    travel: Travel,
    item: Item,
    items: Sequence[Item],
    price_cents: int,
    mmm: int,
    start: datetime,
    end: datetime,
) -> tuple[TravelLine[Item], ...]:
    """Return the lines of the trip to a support from `start` to `end`, or refuse it by name.

    `price_cents` is an hour of the support for one person; travel to therapy is at half of it.
    Each way is capped by the participant's MMM area. PAPL 2025-26: 50 minutes at $50.00 are
    $41.67, and 60 km at $0.78 are $46.80.
    """
    if not 1 <= travel.people <= MOST_PEOPLE:
        raise RuleBroken("travel_people", "no_people", "Between 1 and 99 people share a trip.")
    lines = []
    for leg, minutes in ((Leg.THERE, travel.minutes_there), (Leg.BACK, travel.minutes_back)):
        if minutes:
            lines.append(_time(leg, minutes, travel, item, price_cents, mmm, (start, end)))
    if travel.costs_cents:
        lines.append(_costs(travel, item, items, start, end))
    return tuple(lines)


def _time(
    leg: Leg,
    minutes: int,
    travel: Travel,
    item: Item,
    price_cents: int,
    mmm: int,
    support: tuple[datetime, datetime],
) -> TravelLine[Item]:
    field = leg.field
    _blame(field, check_claim_type, ClaimType.TRAVEL, item)
    _blame(field, check_travel_unit, item)
    _blame(field, check_travel, minutes, mmm)
    price = travel_price(price_cents, is_therapy(item))
    length = timedelta(minutes=minutes)
    start = support[0] - length if leg is Leg.THERE else support[1]
    return TravelLine(
        leg,
        ClaimType.TRAVEL,
        item,
        start,
        start + length,
        group_limit(price, travel.people),
        cost_for_minutes(price, minutes),
        travel.people,
        price * minutes,
    )


def _costs(
    travel: Travel, item: Item, items: Sequence[Item], start: datetime, end: datetime
) -> TravelLine[Item]:
    field = Leg.COSTS.field if travel.kilometres_milli else "tolls"
    _blame(field, check_claim_type, ClaimType.TRAVEL_COSTS, item)
    found = travel_cost_item(item.item_number, items)
    if found is None:
        raise RuleBroken(
            field,
            "no_travel_cost_item",
            f"The Support Catalogue has no item for travel costs beside {item.name}.",
        )
    return TravelLine(
        Leg.COSTS,
        ClaimType.TRAVEL_COSTS,
        found,
        start,
        end,
        DOLLAR,
        travel.costs_cents,
        travel.people,
        travel.costs_cents * SIXTIETHS,
    )


def _blame(field: str, check: Callable[..., None], *arguments: Any) -> None:
    """Run a check of a claim, and put its refusal beside the field of the trip."""
    try:
        check(*arguments)
    except RuleBroken as error:
        raise RuleBroken(field, error.code, error.message, error.details) from error
