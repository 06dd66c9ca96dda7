"""Add second factors, recovery codes, and whether an organization asks for a second factor."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caddy.table_changes import NewColumn, alter

revision = "0031_add_factors"
down_revision = "0030_add_identity"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
RULE = "is_second_factor_required"


def _stamps() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
    ]


def _constraints(table: str, *unique: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f(f"fk_{table}_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f(f"fk_{table}_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("organization_id", "id", name=op.f(f"uq_{table}_organization_id_id")),
        sa.UniqueConstraint(*unique, name=op.f(f"uq_{table}_{'_'.join(unique)}")),
    ]


def upgrade() -> None:
    alter(op.get_bind(), "organizations", add=[NewColumn(RULE, "BOOLEAN NOT NULL", "false")])
    op.create_table(
        "totp_factors",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("last_counter", sa.BigInteger(), nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        *_stamps(),
        *_constraints("totp_factors", "organization_id", "user_id"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=4), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        *_stamps(),
        *_constraints("recovery_codes", "organization_id", "user_id", "name"),
    )


def downgrade() -> None:
    op.drop_table("recovery_codes")
    op.drop_table("totp_factors")
    alter(op.get_bind(), "organizations", drop=[RULE])
