"""Long work from the asking to its files: begun, told of, finished once, or given up.

The bytes of a file are stored before the row that names it, and rows and state change in one
transaction: a worker killed anywhere leaves nothing or the whole.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock, storage
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound
from caddy.domain.facts import Fact
from caddy.domain.permissions import Permission
from caddy.domain.tasks import (
    DEAD_AFTER,
    LONGEST_SENTENCE,
    MOST_TRIES,
    TELL_EVERY,
    MadeFile,
    TaskKind,
    TaskState,
)
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import Task, TaskFile
from caddy.queries import tasks
from caddy.queue import Job, later
from caddy.storage import KeptFile
from caddy.transaction import after_commit, current_work, transaction

LONGEST_TITLE = 200
GAVE_UP = "Caddy began this several times and could not finish it. Ask for it again."
NOBODY_SAID = "progress is nobody's history"


def add_task(
    kind: TaskKind, title: str, params: Mapping[str, str], *, needs: Permission | None = None
) -> UUID:
    """Leave long work to the worker, inside an open transaction; return the task's id.

    `needs` is what the one who asked must still hold to see it later.
    """
    task = Task(
        user_id=current_work().actor.user_id,
        kind=kind.value,
        title=title[:LONGEST_TITLE],
        params=dict(params),
        needs=needs.value if needs else None,
    )
    db.session.add(task)
    db.session.flush()  # the audit entry names its id
    audit.record(Fact.TASK_ADDED, task, changes={"kind": kind.value, "title": task.title})
    later(Job.RUN_TASK, task.id)
    return task.id


def start_task(
    kind: TaskKind,
    title: str,
    params: Mapping[str, str],
    *,
    actor: Actor,
    needs: Permission | None = None,
) -> UUID:
    """Leave long work to the worker, as an act of its own."""
    with transaction(actor):
        return add_task(kind, title, params, needs=needs)


@dataclass(frozen=True, slots=True)
class Begun:
    """What a worker has to do: of which kind, with what, asked for by whom."""

    id: UUID
    kind: TaskKind
    title: str
    params: dict[str, str]
    user_id: UUID | None
    tries: int


def take_task(task_id: UUID, *, actor: Actor) -> Begun | None:
    """Begin a task that waits, or whose worker died; None where there is nothing to do.

    One that was begun too often, or is wanted no more, is closed instead.
    """
    with transaction(actor, unrecorded="to begin is nobody's history; the end is"):
        task = _hold(task_id)
        if task is None or task.state in (TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED):
            return None
        instant = clock.now()
        is_alive = task.beat_at is not None and task.beat_at > instant - DEAD_AFTER
        if task.state is TaskState.RUNNING and is_alive:
            return None
        if task.is_cancel_asked:
            _end(task, TaskState.CANCELLED, "", Fact.TASK_CANCELLED)
            return None
        if task.tries >= MOST_TRIES:
            _end(task, TaskState.FAILED, GAVE_UP, Fact.TASK_FAILED)
            return None
        task.state = TaskState.RUNNING
        task.tries += 1
        task.started_at = task.started_at or instant
        task.beat_at = instant
        task.done_steps = 0
        _changed(task)
        _told.pop(task_id, None)
        return Begun(task.id, task.what, task.title, dict(task.params), task.user_id, task.tries)


_told: dict[UUID, float] = {}


def tell(task_id: UUID, done: int, of: int, *, actor: Actor) -> bool:
    """Say how far a task is, at most four times a second; False once it is wanted no more.

    It is also the sign of life: without one for two minutes a task counts as dead.
    """
    instant = time.monotonic()
    if task_id in _told and instant - _told[task_id] < TELL_EVERY.total_seconds():
        return True
    _told[task_id] = instant
    with transaction(actor, unrecorded=NOBODY_SAID):
        task = _hold(task_id)
        if task is None or task.state is not TaskState.RUNNING or task.is_cancel_asked:
            return False
        task.done_steps, task.all_steps = max(0, min(done, of)), max(0, of)
        task.beat_at = clock.now()
        _changed(task)
    return True


def release_task(task_id: UUID, *, actor: Actor) -> None:
    """Have a task wait again after a failure that may pass; the outbox runs it anew."""
    with transaction(actor, unrecorded=NOBODY_SAID):
        task = _hold(task_id)
        if task is not None and task.state is TaskState.RUNNING:
            task.state = TaskState.WAITING
            _changed(task)


def revive_task(task_id: UUID, *, actor: Actor) -> bool:
    """Have a task whose worker died wait again, and leave it to the next worker."""
    with transaction(actor, unrecorded=NOBODY_SAID):
        task = _hold(task_id)
        if task is None or task.state is not TaskState.RUNNING:
            return False
        if task.beat_at is not None and task.beat_at > clock.now() - DEAD_AFTER:
            return False
        task.state = TaskState.WAITING
        _changed(task)
        later(Job.RUN_TASK, task.id)
        return True


def finish_task(task_id: UUID, files: Sequence[MadeFile], said: str = "", *, actor: Actor) -> None:
    """Keep a task's files and close it. A second worker that comes to its end changes nothing."""
    kept = [(file, _keep(file)) for file in files]
    with transaction(actor, unrecorded="another worker may have finished it before"):
        task = _hold(task_id)
        if task is None or task.state is not TaskState.RUNNING:
            return
        for file, stored in kept:
            db.session.add(
                TaskFile(
                    task_id=task.id,
                    file_name=file.file_name[:LONGEST_TITLE],
                    media_type=file.media_type,
                    size_bytes=stored.size_bytes,
                    sha256=stored.sha256,
                )
            )
        task.all_steps = max(1, task.all_steps)
        task.done_steps = task.all_steps
        names = [file.file_name for file in files]
        _end(task, TaskState.DONE, said, Fact.TASK_FINISHED, {"files": names})


