"""Find at once whether an organization's people share any saved filter: every page asks."""

from __future__ import annotations

from alembic import op

revision = "0046_index_shared_filters"
down_revision = "0045_let_region_follow_area"
branch_labels = None
depends_on = None

TABLE = "saved_filters"
INDEX = "ix_saved_filters_organization_id_is_shared"


def upgrade() -> None:
    op.create_index(INDEX, TABLE, ["organization_id", "is_shared"], unique=False)


def downgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE)
