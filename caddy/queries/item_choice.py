"""The item that was chosen in a form: by number, by name, or by its family's name and the times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from caddy.domain.errors import RuleBroken
from caddy.domain.family_choice import family_called, item_at
from caddy.domain.item_family import plain
from caddy.domain.ndis.identifiers import parse_item_number
from caddy.domain.words import say_date
from caddy.models import SupportItem
from caddy.queries import services, support_items


def chosen(
    typed: str,
    participant_id: UUID,
    start: datetime,
    end: datetime,
    is_holiday: Callable[[date], bool],
) -> tuple[SupportItem, str]:
    """Return the item that was typed, and why it is this one where it goes by the times.

    Of families with one name those count for which the participant has a budget, if any.
    """
    day = start.date()
    item = support_items.on_date(typed, day)
    if item is not None:
        return item, ""
    if support_items.is_known(typed):
        message = f"{typed} is not in the Support Catalogue on {say_date(day)}."
        raise RuleBroken("item_number", "item_not_on_date", message)
    items = [] if _is_number(typed) else support_items.called(typed, day)
    paid = services.categories_of(participant_id, day)
    own = [one for one in items if {one.support_category, one.support_category_pace} & paid]
    same = [one for one in own or items if plain(one.name) == plain(typed)]
    if len(same) == 1:
        return same[0], ""
    named = family_called(typed, own or items)
    if named is None:
        raise RuleBroken(
            "item_number", "unknown_item", f"{typed} is not an item of the Support Catalogue."
        )
    beside = support_items.beside(named.items[0], day)
    found = item_at(named, beside, start, end, is_holiday)
    return found.item, found.reason


def _is_number(typed: str) -> bool:
    try:
        parse_item_number(typed)
    except ValueError:
        return False
    return True
