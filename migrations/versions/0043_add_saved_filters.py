"""Add the filters of lists that people keep under a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caddy.table_changes import protect

revision = "0043_add_saved_filters"
down_revision = "0042_hide_first_steps"
branch_labels = None
depends_on = None

TABLE = "saved_filters"
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("opens_first_for", sa.Uuid(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f(f"ck_{TABLE}_name")),
        sa.ForeignKeyConstraint(
            ["organization_id", "user_id"],
            ["users.organization_id", "users.id"],
            name=op.f(f"fk_{TABLE}_organization_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f(f"fk_{TABLE}_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("organization_id", "id", name=op.f(f"uq_{TABLE}_organization_id_id")),
        sa.UniqueConstraint(
            "organization_id",
            "user_id",
            "page",
            "name",
            name=op.f(f"uq_{TABLE}_organization_id_user_id_page_name"),
        ),
        sa.UniqueConstraint(
            "organization_id",
            "opens_first_for",
            "page",
            name=op.f(f"uq_{TABLE}_organization_id_opens_first_for_page"),
        ),
    )
    op.create_index(
        op.f(f"ix_{TABLE}_organization_id_page"), TABLE, ["organization_id", "page"], unique=False
    )
    protect(op.get_bind(), TABLE)


def downgrade() -> None:
    op.drop_table(TABLE)
