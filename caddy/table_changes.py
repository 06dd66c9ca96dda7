"""Changing tables that hold rows, on both databases, as migrations need it.

PostgreSQL alters a table in place. SQLite cannot add a constraint, so the table is made anew
beside the old one from the old one's own statement, filled and put in its place (the
procedure of SQLite's documentation); constraints, computed columns and triggers stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

SQLITE_TYPES = {"UUID": "CHAR(32)", "JSONB": "JSON", "TIMESTAMP WITH TIME ZONE": "DATETIME"}

# What a transaction tells PostgreSQL of its scope: `row_security` says it, the policies ask.
ORGANIZATION = "caddy.organization_id"
UNSCOPED = "caddy.unscoped"
POLICY = "own_organization"


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column as PostgreSQL writes it, and the expression that fills it in rows there are.

    A computed one has no filling.
    """

    name: str
    sql: str
    filling: str | None = None


def alter(
    connection: Connection,
    table: str,
    *,
    add: Sequence[NewColumn] = (),
    drop: Sequence[str] = (),
    constrain: Sequence[str] = (),
    release: Sequence[str] = (),
) -> None:
    """Add and drop columns and constraints of one table; `constrain` are whole clauses.

    Computed columns go first when dropped: list them so.
    """
    if connection.dialect.name == "sqlite":
        _rebuild(connection, table, add, drop, constrain, release)
        return
    for name in release:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for column in add:
        loose = column.sql.replace(" NOT NULL", "") if column.filling else column.sql
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column.name} {loose}")
        if column.filling:
            connection.exec_driver_sql(
                f"UPDATE {table} SET {column.name} = {column.filling}"  # noqa: S608 - our own names
            )
        if column.filling and "NOT NULL" in column.sql:
            connection.exec_driver_sql(
                f"ALTER TABLE {table} ALTER COLUMN {column.name} SET NOT NULL"
            )
    for name in drop:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {name}")
    for clause in constrain:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD {clause}")


def in_scope() -> str:
    """Return the organization that a transaction names, as PostgreSQL asks for it."""
    return f"(SELECT nullif(current_setting('{ORGANIZATION}', true), '')::uuid)"


def protect(
    connection: Connection, table: str, column: str = "organization_id", *, force: bool = True
) -> None:
    """Let PostgreSQL show and take only rows of the organization that a transaction names.

    Each new table of tenants needs it; with `force` its owner is held too. Asked for in
    subqueries, so that the settings are read once a statement and not once a row.
    """
    if connection.dialect.name != "postgresql":
        return
    own = f"{column} = {in_scope()}"
    every = f"(SELECT current_setting('{UNSCOPED}', true) = 'on')"
    connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    if force:
        connection.exec_driver_sql(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    connection.exec_driver_sql(f"CREATE POLICY {POLICY} ON {table} USING ({own} OR {every})")


def expose(connection: Connection, table: str) -> None:
    """Take back what `protect` did."""
    if connection.dialect.name != "postgresql":
        return
    connection.exec_driver_sql(f"DROP POLICY {POLICY} ON {table}")
    connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _rebuild(
    connection: Connection,
    table: str,
    add: Sequence[NewColumn],
    drop: Sequence[str],
    constrain: Sequence[str],
    release: Sequence[str],
) -> None:
    def ask(sql: str) -> list[tuple[str, ...]]:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]

    def stored(kind: str) -> list[str]:
        rows = ask(
            f"SELECT sql FROM sqlite_master WHERE tbl_name = '{table}' "  # noqa: S608 - our own name
            f"AND type = '{kind}' AND sql IS NOT NULL"
        )
        return [row[0] for row in rows]

    head, _, body = stored("table")[0].partition("(")
    lines = [line.strip().rstrip(",").strip() for line in body.rstrip()[:-1].split("\n")]
    lines = [line for line in lines if line]
    # A name that is also a word of SQL stands there in quotes.
    gone = tuple(f"{name} " for one in drop for name in (one, f'"{one}"'))
    gone += tuple(f"CONSTRAINT {name} " for name in release)
    kept = [line for line in lines if not line.startswith(gone)]
    columns = [line for line in kept if not _is_constraint(line)]
    constraints = [line for line in kept if _is_constraint(line)]
    columns += [f"{column.name} {_sqlite(column.sql)}" for column in add]
    constraints += list(constrain)
    indexes = [sql for sql in stored("index") if not _names(sql, drop)]
    triggers = stored("trigger")
    own = [row[1] for row in ask(f"PRAGMA table_xinfo({table})") if str(row[6]) == "0"]
    copied = [name for name in own if name not in drop]
    filled = [column for column in add if column.filling]
    into = ", ".join([*copied, *(column.name for column in filled)])
    values = ", ".join([*copied, *(str(column.filling) for column in filled)])
    fresh = f"fresh_{table}"
    made = ", \n\t".join([*columns, *constraints])
    connection.exec_driver_sql(f"{head.replace(table, fresh, 1)}(\n\t{made}\n)")
    connection.exec_driver_sql(
        f"INSERT INTO {fresh} ({into}) SELECT {values} FROM {table}"  # noqa: S608 - our own names
    )
    connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(f"ALTER TABLE {fresh} RENAME TO {table}")
    for sql in (*indexes, *triggers):
        connection.exec_driver_sql(sql)


def _is_constraint(line: str) -> bool:
    return line.startswith(("CONSTRAINT ", "PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK"))


def _names(index: str, columns: Sequence[str]) -> bool:
    """Say whether an index is on a column that goes."""
    inside = index.rpartition("(")[2]
    return any(re.search(rf"\b{name}\b", inside) for name in columns)


def _sqlite(sql: str) -> str:
    for name, own in SQLITE_TYPES.items():
        sql = sql.replace(name, own)
    return sql
