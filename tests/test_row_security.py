"""The second fence, PostgreSQL's own: what raw SQL sees and may write, table by table."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from caddy import create_app, row_security
from caddy.cli import caddy
from caddy.extensions import Base, db
from caddy.models import Organization
from caddy.queries import archives, organizations
from caddy.table_changes import POLICY
from caddy.tenancy import scope, unscoped
from tests import everything, snapshot

# Not allowed, by a policy or for want of a right; and never, by triggers, which come first.
REFUSED = {"42501", "23001", "P0001"}


@pytest.fixture
def app(_app_of):
    app = _app_of("postgresql")
    with app.app_context():
        snapshot.empty()
        yield app
        db.session.remove()


def tables() -> list[str]:
    found = [one.name for one in Base.metadata.sorted_tables if "organization_id" in one.columns]
    return [*found, "search_entries"]


def seen(table: str, column: str = "organization_id") -> set[str]:
    """Return whose rows raw SQL sees of a table."""
    with db.engine.connect() as connection:
        return {str(one) for one in connection.scalars(text(f"SELECT {column} FROM {table}"))}  # noqa: S608


def outcome(statement: str, **values) -> int | str:
    """Return how many rows a statement changed, or with which code it was refused."""
    with db.engine.connect() as connection:
        try:
            return connection.execute(text(statement), values).rowcount
        except DBAPIError as error:
            return error.orig.sqlstate


def test_every_table_of_tenants_has_its_policy(app):
    with snapshot.owner().connect() as connection:
        policies = text("SELECT tablename FROM pg_policies WHERE policyname = :name")
        enabled = text("SELECT relname, relforcerowsecurity FROM pg_class WHERE relrowsecurity")
        held = set(connection.scalars(policies, {"name": POLICY}))
        found = {row.relname: row.relforcerowsecurity for row in connection.execute(enabled)}
    assert held == set(found) == {*tables(), "organizations"}
    # The owner runs the view that searching reads, so that indexes of words can be used.
    assert {name for name, is_forced in found.items() if not is_forced} == {"search_entries"}


def test_of_every_table_raw_sql_sees_and_writes_only_what_is_in_scope(app, people):
    everything.fill(people)
    mine, theirs = people.acacia.id, people.banksia.id
    filled = 0
    for table in tables():
        insert = f"INSERT INTO {table} (id, organization_id) VALUES (gen_random_uuid(), :mine)"  # noqa: S608
        own = f"{table} SET organization_id = organization_id WHERE organization_id = :mine"
        assert seen(table) == set(), table
        assert outcome(insert, mine=mine) in REFUSED, table
        with scope(mine):
            held = seen(table)
            assert held <= {str(mine)}, table
            moved = outcome(f"UPDATE {table} SET organization_id = :theirs", theirs=theirs)  # noqa: S608
            assert moved in REFUSED or not held, table
        filled += bool(held)
        with scope(theirs):
            assert str(mine) not in seen(table), table
            assert outcome(insert, mine=mine) in REFUSED, table
            assert outcome(f"UPDATE {own}", mine=mine) in {0, *REFUSED}, table
            gone = outcome(f"DELETE FROM {table} WHERE organization_id = :mine", mine=mine)  # noqa: S608
            assert gone in {0, *REFUSED}, table
    assert filled > len(tables()) * 2 // 3
    assert seen("organizations", "id") == seen("search_visible") == set()
    with scope(mine):
        assert seen("search_visible") == {str(mine)}
        assert seen("organizations", "id") == {str(mine)}
    with unscoped("a test looks at all"):
        assert seen("organizations", "id") == {str(mine), str(theirs)}


def test_a_snapshot_holds_its_moment_and_leaves_the_next_transaction_as_it_was(app, people):
    def told(connection):
        return [
            connection.exec_driver_sql(f"SHOW {one}").scalar()
            for one in ("transaction_isolation", "transaction_read_only")
        ]

    with scope(people.acacia.id):
        with archives.snapshot() as connection:
            assert told(connection) == ["repeatable read", "on"]
        with db.engine.connect() as connection, connection.begin():
            assert told(connection) == ["read committed", "off"]
            with connection.begin_nested() as inner:
                inner.rollback()
            name = text("SELECT current_setting('caddy.organization_id', true)")
            assert connection.scalar(name) == str(people.acacia.id)
    with db.engine.connect() as connection:
        assert not connection.scalar(name)


def test_outside_a_transaction_a_session_only_reads(app, people):
    with scope(people.acacia.id):
        with pytest.raises(DBAPIError, match="read-only transaction"):
            db.session.execute(update(Organization).values(name="Nobody's"))
        db.session.rollback()
        assert organizations.current().name == "Acacia"


def test_what_pages_ask_again_and_again_is_prepared(app, people):
    for _ in range(12):
        with scope(people.acacia.id):
            organizations.current()
    plans = text(
        "SELECT sum(generic_plans + custom_plans) FROM pg_prepared_statements"
        " WHERE statement LIKE 'SELECT organizations.%'"
    )
    with db.engine.connect() as connection:
        assert connection.scalar(plans) > 5


def test_a_role_that_no_policy_holds_is_said(app, people, monkeypatch):
    from contextlib import contextmanager

    assert row_security.bypass() is None
    settings = app.config["CADDY"]
    owner = settings.model_copy(update={"database_url": settings.migration_database_url})
    other = create_app(owner)

    @contextmanager
    def here():
        with other.app_context():
            yield other
            db.session.remove()
            db.engine.dispose()

    monkeypatch.setattr("caddy.cli.app_context", here)
    done = CliRunner().invoke(caddy, ["check", "--json"])
    assert json.loads(done.stdout)["bypasses_row_security"] == "superuser"
    assert "as a superuser" in CliRunner().invoke(caddy, ["check"]).output
