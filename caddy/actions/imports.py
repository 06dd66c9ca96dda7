"""An import from the upload to the yes: the files kept, the columns chosen, the dry run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from caddy import audit, clock
from caddy.actions import import_batches, import_files, tasks
from caddy.actions.import_batches import Report, Tell, counts_json, held, outcome_row
from caddy.actions.import_files import Incoming, SourceFile
from caddy.actions.refused_files import noted
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.errors import CaddyError, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.mapping import header_key, misfits, missing
from caddy.domain.imports.runs import ImportState, check_reversible, check_startable
from caddy.domain.permissions import Permission
from caddy.domain.tasks import TaskKind
from caddy.extensions import db
from caddy.models import Import, ImportMapping, ImportRow
from caddy.queries import imports as reads
from caddy.tenancy import upsert
from caddy.transaction import add_many, transaction
from caddy.virus_scan import Infected

LONGEST_SYSTEM = 40
NEEDS: dict[ImportKind, Permission] = {
    ImportKind.PARTICIPANTS: Permission.PARTICIPANTS_WRITE,
    ImportKind.PLANS: Permission.PARTICIPANTS_WRITE,
    ImportKind.AGREEMENTS: Permission.PARTICIPANTS_WRITE,
    ImportKind.SERVICES: Permission.ORGANIZATION_WRITE,
    ImportKind.STAFF: Permission.ORGANIZATION_WRITE,
    ImportKind.CATALOGUE: Permission.CATALOGUE_WRITE,
}


@dataclass(frozen=True, slots=True)
class NewImport:
    """What is to be loaded: a file of a kind, and one of plans beside that of participants."""

    kind: ImportKind
    file: Incoming
    plans: Incoming | None = None
    source_system: str = ""


def check_allowed(kind: ImportKind, actor: Actor) -> None:
    """Refuse a kind of file that the person may not enter by hand either."""
    if not actor.may(NEEDS[kind]):
        raise RuleBroken(
            "kind", "kind_not_allowed", f"Your role does not include loading {kind.label.lower()}."
        )


def add_import(new: NewImport, *, actor: Actor) -> UUID:
    """Keep the files of an import and guess their columns. Nothing is loaded yet."""
    files = _kept(new, actor)
    with transaction(actor):
        row = Import(
            kind=new.kind,
            source_system=new.source_system.strip()[:LONGEST_SYSTEM],
            files=[one.as_json() for one in files],
            tried={},
        )
        db.session.add(row)
        db.session.flush()  # the audit entry names its id
        audit.record(
            Fact.IMPORT_ADDED,
            row,
            changes={
                "kind": new.kind.value,
                "files": [(one.file_name, one.sha256) for one in files],
            },
        )
        return row.id


def _kept(new: NewImport, actor: Actor) -> list[SourceFile]:
    check_allowed(new.kind, actor)
    if new.plans is not None and new.kind is not ImportKind.PARTICIPANTS:
        raise RuleBroken("plans", "no_second_file", "Only participants have a file of plans.")
    with noted(new.file.name, actor):
        files = [import_files.keep(new.kind, new.file, reads.mapping_for)]
    if new.plans is not None:
        with noted(new.plans.name, actor):
            files.append(_plans(new.plans))
    return files


def try_files(
    new: NewImport, chosen: Mapping[str, str] | None, tell: Tell, *, actor: Actor
) -> Report:
    """Return what loading some files would do; nothing at all is kept of it but their bytes."""
    files = _kept(new, actor)
    if chosen is not None:
        files[0] = checked(files[0], chosen)
    files = [checked(one, one.mapping) for one in files]
    return import_batches.tried(files, new.source_system, tell, actor)


def _plans(incoming: Incoming) -> SourceFile:
    try:
        return import_files.keep(ImportKind.PLANS, incoming, reads.mapping_for)
    except Infected as error:
        error.field = "plans"
        raise
    except RuleBroken as error:
        raise RuleBroken("plans", error.code, error.message) from error


def choose_columns(import_id: UUID, mappings: Sequence[Mapping[str, str]], *, actor: Actor) -> None:
    """Say which column of each file is which field; it is remembered for files of that header."""
    with transaction(actor):
        row = held(import_id)
        check_allowed(row.kind, actor)
        if row.next_file or row.next_place or row.state is ImportState.RUNNING:
            raise CaddyError("import_begun", "This import has begun: its columns stay.")
        files = [
            checked(SourceFile.of(values), mapping)
            for values, mapping in zip(row.files, mappings, strict=True)
        ]
        row.files = [one.as_json() for one in files]
        row.state = ImportState.UPLOADED
        for file in files:
            _remember(file)
        audit.record(
            Fact.IMPORT_COLUMNS_CHOSEN,
            row,
            changes={"columns": [dict(one.mapping) for one in files]},
        )


def checked(file: SourceFile, mapping: Mapping[str, str]) -> SourceFile:
    """Return a file with its columns as they were chosen, or refuse the choice by name."""
    chosen = {field: title for field, title in mapping.items() if title}
    wrong = misfits(file.kind, chosen, file.header)
    if wrong:
        raise RuleBroken("mapping", "columns_misfit", " ".join(wrong))
    lacking = missing(file.kind, chosen)
    if lacking:
        raise RuleBroken(
            lacking[0].name,
            "columns_missing",
            f"{file.file_name} needs a column for {' and '.join(one.label for one in lacking)}.",
        )
    return SourceFile.of({**file.as_json(), "mapping": chosen})


def _remember(file: SourceFile) -> None:
    instant = clock.now()
    upsert(
        ImportMapping,
        ("kind", "header_sha256"),
        {
            "id": new_id(),
            "kind": file.kind,
            "header_sha256": header_key(file.header),
            "mapping": dict(file.mapping),
            "created_at": instant,
            "updated_at": instant,
        },
        {"mapping": dict(file.mapping), "updated_at": instant},
    )


def try_import(import_id: UUID, tell: Tell, *, actor: Actor) -> Report:
    """Find out what an import would do, and keep the answer; nothing of the file is loaded."""
    row = reads.get(import_id)
    check_allowed(row.kind, actor)
    files = [SourceFile.of(one) for one in row.files]
    for file in files:
        checked(file, file.mapping)
    failed: list[dict[str, Any]] = []
    report = import_batches.tried(
        files,
        row.source_system,
        tell,
        actor,
        lambda some: failed.extend(outcome_row(import_id, *one) for one in some),
    )
    with transaction(actor):
        row = held(import_id)
        if row.state not in (ImportState.UPLOADED, ImportState.CHECKED):
            check_startable(row.state)
            raise CaddyError("import_begun", "This import has begun already.")
        db.session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
        add_many(ImportRow, failed)
        row.tried = {
            **counts_json(report.counts),
            "rows": report.rows,
            "money_cents": report.cents,
            "first": report.first,
        }
        row.state = ImportState.CHECKED
        audit.record(Fact.IMPORT_CHECKED, row, changes=counts_json(report.counts))
    return report


def mark_ready(import_id: UUID, *, actor: Actor) -> None:
    """Let an import run without a dry run, for who asked for none."""
    with transaction(actor):
        row = held(import_id)
        check_allowed(row.kind, actor)
        if row.state is ImportState.UPLOADED:
            row.state = ImportState.CHECKED
        audit.record(Fact.IMPORT_CHECKED, row, changes={"dry_run": False})


def start_import(import_id: UUID, *, actor: Actor) -> UUID:
    """Leave an import that was tried to the worker; return the task that shows how far it is."""
    with transaction(actor):
        row = held(import_id)
        check_allowed(row.kind, actor)
        check_startable(row.state)
        if row.state is ImportState.RUNNING and row.task_id is not None:
            return row.task_id
        row.state = ImportState.RUNNING
        row.finished_at = None
        row.task_id = tasks.add_task(
            TaskKind.IMPORT,
            f"Import of {row.file_name}",
            {"import_id": str(import_id), "step": "run"},
            needs=NEEDS[row.kind],
        )
        audit.record(Fact.IMPORT_STARTED, row)
        return row.task_id


def check_later(import_id: UUID, *, actor: Actor) -> UUID:
    """Leave the dry run of a large file to the worker; return the task."""
    return _leave(import_id, "check", "Dry run of {}", actor)


def roll_back_later(import_id: UUID, *, actor: Actor) -> UUID:
    """Leave taking an import back to the worker; return the task."""
    return _leave(import_id, "rollback", "Taking back {}", actor)


def _leave(import_id: UUID, step: str, title: str, actor: Actor) -> UUID:
    with transaction(actor):
        row = held(import_id)
        check_allowed(row.kind, actor)
        if step == "rollback":
            check_reversible(row.state)
        row.task_id = tasks.add_task(
            TaskKind.IMPORT,
            title.format(row.file_name),
            {"import_id": str(import_id), "step": step},
            needs=NEEDS[row.kind],
        )
        return row.task_id
