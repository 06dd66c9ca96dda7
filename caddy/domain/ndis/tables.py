"""The files of the NDIA as tables: small enough to hold whole, row after row as they stand."""

from __future__ import annotations

from typing import BinaryIO

from caddy.domain.tabular.files import Sheet, sheets_of
from caddy.domain.tabular.limits import MOST_BYTES, UnreadableFile

__all__ = ["MOST_BYTES", "Row", "UnreadableFile", "read_tables"]

Row = list[str]


def read_tables(stream: BinaryIO, filename: str) -> list[tuple[str, list[Row]]]:
    """Return the name and rows of each sheet; a .csv is one sheet. Bounded in memory."""
    return [(sheet.name or filename, _rows(sheet)) for sheet in sheets_of(stream)]


def _rows(sheet: Sheet) -> list[Row]:
    """Return a sheet's rows by their place: one that is empty keeps its number."""
    rows: list[Row] = []
    for line in sheet.lines():
        rows.extend([] for _ in range(line.place - 1 - len(rows)))
        rows.append(line.values)
    return rows
