"""Running long work: taken once, handed to the handler of its kind, and brought to its end."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from caddy.actions import tasks as actions
from caddy.domain.actor import Actor, Source, system_actor
from caddy.domain.errors import CaddyError
from caddy.domain.tasks import (
    MOST_TRIES,
    Cancelled,
    MadeFile,
    Progress,
    TakenTask,
    TaskKind,
    TaskRefused,
)
from caddy.extensions import db
from caddy.pdf import PdfUnavailable
from caddy.queries import tasks
from caddy.queue import resolve
from caddy.tenancy import scope

log = logging.getLogger(__name__)

# Who does the work of each kind.
HANDLERS: dict[TaskKind, str] = {
    TaskKind.ARCHIVE: "caddy.jobs.archives.make_archive",
    TaskKind.BACKUP: "caddy.jobs.backups.make_backup",
    TaskKind.ERASURE: "caddy.jobs.erasures.erase",
    TaskKind.EVIDENCE: "caddy.jobs.evidence.make_evidence",
    TaskKind.IMPORT: "caddy.jobs.imports.do_import",
    TaskKind.RECORD: "caddy.jobs.records.make_record",
    TaskKind.REPORT: "caddy.jobs.reports.make_report",
}
GONE = "The person who asked for this may not sign in any more."


class Handler(Protocol):
    """The work of one kind: returns its files, tells how far it is.

    What it writes itself it writes in actions that are safe to run twice. It raises
    TaskRefused, or an action's own refusal, where a person has something to mend.
    """

    def __call__(self, task: TakenTask, tell: Progress) -> Sequence[MadeFile]: ...


def run_task(subject_id: UUID, *, actor: Actor) -> None:
    """Do a task, once, however often this runs."""
    begun = actions.take_task(subject_id, actor=actor)
    if begun is None:
        return
    who = tasks.actor_of(begun.user_id)
    if who is None:
        actions.fail_task(subject_id, GONE, actor=actor)
        return
    task = TakenTask(begun.id, begun.kind, begun.title, begun.params, who)

    def tell(done: int, of: int) -> None:
        if not actions.tell(subject_id, done, of, actor=actor):
            raise Cancelled

    try:
        handler: Handler = resolve(HANDLERS[begun.kind])
        files = handler(task, tell)
        db.session.close()
        actions.finish_task(subject_id, files, "".join(task.outcome), actor=actor)
    except Cancelled:
        actions.close_cancelled(subject_id, actor=actor)
    except (TaskRefused, PdfUnavailable) as refusal:
        actions.fail_task(subject_id, str(refusal), actor=actor)
    except CaddyError as refusal:
        actions.fail_task(subject_id, refusal.message, actor=actor)
    except Exception:
        if begun.tries >= MOST_TRIES:
            log.exception("task.failed")
            actions.fail_task(subject_id, actions.GAVE_UP, actor=actor)
            return
        actions.release_task(subject_id, actor=actor)
        raise


def find_lost_tasks() -> int:
    """Leave those tasks to a worker again whose own was killed; return how many."""
    found = 0
    for row in tasks.lost():
        actor = system_actor(row.organization_id, "Schedule", Source.JOB)
        with scope(row.organization_id):
            found += actions.revive_task(row.id, actor=actor)
    return found
