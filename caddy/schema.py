"""Which version the database's tables are of, which one this Caddy is written for, and the way."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import current_app
from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from caddy.extensions import db

# Where the numbered migrations lie. Each is named as its version is, and they are one line:
# tests/rules/test_migrations.py.
MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"

_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32)))


@lru_cache(maxsize=1)
def known() -> tuple[str, ...]:
    """Return every version that this Caddy knows, the newest first."""
    files = (MIGRATIONS / "versions").glob("[0-9]*.py")
    return tuple(sorted((one.stem for one in files), reverse=True))


def newest() -> str:
    return known()[0]


def current(connection: Connection | None = None) -> str | None:
    """Return the version of a database's tables, or None where it has none yet.

    Of the running app's database, where none is given.
    """
    if connection is None:
        with db.engine.connect() as own:
            return current(own)
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.scalar(select(_VERSION.c.version_num))


def upgrade() -> None:
    """Bring the tables of the running app's database up to date."""
    import flask_migrate

    _bind()
    flask_migrate.upgrade()


def downgrade(revision: str) -> None:
    """Take the tables back to a version, or to `base`: no table at all."""
    import flask_migrate

    _bind()
    flask_migrate.downgrade(revision=revision)


def _bind() -> None:
    """Tell Flask-Migrate where things are; only here, for no page or job ever needs it."""
    from flask_migrate import Migrate

    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask does
    Migrate(app, db, directory=str(MIGRATIONS))
