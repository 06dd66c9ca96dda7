"""An uploaded table for an import: its header found, its rows streamed, its dangers refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from caddy.domain.ndis.tables import UnreadableFile, read_tables

__all__ = ["SourceRow", "SourceTable", "UnreadableFile", "open_table"]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row below the header; `place` is its number as a person sees it in the file.

    `formulas` are the columns, counted from 0, whose value a workbook worked out.
    """

    place: int
    values: tuple[str, ...]
    formulas: frozenset[int] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class SourceTable:
    header: tuple[str, ...]
    row_count: int
    path: Path
    file_name: str

    def rows(self) -> Iterator[SourceRow]:
        with self.path.open("rb") as stream:
            ((_, rows),) = read_tables(stream, self.file_name)
        for place, row in enumerate(rows[1:], 2):
            if any(row):
                yield SourceRow(place, tuple(row))


def open_table(path: Path, file_name: str) -> SourceTable:
    with path.open("rb") as stream:
        ((_, rows),) = read_tables(stream, file_name)
    return SourceTable(tuple(rows[0]), len(rows) - 1, path, file_name)
