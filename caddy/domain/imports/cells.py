"""The cells of imported files, read as Australians write them.

Each reader takes the text of a cell that is not empty, or raises ValueError with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

from caddy.domain.money import dollars, parse_cents
from caddy.domain.ndis.identifiers import parse_item_number

T = TypeVar("T")

MOST_CENTS = 100_000_000_00
SMALLEST_QUANTITY, LARGEST_QUANTITY = Decimal("0.001"), Decimal(1_000_000)
LONGEST_EMAIL = 254
LONGEST_TEXT = 10_000
MINUTES_OF_A_DAY = 24 * 60

_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(1, 80_000)  # 1900 to 2119
_CENTURY_TURNS = 50  # a year of two digits up to 50 years ahead is this century's
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|"
            "sep sept september|oct october|nov november|dec december"
        ).split("|"),
        start=1,
    )
    for name in names.split()
}
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?:[ T].*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(
    r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?[ \-/]*([a-z]+)\.?,?[ \-/]*(\d{4}|\d{2})(?: .*)?",
    re.IGNORECASE,
)
_NAMED_FIRST = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.IGNORECASE)
_SERIAL = re.compile(r"(\d{1,5})(?:\.\d+)?")


def clean(text: str) -> str:
    """Return a cell's text without the blanks around it and the mark that disarmed a formula.

    >>> clean(" '+61 412 000 000 "), clean("'t Hooft")
    ('+61 412 000 000', "'t Hooft")
    """
    plain = text.strip(" \t\r\n\u00a0\u200b\ufeff")
    if plain[:1] == "'" and plain[1:].lstrip()[:1] in {"=", "+", "-", "@"}:
        return plain[1:]
    return plain


def text(longest: int = 200) -> Callable[[str], str]:
    """Return a reader of words on one line."""

    def reads(cell: str) -> str:
        words = " ".join(cell.split())
        if len(words) > longest:
            raise ValueError(f"This is longer than {longest} letters.")
        return words

    return reads


def long_text(cell: str) -> str:
    if len(cell) > LONGEST_TEXT:
        raise ValueError(f"This is longer than {LONGEST_TEXT:,} letters.")
    return cell.replace("\r\n", "\n")


def words(cell: str) -> tuple[str, ...]:
    """Return what stands on lines of its own, or between semicolons, bars or commas.

    >>> words("swimming; music, loud"), words("dogs, cats")
    (('swimming', 'music, loud'), ('dogs', 'cats'))
    """
    mark = next((mark for mark in ("\n", ";", "|", ",") if mark in cell), "\n")
    return tuple(one for part in cell.split(mark) if (one := " ".join(part.split())))


def lines(cell: str) -> tuple[str, ...]:
    """Return what stands on lines of its own, or between semicolons or bars: commas stay."""
    mark = next((mark for mark in ("\n", ";", "|") if mark in cell), "\n")
    return tuple(one for part in cell.split(mark) if (one := " ".join(part.split())))


@lru_cache(maxsize=50_000)
def day(cell: str) -> date:
    """Return a date, day before month as in Australia.

    >>> [str(day(one)) for one in ("31/12/2025", "31-Dec-25", "2025-12-31", "46022")]
    ['2025-12-31', '2025-12-31', '2025-12-31', '2025-12-31']
    """
    try:
        found = _day(cell)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise ValueError("This is not a date: write it as 31/12/2025.")
    return found


def _day(cell: str) -> date | None:
    if match := _DAY_FIRST.fullmatch(cell):
        return date(_year(match[3]), int(match[2]), int(match[1]))
    if match := _YEAR_FIRST.fullmatch(cell) or _COMPACT.fullmatch(cell):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _NAMED.fullmatch(cell):
        return date(_year(match[3]), _MONTHS.get(match[2].lower(), 0), int(match[1]))
    if match := _NAMED_FIRST.fullmatch(cell):
        return date(int(match[3]), _MONTHS.get(match[1].lower(), 0), int(match[2]))
    match = _SERIAL.fullmatch(cell)
    if match and int(match[1]) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(match[1]))
    return None


def _year(digits: str) -> int:
    if len(digits) == 4:  # noqa: PLR2004 - a whole year
        return int(digits)
    return 2000 + int(digits) if int(digits) < _CENTURY_TURNS else 1900 + int(digits)


def birthday(cell: str) -> date:
    """Return a date of birth: a year of two digits is the last such year that has begun.

    >>> str(birthday("1/2/48")), str(birthday("1/2/2004"))
    ('1948-02-01', '2004-02-01')
    """
    found = day(cell)
    is_short = re.fullmatch(r".*\D\d{2}", cell) is not None and not _YEAR_FIRST.fullmatch(cell)
    if is_short and found.year > 2025:  # noqa: PLR2004 - nobody imported was born after it
        return found.replace(year=found.year - 100)
    return found


_TIME = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2}))?(?:[:.](\d{2})(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE
)


@lru_cache(maxsize=5_000)
def clock_time(cell: str) -> time:
    """Return a time of day.

    >>> [str(clock_time(one)) for one in ("3:30 pm", "15:30:00", "9am", "0.5", "0930")]
    ['15:30:00', '15:30:00', '09:00:00', '12:00:00', '09:30:00']
    """
    plain = cell.rpartition(" ")[2] if re.match(r"\d{4}-\d\d-\d\d ", cell) else cell
    try:
        if re.fullmatch(r"0?\.\d+", plain):
            minutes = round(Decimal(plain) * MINUTES_OF_A_DAY) % MINUTES_OF_A_DAY
            return time(minutes // 60, minutes % 60)
        if re.fullmatch(r"\d{4}", plain):
            return time(int(plain[:2]), int(plain[2:]))
        match = _TIME.fullmatch(plain)
        if match and (match[2] or match[4]):
            return time(_hour(int(match[1]), (match[4] or "").lower()), int(match[2] or 0))
    except ValueError:
        pass
    raise ValueError("This is not a time: write it as 9:30 am or 15:30.")


def _hour(hour: int, half: str) -> int:
    noon = 12
    if not half:
        return hour
    if not 1 <= hour <= noon:
        raise ValueError("no such hour")
    return hour % noon + (noon if half == "p" else 0)


def cents(cell: str) -> int:
    """Return an amount of dollars in cents; none is below zero.

    >>> cents("$12,345.60"), cents("AUD 80"), cents("74.55999999999999")
    (1234560, 8000, 7456)
    """
    plain = re.sub(r"(?i)^\s*(?:AUD|AU\$|A\$)|AUD\s*$", "", cell).strip()
    try:
        amount = parse_cents(plain)
    except ValueError:
        raise ValueError("This is not an amount of money: write it as 12,345.60.") from None
    if amount < 0:
        raise ValueError("An amount may not be below zero.")
    if amount > MOST_CENTS:
        raise ValueError(f"This is more than {dollars(MOST_CENTS)}: check the decimal point.")
    return amount


def milli(cell: str) -> int:
    """Return a quantity in thousandths of a unit; hours may be written 1:30.

    >>> milli("2.5"), milli("1:30")
    (2500, 1500)
    """
    if match := re.fullmatch(r"(\d{1,4}):(\d{2})(?::00)?", cell):
        return int(match[1]) * 1000 + round(int(match[2]) * 1000 / 60)
    try:
        amount = Decimal(cell.replace(",", ""))
    except ArithmeticError:
        raise ValueError("This is not a number: write it as 2 or 1.5.") from None
    if not amount.is_finite() or not SMALLEST_QUANTITY <= amount <= LARGEST_QUANTITY:
        raise ValueError("This must be a number above zero.")
    return int((amount * 1000).to_integral_value())


def hours(cell: str) -> int:
    """Return minutes from hours written as 1.5 or 1:30.

    >>> hours("1.5"), hours("1:50"), hours("0:45:00")
    (90, 110, 45)
    """
    if match := re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", cell):
        return int(match[1]) * 60 + int(match[2])
    return round(milli(cell) * 60 / 1000)


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers, both ends included."""

    def reads(cell: str) -> int:
        plain = cell.removesuffix("%").strip().removesuffix(".0")
        if not re.fullmatch(r"[0-9]{1,9}", plain) or not least <= int(plain) <= most:
            raise ValueError(f"This must be a whole number from {least} to {most}.")
        return int(plain)

    return reads


