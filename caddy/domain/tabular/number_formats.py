"""What a number in a workbook's cell means by its format: a date, a time, a share, a number."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Context, Decimal
from enum import StrEnum

DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's days have no zone
DAYS_TO_1904 = 1462
LAST_SERIAL = 2_958_465  # 31 December 9999
MINUTES_OF_A_DAY = 24 * 60
LONGEST_NUMBER = 30  # digits before or after the point
_PRECISION = Context(prec=15)  # digits that a spreadsheet shows; the rest is noise of binary
_BUILT_IN_DAYS = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_BUILT_IN_TIMES = {*range(18, 22), 45, 47}
_BUILT_IN_SHARES = {9, 10}
_WHOLE = re.compile(r"-?[1-9][0-9]{0,14}")  # most numbers: they are as they stand
_SILENT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


class Format(StrEnum):
    NUMBER = "number"
    DAY = "day"
    TIME = "time"
    DURATION = "duration"
    SHARE = "share"


def built_in(number: int) -> Format:
    """Return what a number format that needs no code means (ECMA-376 part 1, 18.8.30)."""
    if number in _BUILT_IN_DAYS:
        return Format.DAY
    if number in _BUILT_IN_TIMES:
        return Format.TIME
    if number in _BUILT_IN_SHARES:
        return Format.SHARE
    return Format.DURATION if number == 46 else Format.NUMBER  # noqa: PLR2004 - [h]:mm:ss


def of_code(code: str) -> Format:
    """Return what a format's code means.

    >>> [str(of_code(code)) for code in ('dd/mm/yyyy', 'h:mm AM/PM', '[h]:mm', '"days" 0', '0%')]
    ['day', 'time', 'duration', 'number', 'share']
    """
    plain = _SILENT.sub("", code.split(";", maxsplit=1)[0]).lower()
    if "[" in plain:
        return Format.DURATION
    if "general" in plain:
        return Format.NUMBER
    if "y" in plain or "d" in plain:
        return Format.DAY
    if "h" in plain or "s" in plain:
        return Format.TIME
    if "m" in plain:
        return Format.DAY
    return Format.SHARE if "%" in plain else Format.NUMBER


def shown(text: str, its_format: Format, *, is_1904: bool = False) -> str:
    """Return a number as text: whole numbers without `.0`, days as `2025-07-01`.

    >>> shown("46022.5", Format.DAY), shown("0.395833333333333", Format.TIME), shown("1.5E3",
    ...     Format.NUMBER), shown("1.25", Format.DURATION)
    ('2025-12-31 12:00:00', '09:30:00', '1500', '30:00')
    """
    if its_format is Format.NUMBER and _WHOLE.fullmatch(text):
        return text
    try:
        number = _PRECISION.create_decimal(text)
    except ArithmeticError:
        return text
    if not number.is_finite() or abs(number.adjusted()) > LONGEST_NUMBER:
        return text
    return _formatted(number, its_format, is_1904=is_1904)


def _formatted(number: Decimal, its_format: Format, *, is_1904: bool) -> str:
    if its_format is Format.SHARE:
        return f"{_plain(round(number * 100, 6))}%"
    if its_format is Format.DURATION:
        minutes = round(number * MINUTES_OF_A_DAY)
        return f"{minutes // 60}:{minutes % 60:02}"
    if its_format is Format.NUMBER or not 0 <= number <= LAST_SERIAL:
        return _plain(number)
    return _moment(number, its_format, is_1904=is_1904)


def _moment(number: Decimal, its_format: Format, *, is_1904: bool) -> str:
    seconds = round(number * MINUTES_OF_A_DAY * 60)
    moment = DAY_ZERO + timedelta(seconds=seconds)
    if number < 1 and its_format is Format.TIME:
        return moment.strftime("%H:%M:%S")
    if is_1904:
        moment += timedelta(days=DAYS_TO_1904)
    is_whole = seconds % (MINUTES_OF_A_DAY * 60) == 0
    return moment.date().isoformat() if is_whole else moment.isoformat(" ")


def _plain(number: Decimal) -> str:
    if number == number.to_integral_value():
        return str(int(number))
    return format(number.normalize(), "f")
