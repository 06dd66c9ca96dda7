"""Which version the database's tables are of, and which one this Caddy is written for."""

from __future__ import annotations

from functools import lru_cache

from alembic.script import ScriptDirectory
from sqlalchemy import Column, MetaData, String, Table, inspect, select

from caddy.extensions import db
from caddy.models import MIGRATIONS

_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32)))


@lru_cache(maxsize=1)
def known() -> tuple[str, ...]:
    """Return every version that this Caddy knows, the newest first."""
    return tuple(one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def newest() -> str:
    return known()[0]


def current() -> str | None:
    """Return the version of the database's tables, or None where it has none yet."""
    if not inspect(db.engine).has_table(_VERSION.name):
        return None
    with db.engine.connect() as connection:
        return connection.scalar(select(_VERSION.c.version_num))
