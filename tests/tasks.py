"""Long work for the tests: begun and finished through the product's own actions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from caddy.actions import tasks
from caddy.domain.actor import Actor
from caddy.domain.tasks import MadeFile, TaskKind
from caddy.extensions import db
from caddy.models import Task, TaskFile
from caddy.tenancy import scope

TEXT = MadeFile("a b.csv", "text/csv", b"a,b\r\n1,2\r\n")


def begun(actor: Actor, title: str = "A test") -> UUID:
    with scope(actor.organization_id):
        return tasks.start_task(TaskKind.REPORT, title, {"of": "1"}, actor=actor)


def done(actor: Actor, title: str = "A test") -> UUID:
    """Begin and finish a task with one file; return its id."""
    with scope(actor.organization_id):
        task_id = begun(actor, title)
        assert tasks.take_task(task_id, actor=actor)
        tasks.finish_task(task_id, [TEXT], "All of it.", actor=actor)
        return task_id


def row(actor: Actor, task_id: UUID) -> Task:
    with scope(actor.organization_id):
        db.session.expire_all()
        return db.session.get_one(Task, task_id)


def files(actor: Actor, task_id: UUID) -> list[TaskFile]:
    with scope(actor.organization_id):
        return list(db.session.scalars(select(TaskFile).where(TaskFile.task_id == task_id)))
