"""How large an uploaded table may be, and the refusal of what is larger or no table at all."""

from __future__ import annotations

MEBIBYTE = 1024 * 1024
MOST_BYTES = 50 * MEBIBYTE
MOST_UNPACKED_BYTES = 200 * MEBIBYTE
MOST_PARTS = 5_000  # files inside a workbook
MOST_STRINGS = 2_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 300
LONGEST_CELL = 32_767  # a spreadsheet's own limit
LONGEST_ROW = MEBIBYTE  # letters
MOST_SEPARATORS = 100_000  # of one row, those inside of quotation marks too


class UnreadableFile(ValueError):
    """The file is not a table that can be read; the message is for the person who chose it."""


def too_many_rows() -> UnreadableFile:
    return UnreadableFile(f"This file has more than {MOST_ROWS:,} rows. Split it and try again.")


def too_many_columns(row: int) -> UnreadableFile:
    return UnreadableFile(f"Row {row} of this file has more than {MOST_COLUMNS} columns.")


def too_long_a_cell(row: int) -> UnreadableFile:
    return UnreadableFile(
        f"Row {row} has a cell longer than {LONGEST_CELL:,} letters. If it should not, look for "
        "a quotation mark that is opened and never closed."
    )
