"""Tables as text: rows of a .csv, whatever separates its cells, streamed and bounded."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from caddy.domain.tabular.encodings import ADVICE, encoding_of
from caddy.domain.tabular.limits import (
    LONGEST_CELL,
    LONGEST_ROW,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SEPARATORS,
    UnreadableFile,
    too_long_a_cell,
    too_many_columns,
    too_many_rows,
)

SEPARATORS = ",;\t|"
SAMPLE_ROWS = 50
SAMPLE_LETTERS = 256 * 1024

Row = list[str]


def rows_of(stream: BinaryIO) -> Iterator[tuple[int, Row]]:
    """Return each row that is not empty with its number, counted as a spreadsheet counts."""
    encoding = encoding_of(stream)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding, newline="")
    try:
        yield from _rows(text)
    except UnicodeError as error:
        raise UnreadableFile(f"The letters of this file cannot be read. {ADVICE}") from error
    finally:
        text.detach()  # the file is the caller's to close


def _rows(text: TextIO) -> Iterator[tuple[int, Row]]:
    start = text.tell()
    sample = text.read(SAMPLE_LETTERS)
    text.seek(start)
    separator = _separator(sample)
    if sample[:4].lower() == "sep=":  # a spreadsheet's own directive, which it does not show
        separator = sample[4:5]
        text.readline(LONGEST_ROW)
    lines = _Lines(text, separator)
    csv.field_size_limit(LONGEST_CELL)
    try:
        for row in csv.reader(lines, delimiter=separator, strict=True):
            lines.next_row()
            if lines.row > MOST_ROWS + 2:
                raise too_many_rows()
            if len(row) > MOST_COLUMNS:
                raise too_many_columns(lines.row - 1)
            if row:
                yield lines.row - 1, row
    except csv.Error as error:
        raise _said(error, lines.row) from error


def _said(error: csv.Error, row: int) -> UnreadableFile:
    words = str(error)
    if "field limit" in words:
        return too_long_a_cell(row)
    if "unexpected end" in words:
        return UnreadableFile(
            f"Row {row}: a quotation mark is opened and never closed, so the file ends too early."
        )
    return UnreadableFile(
        f"Row {row}: a quotation mark stands where none can be. Inside of quotation marks write "
        'it twice: "".'
    )


class _Lines:
    """The lines of a file for the reader of rows; stops before one row fills the memory."""

    def __init__(self, text: TextIO, separator: str) -> None:
        self.row = 1
        self._text = text
        self._separator = separator
        self._letters = self._separators = 0

    def next_row(self) -> None:
        self.row += 1
        self._letters = self._separators = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_ROW + 1)
        if not line:
            raise StopIteration
        if "\0" in line:
            raise UnreadableFile(f"Row {self.row} holds NUL bytes, which no table has.")
        self._letters += len(line)
        self._separators += line.count(self._separator)
        if self._separators > MOST_SEPARATORS:
            raise too_many_columns(self.row)
        if self._letters > LONGEST_ROW:
            raise UnreadableFile(
                f"Row {self.row} is longer than {LONGEST_ROW:,} letters. If it should not be, "
                "look for a quotation mark that is opened and never closed."
            )
        return line


def _separator(sample: str) -> str:
    """Return the mark by which most rows of a sample have the same number of cells."""
    return max(SEPARATORS, key=lambda mark: _evenness(sample, mark))


def _evenness(sample: str, mark: str) -> tuple[int, int]:
    """Return how many rows have the commonest number of cells above one, and that number."""
    csv.field_size_limit(LONGEST_CELL)
    widths: Counter[int] = Counter()
    try:
        for count, row in enumerate(csv.reader(io.StringIO(sample, newline=""), delimiter=mark)):
            widths[len(row)] += len(row) > 1
            if count >= SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # said by whoever reads the rows
    width, rows = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
    return rows, width
