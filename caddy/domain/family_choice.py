"""Which item the name of a family means at some times. What could be two things is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic

from caddy.domain.bands import (
    Band,
    IsHoliday,
    band_for,
    day_band,
    may_be_sleepover,
    segments,
)
from caddy.domain.errors import RuleBroken
from caddy.domain.item_family import (
    Family,
    band_of,
    depends_on_time,
    family_name,
    family_of,
    item_for_band,
    plain,
)
from caddy.domain.ndis.catalogue import Unit
from caddy.domain.ndis.items import Item, PricedItem
from caddy.domain.proposals import crossed
from caddy.domain.sentences import sentence, together
from caddy.domain.words import say_date, say_time

MOST_ASKED = 5
_TOLD_APART = re.compile(r"\s*\(category (\d{1,2}), group (\d{4})\)\s*$")


@dataclass(frozen=True, slots=True)
class NamedFamily(Generic[Item]):
    """Items that differ by time only, and what they are called together.

    Where two families have one name, the `label` says their category and registration group.
    """

    family: Family
    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Chosen(Generic[Item]):
    """The item that a family's name means at some times, and why it is this one."""

    item: Item
    reason: str


def families(items: Sequence[Item]) -> list[NamedFamily[Item]]:
    """Return the families of two or more among items, in the order of their first item."""
    found: dict[Family, list[Item]] = {}
    for item in items:
        if depends_on_time(item) and band_of(item) is not Band.SLEEPOVER:
            found.setdefault(family_of(item), []).append(item)
    several = {family: own for family, own in found.items() if len(own) > 1}
    times = Counter(family.name for family in several)
    return [
        NamedFamily(family, _label(family, own[0], is_only=times[family.name] == 1), tuple(own))
        for family, own in several.items()
    ]


def _label(family: Family, item: PricedItem, *, is_only: bool) -> str:
    name = family_name(item.name)
    if is_only:
        return name
    group = family.registration_group_number
    return f"{name} (category {family.support_category}, group {group})"


def family_called(typed: str, items: Sequence[Item]) -> NamedFamily[Item] | None:
    """Return the one family that was typed, by its name or the beginning of it; None: no family.

    Where several begin so, or an item of no family does, it is refused with what to choose from.
    """
    told_apart = _TOLD_APART.search(typed)
    wanted = plain(without_mark(typed))
    named = families(items)
    if told_apart:
        own = int(told_apart[1]), told_apart[2]
        named = [one for one in named if _key(one.family) == own]
    exact = [one for one in named if one.family.name == wanted]
    found = exact or [one for one in named if wanted and one.family.name.startswith(wanted)]
    alone = [] if exact else _alone(wanted, items, named)
    if not found:
        return None
    if len(found) == 1 and not alone:
        return found[0]
    labels = [*(one.label for one in found), *(f"{one.item_number} {one.name}" for one in alone)]
    raise _ask(
        sentence("More than one support is called {typed}.", typed=typed), labels[:MOST_ASKED]
    )


def without_mark(typed: str) -> str:
    """Return what was typed without what tells two families of one name apart."""
    return _TOLD_APART.sub("", typed)


def _key(family: Family) -> tuple[int, str]:
    return family.support_category, family.registration_group_number


def _alone(wanted: str, items: Sequence[Item], named: Sequence[NamedFamily[Item]]) -> list[Item]:
    """Return the items that begin as what was typed, but are of none of the families."""
    known = {one.item_number for family in named for one in family.items}
    return [
        one
        for one in items
        if one.item_number not in known
        and band_of(one) is not Band.SLEEPOVER
        and plain(one.name).startswith(wanted)
    ]


def item_at(
    named: NamedFamily[Item],
    items: Sequence[Item],
    start: datetime,
    end: datetime,
    is_holiday: IsHoliday,
) -> Chosen[Item]:
    """Return the family's item for some times; `items` are those of its group on the day.

    Times that cross from one price into another, and a night in which the worker may sleep, can
    be claimed in more than one way: they are refused with the items to choose from.
    """
    first = named.items[0]
    span = f"{say_time(start)} to {say_time(end)}"
    sleepover = (
        item_for_band(items, first, Band.SLEEPOVER) if may_be_sleepover(start, end) else None
    )
    band = _band(first, start, end, is_holiday)
    if band is None:
        pieces = segments(start, end, is_holiday)
        fits = [item_for_band(items, first, piece.band) for piece in pieces]
        raise _ask(crossed(span, pieces), _numbers([*fits, sleepover]))
    right = item_for_band(items, first, band)
    if sleepover is not None:
        said = sentence(
            "{span} may be an active night, or a sleepover if the worker may sleep.", span=span
        )
        raise _ask(said, _numbers([right, sleepover]))
    if right is None:
        raise RuleBroken(
            "item_number",
            "no_item_for_band",
            sentence(
                "{family} has no item for {span} on {day}. Choose another item.",
                family=named.label,
                span=span,
                day=say_date(start.date()),
            ),
        )
    reason = sentence(
        "You chose {family}: {span} on {day} fits the {band} price, so it is {number}.",
        family=named.label,
        span=span,
        day=say_date(start.date()),
        band=band.short,
        number=right.item_number,
    )
    return Chosen(right, reason)


def _band(item: PricedItem, start: datetime, end: datetime, is_holiday: IsHoliday) -> Band | None:
    """Return the band of some times; an item by the day goes by the day it starts on."""
    if item.unit is Unit.DAY:
        return day_band(start.date(), is_holiday) or Band.WEEKDAY_DAYTIME
    return band_for(start, end, is_holiday)


def _numbers(items: Sequence[PricedItem | None]) -> list[str]:
    return list(dict.fromkeys(f"{one.item_number} {one.name}" for one in items if one))


def _ask(why: str, options: Sequence[str]) -> RuleBroken:
    """Return the refusal that asks which of some options is meant.

    Its details hold them, and `why` it asks, for a page that offers each as a button.
    """
    asked = sentence("Choose one: {options}.", options="; ".join(options))
    return RuleBroken(
        "item_number",
        "more_than_one_item",
        together(why, asked),
        {"why": why, "choices": list(options)},
    )
