"""Add retention: how long records are kept, legal holds, and when a participant was erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_add_retention"
down_revision = "0010_index_answers"
branch_labels = None
depends_on = None

STAMPS = (
    ("created_at", sa.DateTime(timezone=True), False),
    ("updated_at", sa.DateTime(timezone=True), False),
    ("created_by", sa.Uuid(), True),
    ("updated_by", sa.Uuid(), True),
)


def _stamps() -> list[sa.Column[object]]:
    return [sa.Column(name, kind, nullable=is_null) for name, kind, is_null in STAMPS]


def upgrade() -> None:
    # Without a constraint on it SQLite adds a column in place, and the table keeps its triggers.
    op.add_column("participants", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "retention_policies",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "participants",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("years", sa.Integer(), nullable=False),
        *_stamps(),
        sa.CheckConstraint("years BETWEEN 7 AND 100", name=op.f("ck_retention_policies_years")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_retention_policies_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_policies")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_retention_policies_organization_id_id")
        ),
        sa.UniqueConstraint(
            "organization_id", "kind", name=op.f("uq_retention_policies_organization_id_kind")
        ),
    )
    op.create_table(
        "legal_holds",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        *_stamps(),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_legal_holds_reason")),
        sa.ForeignKeyConstraint(
            ["organization_id", "participant_id"],
            ["participants.organization_id", "participants.id"],
            name=op.f("fk_legal_holds_organization_id_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_legal_holds_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
        sa.UniqueConstraint(
            "organization_id", "id", name=op.f("uq_legal_holds_organization_id_id")
        ),
    )
    op.create_index(
        op.f("ix_legal_holds_organization_id_participant_id_placed_at"),
        "legal_holds",
        ["organization_id", "participant_id", "placed_at"],
        unique=False,
    )
    op.create_index(
        "uq_legal_holds_live",
        "legal_holds",
        ["organization_id", "participant_id"],
        unique=True,
        sqlite_where=sa.column("lifted_at").is_(None),
        postgresql_where=sa.column("lifted_at").is_(None),
    )


def downgrade() -> None:
    op.drop_table("legal_holds")
    op.drop_table("retention_policies")
    op.drop_column("participants", "erased_at")
