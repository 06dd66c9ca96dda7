"""The only commit. One action is one transaction, by one actor, with at least one fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from caddy.clock import now
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.extensions import db
from caddy.tenancy import OrganizationOwned, insert_many


class NothingRecorded(RuntimeError):
    """A tenant's rows changed and the audit log would not have said so."""


class NoTransaction(RuntimeError):
    """Something that belongs to a transaction was asked for outside one."""


@dataclass(slots=True)
class Work:
    """What one open transaction carries: who acts, what was recorded, what comes after.

    `entries` are the rows of the audit log so far; `seal` writes them, the last write of all.
    """

    actor: Actor
    unrecorded: str | None = None
    facts: int = 0
    changed_rows: bool = False
    last_writes: list[Callable[[], None]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    seal: Callable[[], None] | None = None
    after: list[Callable[[], None]] = field(default_factory=list)


_work: ContextVar[Work | None] = ContextVar("work", default=None)


def current_work() -> Work:
    """Return the open transaction's work; raise outside one."""
    work = _work.get()
    if work is None:
        raise NoTransaction("This belongs inside `with transaction(actor):`.")
    return work


@contextmanager
def transaction(actor: Actor, *, unrecorded: str | None = None) -> Iterator[Work]:
    """Do one thing whole or not at all.

    Commits at the end and only then runs what was left with `after_commit`. Refuses a
    change to a tenant's rows for which no fact was recorded; the rare change that is
    nobody's history (a heartbeat) says why with `unrecorded`.

    Begins with a fresh session: rows that the request read earlier are read again, under
    the write lock on SQLite.
    """
    if _work.get() is not None:
        raise NoTransaction("A transaction is already open: one action is one transaction.")
    work = Work(actor=actor, unrecorded=unrecorded)
    token = _work.set(work)
    session = db.session
    session.close()
    try:
        session.connection(execution_options={"caddy_write": True})
        yield work
        session.flush()
        for write in work.last_writes:
            write()
        if work.changed_rows and not work.facts and not work.unrecorded:
            raise NothingRecorded("Rows changed but no fact was recorded; call audit.record(…).")
        if work.seal is not None:
            session.flush()
            work.seal()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _work.reset(token)
    for run in work.after:
        run()


def after_commit(run: Callable[[], None]) -> None:
    """Leave something to be done once, and only if, the open transaction has committed."""
    current_work().after.append(run)


def before_commit(run: Callable[[], None]) -> None:
    """Leave a write for the very end of the transaction.

    Rows that every writer of an organization touches (its totals) are written last, so
    that their lock is held for one commit and not for a whole request.
    """
    current_work().last_writes.append(run)


def add_many(model: type[OrganizationOwned], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows in bulk, stamped as a flush stamps them; a fact is owed for them all the same.

    What the open session still holds goes to the database first, so that rows may point at it.
    """
    work = current_work()
    instant, user_id = now(), work.actor.user_id
    stamps = {
        "created_at": instant,
        "updated_at": instant,
        "created_by": user_id,
        "updated_by": user_id,
    }
    db.session.flush()
    insert_many(model, [{"id": new_id(), **stamps, **row} for row in rows])
    work.changed_rows = work.changed_rows or bool(rows)


@event.listens_for(db.session, "before_flush")
def _stamp(session: Session, _context: Any, _instances: Any) -> None:
    """Stamp who made and who changed a row, and notice that something changed."""
    work = _work.get()
    instant = now()
    user_id = work.actor.user_id if work else None
    for row in session.new:
        if hasattr(row, "created_at"):
            row.created_at = row.created_at or instant
            row.updated_at = row.updated_at or instant
            row.created_by = row.created_by or user_id
            row.updated_by = row.updated_by or user_id
    for row in session.dirty:
        if hasattr(row, "updated_at") and session.is_modified(row, include_collections=False):
            row.updated_at = instant
            row.updated_by = user_id
    if work and any(
        isinstance(row, OrganizationOwned)
        for row in (*session.new, *session.dirty, *session.deleted)
    ):
        work.changed_rows = True
