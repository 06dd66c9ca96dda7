"""Add compliance scores with their history, and which steps of an expiry people were told of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017_add_scores"
down_revision = "0016_add_mail_events"
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


def _of_tenant(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f(f"fk_{table}_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organization_id", "id", name=op.f(f"uq_{table}_organization_id_id")),
    ]


def upgrade() -> None:
    op.create_table(
        "compliance_scores",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject_kind",
            sa.Enum(
                "participant",
                "worker",
                "organization",
                name="subject_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("computed_on", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column(
            "lines",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        *_stamps(),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_compliance_scores_score")),
        *_of_tenant("compliance_scores"),
        sa.UniqueConstraint(
            "organization_id",
            "subject_kind",
            "subject_id",
            "computed_on",
            name="uq_compliance_scores_subject_and_day",
        ),
    )
    op.create_index(
        "ix_compliance_scores_worst",
        "compliance_scores",
        ["organization_id", "computed_on", "subject_kind", "score", "subject_id"],
    )
    op.create_table(
        "expiry_notices",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("thing", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f("fk_expiry_notices_organization_id_user_id"),
        ),
        *_of_tenant("expiry_notices"),
        sa.UniqueConstraint(
            "organization_id",
            "user_id",
            "thing",
            "due_on",
            "step",
            name=op.f("uq_expiry_notices_organization_id_user_id_thing_due_on_step"),
        ),
    )


def downgrade() -> None:
    op.drop_table("expiry_notices")
    op.drop_table("compliance_scores")
