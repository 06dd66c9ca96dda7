"""Running an import, batch by batch: rows, their outcomes and the position in one transaction.

A worker killed anywhere leaves whole batches; the next one goes on where the last one ended.
The dry run makes the same decisions and writes none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from caddy import audit, clock
from caddy.actions import import_files
from caddy.actions.import_files import FileEntry, SourceFile
from caddy.actions.import_kinds import Run, loader_of
from caddy.actions.import_loading import Decision, Loader
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.errors import CaddyError, NotFound
from caddy.domain.facts import Fact
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.runs import Counts, ImportState, RowOutcome, check_startable
from caddy.extensions import db
from caddy.models import IdMapping, Import, ImportRow
from caddy.table_statistics import count_new_tables
from caddy.tenancy import insert_missing
from caddy.transaction import add_many, transaction

BATCH = 500
TRIES = 3
FIRST_ROWS = 10
MOST_ERRORS = 100_000
# The tables that an import fills and that others point to.
IMPORTED = (
    "budgets",
    "participant_workers",
    "participants",
    "plans",
    "search_entries",
    "services",
    "users",
)

Tell = Callable[[int, int], None]


@dataclass(slots=True)
class Report:
    """What an import did, or would do: counts of entries, money, reasons, the first rows."""

    counts: Counts = field(default_factory=Counts)
    cents: int = 0
    rows: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    first: list[dict[str, Any]] = field(default_factory=list)

    def note(self, decision: Decision, loader: Loader) -> None:
        self.counts = self.counts.plus(decision.outcome)
        self.cents += decision.cents
        if len(self.errors) < MOST_ERRORS:
            self.errors += [as_error(one) for one in decision.errors]
        if len(self.first) < FIRST_ROWS and decision.parsed.entry is not None:
            self.first.append(
                {
                    "row": decision.parsed.place,
                    "outcome": decision.outcome.value,
                    "shown": [list(pair) for pair in loader.shown(decision.parsed)],
                }
            )


def as_error(error: Any) -> dict[str, Any]:
    return {
        "row": error.row,
        "field": error.field,
        "value": error.value,
        "reason": error.reason,
    }


def loaders_of(
    files: Sequence[SourceFile], source_system: str, actor: Actor, *, is_trial: bool
) -> dict[ImportKind, Loader]:
    """Return a loader for each kind of file; people and their plans share one."""
    made: dict[ImportKind, Loader] = {}
    for file in files:
        same = next((one for one in made.values() if one.ids is _ids(file.kind)), None)
        reason = f"Imported from {file.file_name}"
        made[file.kind] = same or loader_of(
            file.kind, Run(source_system, reason, actor, is_trial=is_trial)
        )
    return made


def _ids(kind: ImportKind) -> ImportKind:
    return ImportKind.PARTICIPANTS if kind is ImportKind.PLANS else kind


def tried(
    files: Sequence[SourceFile],
    source_system: str,
    tell: Tell,
    actor: Actor,
    keep: Callable[[list[tuple[FileEntry, Decision]]], None] = lambda _failed: None,
) -> Report:
    """Return what loading some files would do. Writes nothing; `keep` gets what would fail."""
    report = Report()
    loaders = loaders_of(files, source_system, actor, is_trial=True)
    whole = sum(file.rows for file in files)
    stream = import_files.entries(files)
    for batch in import_files.batches(stream, loaders, files, BATCH):
        loader = loaders[files[batch[0].file_number].kind]
        rows = [one.parsed for one in batch]
        loader.look_around(rows)
        decisions = loader.decide(rows)
        for decision in decisions:
            report.note(decision, loader)
        pairs = zip(batch, decisions, strict=True)
        keep([(one, what) for one, what in pairs if what.outcome is RowOutcome.FAILED])
        report.rows += sum(len(one.cells) for one in batch)
        db.session.expunge_all()  # memory must not grow with the file
        tell(report.rows, whole)
    return report


def run_import(import_id: UUID, tell: Tell, *, actor: Actor) -> Counts:
    """Load an import to its end, from where the last run of it stopped; return all its counts.

    `tell` may raise to stop between two batches: what was loaded stays, and can be gone on with.
    """
    row, files = _begin(import_id, actor)
    loaders = loaders_of(files, row.source_system, actor, is_trial=False)
    whole = sum(file.rows for file in files)
    done = row.created + row.updated + row.skipped + row.failed
    tell(done, whole)
    stream = import_files.entries(files, (row.next_file, row.next_place))
    for batch in import_files.batches(stream, loaders, files, BATCH):
        loader = loaders[files[batch[0].file_number].kind]
        if not _load(import_id, batch, loader, row.source_system, actor):
            break  # another worker went on with it meanwhile
        done += sum(len(one.cells) for one in batch)
        tell(done, whole)
    return _finish(import_id, actor)


def _begin(import_id: UUID, actor: Actor) -> tuple[Import, list[SourceFile]]:
    with transaction(actor):
        row = held(import_id)
        check_startable(row.state)
        if not (row.next_file or row.next_place):
            # What the dry run said of single rows makes room for what the run says.
            db.session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
        if row.state is not ImportState.RUNNING:
            row.state = ImportState.RUNNING
        row.finished_at = None
        audit.record(Fact.IMPORT_STARTED, row, changes={"from_row": row.next_place})
        return row, [SourceFile.of(one) for one in row.files]


def held(import_id: UUID) -> Import:
    """Return an import with its row locked until the transaction ends."""
    row = db.session.get(Import, import_id, with_for_update=True)
    if row is None:
        raise NotFound("import")
    return row


def _load(
    import_id: UUID, batch: list[FileEntry], loader: Loader, source_system: str, actor: Actor
) -> bool:
    """Load one batch whole or not at all; False where another worker was here before.

    Someone may write the same participant between our look and our write: then all of it is
    decided anew.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return _load_once(import_id, batch, loader, source_system, actor)
        except (IntegrityError, CaddyError):
            if attempt == TRIES:
                raise
    return False


