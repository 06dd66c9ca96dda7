"""An uploaded table for an import: the sheet and the header found, the rows streamed.

What is too large, damaged or no table is refused before anything of it is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from caddy.domain.imports.headers import HEADER_WITHIN, Found, find_header
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.tabular.files import Line, Sheet, sheets_of
from caddy.domain.tabular.limits import MOST_ROWS, UnreadableFile, too_many_rows

__all__ = ["SourceRow", "SourceTable", "UnreadableFile", "open_table"]


class Source(Protocol):
    """What can be opened to be read, as often as it is asked: a path, a stored file."""

    def open(self, mode: str = "rb") -> Any: ...


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
    """A table of a file; `row_count` is how many rows below the header are not empty.

    `sheet` is the name of the workbook's sheet that was chosen, `other_sheets` those that were
    not; a .csv has neither.
    """

    source: Source
    file_name: str
    header: tuple[str, ...]
    header_place: int
    row_count: int
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()

    def rows(self) -> Iterator[SourceRow]:
        """Return the rows below the header, one at a time, from the file itself."""
        with self.source.open("rb") as stream:
            sheets = sheets_of(stream)
            sheet = next(one for one in sheets if one.name == self.sheet)
            for line in _below(sheet, self.header_place):
                yield SourceRow(line.place, tuple(line.values), line.formulas)


def open_table(source: Source, file_name: str, kind: ImportKind | None = None) -> SourceTable:
    """Return the table of a file; raise UnreadableFile with a sentence where there is none.

    The whole file is read through once, so that nothing in it can come as a surprise later.
    Of several sheets the one is chosen whose header says most of the kind of file that is
    wanted, and of equal ones the first.
    """
    with source.open("rb") as stream:
        sheets = sheets_of(stream)
        found = [(_header_of(sheet, kind), sheet) for sheet in sheets]
        ranked = sorted(found, key=lambda one: -one[0].score)  # stable: the first of equal ones
        header, sheet = ranked[0]
        if not header.names:
            raise UnreadableFile("This file is empty.")
        _refuse_twice(header.names)
        row_count = _count(sheet, header.last_place)
    if not row_count:
        raise UnreadableFile("This file has a header but no rows.")
    return SourceTable(
        source=source,
        file_name=file_name,
        header=header.names,
        header_place=header.last_place,
        row_count=row_count,
        sheet=sheet.name,
        other_sheets=tuple(one.name for one in sheets if one.name != sheet.name),
    )


def _header_of(sheet: Sheet, kind: ImportKind | None) -> Found:
    lines = list(islice(sheet.lines(), HEADER_WITHIN + 1))
    return find_header([(line.place, line.values) for line in lines], kind)


def _below(sheet: Sheet, header_place: int) -> Iterator[Line]:
    for line in sheet.lines():
        if line.place > header_place and any(cell.strip() for cell in line.values):
            yield line


def _count(sheet: Sheet, header_place: int) -> int:
    count = 0
    for count, _ in enumerate(_below(sheet, header_place), 1):
        if count > MOST_ROWS:
            raise too_many_rows()
    return count


def _refuse_twice(names: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        key = " ".join(name.lower().split())
        if key in seen:
            raise UnreadableFile(
                f"Two columns are called “{name}”. Give each column a name of its own."
            )
        seen[key] = name
