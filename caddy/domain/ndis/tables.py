"""Reading a table out of a file that someone uploaded: .csv or .xlsx, whatever its quirks.

Returns rows of plain text. Refuses, with a sentence, what is too large or not a table.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 300
LONGEST_CELL = 10_000

Row = list[str]


class UnreadableFile(ValueError):
    """The file is not a table that can be read; the message is for the person who chose it."""


def read_tables(stream: BinaryIO, filename: str) -> list[tuple[str, list[Row]]]:
    """Return the name and rows of each sheet; a .csv is one sheet. Bounded in memory."""
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableFile(f"This file is larger than {MOST_BYTES // 1024 // 1024} MB.")
    if not content.strip(b"\0 \r\n\t"):
        raise UnreadableFile("This file is empty.")
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content)
    if content.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise UnreadableFile("Save the file as .xlsx or .csv first; this kind cannot be read.")
    return [(filename, list(_bounded(_csv_rows(_text(content)))))]


def _text(content: bytes) -> str:
    """Decode text: UTF-8 with or without its mark, UTF-16 with one, else Windows' own."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise UnreadableFile("This is not a text file: it holds bytes that no .csv has.")
        return text
    raise UnreadableFile("The letters of this file cannot be read. Save it as CSV UTF-8.")


def _csv_rows(text: str) -> Iterator[Row]:
    first_line = text[: text.find("\n") + 1] or text
    delimiter = max(",;\t|", key=first_line.count)
    csv.field_size_limit(LONGEST_CELL)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise UnreadableFile(f"This file is not a well-formed .csv: {error}.") from error


def _workbook(content: bytes) -> list[tuple[str, list[Row]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile("This .xlsx file is damaged.") from error
    # Checked before anything is unpacked: a small file can hold gigabytes of nothing.
    if unpacked > MOST_UNPACKED_BYTES:
        raise UnreadableFile("This .xlsx file unpacks to more than can be read.")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [(name, list(_bounded(_sheet_rows(book, name)))) for name in book.sheet_names]
    except (CalamineError, zipfile.BadZipFile) as error:
        raise UnreadableFile("This file is not an .xlsx workbook that can be read.") from error


def _sheet_rows(book: CalamineWorkbook, name: str) -> Iterator[Row]:
    for row in book.get_sheet_by_name(name).iter_rows():
        yield [_cell(value) for value in row]


def _cell(value: Any) -> str:
    """Return a workbook's value as text: whole numbers without `.0`, dates as `2025-07-01`."""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, int | str):
        return str(value)
    number = Decimal(repr(value)) if value is not None else Decimal(0)
    return str(int(number)) if number == number.to_integral_value() else format(number, "f")


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count >= MOST_ROWS:
            raise UnreadableFile(f"This file has more than {MOST_ROWS:,} rows.")
        if len(row) > MOST_COLUMNS:
            raise UnreadableFile(f"This file has more than {MOST_COLUMNS} columns.")
        yield row