def _load_once(
    import_id: UUID, batch: list[FileEntry], loader: Loader, source_system: str, actor: Actor
) -> bool:
    first, last = batch[0], batch[-1]
    rows = [one.parsed for one in batch]
    loader.look_around(rows)
    with transaction(actor):
        row = held(import_id)
        before = (row.next_file, row.next_place)
        if row.state is not ImportState.RUNNING or before > (first.file_number, first.parsed.place):
            audit.record(Fact.IMPORT_BATCH_LOADED, row, changes={"rows": 0})
            return False
        decisions = loader.decide(rows)
        loader.store(decisions)
        count_new_tables(IMPORTED)
        _keep_outcomes(import_id, batch, decisions)
        _keep_old_ids(import_id, decisions, loader, source_system)
        counts, cents = Counts(), 0
        for decision in decisions:
            counts = counts.plus(decision.outcome)
            cents += decision.cents
        for name in ("created", "updated", "skipped", "failed"):
            setattr(row, name, getattr(row, name) + getattr(counts, name))
        row.money_cents += cents
        row.next_file, row.next_place = last.file_number, last.cells[-1][0] + 1
        audit.record(Fact.IMPORT_BATCH_LOADED, row, changes={"to_row": row.next_place - 1})
        return True


def _keep_outcomes(
    import_id: UUID, batch: Sequence[FileEntry], decisions: Sequence[Decision]
) -> None:
    add_many(
        ImportRow,
        [
            outcome_row(import_id, entry, decision)
            for entry, decision in zip(batch, decisions, strict=True)
        ],
    )


def outcome_row(import_id: UUID, entry: FileEntry, decision: Decision) -> dict[str, Any]:
    """Return how an entry's outcome is kept; of those that failed with the cells they had."""
    is_failed = decision.outcome is RowOutcome.FAILED
    return {
        "import_id": import_id,
        "file_number": entry.file_number,
        "place": entry.parsed.place,
        "outcome": decision.outcome,
        "subject_id": decision.subject_id,
        "cents": decision.cents,
        "before": decision.before,
        "errors": [as_error(one) for one in decision.errors],
        "cells": [[place, list(cells)] for place, cells in entry.cells] if is_failed else [],
    }


def _keep_old_ids(
    import_id: UUID, decisions: Sequence[Decision], loader: Loader, source_system: str
) -> None:
    """Remember which old id became which new one; the first meaning of an old id stays."""
    instant = clock.now()
    rows: Mapping[str, dict[str, Any]] = {
        one.parsed.legacy_id: {
            "source_system": source_system,
            "kind": loader.ids,
            "old_id": one.parsed.legacy_id,
            "new_id": one.subject_id,
            "import_id": import_id,
            "created_at": instant,
            "updated_at": instant,
        }
        for one in decisions
        if one.parsed.legacy_id and one.subject_id and one.outcome is not RowOutcome.FAILED
    }
    if rows:
        insert_missing(
            IdMapping,
            ("source_system", "kind", "old_id"),
            [{"id": new_id(), **rows[old]} for old in sorted(rows)],
        )


def _finish(import_id: UUID, actor: Actor) -> Counts:
    with transaction(actor, unrecorded="another worker may have finished it before"):
        row = held(import_id)
        counts = Counts(row.created, row.updated, row.skipped, row.failed)
        if row.state is ImportState.RUNNING:
            row.state = ImportState.DONE
            row.finished_at = clock.now()
            audit.record(
                Fact.IMPORT_FINISHED,
                row,
                changes={**counts_json(counts), "money_cents": row.money_cents},
            )
        return counts


def counts_json(counts: Counts) -> dict[str, int]:
    return {
        "created": counts.created,
        "updated": counts.updated,
        "skipped": counts.skipped,
        "failed": counts.failed,
    }


def stop_import(import_id: UUID, *, actor: Actor) -> Counts:
    """Note that an import was stopped between two batches; what was loaded stays."""
    with transaction(actor):
        row = held(import_id)
        if row.state is ImportState.RUNNING:
            row.state = ImportState.CANCELLED
            row.finished_at = clock.now()
        audit.record(Fact.IMPORT_STOPPED, row, changes={"next_row": row.next_place})
        return Counts(row.created, row.updated, row.skipped, row.failed)
