"""Index when claims were sent and lines answered: finance's weeks read no more than they show."""

from __future__ import annotations

from alembic import op

revision = "0010_index_answers"
down_revision = "0009_add_search"
branch_labels = None
depends_on = None

INDEXES = (("claims", "submitted_at"), ("claim_lines", "answered_at"))


def upgrade() -> None:
    for table, column in INDEXES:
        name = op.f(f"ix_{table}_organization_id_{column}")
        op.create_index(name, table, ["organization_id", column])


def downgrade() -> None:
    for table, column in reversed(INDEXES):
        op.drop_index(op.f(f"ix_{table}_organization_id_{column}"), table_name=table)
