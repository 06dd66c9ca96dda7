"""Encrypt what is told in confidence: health details, narratives of the registers, imported rows.

Needs the keys of CADDY_KEYS, in both directions.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from caddy import keys
from caddy.table_changes import NewColumn, alter

revision = "0033_encrypt_private_fields"
down_revision = "0032_add_passkeys_and_identities"
branch_labels = None
depends_on = None

AT_ONCE = 500
# Lists and maps become text; none of them may be missing.
LISTS = {
    "medical_records": ("disabilities", "medications", "allergies", "dietary_requirements"),
    "import_rows": ("before", "cells"),
}
TEXTS = {
    "care_records": ("details",),
    "complaints": ("details", "outcome"),
    "incidents": (
        "what_happened",
        "immediate_action",
        "people_involved",
        "investigation",
        "outcome",
    ),
    "practice_uses": ("reason",),
    "register_actions": ("what",),
    "restrictive_practices": ("details",),
    "risks": ("details", "controls"),
    "totp_factors": ("secret",),
}


def upgrade() -> None:
    for table, columns in LISTS.items():
        _retype(table, columns, "TEXT NOT NULL", "TEXT")
    for table, columns in (LISTS | TEXTS).items():
        _rewrite(table, columns, keys.encrypt)


def downgrade() -> None:
    for table, columns in (LISTS | TEXTS).items():
        _rewrite(table, columns, keys.decrypt)
    for table, columns in LISTS.items():
        is_sqlite = op.get_bind().dialect.name == "sqlite"
        _retype(table, columns, "JSONB NOT NULL", "TEXT" if is_sqlite else "JSONB")


def _retype(table: str, columns: tuple[str, ...], kind: str, cast: str) -> None:
    """Give columns another type: new ones beside them take their values and then their names."""
    connection = op.get_bind()
    added = [NewColumn(f"new_{one}", kind, f"CAST({one} AS {cast})") for one in columns]
    alter(connection, table, add=added, drop=columns)
    for one in columns:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME COLUMN new_{one} TO {one}")


def _rewrite(table: str, columns: tuple[str, ...], change: Callable[[str, str], str]) -> None:
    """Write every value anew, some rows at a time."""
    connection = op.get_bind()
    rows = sa.table(
        table, sa.column("id", sa.Uuid()), *(sa.column(one, sa.Text()) for one in columns)
    )
    statement = (
        sa.update(rows)
        .where(rows.c.id == sa.bindparam("row_id"))
        .values({one: sa.bindparam(f"new_{one}", type_=sa.Text()) for one in columns})
    )
    wanted = sa.select(rows).order_by(rows.c.id).limit(AT_ONCE)
    last = None
    while found := connection.execute(wanted.where(rows.c.id > last) if last else wanted).all():
        last = found[-1].id
        connection.execute(
            statement,
            [
                {"row_id": row.id}
                | {
                    f"new_{one}": None
                    if getattr(row, one) is None
                    else change(getattr(row, one), f"{table}.{one}")
                    for one in columns
                }
                for row in found
            ],
        )
