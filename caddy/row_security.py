"""Row-level security on PostgreSQL: what each transaction tells it, and what roles may. One place.

The fence behind the filter of `tenancy`: a policy on every tenant's table shows and takes only
rows of the organization that the transaction named when it began.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import IsolationLevel, sql
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event

from caddy import tenancy
from caddy.extensions import db, is_outage
from caddy.table_changes import ORGANIZATION, UNSCOPED

log = logging.getLogger(__name__)
# How many statements a connection keeps the plans of, on the server: about those of all pages that
# one provider's people open in a day. A plan takes some tens of kilobytes.
PLANS_KEPT = 300


class Bypass(StrEnum):
    """Why a role is held by no policy."""

    SUPERUSER = "superuser"
    BYPASS = "bypass"
    OWNER = "owner"

    @property
    def sentence(self) -> str:
        who = {
            Bypass.SUPERUSER: "a superuser of PostgreSQL, whom no policy holds",
            Bypass.BYPASS: "a role with BYPASSRLS, whom no policy holds",
            Bypass.OWNER: "the role that owns the tables, which can take the policies away",
        }[self]
        return (
            f"Warning: Caddy runs as {who}. "
            "docs/operations.md says how to run it as a role of its own."
        )


def install() -> None:
    """Begin every transaction on PostgreSQL from here on, of every engine."""
    listeners = (("connect", _prepare), ("begin", _begin), ("rollback", _end_reading))
    for name, listener in listeners:
        if not event.contains(Engine, name, listener):
            event.listen(Engine, name, listener)


def _prepare(connection: Any, _record: Any) -> None:
    """Keep the driver from beginning transactions, as `_begin` does; let it keep more plans."""
    if isinstance(connection, psycopg.Connection):
        connection.autocommit = True
        connection.prepared_max = PLANS_KEPT


def _is_reading(connection: Connection) -> bool:
    """Say whether it is a session's, outside `transaction`."""
    options = connection.get_execution_options()
    return "caddy_session" in options and "caddy_write" not in options


def _begin(connection: Connection) -> None:
    """Begin a transaction and name its organization, in one message to the server.

    The setting ends with the transaction: a connection that goes back to the pool carries none,
    and where nothing is in scope nothing is seen.
    """
    raw = connection.connection.driver_connection
    options = connection.get_execution_options()
    if not isinstance(raw, psycopg.Connection) or options.get("isolation_level") == "AUTOCOMMIT":
        return
    if not raw.autocommit:  # set back by SQLAlchemy after a snapshot
        raw.autocommit = True
    try:
        # Never prepared on the server: two statements cannot be.
        start = f"{_start(raw)} READ ONLY" if _is_reading(connection) else _start(raw)
        raw.execute("; ".join((start, *_told())), prepare=False).close()
    except psycopg.Error as error:
        if raw.closed:
            connection.invalidate(error)
        raise sa.exc.OperationalError("BEGIN", None, error, connection_invalidated=True) from error


def _end_reading(connection: Connection) -> None:
    """Commit what only read, which is the same to the database and not to the driver.

    The driver forgets at each rollback which statements it had prepared, and most of what is asked
    here takes PostgreSQL several times as long to plan as to answer.
    """
    if not _is_reading(connection) or connection.closed or connection.invalidated:
        return
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection) or raw.closed:
        return
    if raw.info.transaction_status is TransactionStatus.INTRANS:
        with suppress(psycopg.Error):  # the rollback that follows meets it too, and is told apart
            raw.commit()


def _start(raw: psycopg.Connection[Any]) -> str:
    words = ["BEGIN"]
    if raw.isolation_level is not None:
        level = IsolationLevel(raw.isolation_level)
        words.append(f"ISOLATION LEVEL {level.name.replace('_', ' ')}")
    if raw.read_only is not None:
        words.append("READ ONLY" if raw.read_only else "READ WRITE")
    return " ".join(words)


def _told() -> Sequence[str]:
    """Return what a transaction says of its scope; nothing where there is none."""
    organization_id = tenancy.scoped_to()
    if organization_id is not None:
        return (f"SET LOCAL {ORGANIZATION} = '{organization_id}'",)
    return (f"SET LOCAL {UNSCOPED} = 'on'",) if tenancy.is_unscoped() else ()


def bypass() -> Bypass | None:
    """Return why the role that Caddy runs as is not held by the policies; None where it is.

    On SQLite, which has no roles, None: there the filter and the keys stand alone.
    """
    if db.engine.dialect.name != "postgresql":
        return None
    roles = sa.table("pg_roles", *map(sa.column, ("rolname", "rolsuper", "rolbypassrls")))
    tables = sa.table("pg_tables", *map(sa.column, ("schemaname", "tablename", "tableowner")))
    me = sa.func.current_user()
    with db.engine.connect() as connection:
        role = connection.execute(sa.select(roles).where(roles.c.rolname == me)).one()
        owned = connection.scalar(
            sa.select(sa.func.count())
            .select_from(tables)
            .where(
                tables.c.schemaname == sa.func.current_schema(),
                tables.c.tablename == "organizations",
                tables.c.tableowner == me,
            )
        )
    if role.rolsuper:
        return Bypass.SUPERUSER
    if role.rolbypassrls:
        return Bypass.BYPASS
    return Bypass.OWNER if owned else None


def warn() -> None:
    """Write into the log, at a start in production, where no policy holds organizations apart."""
    try:
        found = bypass()
    except sa.exc.DBAPIError as error:
        if not is_outage(error):
            raise
        return  # what starts before its database says so in its own way
    if found is not None:
        log.warning("database.not_fenced", extra={"why": found.sentence})


def grants(role: str) -> list[str]:
    """Return what lets a role that owns nothing run Caddy: rows, but not the log's past.

    Where the server knows that right, also to have rows counted (`table_statistics`).
    """
    name = sql.Identifier(role).as_string(None)
    maintain = sql.Literal(f"GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {name}")
    since = "current_setting('server_version_num')::int >= 170000"
    return [
        f"DO $$ BEGIN IF {since} THEN EXECUTE {maintain.as_string(None)}; END IF; END $$",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE UPDATE, DELETE ON public.audit_logs FROM {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON public.alembic_version FROM {name}",
    ]
