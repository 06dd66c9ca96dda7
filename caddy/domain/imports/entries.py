"""Rows of an imported file as entries: each cell read by its field, what is wrong said by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from caddy.domain.imports.building import BUILDERS, check_whole, join
from caddy.domain.imports.cells import clean
from caddy.domain.imports.fields import FieldSpec
from caddy.domain.imports.kinds import ImportKind, fields_of
from caddy.domain.imports.mapping import Mapping
from caddy.domain.imports.records import (
    AgreementEntry,
    BudgetEntry,
    Entry,
    ParsedRow,
    ParticipantEntry,
    PlanEntry,
    RowError,
    ServiceEntryRow,
    StaffEntry,
    Whom,
)
from caddy.domain.imports.tables import SourceRow
from caddy.domain.imports.wrong import Wrong

__all__ = [
    "AgreementEntry",
    "BudgetEntry",
    "Entry",
    "ParsedRow",
    "ParticipantEntry",
    "PlanEntry",
    "RowError",
    "ServiceEntryRow",
    "StaffEntry",
    "Whom",
    "group",
    "parse",
    "reader",
]

LONGEST_SHOWN = 200
# Rows that follow each other and have these cells in common are of one participant.
WHOM = {
    ImportKind.PARTICIPANTS: ("ndis_number", "legacy_id"),
    ImportKind.PLANS: ("ndis_number", "legacy_id"),
    ImportKind.AGREEMENTS: ("ndis_number", "participant_legacy_id"),
}
FORMULA = "This is a formula: put the value itself into the cell."
FAILED = "A formula failed here: put the value itself into the cell."
ERRORS = frozenset("#N/A #REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL! #SPILL! #CALC!".split())

Reader = Callable[[SourceRow], ParsedRow]


def parse(kind: ImportKind, mapping: Mapping, header: tuple[str, ...], row: SourceRow) -> ParsedRow:
    """Return what a row says, or every reason why it cannot be loaded."""
    return reader(kind, mapping, header)(row)


def reader(kind: ImportKind, mapping: Mapping, header: tuple[str, ...]) -> Reader:
    """Return the reader of a file's rows; a mapped column that is not there reads as empty."""
    return _reader(kind, tuple(mapping.items()), header)


@lru_cache(maxsize=100)
def _reader(
    kind: ImportKind, mapping: tuple[tuple[str, str], ...], header: tuple[str, ...]
) -> Reader:
    specs = {one.name: one for one in fields_of(kind)}
    columns = [
        (specs[name], header.index(title))
        for name, title in mapping
        if name in specs and title in header
    ]
    builder = BUILDERS[kind]
    whom = [at for spec, at in columns if spec.name in WHOM.get(kind, ())]

    def key(row: SourceRow) -> tuple[object, ...]:
        cells = tuple(row.values[at].strip() if at < len(row.values) else "" for at in whom)
        return cells if any(cells) else ()

    def read(row: SourceRow) -> ParsedRow:
        values, errors = _values(row, columns, len(header))
        legacy_id = values.get("legacy_id")
        entry = None
        if not errors:
            try:
                entry = builder(values)
            except Wrong as wrong:
                errors = [_blame(row, wrong, columns)]
        return ParsedRow(row.place, entry, tuple(errors), legacy_id, (row.place,), key(row))

    return read


def _values(
    row: SourceRow, columns: list[tuple[FieldSpec, int]], width: int
) -> tuple[dict[str, Any], list[RowError]]:
    """Return the values by field, without those that are empty, and what cannot be read."""
    values: dict[str, Any] = {}
    errors: list[RowError] = []
    cells, count = row.values, len(row.values)
    if count > width and any(cell.strip() for cell in cells[width:]):
        said = (
            f"This row has {count} cells, the header has {width}: "
            "put quotation marks around a text with the separator in it."
        )
        errors.append(RowError(row.place, "", "", said))
    for spec, at in columns:
        cell = clean(cells[at]) if at < count else ""
        try:
            if spec.is_identity and (at in row.formulas or cell[:1] == "="):
                raise ValueError(FORMULA)
            if cell in ERRORS:
                raise ValueError(FAILED)
            if cell:
                values[spec.name] = spec.reads(cell)
            elif spec.is_required:
                raise ValueError("This is empty, and must not be.")
        except ValueError as error:
            errors.append(RowError(row.place, spec.name, cell[:LONGEST_SHOWN], str(error)))
    return values, errors


def _blame(row: SourceRow, wrong: Wrong, columns: list[tuple[FieldSpec, int]]) -> RowError:
    """Return what is wrong with values that were read, with the cell as it stands in the file."""
    at = next((at for spec, at in columns if spec.name == wrong.field), len(row.values))
    cell = clean(row.values[at]) if at < len(row.values) else ""
    return RowError(row.place, wrong.field, cell[:LONGEST_SHOWN], wrong.reason)


def group(parsed: Iterable[ParsedRow]) -> Iterator[ParsedRow]:
    """Join rows that follow each other and are one entry: a plan's budgets, an agreement's items.

    Rows of one participant that follow each other stand and fall together: nobody gets half
    of their money. A joined row's `places` names each row that is in it.
    """
    held: list[ParsedRow] = []
    for row in parsed:
        if held and (not row.key or row.key != held[0].key):
            yield from _joined(held)
            held = []
        held.append(row)
    yield from _joined(held)


def _joined(rows: list[ParsedRow]) -> list[ParsedRow]:
    errors = [error for row in rows for error in row.errors]
    wholes: list[ParsedRow] = []
    row = rows[0] if rows else None
    try:
        for row in [] if errors else rows:
            _join_to(wholes, row)
        for row in wholes:
            check_whole(row.entry)
    except Wrong as wrong:
        errors = [RowError(row.place if row else 0, wrong.field, "", wrong.reason)]
    if errors:
        places = tuple(row.place for row in rows)
        return [replace(rows[0], entry=None, errors=tuple(errors), places=places)]
    return wholes


def _join_to(wholes: list[ParsedRow], row: ParsedRow) -> None:
    """Add a row to the entry that it belongs to, or begin a new one."""
    for at, before in enumerate(wholes):
        if _is_same(before.entry, row.entry):
            places = (*before.places, *row.places)
            wholes[at] = replace(before, entry=join(before.entry, row.entry), places=places)
            return
    wholes.append(row)


def _is_same(one: Entry | None, other: Entry | None) -> bool:
    """Say whether two entries of a participant are of one plan, or one agreement."""
    if isinstance(one, AgreementEntry) and isinstance(other, AgreementEntry):
        return one.starts_on == other.starts_on
    if isinstance(one, ParticipantEntry) and isinstance(other, ParticipantEntry):
        if one.plan is None or other.plan is None:
            return True
        return one.plan.starts_on == other.plan.starts_on
    return False
