"""Migrations: numbered, one head, up and down with rows in them, and just what the models say."""

from __future__ import annotations

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from caddy import schema
from caddy.extensions import Base, db


def test_files_are_numbered_and_named_by_what_they_do():
    for path in (schema.MIGRATIONS / "versions").glob("*.py"):
        assert re.fullmatch(r"\d{4}_[a-z_]+", path.stem)
        assert f'revision = "{path.stem}"' in path.read_text()


def test_they_are_one_line_in_the_order_of_their_numbers():
    """By this the newest is known without Alembic, which takes a while to load."""
    script = ScriptDirectory(str(schema.MIGRATIONS))
    assert script.get_heads() == [schema.newest()]
    assert tuple(one.revision for one in script.walk_revisions()) == schema.known()


def test_the_models_and_the_migrations_agree(app):
    def include(_object, name, kind, *_rest):  # as migrations/env.py: each database has its own
        return not (kind == "table" and str(name).startswith("search_"))

    with db.engine.connect() as connection:
        opts = {"compare_type": True, "include_object": include}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_every_constraint_has_its_name_in_the_database(app):
    found = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        stored = {one["name"] for one in found.get_check_constraints(table.name)}
        wanted = {
            str(one.name) for one in table.constraints if type(one).__name__ == "CheckConstraint"
        }
        assert wanted <= stored, table.name


def test_they_run_down_and_up_again_with_rows_in_the_tables(app, people):
    db.session.remove()
    schema.downgrade("base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade()
    tables = {one for one in inspect(db.engine).get_table_names() if not one.startswith("search_")}
    assert tables == {*Base.metadata.tables, "alembic_version"}


def test_the_data_dictionary_is_what_the_models_say():
    from caddy.cli.schema import PLACE, dictionary

    is_the_same = Path(PLACE).read_text() == dictionary()  # pytest would compare letter by letter
    assert is_the_same, "run bin/caddy schema"
