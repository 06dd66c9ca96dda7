"""The day's backup: begun once, kept where the settings say, complained of where there is none."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock, storage
from caddy.actions import backups
from caddy.actions.backups import BackupReport
from caddy.actions.notifications import notify
from caddy.actions.tasks import add_task
from caddy.columns import new_id
from caddy.config import load_settings
from caddy.database_copies import Pulse
from caddy.domain.actor import Actor
from caddy.domain.backups import PATIENCE, day_of, file_name, kept
from caddy.domain.emails import EmailTemplate
from caddy.domain.facts import Fact
from caddy.domain.permissions import Permission, Role
from caddy.domain.tasks import TaskKind
from caddy.domain.words import say_date
from caddy.extensions import db
from caddy.models import PeriodicRun
from caddy.queries import alerts
from caddy.tenancy import insert_missing
from caddy.transaction import transaction

KIND = "backup"


def begin(day: date, *, actor: Actor) -> bool:
    """Leave the day's backup to a worker, unless someone has; say whether it did.

    Of several schedules the database lets one insert the row, so that each runs once.
    """
    instant = clock.now()
    row: dict[str, Any] = {
        "id": new_id(),
        "kind": KIND,
        "due_on": day,
        "result": {},
        "created_at": instant,
        "updated_at": instant,
    }
    with transaction(actor, unrecorded="another schedule may have begun it"):
        stored = insert_missing(PeriodicRun, ("kind", "due_on"), [row])
        for run_id in stored:
            title = f"Backup of {say_date(day)}"
            add_task(
                TaskKind.BACKUP, title, {"run_id": str(run_id)}, needs=Permission.ORGANIZATION_WRITE
            )
    return bool(stored)


def run_of(day: date) -> PeriodicRun | None:
    """Return the run that was begun for a day."""
    return db.session.scalars(
        select(PeriodicRun).where(PeriodicRun.kind == KIND, PeriodicRun.due_on == day)
    ).one_or_none()


def make(folder: Path, day: date, pulse: Pulse) -> tuple[Path, BackupReport]:
    """Write a day's backup into a folder, read it again to its end, and only then name it.

    Raises CopyFailed, OSError or a refusal where it could not be made, or is not sound.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = folder / file_name(day)
    with storage.whole_file(place) as stream:
        backups.write_backup(stream, pulse)
        stream.flush()
        pack, report = backups.read_backup(stream, lambda _done, _of: pulse())
        with backups.database_of(pack, report):
            pulse()
    return place, report


def remove_old(folder: Path) -> list[str]:
    """Remove the backups that the settings do not keep; return their names."""
    settings = load_settings()
    there = {day: place for place in folder.iterdir() if (day := day_of(place.name))}
    wanted = kept(there, settings.backup_daily, settings.backup_weekly, settings.backup_monthly)
    gone = sorted(there.keys() - wanted)
    for day in gone:
        there[day].unlink()
    return [there[day].name for day in gone]


def note_made(run_id: UUID, result: dict[str, Any], *, actor: Actor) -> None:
    """Write down that a day's backup is there, and what it holds."""
    with transaction(actor):
        run = db.session.get_one(PeriodicRun, run_id)
        run.finished_at = clock.now()
        run.result = result
        audit.record(Fact.BACKUP_MADE, run, changes=result)


def complain(run_id: UUID, sentence: str, *, actor: Actor) -> None:
    """Tell the administrators, in Caddy and by email, that a day has no backup: once a day."""
    with transaction(actor, unrecorded="they may have been told already"):
        run = db.session.get_one(PeriodicRun, run_id)
        if run.result.get("told"):
            return
        run.result = {**run.result, "told": sentence}
        day = run.due_on
        notify(
            alerts.people_of_roles([Role.ADMIN]),
            kind="backup_trouble",
            title=f"There is no backup of {say_date(day)}",
            body=sentence,
            link="/tasks",
            subject=run,
            dedupe_key=f"backup:{run_id}",
            email_template=EmailTemplate.BACKUP_TROUBLE,
            context={"day_on": day, "sentence": sentence},
        )
        audit.record(Fact.BACKUP_FAILED, run, changes={"reason": sentence})


def is_missing(run: PeriodicRun, folder: Path) -> bool:
    """Say whether a day's backup should be in the folder by now and is not."""
    is_late = run.created_at < clock.now() - PATIENCE
    return is_late and not (folder / file_name(run.due_on)).is_file()
