"""What the organization in scope has encrypted, as it is stored: under which key, and what opens.

Generic from the models: a column that is encrypted tomorrow is looked at and rotated tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from caddy import keys
from caddy.columns import EncryptedText
from caddy.extensions import Base, db
from caddy.tenancy import current_organization_id

AT_ONCE = 200
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class EncryptedTable:
    """A table with encrypted columns, whose values are read and written as they are stored."""

    name: str
    columns: tuple[str, ...]
    stored: sa.TableClause

    def own(self) -> sa.ColumnElement[bool]:
        """Say which rows are the organization's: no filter reads these queries, so they say it."""
        return self.stored.c.organization_id == current_organization_id()

    def waits(self) -> sa.ColumnElement[bool]:
        """Say which rows have a value that is not under the key that encrypts."""
        return sa.or_(*(_begins(self.stored.c[one]).is_(False) for one in self.columns))


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value that nothing opens: where it is, and why, without any of it."""

    table: str
    column: str
    id: str
    why: str


def tables() -> list[EncryptedTable]:
    """Return every table that has encrypted columns."""
    found = []
    for table in Base.metadata.sorted_tables:
        names = tuple(one.name for one in table.columns if isinstance(one.type, EncryptedText))
        if names:
            ids = (sa.column("id", sa.Uuid()), sa.column("organization_id", sa.Uuid()))
            stored = sa.table(table.name, *ids, *(sa.column(one, sa.Text()) for one in names))
            found.append(EncryptedTable(table.name, names, stored))
    return found


def _begins(column: sa.ColumnElement[Any], key_id: str | None = None) -> sa.ColumnElement[bool]:
    begin = keys.prefix(key_id)
    return sa.func.substr(column, 1, len(begin)) == begin


def waiting(table: EncryptedTable, after: UUID | None) -> list[sa.Row[Any]]:
    """Return some rows to be encrypted anew, by id, each held until the transaction ends.

    Rows that someone else holds are left out: they are waited for one by one, with `held`.
    """
    return list(db.session.execute(_after(table, after).with_for_update(skip_locked=True)))


def waiting_ids(table: EncryptedTable, after: UUID | None) -> list[UUID]:
    """Return the ids of some rows to be encrypted anew, and hold none of them."""
    return [row.id for row in db.session.execute(_after(table, after))]


def held(table: EncryptedTable, row_id: UUID) -> sa.Row[Any] | None:
    """Return a row once nobody else holds it, and hold it; None where it is gone."""
    statement = sa.select(table.stored).where(table.own(), table.stored.c.id == row_id)
    return db.session.execute(statement.with_for_update()).one_or_none()


def _after(table: EncryptedTable, after: UUID | None) -> sa.Select[Any]:
    statement = (
        sa.select(table.stored)
        .where(table.own(), table.waits())
        .order_by(table.stored.c.id)
        .limit(AT_ONCE)
    )
    return statement if after is None else statement.where(table.stored.c.id > after)


def count_waiting() -> int:
    """Return how many rows have a value that is not under the key that encrypts."""
    return sum(
        db.session.scalar(
            sa.select(sa.func.count()).select_from(one.stored).where(one.own(), one.waits())
        )
        or 0
        for one in tables()
    )


def by_key() -> dict[str, int]:
    """Return how many values are under each key of the ring, and under none of them."""
    counted = dict.fromkeys((*keys.ids(), UNKNOWN), 0)
    for table in tables():
        for name in table.columns:
            column = table.stored.c[name]
            sums = [
                sa.func.coalesce(sa.func.sum(sa.case((_begins(column, one), 1), else_=0)), 0)
                for one in keys.ids()
            ]
            total, *known = db.session.execute(
                sa.select(sa.func.count(column), *sums).where(table.own())
            ).one()
            for key_id, number in zip(keys.ids(), known, strict=True):
                counted[key_id] += number
            counted[UNKNOWN] += total - sum(known)
    return counted


def sealed() -> Iterator[Sealed]:
    """Yield every value that no key opens, a batch of rows in memory at a time."""
    for table in tables():
        wanted = (
            sa.select(table.stored)
            .where(table.own())
            .order_by(table.stored.c.id)
            .limit(AT_ONCE * 5)
        )
        last = None
        while rows := list(
            db.session.execute(wanted.where(table.stored.c.id > last) if last else wanted)
        ):
            last = rows[-1].id
            for row in rows:
                yield from _sealed_of(table, row)


def _sealed_of(table: EncryptedTable, row: sa.Row[Any]) -> Iterator[Sealed]:
    for name in table.columns:
        stored = getattr(row, name)
        if stored is None:
            continue
        try:
            keys.decrypt(stored, f"{table.name}.{name}")
        except keys.Unreadable as error:
            yield Sealed(table.name, name, str(row.id), str(error))