def yes(cell: str) -> bool:
    word = cell.lower().rstrip(".")
    if word in {"y", "yes", "true", "t", "1", "x", "✓", "on", "allowed", "agreed"}:
        return True
    if word in {"n", "no", "false", "f", "0", "-", "off", "none", "not allowed"}:
        return False
    raise ValueError("Write yes or no.")


@lru_cache(maxsize=20_000)
def email(cell: str) -> str:
    """Return an address in lower case, as it is kept."""
    try:
        found = validate_email(cell.removeprefix("mailto:"), check_deliverability=False)
    except EmailNotValidError:
        raise ValueError("This is not an email address.") from None
    if len(found.normalized) > LONGEST_EMAIL:
        raise ValueError(f"This is longer than {LONGEST_EMAIL} letters.")
    return found.normalized.lower()


def postcode(cell: str) -> str:
    """Return four digits; a zero that a spreadsheet dropped is put back.

    >>> postcode("800"), postcode("2000")
    ('0800', '2000')
    """
    if not re.fullmatch(r"\d{3,4}", cell, re.ASCII):
        raise ValueError("A postcode has 4 digits.")
    return cell.zfill(4)


def item_number(cell: str) -> str:
    found = re.match(r"\s*(\d{2}_\d{2,12}_\d{4}_\d_\d(?:_[A-Za-z0-9]+)*)\b", cell)
    parse_item_number(found[1] if found else cell)
    return (found[1] if found else cell).upper().strip()


def one_of(choices: Mapping[str, T], otherwise: str) -> Callable[[str], T]:
    """Return a reader of words; `choices` are by letters and digits in lower case."""

    def reads(cell: str) -> T:
        found = choices.get(plain(cell))
        if found is None:
            raise ValueError(otherwise)
        return found

    return reads


def plain(name: str) -> str:
    """Return the letters and digits of a name in lower case: what names are compared by.

    >>> plain(" NDIS_Number* ")
    'ndisnumber'
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())
