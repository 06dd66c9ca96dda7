"""Imports as their pages show them: the list, one with its failed rows, the ids of old systems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from caddy.domain.errors import NotFound
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.records import RowError
from caddy.domain.imports.runs import RowOutcome
from caddy.domain.imports.tables import SourceRow
from caddy.extensions import db
from caddy.models import IdMapping, Import, ImportMapping, ImportRow

PAGE = 50
FELL_WITH = "Another row of the same participant or agreement is wrong."
AT_ONCE = 1_000
MOST_SYSTEMS = 100


def get(import_id: UUID) -> Import:
    """Return an import; raise NotFound where the organization has none of that id."""
    found = db.session.get(Import, import_id)
    if found is None:
        raise NotFound("import")
    return found


def page(
    kinds: Sequence[ImportKind], after: UUID | None = None
) -> tuple[list[Import], UUID | None]:
    """Return the imports of some kinds, newest first, and the key of the page after."""
    statement = (
        select(Import).where(Import.kind.in_(kinds)).order_by(Import.id.desc()).limit(PAGE + 1)
    )
    if after is not None:
        statement = statement.where(Import.id < after)
    rows = list(db.session.scalars(statement))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def mapping_for(kind: ImportKind, header_sha256: str) -> dict[str, str] | None:
    """Return the columns that were chosen last for a header."""
    return db.session.scalar(
        select(ImportMapping.mapping).where(
            ImportMapping.kind == kind, ImportMapping.header_sha256 == header_sha256
        )
    )


def failed(import_id: UUID, after: tuple[int, int] = (0, -1), limit: int = PAGE) -> list[ImportRow]:
    """Return failed entries in the order of the files, from a place on."""
    number, place = after
    return list(
        db.session.scalars(
            select(ImportRow)
            .where(ImportRow.import_id == import_id, ImportRow.outcome == RowOutcome.FAILED)
            .where(
                or_(
                    ImportRow.file_number > number,
                    (ImportRow.file_number == number) & (ImportRow.place > place),
                )
            )
            .order_by(ImportRow.file_number, ImportRow.place)
            .limit(limit)
        )
    )


def failed_rows(
    import_id: UUID, file_number: int
) -> tuple[list[SourceRow], dict[int, list[RowError]]]:
    """Return the rows of a file that failed, as they stood in it, and why, by their number.

    Rows that fell with another one of the same entry say so.
    """
    rows: list[SourceRow] = []
    reasons: dict[int, list[RowError]] = {}
    after = (file_number, -1)
    while some := [
        row for row in failed(import_id, after, AT_ONCE) if row.file_number == file_number
    ]:
        for row in some:
            for error in row.errors:
                reasons.setdefault(error["row"], []).append(RowError(**error))
            for place, cells in row.cells:
                rows.append(SourceRow(place, tuple(cells)))
                reasons.setdefault(place, [RowError(place, "", "", FELL_WITH)])
        after = (file_number, some[-1].place)
    return rows, reasons


def errors(import_id: UUID) -> list[dict[str, Any]]:
    """Return every reason for which an entry of an import failed, row by row."""
    found: list[dict[str, Any]] = []
    after = (0, -1)
    while some := failed(import_id, after, AT_ONCE):
        found += [error for row in some for error in row.errors]
        after = (some[-1].file_number, some[-1].place)
    return found


def old_ids(typed: str, after: UUID | None = None) -> tuple[list[Any], UUID | None]:
    """Return ids of old systems that begin with what was typed, with the new ones."""
    statement = (
        select(
            IdMapping.id,
            IdMapping.source_system,
            IdMapping.kind,
            IdMapping.old_id,
            IdMapping.new_id,
            IdMapping.import_id,
        )
        .order_by(IdMapping.id.desc())
        .limit(PAGE + 1)
    )
    if typed:
        statement = statement.where(IdMapping.old_id.startswith(typed, autoescape=True))
    if after is not None:
        statement = statement.where(IdMapping.id < after)
    rows = list(db.session.execute(statement))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def source_systems() -> list[str]:
    """Return the names of the old systems, for a form to offer."""
    return list(
        db.session.scalars(
            select(Import.source_system)
            .where(Import.source_system != "")
            .distinct()
            .order_by(Import.source_system)
            .limit(MOST_SYSTEMS)
        )
    )
