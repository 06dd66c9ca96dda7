"""Imports on the worker: tried, loaded batch by batch, taken back; failed rows as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from caddy.actions import import_batches, import_rollback, imports
from caddy.actions.import_files import SourceFile
from caddy.domain.errors import CaddyError
from caddy.domain.imports.failed_rows import failed_rows_csv
from caddy.domain.imports.runs import Counts
from caddy.domain.tasks import Cancelled, MadeFile, Progress, TakenTask
from caddy.queries import imports as reads


def do_import(task: TakenTask, tell: Progress) -> Sequence[MadeFile]:
    """Do a step of an import: `check` is its dry run, `run` loads it, `rollback` takes it back."""
    import_id = UUID(task.params["import_id"])
    step = task.params["step"]
    if step == "rollback":
        count = import_rollback.roll_back(import_id, actor=task.actor)
        task.say(f"Taken back: {count:,} entries are as they were before.")
        return []
    if step == "check":
        report = imports.try_import(import_id, tell, actor=task.actor)
        task.say(f"Tried, and nothing loaded: {said(report.counts)}")
        return list(failed_files(import_id))
    try:
        counts = import_batches.run_import(import_id, tell, actor=task.actor)
        task.say(f"Loaded: {said(counts)}")
    except Cancelled:
        counts = import_batches.stop_import(import_id, actor=task.actor)
        task.say(f"Stopped. What was loaded until then stays: {said(counts)}")
    except CaddyError:
        import_batches.stop_import(import_id, actor=task.actor)
        raise
    return list(failed_files(import_id))


def said(counts: Counts) -> str:
    return (
        f"{counts.created:,} new, {counts.updated:,} changed, {counts.skipped:,} as they were, "
        f"{counts.failed:,} failed."
    )


def failed_files(import_id: UUID) -> Iterator[MadeFile]:
    """Yield the failed rows of each file with their reasons, to put right and load again."""
    row = reads.get(import_id)
    for number, values in enumerate(row.files):
        file = SourceFile.of(values)
        rows, errors = reads.failed_rows(import_id, number)
        if rows:
            content = b"".join(failed_rows_csv(file.kind, file.header, rows, errors))
            stem = file.file_name.rpartition(".")[0] or file.file_name
            yield MadeFile(f"{stem[:150]} failed rows.csv", "text/csv", content)
