"""Index every part of a number where PostgreSQL has no trigrams: there a search read all rows."""

from __future__ import annotations

from alembic import op

from caddy.search import has_trigrams

revision = "0044_index_parts_of_numbers"
down_revision = "0043_add_saved_filters"
branch_labels = None
depends_on = None

# What is left of each number from each of its figures on, down to three: each part begins one.
FUNCTION = r"""
CREATE FUNCTION search_tails(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT to_tsvector('simple', coalesce(string_agg(substr(found[1], place), ' '), ''))
FROM regexp_matches(words, '\d{3,}', 'g') AS found, generate_series(1, length(found[1]) - 2) AS place
$$
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        return
    connection.exec_driver_sql(FUNCTION)
    if not has_trigrams(connection):
        connection.exec_driver_sql(
            "CREATE INDEX ix_search_entries_tails ON search_entries USING gin (search_tails(words))"
        )


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        return
    connection.exec_driver_sql("DROP INDEX IF EXISTS ix_search_entries_tails")
    connection.exec_driver_sql("DROP FUNCTION search_tails(text)")
