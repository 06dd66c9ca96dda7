"""What to claim instead, where a support does not fit the item that was chosen for it.

Prices come from the caller: a limit, or what was agreed. Nothing here is decided for people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Generic

from caddy.domain.bands import (
    Band,
    IsHoliday,
    MinutesBetween,
    Segment,
    band_for,
    day_band,
    may_be_sleepover,
    segments,
    wall_minutes,
)
from caddy.domain.item_family import band_of, depends_on_time, item_for_band
from caddy.domain.ndis.catalogue import Unit
from caddy.domain.ndis.items import Item, PricedItem
from caddy.domain.pricing import cost_for_minutes
from caddy.domain.words import say_edge

NO_SLEEPOVER = (
    "A night-time sleepover starts before midnight, ends after it and lasts at least 8 hours."
)


@dataclass(frozen=True, slots=True)
class ProposedService(Generic[Item]):
    """One service to log. `cost_cents` is None where the item has no price yet.

    An item that is not priced by the hour counts as one unit, whatever its minutes.
    """

    item: Item
    band: Band | None
    start: datetime
    end: datetime
    minutes: int
    unit_price_cents: int | None
    cost_cents: int | None


@dataclass(frozen=True, slots=True)
class Proposal(Generic[Item]):
    """`split` has one service where the support fits one band, and none where an item lacks.

    `single` stands beside a split of two or more: the whole support on its higher item.
    """

    reason: str
    split: tuple[ProposedService[Item], ...]
    single: ProposedService[Item] | None = None

    @property
    def total_cents(self) -> int | None:
        """Return what the split costs: the sum of its lines, each rounded once."""
        costs = [one.cost_cents for one in self.split if one.cost_cents is not None]
        return sum(costs) if costs and len(costs) == len(self.split) else None

    def is_only(self, item: PricedItem) -> bool:
        """Say whether nothing but one service on this item is proposed."""
        return len(self.split) == 1 and self.split[0].item is item


def unit_cost(item: PricedItem, unit_price_cents: int | None, minutes: int) -> int | None:
    """Return the cost of minutes of an hourly item, or of one unit of any other."""
    if unit_price_cents is None or item.unit is not Unit.HOUR:
        return unit_price_cents
    return cost_for_minutes(unit_price_cents, minutes)


def propose(
    start: datetime,
    end: datetime,
    is_holiday: IsHoliday,
    chosen_item: Item,
    items: Sequence[Item],
    price_of: Callable[[Item], int | None],
    *,
    minutes_between: MinutesBetween = wall_minutes,
) -> Proposal[Item]:
    """Return the services that a support should be logged as, and why.

    `items` are those that hold on the day. A support that fits no band is billed as two or more
    supports; when one worker delivers it across the boundary, the higher limit may apply to the
    whole (PAPL 2025-26 "Time of day and day of week"): the split and the single are offered both.
    """
    service = partial(_service, price_of=price_of, minutes_between=minutes_between)
    span = f"{say_edge(start)} to {say_edge(end)}"
    if not depends_on_time(chosen_item):
        reason = f"The price of {chosen_item.name} is the same at any time of day."
        band = band_for(start, end, is_holiday)
        return Proposal(reason, (service(chosen_item, band, start, end),))
    if band_of(chosen_item) is Band.SLEEPOVER and may_be_sleepover(start, end):
        reason = f"{span} may be a night-time sleepover, if the worker may sleep."
        return Proposal(reason, (service(chosen_item, Band.SLEEPOVER, start, end),))
    band = _one_band(chosen_item, start, end, is_holiday)
    if band is None:
        pieces = segments(start, end, is_holiday, minutes_between=minutes_between)
        return _crossing(span, pieces, chosen_item, items, service)
    right = _item(items, chosen_item, band)
    if right is None:
        return Proposal(_lacking(chosen_item, band), ())
    return Proposal(_fitting(span, band, chosen_item, right), (service(right, band, start, end),))


def _service(
    item: Item,
    band: Band | None,
    start: datetime,
    end: datetime,
    *,
    price_of: Callable[[Item], int | None],
    minutes_between: MinutesBetween,
) -> ProposedService[Item]:
    price, minutes = price_of(item), minutes_between(start, end)
    cost = unit_cost(item, price, minutes)
    return ProposedService(item, band, start, end, minutes, price, cost)


def _one_band(
    chosen_item: PricedItem, start: datetime, end: datetime, is_holiday: IsHoliday
) -> Band | None:
    """Return the band a support fits; an item by the day goes by the day it starts on."""
    if chosen_item.unit is Unit.DAY:
        return day_band(start.date(), is_holiday) or Band.WEEKDAY_DAYTIME
    return band_for(start, end, is_holiday)


def _item(items: Sequence[Item], chosen_item: Item, band: Band) -> Item | None:
    if band_of(chosen_item) is band:
        return chosen_item
    found = item_for_band(items, chosen_item, band)
    is_chosen = found is not None and found.item_number == chosen_item.item_number
    return chosen_item if is_chosen else found


def _crossing(
    span: str,
    pieces: Sequence[Segment],
    chosen_item: Item,
    items: Sequence[Item],
    service: Callable[[Item, Band, datetime, datetime], ProposedService[Item]],
) -> Proposal[Item]:
    """Propose a service for each piece, and the whole on the item with the highest price."""
    split = []
    for piece in pieces:
        item = _item(items, chosen_item, piece.band)
        if item is None:
            return Proposal(crossed(span, pieces) + " " + _lacking(chosen_item, piece.band), ())
        split.append(service(item, piece.band, piece.start, piece.end))
    single = None
    if all(one.unit_price_cents is not None for one in split):
        pairs = zip(pieces, split, strict=True)
        piece, higher = max(pairs, key=lambda pair: pair[1].unit_price_cents or 0)
        single = service(higher.item, piece.band, pieces[0].start, pieces[-1].end)
    return Proposal(crossed(span, pieces), tuple(split), single)


def crossed(span: str, pieces: Sequence[Segment]) -> str:
    """Name every boundary: `crosses 8:00 pm, from when the evening price applies`."""
    crossed = ", and ".join(
        f"{say_edge(after.start)}, from when the {after.band.short} price applies"
        for _, after in pairwise(pieces)
    )
    return f"{span} crosses {crossed}."


def _fitting(span: str, band: Band, chosen_item: PricedItem, right: PricedItem) -> str:
    own = band_of(chosen_item)
    if right is chosen_item:
        return f"{span} fits the {band.short} price."
    wrong = f"not the {own.short} item that was chosen" if own else "not the item that was chosen"
    instead = f"{span} fits the {band.short} price: claim {right.item_number}, {wrong}."
    return f"{NO_SLEEPOVER} {instead}" if own is Band.SLEEPOVER else instead


def _lacking(chosen_item: PricedItem, band: Band) -> str:
    return (
        f"The Support Catalogue has no item for {band.label.lower()} beside {chosen_item.name}; "
        "choose another item."
    )
