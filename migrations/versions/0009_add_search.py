"""Add what searching reads: an entry for each participant and document, kept by triggers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from caddy.domain.searching import searchable
from caddy.search import has_trigrams

revision = "0009_add_search"
down_revision = "0008_add_imports"
branch_labels = None
depends_on = None

SOURCES = (
    ("participants", "participant", "search_text", "{row}.search_text"),
    ("attachments", "document", "file_name", "lower({row}.file_name)"),
)
KEPT = """
CREATE TRIGGER search_entries_{event} AFTER {EVENT} ON search_entries BEGIN
{body}
END
"""
FORGET = (
    "INSERT INTO search_words (search_words, rowid, words) "
    "VALUES ('delete', old.number, old.words);"
)
LEARN = "INSERT INTO search_words (rowid, words) VALUES (new.number, new.words);"
FUNCTION = """
CREATE FUNCTION search_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'DELETE' THEN DELETE FROM search_entries WHERE id = OLD.id; RETURN OLD; END IF;
IF TG_OP = 'UPDATE' THEN
UPDATE search_entries SET words = {words} WHERE id = NEW.id; RETURN NEW; END IF;
INSERT INTO search_entries (id, organization_id, kind, words)
VALUES (NEW.id, NEW.organization_id, '{kind}', {words}); RETURN NEW;
END $$
"""


def upgrade() -> None:
    connection = op.get_bind()
    _fold_names(connection)
    if connection.dialect.name == "sqlite":
        _add_to_sqlite(connection)
    else:
        _add_to_postgresql(connection)
    for table, kind, _, words in SOURCES:
        connection.exec_driver_sql(
            "INSERT INTO search_entries (id, organization_id, kind, words) "
            f"SELECT id, organization_id, '{kind}', {words.format(row=table)} FROM {table}"
        )


def _fold_names(connection: sa.Connection) -> None:
    """Write names with accents and joints as they are searched for from now on."""
    people = sa.table(
        "participants",
        *map(sa.column, ("first_name", "last_name", "preferred_name", "ndis_number")),
        sa.column("id", sa.Uuid()),
        sa.column("search_text", sa.Text()),
    )
    for row in connection.execute(sa.select(people)).fetchall():
        text = searchable(row.first_name, row.last_name, row.preferred_name or "", row.ndis_number)
        if text != row.search_text:
            connection.execute(
                sa.update(people).where(people.c.id == row.id).values(search_text=text)
            )


def _add_to_sqlite(connection: sa.Connection) -> None:
    run = connection.exec_driver_sql
    run(
        "CREATE TABLE search_entries (number INTEGER PRIMARY KEY, id CHAR(32) NOT NULL UNIQUE, "
        "organization_id CHAR(32) NOT NULL, kind VARCHAR(20) NOT NULL, words TEXT NOT NULL)"
    )
    run("CREATE INDEX ix_search_entries_kind ON search_entries (organization_id, kind, words)")
    run(
        "CREATE VIRTUAL TABLE search_words USING fts5 "
        "(words, content='search_entries', content_rowid='number', tokenize='trigram')"
    )
    for event, body in (("insert", LEARN), ("delete", FORGET), ("update", f"{FORGET}\n{LEARN}")):
        run(KEPT.format(event=event, EVENT=event.upper(), body=body))
    for table, kind, column, words in SOURCES:
        new = words.format(row="new")
        run(
            f"CREATE TRIGGER search_{table}_insert AFTER INSERT ON {table} BEGIN "
            "INSERT INTO search_entries (id, organization_id, kind, words) "
            f"VALUES (new.id, new.organization_id, '{kind}', {new}); END"
        )
        run(
            f"CREATE TRIGGER search_{table}_update AFTER UPDATE OF {column} ON {table} BEGIN "
            f"UPDATE search_entries SET words = {new} WHERE id = new.id; END"
        )
        run(
            f"CREATE TRIGGER search_{table}_delete AFTER DELETE ON {table} BEGIN "
            "DELETE FROM search_entries WHERE id = old.id; END"
        )


def _add_to_postgresql(connection: sa.Connection) -> None:
    run = connection.exec_driver_sql
    run(
        "CREATE TABLE search_entries (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
        "id UUID NOT NULL UNIQUE, organization_id UUID NOT NULL, kind VARCHAR(20) NOT NULL, "
        "words TEXT NOT NULL)"
    )
    run("CREATE INDEX ix_search_entries_kind ON search_entries (organization_id, kind, words)")
    run(
        "CREATE INDEX ix_search_entries_text ON search_entries "
        "USING gin (to_tsvector('simple', words))"
    )
    if has_trigrams(connection, make=True):
        run("CREATE INDEX ix_search_entries_words ON search_entries USING gin (words gin_trgm_ops)")
    for table, kind, column, words in SOURCES:
        run(FUNCTION.format(table=table, kind=kind, words=words.format(row="NEW")))
        run(
            f"CREATE TRIGGER search_{table} AFTER INSERT OR DELETE OR UPDATE OF {column} "
            f"ON {table} FOR EACH ROW EXECUTE FUNCTION search_{table}()"
        )


def downgrade() -> None:
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    for table, *_ in SOURCES:
        if is_sqlite:
            for event in ("insert", "update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER search_{table}_{event}")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER search_{table} ON {table}")
            connection.exec_driver_sql(f"DROP FUNCTION search_{table}()")
    if is_sqlite:
        connection.exec_driver_sql("DROP TABLE search_words")
    connection.exec_driver_sql("DROP TABLE search_entries")
