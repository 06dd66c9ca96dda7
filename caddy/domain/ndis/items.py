"""What the rules ask of a catalogue line, be it read from the NDIA's file or stored.

The only place that says which of several lines holds on a day, and which limit holds where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol, TypeVar

from caddy.domain.ndis.catalogue import STATES, ItemType, Unit


class PricedItem(Protocol):
    """A line of the catalogue. `limits_cents` maps a region to its limit for one unit."""

    @property
    def item_number(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def registration_group_number(self) -> str: ...
    @property
    def support_category(self) -> int: ...
    @property
    def unit(self) -> Unit: ...
    @property
    def item_type(self) -> ItemType: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def limits_cents(self) -> Mapping[str, int]: ...
    @property
    def allows_non_face_to_face(self) -> bool | None: ...
    @property
    def allows_provider_travel(self) -> bool | None: ...
    @property
    def allows_short_notice_cancellation(self) -> bool | None: ...
    @property
    def allows_ndia_reports(self) -> bool | None: ...
    @property
    def allows_irregular_sil(self) -> bool | None: ...


Item = TypeVar("Item", bound=PricedItem)


def holding(items: Iterable[Item], day: date) -> list[Item]:
    """Return the lines that hold on a day, one a number: the one that began last counts."""
    found: dict[str, Item] = {}
    for item in items:
        if item.starts_on <= day <= item.ends_on:
            other = found.get(item.item_number)
            if other is None or other.starts_on < item.starts_on:
                found[item.item_number] = item
    return list(found.values())


def limit_for(item: PricedItem, region: str) -> int | None:
    """Return the price limit of one unit in a region, in cents, or None where there is none.

    A region is a state, `NATIONAL`, `REMOTE` (MMM 6) or `VERY_REMOTE` (MMM 7), by where the
    participant is when supported (PAPL 2025-26 "Price limits"). A catalogue with one national
    column has the same limit in every state; one with eight state columns has a national limit
    where all eight agree.
    """
    limits = item.limits_cents
    found = limits.get(region, limits.get("NATIONAL"))
    if found is not None or region != "NATIONAL":
        return found
    of_states = {limits.get(state) for state in STATES}
    return of_states.pop() if len(of_states) == 1 else None