def _keep(file: MadeFile) -> KeptFile:
    content = file.content
    return storage.keep_bytes(content) if isinstance(content, bytes) else content


def fail_task(task_id: UUID, sentence: str, *, actor: Actor) -> None:
    """Close a task that cannot be done, with a sentence that says what a person can do."""
    with transaction(actor, unrecorded="it may be over already"):
        task = _hold(task_id)
        if task is not None and not task.state.is_over:
            _end(task, TaskState.FAILED, sentence, Fact.TASK_FAILED)


def cancel_task(task_id: UUID, *, actor: Actor) -> None:
    """Want a task no more: one that waits is over at once, one that runs stops at its next step.

    Raises NotFound where it is not the actor's to see.
    """
    with transaction(actor, unrecorded="it may be over already"):
        task = _hold(task_id)
        if task is None or not tasks.may_see(task, actor):
            raise NotFound("task")
        if task.state.is_over or task.is_cancel_asked:
            return
        task.is_cancel_asked = True
        if task.state is TaskState.WAITING:
            _end(task, TaskState.CANCELLED, "", Fact.TASK_CANCELLED)
            return
        audit.record(Fact.TASK_CANCEL_ASKED, task)
        _changed(task)


def close_cancelled(task_id: UUID, *, actor: Actor) -> None:
    """Close a task whose work has stopped because it was asked to."""
    with transaction(actor, unrecorded="it may be over already"):
        task = _hold(task_id)
        if task is not None and not task.state.is_over:
            _end(task, TaskState.CANCELLED, "", Fact.TASK_CANCELLED)


def note_download(file: TaskFile, *, actor: Actor) -> None:
    """Write down that someone downloaded a file."""
    with transaction(actor):
        audit.record(
            Fact.TASK_FILE_DOWNLOADED,
            file,
            changes={"file_name": file.file_name, "sha256": file.sha256},
        )


def _hold(task_id: UUID) -> Task | None:
    """Return a task with its row locked until the transaction ends."""
    return db.session.scalars(
        select(Task).where(Task.id == task_id).with_for_update()
    ).one_or_none()


def _end(
    task: Task,
    state: TaskState,
    said: str,
    fact: Fact,
    changes: Mapping[str, object] | None = None,
) -> None:
    before, task.state = task.state, state
    task.said = said[:LONGEST_SENTENCE]
    task.finished_at = clock.now()
    told = {"state": (before.value, state.value)} | ({"said": task.said} if said else {})
    audit.record(fact, task, changes=told | dict(changes or {}))
    _told.pop(task.id, None)
    _changed(task)


def _changed(task: Task) -> None:
    """Tell open pages of a change, once it is committed."""
    task.version += 1
    topic = Topic("task", task.id, task.version)
    organization_id = task.organization_id
    after_commit(lambda: audit.announce(organization_id, [topic]))
