"""Long work as its pages show it: to the one who asked for it, and to administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.domain.actor import Actor, Source, system_actor
from caddy.domain.permissions import Permission, Role
from caddy.domain.tasks import DEAD_AFTER, TaskKind, TaskState, share
from caddy.extensions import db
from caddy.models import Task, TaskFile
from caddy.queries import users
from caddy.tenancy import current_organization_id, unscoped

PAGE = 50
MOST_FILES = 100
MOST_LOST = 200
# Their files hold medical details: actions/records.py, actions/evidence.py.
WITH_HEALTH = frozenset({TaskKind.RECORD, TaskKind.ARCHIVE, TaskKind.EVIDENCE})


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task and its files, as its page shows them."""

    task: Task
    files: Sequence[TaskFile]

    @property
    def percent(self) -> int:
        return share(self.task.done_steps, self.task.all_steps)


def may_see(task: Task, actor: Actor) -> bool:
    """Say whether a task is there for someone: theirs, and they still hold what it needs."""
    if task.needed is not None and not actor.may(task.needed):
        return False
    if task.what in WITH_HEALTH and not actor.may(Permission.PARTICIPANTS_MEDICAL):
        return False
    return actor.role is Role.ADMIN or (actor.user_id is not None and task.user_id == actor.user_id)


def one(task_id: UUID, actor: Actor) -> TaskView | None:
    task = db.session.get(Task, task_id)
    if task is None or not may_see(task, actor):
        return None
    return TaskView(task, files_of([task_id]).get(task_id, []))


def some(task_ids: Sequence[UUID]) -> list[TaskView]:
    """Return tasks by their ids, whoever may see them: for live events, which ask that later."""
    found = db.session.scalars(select(Task).where(Task.id.in_(task_ids)))
    files = files_of(task_ids)
    return [TaskView(task, files.get(task.id, [])) for task in found]


def files_of(task_ids: Sequence[UUID]) -> dict[UUID, list[TaskFile]]:
    rows = db.session.scalars(
        select(TaskFile)
        .where(TaskFile.task_id.in_(task_ids))
        .order_by(TaskFile.task_id, TaskFile.id)
        .limit(MOST_FILES * max(1, len(task_ids)))
    )
    found: dict[UUID, list[TaskFile]] = {}
    for row in rows:
        found.setdefault(row.task_id, []).append(row)
    return found


def file(task_id: UUID, file_id: UUID, actor: Actor) -> TaskFile | None:
    """Return a file of a task that someone may see."""
    task = db.session.get(Task, task_id)
    found = db.session.get(TaskFile, file_id)
    if task is None or found is None or found.task_id != task_id or not may_see(task, actor):
        return None
    return found


def page(
    actor: Actor,
    *,
    after: UUID | None = None,
    kind: TaskKind | None = None,
    size: int = PAGE,
) -> tuple[list[TaskView], UUID | None]:
    """Return one's own tasks, newest first, and the key of the page after, if there is one."""
    statement = (
        select(Task).where(Task.user_id == actor.user_id).order_by(Task.id.desc()).limit(size + 1)
    )
    if after is not None:
        statement = statement.where(Task.id < after)
    if kind is not None:
        statement = statement.where(Task.kind == kind.value)
    rows = [task for task in db.session.scalars(statement) if may_see(task, actor)]
    shown = rows[:size]
    files = files_of([task.id for task in shown])
    views = [TaskView(task, files.get(task.id, [])) for task in shown]
    return views, shown[-1].id if len(rows) > size else None


def lost() -> list[Any]:
    """Return tasks of every organization that no worker was heard of for two minutes."""
    with unscoped("tasks whose worker died are looked for in every organization"):
        return list(
            db.session.execute(
                select(Task.id, Task.organization_id)
                .where(Task.state == TaskState.RUNNING, Task.beat_at < dead_before())
                .order_by(Task.beat_at)
                .limit(MOST_LOST)
            )
        )


def dead_before() -> datetime:
    return clock.now() - DEAD_AFTER


def actor_of(user_id: UUID | None) -> Actor | None:
    """Return who asked for a task, with their rights of now; None where they may not sign in.

    Nobody's task is Caddy's own: it may do everything, as commands may.
    """
    organization_id = current_organization_id()
    if user_id is None:
        return system_actor(organization_id, "Caddy", Source.JOB)
    user = users.active(user_id)
    if user is None or user.organization_id != organization_id:
        return None
    return Actor(
        organization_id=organization_id,
        user_id=user.id,
        name=user.name,
        role=user.role,
        permissions=user.permissions,
        source=Source.JOB,
    )
