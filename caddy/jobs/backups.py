"""Backups by the schedule: found due once a minute, made on a worker as one long task."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from caddy import clock
from caddy.actions import scheduled_backups as actions
from caddy.config import load_settings
from caddy.database_copies import CopyFailed
from caddy.domain.actor import Source, system_actor
from caddy.domain.backups import due_on
from caddy.domain.errors import RuleBroken
from caddy.domain.tasks import MadeFile, Progress, TakenTask, TaskRefused
from caddy.extensions import db
from caddy.models import PeriodicRun
from caddy.queries import organizations
from caddy.tenancy import scope

MISSING = (
    "It was begun and is not in the folder of backups: see whether a worker runs, and whether "
    "the disk is full."
)


def find_backup_due() -> int:
    """Begin the day's backup where it was not begun; complain where one is missing.

    What was begun is read from the database: a machine that was off catches up with the
    latest day, and of several schedules one begins it.
    """
    settings = load_settings()
    organization_id = organizations.first() if settings.backup_dir else None
    if settings.backup_dir is None or organization_id is None:
        return 0
    day = due_on(clock.local(clock.now(), settings.backup_zone), settings.backup_hour)
    actor = system_actor(organization_id, "Schedule", Source.JOB)
    with scope(organization_id):
        run = actions.run_of(day)
        if run is None:
            return int(actions.begin(day, actor=actor))
        if not run.result.get("told") and actions.is_missing(run, settings.backup_dir):
            actions.complain(run.id, MISSING, actor=actor)
    return 0


def make_backup(task: TakenTask, tell: Progress) -> Sequence[MadeFile]:
    """Make the backup of a day, check it, and remove those that are not kept."""
    run_id = UUID(task.params["run_id"])
    day = db.session.get_one(PeriodicRun, run_id).due_on
    folder = load_settings().backup_dir
    steps = 0

    def pulse() -> None:
        nonlocal steps
        steps += 1
        tell(steps, steps + 1)  # how much is to come is not known before the copy is there

    try:
        if folder is None:
            raise RuleBroken(None, "no_folder", "CADDY_BACKUP_DIR does not name a folder any more.")
        db.session.close()
        place, report = actions.make(folder, day, pulse)
        removed = actions.remove_old(folder)
    except (CopyFailed, OSError, RuleBroken) as failure:
        sentence = f"The backup could not be made: {failure}"[:900]
        actions.complain(run_id, sentence, actor=task.actor)
        raise TaskRefused(sentence) from failure
    result = {"file": place.name, "bytes": report.bytes, "files": report.files, "removed": removed}
    actions.note_made(run_id, result, actor=task.actor)
    task.say(f"{place.name} was made and read again: {report.files:,} files, sound.")
    return ()
