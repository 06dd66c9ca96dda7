"""The world of the tests, built once on each database and put back for every test.

Building it through the product's actions takes a hundred statements; putting its rows back
takes one a table. What is put back is what the actions made, row for row.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, Table, create_engine, insert, select, text

from caddy import clock
from caddy.extensions import Base, db, owner_url
from tests import world


@dataclass(frozen=True)
class Snapshot:
    """What was built, and the rows of each table that has any, in an order that holds."""

    world: world.World
    rows: list[tuple[Table, list[dict[str, Any]]]]


_made: dict[str, Snapshot] = {}


def people(kind: str) -> world.World:
    """Return the world of tests/world.py, in an empty database. Needs an app context."""
    kept = _made.get(kind)
    if kept is None or kept.world.today != clock.today(world.ZONE):
        built = world.build()
        db.session.remove()
        _made[kind] = kept = Snapshot(built, _rows())
        return copy.deepcopy(built)
    with writing() as connection, connection.begin():
        for table, rows in kept.rows:
            connection.execute(insert(table), rows)
    return copy.deepcopy(kept.world)


def empty(kind: str) -> None:
    """Delete every row there is."""
    tables = reversed(Base.metadata.sorted_tables)
    with writing() as connection, connection.begin():
        _without_checks(connection, kind)
        statements = [str(table.delete()) for table in tables]
        statements.append("DELETE FROM search_entries")  # without checks no trigger does it
        if kind == "postgresql":  # all in one round trip
            connection.exec_driver_sql("; ".join(statements))
            return
        with without_triggers(connection):
            for statement in statements:
                connection.exec_driver_sql(statement)


@contextmanager
def without_triggers(connection: Connection) -> Iterator[None]:
    """Do on SQLite what triggers refuse, which nothing but a test may.

    They are taken away and put back in the same transaction, as someone who can write to the
    file could. On PostgreSQL nothing is refused to a session in the role of a replica.
    """
    if connection.dialect.name == "postgresql":
        _without_checks(connection, "postgresql")
        yield
        return
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(%'"
    ).all()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, sql in found:
        connection.exec_driver_sql(sql)


def owner() -> Engine:
    """Return an engine as the role that owns the tables: a superuser, whom no policy holds.

    The app's own on SQLite. What a test does past the app it does as this one.
    """
    url = owner_url()
    if url == db.engine.url:
        return db.engine
    return _owners.setdefault(str(url), create_engine(url, poolclass=NullPool))


_owners: dict[str, Engine] = {}


def writing() -> Connection:
    """Return a connection to write past the app."""
    return owner().connect().execution_options(caddy_write=True)


def _without_checks(connection: Connection, kind: str) -> None:
    if kind == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))


def _rows() -> list[tuple[Table, list[dict[str, Any]]]]:
    found = []
    with owner().connect() as connection:
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if column.computed is None]
            rows = [dict(row) for row in connection.execute(select(*columns)).mappings()]
            if rows:
                found.append((table, rows))
    return found
