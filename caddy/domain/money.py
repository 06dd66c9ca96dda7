"""Money as integer cents: read, shown, divided. No binary fractions anywhere."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_AMOUNT = re.compile(r"^-?\$?-?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?$")


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return a quotient rounded to the nearest whole, halves away from zero.

    >>> divide_half_up(19399 * 10, 60), divide_half_up(-5, 2)
    (3233, -3)
    """
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def parse_cents(text: str) -> int:
    """Return the cents that a written amount means; raise ValueError where it means none.

    Noise left by binary fractions in spreadsheets is rounded away.

    >>> parse_cents("$1,234.50"), parse_cents("74.55999999999999"), parse_cents(" 78.81 ")
    (123450, 7456, 7881)
    """
    plain = text.replace("\u00a0", " ").strip().replace(" ", "")
    if not plain or not _AMOUNT.match(plain) or not any(letter.isdigit() for letter in plain):
        raise ValueError(f"{text!r} is not an amount of money")
    try:
        amount = Decimal(plain.replace("$", "").replace(",", ""))
        return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation as error:  # also of an amount with more digits than there is money
        raise ValueError(f"{text!r} is not an amount of money") from error


def parse_exact_cents(text: str) -> int:
    """Like parse_cents, for what a person typed: more than two decimals are refused."""
    cents = parse_cents(text)
    _, _, decimals = text.strip().partition(".")
    if len(decimals.rstrip("0")) > 2:  # noqa: PLR2004 - dollars have two decimals
        raise ValueError(f"{text!r} has parts of a cent")
    return cents


def dollars(cents: int) -> str:
    """Return cents as people write them.

    >>> dollars(123450), dollars(-5), dollars(0)
    ('$1,234.50', '-$0.05', '$0.00')
    """
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}${whole:,}.{part:02}"
