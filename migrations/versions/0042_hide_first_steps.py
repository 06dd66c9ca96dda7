"""Remember who hid the first steps of a new organization, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042_hide_first_steps"
down_revision = "0041_add_row_level_security"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Without a constraint on it SQLite adds a column in place.
    op.add_column(
        "users", sa.Column("first_steps_hidden_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("users", "first_steps_hidden_at")
