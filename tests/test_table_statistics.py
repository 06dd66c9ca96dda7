"""PostgreSQL counts a table that fills up when it is asked to, also by a role that owns none."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from caddy.extensions import db
from caddy.table_statistics import NEVER, count_new_tables
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import snapshot

HELD = text("SELECT reltuples FROM pg_class WHERE relname = :name")


@pytest.fixture
def people(_app_of):
    app = _app_of("postgresql")
    with app.app_context():
        snapshot.empty()
        yield snapshot.people()
        db.session.remove()


def test_what_one_transaction_wrote_is_counted_before_it_ends(people):
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        count_new_tables(["participants", "no_such_table"])
        assert db.session.scalar(HELD, {"name": "participants"}) > NEVER
