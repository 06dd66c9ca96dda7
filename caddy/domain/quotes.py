"""What a support may cost, whole: limit, band, minutes, cost, and the reasons in sentences.

The one place that puts the rules of price, time and claim type together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Generic

from caddy.domain.bands import Band, IsHoliday, MinutesBetween, band_for, wall_minutes
from caddy.domain.claim_types import (
    ClaimType,
    check_claim_type,
    check_travel,
    check_travel_unit,
    group_limit,
    is_therapy,
    travel_cap_minutes,
    travel_cost_item,
    travel_price,
)
from caddy.domain.errors import RuleBroken
from caddy.domain.item_family import band_of
from caddy.domain.money import dollars
from caddy.domain.ndis.catalogue import STATES, ItemType, Unit
from caddy.domain.ndis.items import Item, PricedItem, holding, limit_for
from caddy.domain.participants import PriceZone
from caddy.domain.proposals import Proposal, propose, unit_cost
from caddy.domain.services import LONGEST
from caddy.domain.words import say_date

# Claimed for the time at which the participant is supported, or was to be. Work around a support
# is claimed against the item of the support that it belongs to, whenever it is done.
BANDED = frozenset(
    {ClaimType.DIRECT, ClaimType.TELEHEALTH, ClaimType.IRREGULAR_SIL, ClaimType.CANCELLATION}
)
_PER_UNIT = {Unit.HOUR: "an hour", Unit.EACH: "each"} | {
    unit: f"a {unit.label}" for unit in (Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR)
}


@dataclass(frozen=True, slots=True)
class Support(Generic[Item]):
    """A support to price. `start` and `end` are the wall clock where the participant is.

    `region` is a state, `NATIONAL`, `REMOTE` or `VERY_REMOTE`; `people` share the worker. For
    travel, times are those of the trip, one way, and `mmm` is the Modified Monash area that caps
    it; without one no cap is applied.
    """

    item: Item
    start: datetime
    end: datetime
    region: str
    people: int = 1
    claim_type: ClaimType = ClaimType.DIRECT
    mmm: int | None = None


@dataclass(frozen=True, slots=True)
class Quote(Generic[Item]):
    """What one participant's support may cost at the limit, on the item that was chosen.

    `limit_cents` is for one unit and one participant; it and `cost_cents` are None where nothing
    but a quote or a receipt says what it costs. The cost is at the price that is charged. `band`
    is the one that the times fit, if one is. `proposal` is there where the item or the times
    should change.
    """

    limit_cents: int | None
    band: Band | None
    minutes: int
    cost_cents: int | None
    reasons: tuple[str, ...]
    proposal: Proposal[Item] | None = None

    @property
    def reason(self) -> str:
        return " ".join(self.reasons)


def region_for(state: str, zone: PriceZone) -> str:
    """Return the region whose limit counts: remote and very remote go before the state.

    >>> region_for("WA", PriceZone.NATIONAL), region_for("WA", PriceZone.VERY_REMOTE)
    ('WA', 'VERY_REMOTE')
    """
    return {PriceZone.REMOTE: "REMOTE", PriceZone.VERY_REMOTE: "VERY_REMOTE"}.get(zone, state)


def times_on(day: date, start: time, end: time) -> tuple[datetime, datetime]:
    """Return a support's times on a day; an end before the start is on the next day.

    >>> times_on(date(2025, 11, 20), time(22), time(6))[1]
    datetime.datetime(2025, 11, 21, 6, 0)
    """
    ends_on = day + timedelta(days=1) if end < start else day
    return datetime.combine(day, start), datetime.combine(ends_on, end)


def item_on(items: Iterable[Item], item_number: str, day: date) -> Item:
    """Return the line that holds for a number on a day, or refuse it by name."""
    wanted = item_number.strip().upper()
    known = [item for item in items if item.item_number.upper() == wanted]
    if not known:
        message = f"{item_number} is not an item of the Support Catalogue."
        raise RuleBroken("item_number", "unknown_item", message)
    found = holding(known, day)
    if not found:
        message = f"{item_number} is not in the Support Catalogue on {say_date(day)}."
        raise RuleBroken("item_number", "item_not_on_date", message)
    return found[0]


def _at_limit(_item: PricedItem, limit: int | None) -> int | None:
    return limit


def quote(
    support: Support[Item],
    items: Sequence[Item],
    is_holiday: IsHoliday,
    *,
    minutes_between: MinutesBetween = wall_minutes,
    price_of: Callable[[Item, int | None], int | None] = _at_limit,
) -> Quote[Item]:
    """Price a support at its limit; refuse what may not be claimed so.

    `items` are those of the catalogue that hold on the day. `price_of` tells what is charged of
    an item with a limit, where that is not the limit. PAPL 2025-26: exact minutes times the
    price, rounded once; a group shares the limit; travel to therapy is at half of it.
    """
    minutes = _length(support, minutes_between)
    check_claim_type(support.claim_type, support.item)
    if support.claim_type is ClaimType.TRAVEL_COSTS:
        return _travel_costs(support, items, minutes)
    if support.claim_type is ClaimType.TRAVEL:
        check_travel_unit(support.item)
        if support.mmm is not None:
            check_travel(minutes, support.mmm)
    limit = _limit(support, support.item)
    price = price_of(support.item, limit)
    reasons = _price_reasons(support, limit, price, minutes)
    cost = _cost(support.item, price, minutes)
    if support.claim_type not in BANDED:
        return Quote(limit, band_of(support.item), minutes, cost, reasons)
    proposal = propose(
        support.start,
        support.end,
        is_holiday,
        support.item,
        items,
        lambda item: price_of(item, _limit(support, item)),
        minutes_between=minutes_between,
    )
    is_as_chosen = proposal.is_only(support.item)
    band = proposal.split[0].band if is_as_chosen else None
    return Quote(
        limit,
        band or band_for(support.start, support.end, is_holiday),
        minutes,
        cost,
        (*reasons, proposal.reason),
        None if is_as_chosen else proposal,
    )


def _length(support: Support[Item], minutes_between: MinutesBetween) -> int:
    """Return the support's minutes, or refuse times that no service can have."""
    if support.end == support.start:
        raise RuleBroken("end_time", "no_length", "The service ends at the minute it starts.")
    if support.end < support.start:
        raise RuleBroken("end_time", "negative_length", "The service ends before it starts.")
    if support.end - support.start > LONGEST:
        raise RuleBroken("end_time", "too_long", "One service lasts 24 hours at the most.")
    return minutes_between(support.start, support.end)


