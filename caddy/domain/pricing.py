"""What a support costs: exact minutes or units times the unit price, rounded once."""

from __future__ import annotations

from caddy.domain.errors import RuleBroken
from caddy.domain.money import divide_half_up, dollars
from caddy.domain.sentences import sentence


def cost_for_minutes(unit_price_cents: int, minutes: int) -> int:
    """Return the cost of exact minutes at an hourly price, rounded once, half up.

    PAPL 2025-26 "Claiming for part of an hour": at $193.99 an hour 10 minutes are $32.33.

    >>> [cost_for_minutes(193_99, minutes) for minutes in (10, 20, 30, 40, 50, 60)]
    [3233, 6466, 9700, 12933, 16166, 19399]
    """
    return divide_half_up(unit_price_cents * minutes, 60)


def cost_for_quantity(unit_price_cents: int, quantity_milli: int) -> int:
    """Return the cost of a quantity, given in thousandths of the item's unit.

    A `Unit Price = $1` item that cost $21.50 is 21.5 units (PAPL 2025-26).

    >>> cost_for_quantity(100, 21_500)
    2150
    """
    return divide_half_up(unit_price_cents * quantity_milli, 1000)


def agreed_price(entered: int | None, limit: int | None, item: str) -> int:
    """Return the unit price to charge: what was entered, or else the limit.

    The agreed price may never exceed the limit for the item, the date and the region
    (PAPL 2025-26 "Price limits"). An item without a limit is quoted: its price is entered.
    """
    if entered is None:
        if limit is None:
            raise RuleBroken(
                "unit_price",
                "price_needed",
                sentence(
                    "{item} has no price limit: enter the price that was quoted and agreed.",
                    item=item,
                ),
            )
        return limit
    if limit is not None and entered > limit:
        raise RuleBroken(
            "unit_price",
            "over_price_limit",
            sentence(
                "{entered} is over the price limit of {limit} for {item}.",
                entered=dollars(entered),
                limit=dollars(limit),
                item=item,
            ),
            {"entered_cents": entered, "limit_cents": limit},
        )
    return entered
