"""How migrations run: against the app's database, one transaction each, one at a time."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine

from caddy.columns import UtcDateTime
from caddy.extensions import Base, db, owner_url
from caddy.row_security import grants
from caddy.tenancy import unscoped

LOCK = 4_307_001  # any number, as long as every migrating process takes the same


def include(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
    """Leave the search tables, which each database makes in its own way, out of comparisons."""
    return not (kind == "table" and str(name).startswith("search_"))


def plain(kind: str, item: Any, autogen: Any) -> str | bool:
    """Write types as SQLAlchemy's own: a migration must not change when our classes do."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def keep_children(connection: Connection, is_on: bool) -> None:
    """Let SQLite put a new table in the place of an old one without minding those that point at it.

    Outside any transaction, where alone it has an effect; afterwards every key is checked.
    """
    if connection.dialect.name == "sqlite":
        raw = connection.connection.dbapi_connection
        if raw is None:
            raise RuntimeError("The connection was closed before the migration began.")
        raw.execute(f"PRAGMA foreign_keys={'OFF' if is_on else 'ON'}").close()


def refuse_lost_children(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise RuntimeError(f"Rows point at rows that are not there: {lost[:5]}")


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
        include_object=include,
        render_item=plain,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET lock_timeout = '4s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        context.run_migrations()
        refuse_lost_children(connection)


def let_app_in(connection: Connection) -> None:
    """Give the role that runs Caddy what it needs of tables that another role owns."""
    role, owner = db.engine.url.username, owner_url().username
    if connection.dialect.name == "postgresql" and role and role != owner:
        with connection.begin():
            if sa.inspect(connection).has_table("audit_logs"):
                for statement in grants(role):
                    connection.exec_driver_sql(statement)


def engine_of_owner() -> Engine:
    """Return the app's own engine where one role does everything."""
    url = owner_url()
    return db.engine if url == db.engine.url else sa.create_engine(url, poolclass=sa.NullPool)


with (
    current_app.app_context(),
    unscoped("a migration changes the rows of every organization"),
    engine_of_owner().connect().execution_options(caddy_write=True) as connection,
):
    keep_children(connection, is_on=True)
    try:
        migrate(connection)
        let_app_in(connection)
    finally:
        connection.rollback()
        keep_children(connection, is_on=False)
