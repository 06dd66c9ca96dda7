"""The world of the tests, built once on each database and put back for every test.

Building it through the product's actions takes a hundred statements. What is put back is what
the actions made, row for row: on SQLite a copy of the whole file, on PostgreSQL rows that the
server itself kept in temporary tables.
"""

from __future__ import annotations

import copy
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, NullPool, create_engine, text

from caddy import clock
from caddy.config import load_settings
from caddy.extensions import Base, db, owner_url
from tests import one_of_each, world

FRESH_SECONDS = 360


@dataclass
class Kept:
    """Of one database: a connection past the app, and what it can put back."""

    connection: psycopg.Connection | sqlite3.Connection
    blank: sqlite3.Connection | str
    full: sqlite3.Connection | str | None = None
    world: world.World | None = None
    filled: sqlite3.Connection | str | None = None
    own: dict[str, Any] | None = None
    filled_at: float = 0


_kept: dict[str, Kept] = {}


def people() -> world.World:
    """Return the world of tests/world.py, in an empty database. Needs an app context."""
    kept = _kept[str(owner_url())]
    if kept.world is None or kept.world.today != clock.today(world.ZONE):
        kept.world = world.build()
        db.session.remove()
        kept.full = _take(kept, "full")
        kept.own = None
    else:
        _put_back(kept, kept.full)
    return copy.deepcopy(kept.world)


def filled(people: world.World) -> dict[str, Any]:
    """Return the ids of one of everything at Acacia, and put all that back. Needs an app context.

    Of what was just made: among it are links that hold for ten minutes. `people` are those of
    `people()`: what is kept is theirs.
    """
    kept = _kept[str(owner_url())]
    assert kept.world is not None
    assert kept.world.acacia.id == people.acacia.id
    if kept.own is None or time.monotonic() - kept.filled_at > FRESH_SECONDS:
        kept.own = one_of_each.ids(people, people.acacia)
        db.session.remove()
        kept.filled, kept.filled_at = _take(kept, "filled"), time.monotonic()
        shutil.copytree(_files(), _files("filled"), dirs_exist_ok=True)
    else:
        _put_back(kept, kept.blank)
        _put_back(kept, kept.filled)
        shutil.copytree(_files("filled"), _files(), dirs_exist_ok=True)
    return copy.deepcopy(kept.own)


def _files(kind: str = "files") -> Path:
    """Return where the files lie that rows name, or a copy of those that every table's rows do."""
    return Path(load_settings().var / kind)


def empty() -> None:
    """Delete every row there is. Needs an app context."""
    url = str(owner_url())
    if url not in _kept:
        _kept[url] = _begin()
    _put_back(_kept[url], _kept[url].blank)


def forget() -> None:
    """Close what was kept open, at the end of a run."""
    for kept in _kept.values():
        kept.connection.close()
    _kept.clear()


def _begin() -> Kept:
    """Empty a database the slow way, once, and keep what that leaves."""
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    # Without checks no trigger empties what is searched.
    deleting = [f"DELETE FROM {name}" for name in (*tables, "search_entries")]  # noqa: S608
    url = owner_url()
    if url.drivername.startswith("postgresql"):
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(plain, autocommit=True)
        connection.execute("SET session_replication_role = replica; SET jit = off")
        return Kept(connection, "; ".join(deleting))
    with writing() as past, past.begin(), without_triggers(past):
        for statement in deleting:
            past.exec_driver_sql(statement)
    assert url.database
    kept = Kept(sqlite3.connect(url.database, check_same_thread=False), "")
    kept.blank = _take(kept, "blank")
    return kept


def _take(kept: Kept, called: str) -> sqlite3.Connection | str:
    """Return what puts back all that a database holds now, kept under a name of its own."""
    if isinstance(kept.connection, sqlite3.Connection):
        copied = sqlite3.connect(":memory:", check_same_thread=False)
        kept.connection.backup(copied)
        return copied
    columns_of = {
        table.name: [one.name for one in table.columns if one.computed is None]
        for table in Base.metadata.sorted_tables
    }
    # Triggers fill it, and none runs when rows are put back; its numbers are given anew.
    columns_of["search_entries"] = ["id", "organization_id", "kind", "words"]
    inserting = []
    for name, found in columns_of.items():
        columns = ", ".join(f'"{one}"' for one in found)
        made = f"{called}_{name}"[:60]
        kept.connection.execute(f"DROP TABLE IF EXISTS pg_temp.{made}")
        done = kept.connection.execute(
            f"CREATE TEMPORARY TABLE {made} AS SELECT {columns} FROM {name}"  # noqa: S608
        )
        if done.rowcount:
            inserting.append(
                f"INSERT INTO {name} ({columns}) SELECT {columns} FROM pg_temp.{made}"  # noqa: S608
            )
    return "; ".join(inserting)


def _put_back(kept: Kept, what: sqlite3.Connection | str | None) -> None:
    if isinstance(kept.connection, sqlite3.Connection):
        assert isinstance(what, sqlite3.Connection)
        what.backup(kept.connection)
    else:
        assert isinstance(what, str)
        kept.connection.execute(what)  # all in one transaction and round trip


@contextmanager
def without_triggers(connection: Connection) -> Iterator[None]:
    """Do on SQLite what triggers refuse, which nothing but a test may.

    They are taken away and put back in the same transaction, as someone who can write to the
    file could. On PostgreSQL nothing is refused to a session in the role of a replica.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
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


def write_by_hand() -> None:
    """Let a test change rows in the app's own session, past the product, until it rolls back."""
    db.session.rollback()
    db.session.connection(execution_options={"caddy_write": True})
