"""Families of support items: the same support at another time of day is another item.

Which belong together is read from their names, as the catalogue has no column for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from caddy.domain.bands import WEEKDAY_BANDS, Band
from caddy.domain.ndis.items import Item, PricedItem

# How the catalogue 2025-26 ends its names. `Weekday` alone is a whole day of short term
# accommodation: any time of a weekday.
_WHOLE_WEEKDAY = "weekday"
_ENDINGS: dict[str, Band | None] = {
    "weekday daytime": Band.WEEKDAY_DAYTIME,
    "weekday evening": Band.WEEKDAY_EVENING,
    "weekday night": Band.WEEKDAY_NIGHT,
    "saturday": Band.SATURDAY,
    "sunday": Band.SUNDAY,
    "public holiday": Band.PUBLIC_HOLIDAY,
    "night time sleepover": Band.SLEEPOVER,
    _WHOLE_WEEKDAY: None,
}
_ENDED = re.compile(
    rf"^(.+)\s*[-\u2013]\s*({'|'.join(_ENDINGS).replace(' ', '[ -]+')})\s*$", re.IGNORECASE
)
_STANDARD = " standard"
_HIGH_INTENSITY = " high intensity"


@dataclass(frozen=True, slots=True)
class Family:
    """What items have in common that differ by time only.

    The registration group and the category belong to it: nursing stands in the catalogue twice,
    under two categories, and behaviour supports under four groups.
    """

    name: str
    registration_group_number: str
    support_category: int


def plain(name: str) -> str:
    """Return a name's words in small letters, without what stands between them."""
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


def _parts(name: str) -> tuple[str, str]:
    """Return a name without its ending, and the ending, both in plain words."""
    found = _ENDED.match(name)
    return (plain(found[1]), plain(found[2])) if found else (plain(name), "")


def family_and_band(name: str) -> tuple[str, Band | None]:
    """Return the family's name and the band that an item's name tells; None where it tells none.

    >>> family_and_band("Assistance With Self-Care Activities - Standard - Weekday Evening")
    ('assistance with self care activities standard', <Band.WEEKDAY_EVENING: 'weekday_evening'>)
    """
    family, ending = _parts(name)
    return family, _ENDINGS.get(ending)


def family_name(name: str) -> str:
    """Return what an item's name shares with its siblings, as the catalogue writes it.

    >>> family_name("Assistance With Self-Care Activities - Standard - Weekday Evening")
    'Assistance With Self-Care Activities - Standard'
    """
    found = _ENDED.match(name)
    return (found[1] if found else name).strip(" -\u2013")


def band_of(item: PricedItem) -> Band | None:
    """Return the band that an item is for, or None where its price is the same at all times."""
    return family_and_band(item.name)[1]


def family_of(item: PricedItem) -> Family:
    name, _ = family_and_band(item.name)
    return Family(name, item.registration_group_number, item.support_category)


def depends_on_time(item: PricedItem) -> bool:
    """Say whether an item has siblings for other times: whether its name ends with a time."""
    return bool(_parts(item.name)[1])


def item_for_band(items: Iterable[Item], chosen_item: PricedItem, band: Band) -> Item | None:
    """Return the item of the chosen one's family that is for a band, or None.

    Pass the items that hold on the day. The sleepover has no intensity in its name ("… -
    Night-Time Sleepover"), so it belongs to the standard and the high intensity family of its
    group; from the sleepover the way back leads to the standard one (catalogue 2025-26). A
    family that is priced by the day has one item for every time of a weekday.
    """
    wanted = family_of(chosen_item)
    fits = [item for item in items if _same_group(family_of(item), wanted)]
    for name in _names(wanted.name, band, is_sleepover=band_of(chosen_item) is Band.SLEEPOVER):
        for item in fits:
            family, ending = _parts(item.name)
            if family == name and _is_for(ending, band):
                return item
    return None


def _same_group(one: Family, other: Family) -> bool:
    return (one.registration_group_number, one.support_category) == (
        other.registration_group_number,
        other.support_category,
    )


def _names(name: str, band: Band, *, is_sleepover: bool) -> tuple[str, ...]:
    """Return the family names to look for, the likeliest first."""
    if band is Band.SLEEPOVER:
        return name, name.removesuffix(_STANDARD).removesuffix(_HIGH_INTENSITY)
    return (name, name + _STANDARD) if is_sleepover else (name,)


def _is_for(ending: str, band: Band) -> bool:
    if ending == _WHOLE_WEEKDAY:
        return band in WEEKDAY_BANDS
    return bool(ending) and _ENDINGS[ending] is band
