"""Having PostgreSQL count the rows of a table that fills up before it looks at it by itself."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from psycopg import sql

from caddy.extensions import db

NEVER = -1  # what it holds of a table that it never counted
_TABLES = sa.table("pg_class", sa.column("relname"), sa.column("reltuples"))


def count_new_tables(names: Collection[str]) -> None:
    """Have those counted that never were, once they hold rows; elsewhere than on PostgreSQL, none.

    Of a table that it never counted it takes every index for as good as another, and may check a
    foreign key by reading all rows of the organization, for every row. It counts by itself within
    minutes, but not what one transaction writes. A role that may not have it counted goes on
    without: the right to is there since version 17 only.
    """
    if db.engine.dialect.name != "postgresql":
        return
    new = sa.select(_TABLES.c.relname).where(
        _TABLES.c.relname.in_(names), _TABLES.c.reltuples == NEVER
    )
    for name in sorted(db.session.scalars(new)):
        counted = sql.SQL("ANALYZE {}").format(sql.Identifier(name)).as_string(None)
        db.session.connection().exec_driver_sql(counted)
