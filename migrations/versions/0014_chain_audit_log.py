"""Chain the audit log: number, hash and whose it is for every row, and rows that only come.

Rows that are there are chained in the order in which they happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import uuid_utils.compat
from alembic import op
from sqlalchemy.dialects import postgresql

from caddy.domain.audit_chain import GENESIS, chained
from caddy.table_changes import NewColumn, alter

revision = "0014_chain_audit_log"
down_revision = "0013_add_documents"
branch_labels = None
depends_on = None

AT_ONCE = 1_000
ADDED = (
    NewColumn("participant_id", "UUID"),
    NewColumn("sequence", "BIGINT NOT NULL", "0"),
    NewColumn("previous_hash", "VARCHAR(64) NOT NULL", "''"),
    NewColumn("hash", "VARCHAR(64) NOT NULL", "''"),
    NewColumn("hash_version", "INTEGER NOT NULL", "0"),
)
NUMBERED = "uq_audit_logs_organization_id_sequence"
INDEXES = {
    "ix_audit_logs_organization_id_participant_id_happened_at_id": "participant_id",
    "ix_audit_logs_organization_id_action_happened_at_id": "action",
}
# Whose a fact is: the table of its row names them, or the row it hangs on does.
OWN = ("plans", "budgets", "services", "service_agreements", "schedules", "claim_lines")
THROUGH = (
    ("attachments", "service_id", "services"),
    ("attachments", "agreement_id", "service_agreements"),
    ("budget_alerts", "budget_id", "budgets"),
)
LOG = sa.table(
    "audit_logs",
    *(sa.column(name, sa.Uuid()) for name in ("organization_id", "id", "user_id", "entity_id")),
    *(sa.column(name, sa.Uuid()) for name in ("participant_id", "created_by", "updated_by")),
    *(sa.column(name, sa.String()) for name in ("actor_name", "action", "entity_type", "ip")),
    *(sa.column(name, sa.String()) for name in ("user_agent", "source", "previous_hash", "hash")),
    sa.column("changes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
    *(
        sa.column(name, sa.DateTime(timezone=True))
        for name in ("happened_at", "created_at", "updated_at")
    ),
    sa.column("sequence", sa.BigInteger()),
    sa.column("hash_version", sa.Integer()),
)
REFUSED = "The audit log is only ever added to."
ON_SQLITE = {
    "audit_logs_update": "BEFORE UPDATE ON audit_logs",
    "audit_logs_delete": "BEFORE DELETE ON audit_logs",
    "audit_heads_delete": "BEFORE DELETE ON audit_heads",
    "audit_heads_back": (
        "BEFORE UPDATE OF sequence ON audit_heads WHEN new.sequence < old.sequence"
    ),
}
ON_POSTGRESQL = {
    "audit_logs_rows": "BEFORE UPDATE OR DELETE ON audit_logs FOR EACH ROW",
    "audit_logs_all": "BEFORE TRUNCATE ON audit_logs FOR EACH STATEMENT",
    "audit_heads_rows": "BEFORE DELETE ON audit_heads FOR EACH ROW",
    "audit_heads_all": "BEFORE TRUNCATE ON audit_heads FOR EACH STATEMENT",
    "audit_heads_back": (
        "BEFORE UPDATE ON audit_heads FOR EACH ROW WHEN (NEW.sequence < OLD.sequence)"
    ),
}
# Whoever may do more than add, and is not the owner, may not from here on.
REVOKE = """
DO $$ DECLARE one record; BEGIN
FOR one IN SELECT DISTINCT g.grantee FROM information_schema.role_table_grants g
JOIN pg_tables t ON t.schemaname = g.table_schema AND t.tablename = g.table_name
WHERE g.table_name = 'audit_logs' AND g.table_schema = current_schema()
AND g.grantee <> t.tableowner AND g.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
LOOP
IF one.grantee = 'PUBLIC' THEN REVOKE UPDATE, DELETE, TRUNCATE ON audit_logs FROM PUBLIC;
ELSE EXECUTE 'REVOKE UPDATE, DELETE, TRUNCATE ON audit_logs FROM ' || quote_ident(one.grantee);
END IF; END LOOP; END $$
"""


def upgrade() -> None:
    connection = op.get_bind()
    _add_heads()
    alter(connection, "audit_logs", add=ADDED)
    _fill_participants(connection)
    for organization_id in connection.scalars(sa.text("SELECT id FROM organizations")).all():
        _chain(connection, _uuid(organization_id))
    alter(
        connection,
        "audit_logs",
        constrain=[f"CONSTRAINT {NUMBERED} UNIQUE (organization_id, sequence)"],
    )
    for name, column in INDEXES.items():
        op.create_index(name, "audit_logs", ["organization_id", column, "happened_at", "id"])
    _forbid_changes(connection)


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


def _add_heads() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_audit_heads_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_heads")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_audit_heads_organization_id_id")
        ),
        sa.UniqueConstraint("organization_id", name=op.f("uq_audit_heads_organization_id")),
    )


def _fill_participants(connection: sa.Connection) -> None:
    run = connection.exec_driver_sql
    run("UPDATE audit_logs SET participant_id = entity_id WHERE entity_type = 'participants'")
    for table in OWN:
        run(
            "UPDATE audit_logs SET participant_id = (SELECT one.participant_id "
            f"FROM {table} AS one WHERE one.id = audit_logs.entity_id) "
            f"WHERE entity_type = '{table}'"
        )
    for table, column, parent in THROUGH:
        run(
            "UPDATE audit_logs SET participant_id = (SELECT parent.participant_id "
            f"FROM {table} AS one JOIN {parent} AS parent ON parent.id = one.{column} "
            "WHERE one.id = audit_logs.entity_id) "
            f"WHERE entity_type = '{table}' AND participant_id IS NULL"
        )


def _chain(connection: sa.Connection, organization_id: UUID) -> None:
    """Chain an organization's rows, some at a time, and write down where they end."""
    sequence, previous = 0, GENESIS
    change = (
        sa.update(LOG)
        .where(LOG.c.id == sa.bindparam("row_id"))
        .values({name: sa.bindparam(f"new_{name}") for name in CHAIN})
    )
    for rows in _batches(connection, organization_id):
        made = list(chained(rows, sequence, previous))
        connection.execute(
            change, [{"row_id": one["id"], **{f"new_{n}": one[n] for n in CHAIN}} for one in made]
        )
        sequence, previous = made[-1]["sequence"], made[-1]["hash"]
    instant = datetime.now(UTC)
    heads = sa.table(
        "audit_heads",
        sa.column("organization_id", sa.Uuid()),
        sa.column("id", sa.Uuid()),
        sa.column("sequence", sa.BigInteger()),
        sa.column("hash", sa.String()),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("updated_at", sa.DateTime(timezone=True)),
    )
    connection.execute(
        sa.insert(heads).values(
            organization_id=organization_id,
            id=uuid_utils.compat.uuid7(),
            sequence=sequence,
            hash=previous,
            created_at=instant,
            updated_at=instant,
        )
    )


