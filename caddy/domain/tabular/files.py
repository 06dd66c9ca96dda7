"""An uploaded file as sheets of rows: what it is is told by its content, never by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from caddy.domain.tabular import delimited, workbooks
from caddy.domain.tabular.limits import MEBIBYTE, MOST_BYTES, UnreadableFile

NO_FORMULAS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not empty: its number as a person sees it, its cells.

    `formulas` are the columns, counted from 0, whose value a workbook worked out.
    """

    place: int
    values: list[str]
    formulas: frozenset[int] = NO_FORMULAS


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file; a .csv is one sheet without a name. Lines are read as they are asked."""

    name: str
    lines: Callable[[], Iterator[Line]]


def sheets_of(stream: BinaryIO) -> list[Sheet]:
    """Return the sheets of a file that can be sought in, or raise UnreadableFile.

    Nothing but its size and its first bytes are looked at before its kind is known.
    """
    size = stream.seek(0, 2)
    if size > MOST_BYTES:
        raise UnreadableFile(
            f"This file has {size / MEBIBYTE:,.0f} MB; {MOST_BYTES // MEBIBYTE} MB are the most."
        )
    stream.seek(0)
    head = stream.read(4096)
    if not head.strip(b"\0 \r\n\t"):
        raise UnreadableFile("This file is empty.")
    if head.startswith(b"PK"):
        book = workbooks.open_book(stream)
        return [Sheet(name, _lines_of_book(book, part)) for name, part in book.sheets]
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            "This is an old .xls file, or one with a password. Save it as .xlsx without one."
        )
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b")):
        raise UnreadableFile(
            "This is no table and cannot be read. Save the table as .xlsx or .csv first."
        )
    return [Sheet("", _lines_of_text(stream))]


def _lines_of_text(stream: BinaryIO) -> Callable[[], Iterator[Line]]:
    def lines() -> Iterator[Line]:
        for place, row in delimited.rows_of(stream):
            yield Line(place, row)

    return lines


def _lines_of_book(book: workbooks.Book, part: str) -> Callable[[], Iterator[Line]]:
    def lines() -> Iterator[Line]:
        for row in book.rows_of(part):
            yield Line(row.place, row.values, row.formulas)

    return lines
