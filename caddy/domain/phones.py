"""Phone numbers as Australians write them: the only place that knows which are numbers at all."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

AUSTRALIA = 61
_PLAIN = re.compile(r"(?:\+?61|0)([2-478]\d{8})", re.ASCII)
_BETWEEN = str.maketrans("", "", " ()-.\u00a0")


def parse_phone(text: str) -> str:
    """Return an Australian number as people write it, or raise ValueError with a sentence.

    >>> parse_phone("+61412345678"), parse_phone("0298765432"), parse_phone("412 345 678")
    ('0412 345 678', '(02) 9876 5432', '0412 345 678')
    """
    return _usual(text) or _any(text)


def _usual(text: str) -> str | None:
    """Return a mobile or a fixed line of ten digits, many times faster than any number."""
    found = _PLAIN.fullmatch(text.translate(_BETWEEN))
    if found is None:
        return None
    number = found[1]
    if number[0] == "4":
        is_known = _patterns()[0].fullmatch(number)
        return f"0{number[:3]} {number[3:6]} {number[6:]}" if is_known else None
    is_known = _patterns()[1].fullmatch(number)
    return f"(0{number[0]}) {number[1:5]} {number[5:]}" if is_known else None


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what the library knows of Australian mobiles and fixed lines."""
    known = phonenumbers.PhoneMetadata.metadata_for_region("AU", None)
    kinds = (known.mobile, known.fixed_line) if known else (None, None)
    mobile, fixed = ((kind and kind.national_number_pattern) or "(?!)" for kind in kinds)
    return re.compile(mobile), re.compile(fixed)


def _any(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "AU")
    except phonenumbers.NumberParseException as error:
        raise ValueError("This is not a phone number.") from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError("This phone number has too many or too few digits.")
    style = phonenumbers.PhoneNumberFormat
    is_local = number.country_code == AUSTRALIA
    return phonenumbers.format_number(number, style.NATIONAL if is_local else style.INTERNATIONAL)