CHAIN = ("sequence", "previous_hash", "hash", "hash_version")


def _batches(connection: sa.Connection, organization_id: UUID) -> Iterator[list[dict[str, Any]]]:
    own = sa.select(LOG).where(LOG.c.organization_id == organization_id)
    ordered = own.order_by(LOG.c.happened_at, LOG.c.id).limit(AT_ONCE)
    key = None
    while True:
        after = sa.tuple_(LOG.c.happened_at, LOG.c.id) > sa.tuple_(*key) if key else sa.true()
        rows = [dict(row) for row in connection.execute(ordered.where(after)).mappings()]
        if not rows:
            return
        key = (
            sa.literal(rows[-1]["happened_at"], sa.DateTime(timezone=True)),
            sa.literal(rows[-1]["id"], sa.Uuid()),
        )
        yield [{name: _aware(value) for name, value in row.items()} for row in rows]


def _aware(value: Any) -> Any:
    """Return an instant with its zone: SQLite keeps none, and all are UTC."""
    is_bare = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=UTC) if is_bare else value


def _forbid_changes(connection: sa.Connection) -> None:
    run = connection.exec_driver_sql
    if connection.dialect.name == "sqlite":
        for name, when in ON_SQLITE.items():
            run(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")
        return
    run(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for name, when in ON_POSTGRESQL.items():
        run(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION refuse_audit_change()")
    run(REVOKE)


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for name in ON_SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name, when in ON_POSTGRESQL.items():
            table = "audit_logs" if "audit_logs" in when else "audit_heads"
            op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute("DROP FUNCTION refuse_audit_change()")
    for name in INDEXES:
        op.drop_index(name, table_name="audit_logs")
    alter(
        connection,
        "audit_logs",
        release=[NUMBERED],
        drop=[column.name for column in reversed(ADDED)],
    )
    op.drop_table("audit_heads")
