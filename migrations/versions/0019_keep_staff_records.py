"""Keep records of staff for a time as well: a policy of their own, and when someone was erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caddy.table_changes import alter

revision = "0019_keep_staff_records"
down_revision = "0018_add_signings"
branch_labels = None
depends_on = None

KIND = "ck_retention_policies_kind"


def upgrade() -> None:
    op.add_column("users", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    alter(
        op.get_bind(),
        "retention_policies",
        release=[KIND],
        constrain=[f"CONSTRAINT {KIND} CHECK (kind IN ('participants', 'staff'))"],
    )


def downgrade() -> None:
    op.execute("DELETE FROM retention_policies WHERE kind = 'staff'")
    alter(
        op.get_bind(),
        "retention_policies",
        release=[KIND],
        constrain=[f"CONSTRAINT {KIND} CHECK (kind IN ('participants'))"],
    )
    op.drop_column("users", "erased_at")
