"""Whether the audit log of the organization in scope is whole, row by row. Reads only.

Reads past the models' filter, as an archive does, so that each row is seen as it is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from caddy.domain.audit_chain import Finding, Head, findings
from caddy.domain.recurring import Recurring
from caddy.extensions import Base, db
from caddy.models import AuditHead, AuditLog, PeriodicRun
from caddy.queries import archives

AT_ONCE = 1_000
MOST_FINDINGS = 1_000


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a verification found; `head` is where the log ends, for people to keep elsewhere.

    `is_cut` where there is more wrong than is listed. `anchor_holds` is None where no anchor
    was given.
    """

    rows: int
    head: Head | None
    findings: tuple[Finding, ...]
    is_cut: bool
    anchor_holds: bool | None = None

    @property
    def is_whole(self) -> bool:
        return not self.findings and self.anchor_holds is not False


def verified(anchor: Head | None = None) -> ChainReport:
    """Read the whole log of the organization in scope, at one moment, and say what is wrong.

    An `anchor` is a number and a hash that someone kept: it shows a log that was written anew
    from there on, every hash and the head with it.
    """
    with archives.snapshot() as connection:
        return verified_by(connection, anchor)


def verified_by(connection: Connection, anchor: Head | None = None) -> ChainReport:
    """Verify within a snapshot that is open already."""
    head = _head(connection)
    log = _log()
    ordered = select(log).where(archives.own(log)).order_by(log.c.sequence, log.c.id)
    found = list(islice(findings(_rows(connection, ordered), head), MOST_FINDINGS + 1))
    count = connection.scalar(select(func.count()).select_from(log).where(archives.own(log))) or 0
    holds = None
    if anchor is not None:
        kept = select(log.c.hash).where(archives.own(log), log.c.sequence == anchor.sequence)
        holds = connection.scalar(kept) == anchor.hash
    is_cut = len(found) > MOST_FINDINGS
    return ChainReport(count, head, tuple(found[:MOST_FINDINGS]), is_cut, holds)


def _log() -> Table:
    return Base.metadata.tables[AuditLog.__tablename__]


def _rows(connection: Connection, statement: Select[Any]) -> Iterator[Any]:
    """Yield rows some at a time, so that memory does not grow with the log."""
    return iter(connection.execution_options(yield_per=AT_ONCE).execute(statement).mappings())


def _head(connection: Connection) -> Head | None:
    table = Base.metadata.tables[AuditHead.__tablename__]
    found = connection.execute(
        select(table.c.sequence, table.c.hash).where(archives.own(table))
    ).one_or_none()
    return Head(found.sequence, found.hash) if found else None


def head() -> Head | None:
    """Return where the log of the organization in scope ends now."""
    found = db.session.execute(select(AuditHead.sequence, AuditHead.hash)).one_or_none()
    return Head(found.sequence, found.hash) if found else None


def last_check() -> PeriodicRun | None:
    """Return the last weekly verification that came to its end."""
    return db.session.scalars(
        select(PeriodicRun)
        .where(
            PeriodicRun.kind == Recurring.WEEKLY_AUDIT.value, PeriodicRun.finished_at.is_not(None)
        )
        .order_by(PeriodicRun.due_on.desc())
        .limit(1)
    ).one_or_none()


def may_change_log() -> bool:
    """Say whether the database lets the application change the log, but for the triggers.

    On PostgreSQL the owner of a table may always; on SQLite whoever can write the file.
    """
    if db.engine.dialect.name != "postgresql":
        return False
    asked = [
        func.has_table_privilege(func.current_user(), AuditLog.__tablename__, one)
        for one in ("UPDATE", "DELETE", "TRUNCATE")
    ]
    with db.engine.connect() as connection:
        return any(connection.execute(select(*asked)).one())
