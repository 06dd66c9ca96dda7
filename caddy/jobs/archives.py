"""A whole organization as a file to download, made on the worker."""

from __future__ import annotations

from collections.abc import Sequence

from caddy.actions import archives
from caddy.actions.records import refuse_without_health
from caddy.domain.errors import Forbidden
from caddy.domain.permissions import Permission
from caddy.domain.tasks import MadeFile, Progress, TakenTask

ZIP = "application/zip"


def make_archive(task: TakenTask, tell: Progress) -> Sequence[MadeFile]:
    """Make the archive of the organization in scope, with the rights its asker has now."""
    if not task.actor.may(Permission.ORGANIZATION_WRITE):
        raise Forbidden("forbidden", "Your role does not include this any more.")
    refuse_without_health(task.actor)
    file, report = archives.make_file(actor=task.actor, tell=tell)
    said = f"{report.rows:,} rows and {report.files:,} files."
    if report.missing_files:
        said += f" {len(report.missing_files):,} files could not be found in the storage."
    task.say(said)
    return [MadeFile(f"{task.params['slug']}.archive.zip", ZIP, file)]
