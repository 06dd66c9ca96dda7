"""Everything of the organization in scope, table by table, at one moment. Reads only.

Generic from the models: a table that is added tomorrow is in tomorrow's archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, func, select

from caddy import storage
from caddy.domain.archives import line_of
from caddy.domain.tasks import TaskKind
from caddy.extensions import Base, db
from caddy.models import Task, TaskFile
from caddy.tenancy import current_organization_id

AT_ONCE = 500
ROOT = "organizations"


def tables() -> list[Table]:
    """Return the organization's own row and every tenant's table, parents before children."""
    return [
        one
        for one in Base.metadata.sorted_tables
        if one.name == ROOT or "organization_id" in one.columns
    ]


def columns_of(table: Table) -> list[Column[object]]:
    """Return the columns that are stored; those that the database computes it computes again."""
    return [one for one in table.columns if one.computed is None]


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Hold one moment of the database, whatever others write meanwhile."""
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    with connection, connection.begin():
        yield connection


def own(table: Table) -> ColumnElement[bool]:
    """Say which rows are the organization's: no filter reads these queries, so they say it."""
    column = table.c.id if table.name == ROOT else table.c.organization_id
    return column == current_organization_id()


def count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(own(table))) or 0


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield a table's rows as lines of JSON, by id, a batch in memory at a time."""
    columns = columns_of(table)
    names = [one.name for one in columns]
    statement = select(*columns).where(own(table)).order_by(table.c.id)
    for row in connection.execution_options(yield_per=AT_ONCE).execute(statement):
        yield line_of(names, row)


def files(connection: Connection) -> Iterator[tuple[str, bool]]:
    """Yield the SHA-256 of each stored file that a row names, and whether it is there.

    A column whose name ends in `sha256` may name one. Only where a row also has a length
    must there be a file: other checksums are of files that were read and not kept. Earlier
    archives are left out: each would hold all that came before it.
    """
    seen: set[bytes] = set()
    for table in tables():
        for column in table.columns:
            if not column.name.endswith("sha256"):
                continue
            statement = select(column).where(own(table), column.is_not(None))
            if table.name == TaskFile.__tablename__:
                statement = statement.where(table.c.task_id.not_in(_archives()))
            for (sha256,) in connection.execution_options(yield_per=AT_ONCE).execute(statement):
                mark = bytes.fromhex(sha256)
                if mark in seen:
                    continue
                is_there = storage.is_there(sha256)
                if is_there or "size_bytes" in table.columns:
                    seen.add(mark)
                    yield sha256, is_there


def _archives() -> Select[UUID]:
    return select(Task.id).where(
        Task.organization_id == current_organization_id(), Task.kind == TaskKind.ARCHIVE.value
    )
