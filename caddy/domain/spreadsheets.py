"""Tables as CSV and XLSX files. Nothing that stands in a cell can act as a formula.

In a CSV a text that begins with = + - @ (or a tab or a return) gets an apostrophe before it; in
an XLSX every text is stored as text. Amounts are cents and become numbers with two decimals.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from caddy.domain.money import dollars

_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_STAMP = datetime(1980, 1, 1, tzinfo=UTC)  # the same table is the same file, byte for byte
_LONGEST_TEXT = 32_767  # of a cell
_LONGEST_NAME = 31  # of a sheet
_NARROWEST, _WIDEST = 9, 48  # of a column, in letters
_LOOKED_AT = 200  # rows, for how wide a column is
_BOOK = {
    "constant_memory": True,  # a row is written out when the next begins
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, slots=True)
class Cents:
    """An amount in a cell."""

    value: int


Cell = str | int | date | Cents | None


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its name, its columns, its rows."""

    name: str
    header: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> safe_text("=1+1"), safe_text(" @x"), safe_text("Pat")
    ("'=1+1", "' @x", 'Pat')
    """
    return f"'{text}" if text.startswith(_ACTS) or text.lstrip().startswith(_ACTS) else text


def plain_amount(cents: int) -> str:
    """Return an amount as a program reads it.

    >>> plain_amount(123450), plain_amount(-5)
    ('1234.50', '-0.05')
    """
    return dollars(cents).replace("$", "").replace(",", "")


def as_csv(table: Table) -> bytes:
    """Return a table as UTF-8 with a byte order mark, which spreadsheets need to see."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow([safe_text(name) for name in table.header])
    writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + held.getvalue().encode()


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, Cents):
        return plain_amount(cell.value)
    if isinstance(cell, date):
        return cell.isoformat()
    return safe_text(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def as_xlsx(*tables: Table) -> bytes:
    """Return tables as the sheets of one workbook, each with a bold header that stays in sight."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, _BOOK)
    book.set_properties({"created": _STAMP})
    styles = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        Cents: book.add_format({"num_format": "#,##0.00"}),
        date: book.add_format({"num_format": "dd/mm/yyyy"}),
    }
    taken: set[str] = set()
    for table in tables:
        sheet = book.add_worksheet(_sheet_name(table.name, taken))
        sheet.freeze_panes(1, 0)
        for place, wide in enumerate(_widths(table)):
            sheet.set_column(place, place, wide)
        for place, name in enumerate(table.header):
            sheet.write_string(0, place, _printable(name), styles["head"])
        for number, row in enumerate(table.rows, 1):
            for place, cell in enumerate(row):
                _write(sheet, number, place, cell, styles)
    book.close()
    return held.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, styles: dict[Any, Any]) -> None:
    """Write a cell as what it is: no text is ever looked at for a formula, number or address."""
    if cell is None:
        return
    if isinstance(cell, Cents):
        sheet.write_number(row, column, Decimal(cell.value) / 100, styles[Cents])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, styles[date])
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    else:
        sheet.write_string(row, column, _printable(cell))


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)[:_LONGEST_TEXT]


def _widths(table: Table) -> list[int]:
    shown = [table.header, *table.rows[:_LOOKED_AT]]
    return [
        min(_WIDEST, max(_NARROWEST, *(len(_csv_cell(row[place])) + 2 for row in shown)))
        for place in range(len(table.header))
    ]


def _sheet_name(name: str, taken: set[str]) -> str:
    """Return a name that a sheet may have and no other of the workbook has."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f']", " ", name).strip()[:_LONGEST_NAME] or "Sheet"
    found, number = plain, 1
    while found.lower() in taken:
        number += 1
        found = f"{plain[: _LONGEST_NAME - 4]} {number}"
    taken.add(found.lower())
    return found
