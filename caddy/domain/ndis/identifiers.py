"""NDIS numbers, ABNs and support item numbers: checked, stored as digits, shown in groups."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum.au import abn
from stdnum.exceptions import ValidationError

_ITEM = re.compile(r"^(\d{2})_(\d{2,12})_(\d{4})_(\d)_(\d)(_[A-Z0-9]+)*$")
NDIS_NUMBER_DIGITS = 9


def digits(text: str) -> str:
    return re.sub(r"[\s\-\u00a0]", "", text)


def parse_ndis_number(text: str) -> str:
    """Return the nine digits, or raise ValueError with a sentence.

    >>> parse_ndis_number("430 123 456")
    '430123456'
    """
    number = digits(text)
    if not number.isascii() or not number.isdigit() or len(number) != NDIS_NUMBER_DIGITS:
        raise ValueError("An NDIS number has 9 digits, such as 430 123 456.")
    if not number.startswith("43"):
        raise ValueError("An NDIS number begins with 43. Check it against the plan.")
    return number


def show_ndis_number(number: str) -> str:
    """Return the number in groups of three: `430 123 456`."""
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def parse_abn(text: str) -> str:
    """Return the eleven digits of a valid ABN, or raise ValueError with a sentence.

    >>> parse_abn("83 914 571 673")
    '83914571673'
    """
    try:
        return str(abn.validate(text))
    except ValidationError as error:
        raise ValueError(
            "This ABN does not add up. An ABN has 11 digits; check it for a slip."
        ) from error


def show_abn(number: str) -> str:
    return str(abn.format(number))


@dataclass(frozen=True, slots=True)
class ItemNumber:
    """The parts of `CC_SSS_GGGG_D_P` (PAPL 2025-26, "Support item numbers")."""

    category: int
    sequence: str
    registration_group: str
    outcome_domain: int
    purpose: int


def parse_item_number(text: str) -> ItemNumber:
    """Take a support item number apart; the sequence may be long, a suffix may follow.

    >>> parse_item_number("03_220300911_0113_1_1").category
    3
    """
    found = _ITEM.match(text.strip().upper())
    if not found:
        raise ValueError("A support item number looks like 01_011_0107_1_1.")
    category, sequence, group, domain, purpose = found.groups()[:5]
    return ItemNumber(int(category), sequence, group, int(domain), int(purpose))
