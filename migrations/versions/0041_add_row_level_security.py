"""Have PostgreSQL itself hold organizations apart: a policy on every table of tenants.

The tables are asked of the database, so that those of other migrations before this one count too.
A table that is added later calls `protect` itself; a test fails for one that does not.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caddy.table_changes import POLICY, expose, in_scope, protect

revision = "0041_add_row_level_security"
down_revision = "0040_add_received_actions"
branch_labels = None
depends_on = None


SEARCH = "search_entries"
# Behind a policy no index of words or trigrams is used: their operators might tell of a row. So
# searching reads a view, which runs as its owner, whom the policy of this one table does not hold.
VIEW = "search_visible"


def upgrade() -> None:
    connection = op.get_bind()
    own = f" WHERE organization_id = {in_scope()}"
    is_sqlite = connection.dialect.name == "sqlite"
    op.execute(f"CREATE VIEW {VIEW} AS SELECT * FROM {SEARCH}{'' if is_sqlite else own}")
    if is_sqlite:
        return
    found = connection.scalars(
        sa.text(
            "SELECT c.table_name FROM information_schema.columns c "
            "JOIN information_schema.tables t USING (table_schema, table_name) "
            "WHERE c.table_schema = current_schema() AND c.column_name = 'organization_id' "
            "AND t.table_type = 'BASE TABLE' ORDER BY c.table_name"
        )
    ).all()
    protect(connection, "organizations", "id")
    for table in found:
        protect(connection, table, force=table != SEARCH)


def downgrade() -> None:
    connection = op.get_bind()
    op.execute(f"DROP VIEW {VIEW}")
    if connection.dialect.name != "postgresql":
        return
    found = connection.scalars(
        sa.text("SELECT tablename FROM pg_policies WHERE policyname = :name ORDER BY tablename"),
        {"name": POLICY},
    ).all()
    for table in found:
        expose(connection, table)
