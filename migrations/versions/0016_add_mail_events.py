"""Add what the mail service tells of mails, and the addresses that are not written to any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caddy.table_changes import NewColumn, alter

revision = "0016_add_mail_events"
down_revision = "0015_add_messages"
branch_labels = None
depends_on = None

STAMPS = (
    ("created_at", sa.DateTime(timezone=True), False),
    ("updated_at", sa.DateTime(timezone=True), False),
    ("created_by", sa.Uuid(), True),
    ("updated_by", sa.Uuid(), True),
)
WORDS = "'queued', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'suppressed'"
STATUS = "ck_email_logs_status"
TIME = "ck_email_logs_sent_has_its_time"
NEW_TIME = (
    "(status NOT IN ('sent', 'delivered', 'bounced', 'complained') OR sent_at IS NOT NULL) "
    "AND (status NOT IN ('queued', 'suppressed') OR sent_at IS NULL)"
)
OLD_TIME = "(status = 'sent') = (sent_at IS NOT NULL)"
COLUMNS = (
    *(
        NewColumn(name, "TIMESTAMP WITH TIME ZONE")
        for name in ("delivered_at", "bounced_at", "complained_at")
    ),
    NewColumn("resends", "INTEGER NOT NULL", "0"),
)
INDEXES = (("organization_id", "status", "id"), ("provider_id",))
FORBID = "email_events_stay"


def _stamps() -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=is_null) for name, kind, is_null in STAMPS]


def _checks(words: str, time: str) -> list[str]:
    return [
        f"CONSTRAINT {STATUS} CHECK (status IN ({words}))",
        f"CONSTRAINT {TIME} CHECK ({time})",
    ]


def _of_email(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["organization_id", "email_id"],
            ["email_logs.organization_id", "email_logs.id"],
            name=op.f(f"fk_{table}_organization_id_email_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f(f"fk_{table}_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organization_id", "id", name=op.f(f"uq_{table}_organization_id_id")),
    ]


def upgrade() -> None:
    alter(
        op.get_bind(),
        "email_logs",
        add=COLUMNS,
        release=[STATUS, TIME],
        constrain=_checks(WORDS, NEW_TIME),
    )
    for columns in INDEXES:
        op.create_index(op.f(f"ix_email_logs_{'_'.join(columns)}"), "email_logs", list(columns))
    op.create_table(
        "email_events",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=1000), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        *_stamps(),
        *_of_email("email_events"),
        sa.UniqueConstraint(
            "organization_id",
            "message_id",
            name=op.f("uq_email_events_organization_id_message_id"),
        ),
    )
    op.create_index(
        op.f("ix_email_events_organization_id_email_id_happened_at"),
        "email_events",
        ["organization_id", "email_id", "happened_at"],
    )
    op.create_table(
        "email_suppressions",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "bounced",
                "complained",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("detail", sa.String(length=1000), nullable=False),
        sa.Column("email_id", sa.Uuid(), nullable=False),
        sa.Column("suppressed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        *_stamps(),
        *_of_email("email_suppressions"),
    )
    op.create_index(
        op.f("ix_email_suppressions_organization_id_address"),
        "email_suppressions",
        ["organization_id", "address"],
    )
    op.create_index(
        "uq_email_suppressions_live",
        "email_suppressions",
        ["organization_id", "address"],
        unique=True,
        sqlite_where=sa.column("lifted_at").is_(None),
        postgresql_where=sa.column("lifted_at").is_(None),
    )
    _forbid_changes()


def _forbid_changes() -> None:
    """What was told stays as it was told, whichever program writes."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {FORBID} BEFORE UPDATE ON email_events "
            "BEGIN SELECT RAISE(ABORT, 'email_events is only added to'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {FORBID}() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'email_events is only added to'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {FORBID} BEFORE UPDATE ON email_events "
        f"FOR EACH ROW EXECUTE FUNCTION {FORBID}()"
    )


def downgrade() -> None:
    op.drop_table("email_suppressions")
    op.drop_table("email_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {FORBID}()")
    for columns in reversed(INDEXES):
        op.drop_index(op.f(f"ix_email_logs_{'_'.join(columns)}"), table_name="email_logs")
    bind = op.get_bind()
    alter(bind, "email_logs", release=[STATUS, TIME])
    op.execute("UPDATE email_logs SET status = 'sent' WHERE status IN ('delivered', 'complained')")
    op.execute("UPDATE email_logs SET status = 'failed' WHERE status IN ('bounced', 'suppressed')")
    op.execute("UPDATE email_logs SET sent_at = NULL WHERE status <> 'sent'")
    alter(
        bind,
        "email_logs",
        drop=[column.name for column in COLUMNS],
        constrain=_checks("'queued', 'sent', 'failed'", OLD_TIME),
    )
