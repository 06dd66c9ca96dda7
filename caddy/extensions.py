"""Extensions, not yet bound to an app, and the engine's settings for each database."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Any

import redis
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import URL, Connection, Engine, MetaData, event, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase

from caddy.config import load_settings

SQLITE_BUSY_MS = 10_000


class Base(DeclarativeBase):
    """What every table descends from. Constraints are named so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


@lru_cache(maxsize=16)
def _for_a_session(engine: Engine) -> Engine:
    return engine.execution_options(caddy_session=True)


class CaddySession(Session):
    """A session whose connections say that a session has them, to `row_security`.

    Outside `transaction` it only reads, which PostgreSQL is told and holds it to.
    """

    def get_bind(self, *args: Any, **named: Any) -> Engine | Connection:
        bind = super().get_bind(*args, **named)
        return _for_a_session(bind) if isinstance(bind, Engine) else bind


db = SQLAlchemy(
    model_class=Base, session_options={"class_": CaddySession, "expire_on_commit": False}
)


def reading() -> Connection:
    """Return a connection that reads as a session's does, for one statement without objects."""
    return _for_a_session(db.engine).connect()


@lru_cache(maxsize=1)
def redis_client() -> redis.Redis:
    """Return this process's one pooled client."""
    return redis.Redis.from_url(load_settings().redis_url, socket_timeout=30, max_connections=200)


def engine_options(url: str) -> dict[str, Any]:
    """Return pool settings for a database address."""
    # The one last used: it has most of what is asked prepared, or among its pages.
    lifo = {"pool_use_lifo": True}
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": SQLITE_BUSY_MS / 1000}, **lifo}
    return {
        "pool_size": 10,
        "max_overflow": 20,
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        **lifo,
    }


def owner_url() -> URL:
    """Return the database's address as the role that owns the tables: for changing and copying.

    Of the running app, as `db.engine` is; by default both are the same role.
    """
    return make_url(current_app.config["CADDY"].migration_database_url)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # The driver must not begin transactions of its own: `_begin_sqlite` decides which kind.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a service that was confirmed survives a power cut
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_BUSY_MS}",
        "cache_size=-32000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """Take SQLite's write lock at the start of a write, where the busy timeout still helps.

    A transaction that reads first and writes later fails at once with SQLITE_BUSY_SNAPSHOT
    when another writer came between; BEGIN IMMEDIATE waits its turn instead.
    """
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        return
    begin = "BEGIN IMMEDIATE" if connection.get_execution_options().get("caddy_write") else "BEGIN"
    try:
        raw.execute(begin).close()  # each request begins twice: not by way of a result
    except sqlite3.Error as error:
        raise OperationalError(begin, None, error) from error


def is_redis_up() -> bool:
    try:
        return bool(redis_client().ping())
    except redis.RedisError:
        return False


BUSY = ("locked", "busy", "unable to open", "disk i/o")


def is_outage(error: BaseException) -> bool:
    """Say whether the database or Redis was away or too busy: nobody's mistake, and it passes."""
    if isinstance(error, redis.ConnectionError | redis.TimeoutError | PoolTimeout):
        return True
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return any(word in str(error.orig).lower() for word in BUSY)
    return True
