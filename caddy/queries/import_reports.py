"""What a move from another system has brought in: counts, sums of money, what does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from caddy.columns import Rows
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.runs import ImportState, RowOutcome
from caddy.extensions import db
from caddy.models import (
    Budget,
    IdMapping,
    Import,
    ImportRow,
    Participant,
    Plan,
    Service,
)
from caddy.queries.import_subjects import SUBJECTS

LOADED = (ImportState.DONE, ImportState.CANCELLED)


@dataclass(frozen=True, slots=True)
class KindReport:
    """One kind of file: entries by outcome, the money of new ones in the files and here, in cents.

    `gone` is how many of the new ones are not here any more, `changed` how many somebody has
    changed since, `orphans` how many old ids lead to nothing.
    """

    kind: ImportKind
    files: int
    created: int
    updated: int
    skipped: int
    failed: int
    file_cents: int
    here_cents: int
    gone: int
    changed: int
    orphans: int


@dataclass(frozen=True, slots=True)
class MoveReport:
    kinds: list[KindReport]
    without_plan: int


def of_system(source_system: str | None = None) -> MoveReport:
    """Return what the imports of one old system, or of all, have brought in."""
    sums: Rows = select(
        Import.kind,
        func.count(Import.id),
        func.sum(Import.created),
        func.sum(Import.updated),
        func.sum(Import.skipped),
        func.sum(Import.failed),
    ).group_by(Import.kind)
    rows = {row[0]: row[1:] for row in db.session.execute(_of(sums, source_system))}
    kinds = [
        _kind(kind, [int(one) for one in rows[kind]], source_system)
        for kind in ImportKind
        if kind in rows
    ]
    return MoveReport(kinds, _without_plan(source_system))


def _of(statement: Rows, source_system: str | None) -> Rows:
    statement = statement.where(Import.state.in_(LOADED))
    return (
        statement
        if source_system is None
        else statement.where(Import.source_system == source_system)
    )


def _made(kind: ImportKind, source_system: str | None) -> Rows:
    """Select the ids of what imports of a kind made new."""
    return _of(
        select(ImportRow.subject_id)
        .join(Import, Import.id == ImportRow.import_id)
        .where(Import.kind == kind, ImportRow.outcome == RowOutcome.CREATED),
        source_system,
    )


def _kind(kind: ImportKind, counts: list[int], source_system: str | None) -> KindReport:
    table = SUBJECTS[kind]
    made = _made(kind, source_system)
    cents = _of(
        select(func.coalesce(func.sum(ImportRow.cents), 0))
        .join(Import, Import.id == ImportRow.import_id)
        .where(Import.kind == kind, ImportRow.outcome == RowOutcome.CREATED),
        source_system,
    )
    here = _number(select(func.count(table.id)).where(table.id.in_(made)))
    mapped = select(func.count(IdMapping.id)).where(IdMapping.kind == kind)
    if source_system is not None:
        mapped = mapped.where(IdMapping.source_system == source_system)
    return KindReport(
        kind,
        files=counts[0],
        created=counts[1],
        updated=counts[2],
        skipped=counts[3],
        failed=counts[4],
        file_cents=_number(cents),
        here_cents=_number(_money(kind, made)),
        gone=counts[1] - here,
        changed=_changed(table, kind, source_system),
        orphans=_number(mapped.where(IdMapping.new_id.not_in(select(table.id)))),
    )


def _money(kind: ImportKind, made: Rows) -> Rows:
    if kind is ImportKind.SERVICES:
        return select(func.coalesce(func.sum(Service.total_cents), 0)).where(Service.id.in_(made))
    own = Budget.participant_id.in_(made)
    if kind is not ImportKind.PARTICIPANTS:
        own = Budget.id.is_(None)
    return select(func.coalesce(func.sum(Budget.allocated_cents), 0)).where(own)


def _changed(table: Any, kind: ImportKind, source_system: str | None) -> int:
    changed = (
        select(func.count(table.id))
        .join(ImportRow, ImportRow.subject_id == table.id)
        .join(Import, Import.id == ImportRow.import_id)
        .where(Import.kind == kind, ImportRow.outcome == RowOutcome.CREATED)
        .where(table.updated_at > ImportRow.created_at)
    )
    return _number(_of(changed, source_system))


def _without_plan(source_system: str | None) -> int:
    made = _made(ImportKind.PARTICIPANTS, source_system)
    return _number(
        select(func.count(Participant.id))
        .where(Participant.id.in_(made))
        .where(Participant.id.not_in(select(Plan.participant_id)))
    )


def _number(statement: Rows) -> int:
    return int(db.session.scalar(statement) or 0)
