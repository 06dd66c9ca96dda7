"""The files of an import: kept as they came, opened again for each run, read entry by entry."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from caddy import storage
from caddy.actions.import_loading import Loader
from caddy.domain.errors import RuleBroken
from caddy.domain.imports.entries import group, reader
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.mapping import guess, header_key
from caddy.domain.imports.records import ParsedRow
from caddy.domain.imports.tables import SourceRow, SourceTable, UnreadableFile, open_table
from caddy.storage import StoredSource

GROUPED = frozenset({ImportKind.PARTICIPANTS, ImportKind.PLANS, ImportKind.AGREEMENTS})
EXAMPLES = 3
MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way in: its bytes and the name it had."""

    stream: BinaryIO
    name: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of an import as it is kept: what it holds, and which column is which field."""

    kind: ImportKind
    file_name: str
    sha256: str
    size_bytes: int
    rows: int
    header: tuple[str, ...]
    mapping: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__} | {
            "header": list(self.header),
            "mapping": dict(self.mapping),
        }

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> SourceFile:
        kind, header = ImportKind(values["kind"]), tuple(values["header"])
        return cls(**{**values, "kind": kind, "header": header})

    def open(self) -> SourceTable:
        return opened(self.sha256, self.file_name, self.kind)


@dataclass(frozen=True, slots=True)
class FileEntry:
    """An entry with the rows it was read from, as they stand in which file (0 or 1)."""

    file_number: int
    parsed: ParsedRow
    cells: tuple[tuple[int, tuple[str, ...]], ...]


def opened(sha256: str, file_name: str, kind: ImportKind) -> SourceTable:
    """Return a file as a table, or refuse it in a sentence."""
    try:
        return open_table(StoredSource(sha256), file_name, kind)
    except UnreadableFile as error:
        raise RuleBroken("file", "unreadable_file", str(error)) from error


def keep(kind: ImportKind, incoming: Incoming, remembered: Any) -> SourceFile:
    """Keep a file and look at its header; `remembered(kind, key)` is a mapping chosen before."""
    kept = storage.keep_upload(incoming.stream, MOST_BYTES)
    name = Path(incoming.name).name[-200:] or f"{kind}.csv"
    table = opened(kept.sha256, name, kind)
    mapping = remembered(kind, header_key(table.header)) or guess(kind, table.header)
    mapping = {field: title for field, title in mapping.items() if title in table.header}
    return SourceFile(
        kind, name, kept.sha256, kept.size_bytes, table.row_count, table.header, mapping
    )


def examples(table: SourceTable) -> dict[str, list[str]]:
    """Return up to three values of each column, for who says which column is which."""
    found: dict[str, list[str]] = {title: [] for title in table.header}
    for at, row in enumerate(table.rows()):
        for title, cell in zip(table.header, row.values, strict=False):
            if cell.strip() and len(found[title]) < EXAMPLES and cell not in found[title]:
                found[title].append(cell[:60])
        if at >= 50:  # noqa: PLR2004 - enough to see what a column holds
            break
    return found


def entries(files: Sequence[SourceFile], start: tuple[int, int] = (0, 0)) -> Iterator[FileEntry]:
    """Yield the entries of some files one after another, from a file and a row on."""
    first, place = start
    for number in range(first, len(files)):
        yield from _entries(number, files[number], place if number == first else 0)


def _entries(number: int, file: SourceFile, from_place: int) -> Iterator[FileEntry]:
    table = file.open()
    read = reader(file.kind, dict(file.mapping), table.header)
    waiting: dict[int, tuple[str, ...]] = {}

    def parsed() -> Iterator[ParsedRow]:
        for row in _rows(table, from_place):
            waiting[row.place] = row.values
            yield read(row)

    stream = group(parsed()) if file.kind in GROUPED else parsed()
    for one in stream:
        places = one.places or (one.place,)
        yield FileEntry(number, one, tuple((place, waiting.pop(place)) for place in places))


def _rows(table: SourceTable, from_place: int) -> Iterator[SourceRow]:
    try:
        for row in table.rows():
            if row.place >= from_place:
                yield row
    except UnreadableFile as error:
        raise RuleBroken("file", "unreadable_file", str(error)) from error


def batches(
    some: Iterator[FileEntry],
    loaders: Mapping[ImportKind, Loader],
    files: Sequence[SourceFile],
    size: int,
) -> Iterator[list[FileEntry]]:
    """Cut entries into batches of one file, in none of which two are about the same subject."""
    batch: list[FileEntry] = []
    keys: set[Hashable] = set()
    for entry in some:
        key: Hashable = None
        if entry.parsed.entry is not None:
            key = loaders[files[entry.file_number].kind].key(entry.parsed)
        is_other_file = bool(batch) and batch[0].file_number != entry.file_number
        if batch and (len(batch) >= size or is_other_file or (key is not None and key in keys)):
            yield batch
            batch, keys = [], set()
        batch.append(entry)
        keys.add(key)
    if batch:
        yield batch