def _limit(support: Support[Item], item: PricedItem) -> int | None:
    """Return one participant's limit for one unit: for travel the trip's, in a group the share."""
    limit = limit_for(item, support.region)
    if limit is not None and support.claim_type is ClaimType.TRAVEL:
        limit = travel_price(limit, is_therapy(item))
    return group_limit(limit or 0, support.people) if limit is not None else None


def _cost(item: PricedItem, limit: int | None, minutes: int) -> int | None:
    return None if item.item_type is ItemType.UNIT_PRICE_ONE else unit_cost(item, limit, minutes)


def _price_reasons(
    support: Support[Item], limit: int | None, price: int | None, minutes: int
) -> tuple[str, ...]:
    """Say where the limit comes from, and what the price makes."""
    item = support.item
    full = limit_for(item, support.region)
    where = support.region
    where = where if where in STATES else where.replace("_", " ").lower()
    if full is None or limit is None:
        return (f"{item.name} has no price limit ({where}): its price is quoted and agreed.",)
    if item.item_type is ItemType.UNIT_PRICE_ONE:
        return (f"{item.name} is claimed as dollars: one unit of $1.00 for each.",)
    reasons = [f"The limit ({where}) is {dollars(full)} {_PER_UNIT[item.unit]}."]
    if support.claim_type is ClaimType.TRAVEL and is_therapy(item):
        reasons.append(f"Travel to therapy is at half of it, {dollars(travel_price(full, True))}.")
    if support.people > 1:
        reasons.append(f"Shared by {support.people} people it is {dollars(limit)} for each.")
    charged = limit if price is None else price
    if charged != limit:
        reasons.append(f"Charged is {dollars(charged)} {_PER_UNIT[item.unit]}.")
    if item.unit is Unit.HOUR:
        cost = dollars(unit_cost(item, charged, minutes) or 0)
        length = "1 minute" if minutes == 1 else f"{minutes} minutes"
        verb = "is" if minutes == 1 else "are"
        reasons.append(f"{length} at {dollars(charged)} an hour {verb} {cost}.")
    if support.claim_type is ClaimType.TRAVEL:
        reasons.append(_cap_reason(support.mmm))
    return tuple(reasons)


def _cap_reason(mmm: int | None) -> str:
    if mmm is None:
        return (
            "No cap on travel time was applied: it depends on the Modified Monash (MMM) area "
            "of the participant."
        )
    cap = travel_cap_minutes(mmm)
    if cap is None:
        return f"In MMM {mmm} travel time has no cap."
    return f"In MMM {mmm} at most {cap} minutes of travel each way can be claimed."


def _travel_costs(support: Support[Item], items: Sequence[Item], minutes: int) -> Quote[Item]:
    """Return the limit of the item that kilometres and tolls are claimed on; receipts say more."""
    item = travel_cost_item(support.item.item_number, items)
    if item is None:
        raise RuleBroken(
            "claim_type",
            "no_travel_cost_item",
            f"The Support Catalogue has no item for travel costs beside {support.item.name}.",
        )
    reason = (
        f"Kilometres and tolls are claimed on {item.item_number}, one unit of $1.00 for each "
        "dollar, so the times do not change them."
    )
    return Quote(limit_for(item, support.region), None, minutes, None, (reason,))
