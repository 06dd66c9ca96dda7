"""The three fences: the filter on every query, the check on every flush, the database itself."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, exists, func, insert, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from caddy import clock
from caddy.domain.actor import Source, system_actor
from caddy.extensions import db
from caddy.models import Budget, EmergencyContact, Organization, Participant, Plan
from caddy.tenancy import CrossTenant, NoScope, rows, scope, unscoped
from caddy.transaction import NothingRecorded, NoTransaction, after_commit, transaction


class TestWithoutAScope:
    @pytest.mark.parametrize(
        "statement",
        [
            select(Participant),
            select(Participant.id),
            select(func.count()).select_from(Participant),
            select(func.count()).select_from(select(Participant.id).subquery()),
            select(Organization),
            update(Participant).values(first_name="x"),
            delete(EmergencyContact),
        ],
        ids=["entity", "column", "count", "subquery", "organization", "update", "delete"],
    )
    def test_every_query_raises(self, app, people, statement):
        with pytest.raises(NoScope):
            db.session.execute(statement)

    def test_nor_rows_past_the_session(self, app, people):
        with pytest.raises(NoScope):
            rows(select(Participant.id))

    def test_not_even_one_that_ran_in_a_scope_before(self, app, people):
        kept = select(Participant.first_name)
        with scope(people.acacia.id):
            assert db.session.scalars(kept).all() == ["Pat"]
        with pytest.raises(NoScope):
            db.session.execute(kept)


class TestInAScope:
    @pytest.fixture(autouse=True)
    def _as_acacia(self, app, people):
        with scope(people.acacia.id):
            yield

    def names(self, statement):
        return {row[0] for row in db.session.execute(statement)}

    def test_a_select_sees_only_its_own(self):
        assert self.names(select(Participant.first_name)) == {"Pat"}

    def test_get_of_a_foreign_id_finds_nothing(self, people):
        assert db.session.get(Participant, people.banksia.participant_id) is None

    def test_joins_and_aliases_see_only_their_own(self):
        other = aliased(Plan)
        statement = select(Participant.first_name).join(
            other, other.participant_id == Participant.id
        )
        assert self.names(statement) == {"Pat"}

    def test_a_statement_that_is_kept_is_each_scopes_own_and_nobodys_without_one(self, people):
        kept = select(Participant.first_name).join(Plan, Plan.participant_id == Participant.id)
        assert self.names(kept) == {"Pat"}
        with scope(people.banksia.id):
            assert self.names(kept) == {"Quinn"}
        assert self.names(kept) == {"Pat"}
        with unscoped("a test"):
            assert self.names(kept) == {"Pat", "Quinn"}

    def test_rows_past_the_session_are_filtered_as_every_query_is(self, people):
        few = select(Participant.id, Participant.first_name).limit(10).subquery()
        asked = (
            select(Participant.first_name),
            select(few.c.first_name).outerjoin(Plan, Plan.participant_id == few.c.id),
            select(Participant.first_name).where(exists().where(Plan.id == Plan.id)),
        )
        for statement in asked:
            assert [row[0] for row in rows(statement)] == ["Pat"]
            with scope(people.banksia.id):
                assert [row[0] for row in rows(statement)] == ["Quinn"]
            with unscoped("a test"):
                assert {row[0] for row in rows(statement)} == {"Pat", "Quinn"}
        counted = select(func.count()).select_from(few)
        assert rows(counted) == [(1,)]

    def test_rows_past_the_session_are_a_part_of_the_transaction_they_are_asked_in(self, people):
        named = select(Participant.first_name)
        with transaction(people.alice, unrecorded="a test"):
            db.session.execute(update(Participant).values(first_name="Robin"))
            assert rows(named) == [("Robin",)]
        assert rows(named) == [("Robin",)]
        with pytest.raises(ZeroDivisionError), transaction(people.alice, unrecorded="a test"):
            db.session.execute(update(Participant).values(first_name="Kim"))
            _ = 1 / 0
        assert rows(named) == [("Robin",)]

    def test_sums_count_only_their_own(self):
        assert db.session.scalar(select(func.sum(Budget.allocated_cents))) == 3_000_00

    def test_subqueries_ctes_exists_and_unions_see_only_their_own(self):
        inner = select(Participant.id, Participant.first_name)
        subquery, cte = inner.subquery(), inner.cte()
        assert self.names(select(subquery.c.first_name)) == {"Pat"}
        assert self.names(select(cte.c.first_name)) == {"Pat"}
        assert self.names(
            union_all(select(Participant.first_name), select(Participant.last_name))
        ) == {"Pat", "Green"}
        has_foreign = select(exists().where(Participant.first_name == "Quinn"))
        assert db.session.scalar(has_foreign) is False

    def test_bulk_update_and_delete_leave_others_alone(self, people):
        with transaction(people.alice, unrecorded="a test"):
            db.session.execute(update(Participant).values(gender="changed"))
            db.session.execute(delete(EmergencyContact))
        with scope(people.banksia.id):
            assert self.names(select(Participant.gender)) == {None}

    def test_a_flush_of_a_foreign_row_is_refused(self, people):
        with pytest.raises(CrossTenant), transaction(people.alice, unrecorded="a test"):
            db.session.add(
                EmergencyContact(
                    organization_id=people.banksia.id,
                    participant_id=people.banksia.participant_id,
                    position=0,
                    name="x",
                    relationship="x",
                    phone="x",
                )
            )

    def test_the_database_itself_refuses_a_child_of_a_foreign_parent(self, people):
        with pytest.raises(IntegrityError), transaction(people.alice, unrecorded="a test"):
            now = clock.now()
            db.session.execute(
                insert(EmergencyContact).values(
                    organization_id=people.acacia.id,
                    participant_id=people.banksia.participant_id,
                    position=0,
                    name="x",
                    relationship="x",
                    phone="x",
                    created_at=now,
                    updated_at=now,
                )
            )

    def test_an_object_of_another_scope_is_not_kept(self, people):
        mine = db.session.get(Participant, people.acacia.participant_id)
        assert mine is not None
        with scope(people.banksia.id):
            assert db.session.get(Participant, people.acacia.participant_id) is None


class TestTransaction:
    def test_a_change_without_a_fact_is_refused(self, app, people):
        with (
            scope(people.acacia.id),
            pytest.raises(NothingRecorded),
            transaction(people.alice),
        ):
            db.session.get_one(Participant, people.acacia.participant_id).gender = "x"
        with scope(people.acacia.id):
            stored = db.session.get_one(Participant, people.acacia.participant_id)
            assert stored.gender is None

    def test_what_comes_after_runs_only_where_the_commit_did(self, app, people):
        ran = []
        with (
            scope(people.acacia.id),
            pytest.raises(ZeroDivisionError),
            transaction(people.alice, unrecorded="a test"),
        ):
            after_commit(lambda: ran.append("after"))
            _ = 1 / 0
        assert ran == []

    def test_one_action_is_one_transaction(self, app, people):
        with (
            scope(people.acacia.id),
            transaction(people.alice, unrecorded="a test"),
            pytest.raises(NoTransaction),
            transaction(people.alice),
        ):
            pass

    def test_rows_carry_who_made_and_who_changed_them(self, app, people):
        with scope(people.acacia.id):
            stored = db.session.get_one(Participant, people.acacia.participant_id)
            assert stored.created_by == people.alice.user_id
            system = system_actor(people.acacia.id, "Test", Source.JOB)
            with transaction(system, unrecorded="a test"):
                db.session.get_one(Participant, stored.id).gender = "x"
            again = db.session.get_one(Participant, stored.id)
            assert again.updated_at > again.created_at
            assert again.updated_by is None
