"""The audit log is a chain: writers take turns, and whoever changes a row is found."""

# ruff: noqa: S608 - these are the statements of someone who tampers
from __future__ import annotations

import json
import threading

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from caddy import audit
from caddy.audit import Happened
from caddy.cli import caddy
from caddy.domain.audit_chain import FIELDS, VERSION, Trouble, digest
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import AuditHead, AuditLog, Organization, Participant
from caddy.queries import audit_chain
from caddy.tenancy import scope
from caddy.transaction import NothingRecorded, transaction
from tests import snapshot
from tests.snapshot import without_triggers

ROWS = 12


@pytest.fixture
def log(people):
    """Acacia's log with twelve rows more, some of them written in bulk."""
    with scope(people.acacia.id):
        for number in range(ROWS // 4):
            with transaction(people.alice):
                whom = db.session.get_one(Participant, people.acacia.participant_id)
                audit.record(Fact.PARTICIPANT_CHANGED, whom, changes={"phone": (None, number)})
                some = Happened(
                    Fact.PARTICIPANT_CHANGED, Participant, whom.id, {"a": "é \U0001f600"}
                )
                audit.record_many([some] * 3)
    return people.acacia.id


def found(organization_id, anchor=None):
    with scope(organization_id):
        return audit_chain.verified(anchor)


def tamper(*statements, **values):
    """Do what someone with the database in their hands could: past the triggers, by SQL."""
    writing = snapshot.writing()
    with writing as connection, connection.begin(), without_triggers(connection):
        for statement in statements:
            connection.execute(text(statement), values)


def hexed(organization_id):
    """Return an id as each database keeps it."""
    return organization_id.hex if db.engine.dialect.name == "sqlite" else str(organization_id)


def test_rows_are_numbered_without_a_gap_and_each_names_the_one_before(log, people):
    report = found(log)
    assert report.is_whole
    assert report.head.sequence == report.rows >= ROWS
    with scope(log):
        rows = db.session.scalars(select(AuditLog).order_by(AuditLog.sequence)).all()
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert found(people.banksia.id).is_whole
    assert {row.participant_id for row in rows[-ROWS:]} == {people.acacia.participant_id}


def test_the_hash_is_over_every_column_but_itself():
    columns = {column.name for column in inspect(AuditLog).local_table.columns}
    assert set(FIELDS[VERSION]) == columns - {"hash"}


def test_a_transaction_that_fails_leaves_no_gap(log, people):
    before = found(log).head
    with pytest.raises(NothingRecorded), scope(log), transaction(people.alice):
        db.session.get_one(Participant, people.acacia.participant_id).phone = "1"
    with pytest.raises(ZeroDivisionError), scope(log), transaction(people.alice):
        audit.record(Fact.THRESHOLDS_CHANGED, db.session.get_one(Organization, log))
        _ = 1 / 0
    assert found(log).head == before


def test_eight_writers_at_once_never_fork_and_never_leave_a_gap(app, log, people):
    before = found(log).rows
    failed = []

    def write():
        try:
            with app.app_context(), scope(log):
                for _ in range(6):
                    with transaction(people.alice):
                        row = db.session.get_one(Organization, log)
                        audit.record(Fact.THRESHOLDS_CHANGED, row)
        except Exception as error:  # noqa: BLE001 - told by the test
            failed.append(error)
        finally:
            with app.app_context():
                db.session.remove()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed
    report = found(log)
    assert report.is_whole, report.findings
    assert report.rows == before + 48


SWAP = [
    "UPDATE audit_logs SET sequence = -1 WHERE organization_id = :own AND sequence = 5",
    "UPDATE audit_logs SET sequence = 5 WHERE organization_id = :own AND sequence = 6",
    "UPDATE audit_logs SET sequence = 6 WHERE organization_id = :own AND sequence = -1",
]
AT = "WHERE organization_id = :own AND sequence"
TAMPERED = {
    "edited": ([f"UPDATE audit_logs SET actor_name = 'Nobody' {AT} = 5"], {("edited", 5, 5)}),
    "edited changes": (
        [f"""UPDATE audit_logs SET changes = '{{"phone": "1"}}' {AT} = 5"""],
        {("edited", 5, 5)},
    ),
    "a hash of another form": (
        [f"UPDATE audit_logs SET hash_version = 9 {AT} = 5"],
        {("edited", 5, 5)},
    ),
    "missing": ([f"DELETE FROM audit_logs {AT} IN (5, 6)"], {("missing", 5, 6)}),
    "first gone": ([f"DELETE FROM audit_logs {AT} = 1"], {("missing", 1, 1)}),
    "moved": (SWAP, {("reordered", 5, 5), ("reordered", 6, 6)}),
    "cut off": ([f"DELETE FROM audit_logs {AT} > :last - 2"], {("cut_off", -1, 0)}),
    "all gone": ([f"DELETE FROM audit_logs {AT} > 0"], {("cut_off", 1, 0)}),
    "no head": (["DELETE FROM audit_heads WHERE organization_id = :own"], {("no_head", 0, 0)}),
    "put in behind": (
        [f"UPDATE audit_heads SET sequence = sequence - 1 {AT} > 0"],
        {("inserted", 0, 0)},
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_every_kind_of_tampering_is_found_and_named_by_its_row(log, how):
    statements, wanted = TAMPERED[how]
    last = found(log).head.sequence
    tamper(*statements, own=hexed(log), last=last)

    def number(one):
        return one if one > 0 else last + one

    named = {(one.trouble.value, one.sequence, one.until) for one in found(log).findings}
    assert named == {(trouble, number(first), number(until)) for trouble, first, until in wanted}


def forged(organization_id, sequence, **changes):
    """Return a row with changes and with the hash that it then has to have."""
    table = inspect(AuditLog).local_table
    with snapshot.owner().connect() as connection:
        row = dict(
            connection.execute(
                select(table).where(
                    table.c.organization_id == organization_id, table.c.sequence == sequence
                )
            )
            .mappings()
            .one()
        )
    row |= changes
    return row | {"hash": digest(row)}


def test_a_row_that_was_forged_with_its_hash_is_found_by_its_neighbour_or_by_the_head(log):
    last = found(log).head.sequence
    for number in (5, last):
        row = forged(log, number, actor_name="Nobody")
        tamper(
            f"UPDATE audit_logs SET actor_name = 'Nobody', hash = :hash {AT} = :number",
            own=hexed(log),
            hash=row["hash"],
            number=number,
        )
    named = [(one.trouble, one.sequence) for one in found(log).findings]
    assert named == [(Trouble.INSERTED, 5), (Trouble.INSERTED, last)]


def test_an_anchor_that_was_kept_finds_a_log_that_was_written_anew(log):
    kept = found(log).head
    assert found(log, kept).anchor_holds
    row = forged(log, kept.sequence, actor_name="Nobody")
    tamper(
        f"UPDATE audit_logs SET actor_name = 'Nobody', hash = :hash {AT} = :number",
        "UPDATE audit_heads SET hash = :hash WHERE organization_id = :own",
        own=hexed(log),
        hash=row["hash"],
        number=kept.sequence,
    )
    assert found(log).is_whole  # so nothing else can see it
    assert not found(log, kept).is_whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_logs SET actor_name = 'x'",
        "DELETE FROM audit_logs",
        "DELETE FROM audit_heads",
        "UPDATE audit_heads SET sequence = sequence - 1",
    ],
)
def test_the_database_only_lets_rows_come(log, statement):
    writing = snapshot.writing()
    with writing as connection, pytest.raises(DBAPIError, match="only ever added"):
        connection.execute(text(statement))
    # On PostgreSQL Caddy's own role may not even try.
    with scope(log):
        snapshot.write_by_hand()
        with pytest.raises(DBAPIError, match=r"only ever added|permission denied"):
            db.session.query(AuditLog).delete()
        db.session.rollback()


def test_the_command_says_what_is_wrong_and_exits_1(app, log, monkeypatch):
    from contextlib import contextmanager

    from click.testing import CliRunner

    @contextmanager
    def here():
        yield app

    monkeypatch.setattr("caddy.cli.app_context", here)

    def run(*words):
        return CliRunner().invoke(caddy, ["audit", "verify", *words])

    assert run().exit_code == 0
    head = found(log).head
    anchored = ("--organization", "acacia", "--anchor", f"{head.sequence}:{head.hash}")
    assert run(*anchored).exit_code == 0
    assert run("--anchor", "x").exit_code == 2
    tamper(f"UPDATE audit_logs SET ip = '1.2.3.4' {AT} = 5", own=hexed(log))
    done = run("--json")
    assert done.exit_code == 1
    told = {one["organization"]: one for one in json.loads(done.stdout)["organizations"]}
    assert told["banksia"]["is_whole"]
    assert [one["sequence"] for one in told["acacia"]["findings"]] == [5]
    assert "Row 5 was changed" in run().stdout


def test_a_new_organizations_chain_begins_with_its_creation(people):
    with scope(people.acacia.id):
        first = db.session.scalars(select(AuditLog).where(AuditLog.sequence == 1)).one()
        heads = db.session.scalar(select(func.count(AuditHead.id)))
    assert first.action == Fact.ORGANIZATION_CREATED
    assert first.previous_hash == "0" * 64
    assert heads == 1


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_role_that_does_not_own_the_log_may_only_add_to_it_after_the_migration(log):
    from importlib.util import module_from_spec, spec_from_file_location

    from sqlalchemy.exc import ProgrammingError

    from caddy.schema import MIGRATIONS

    assert not audit_chain.may_change_log()  # as the migrations left it to the tests' own role
    spec = spec_from_file_location("m", MIGRATIONS / "versions" / "0014_chain_audit_log.py")
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    with snapshot.owner().connect() as connection:
        connection.exec_driver_sql("CREATE ROLE caddy_app")
        connection.exec_driver_sql("GRANT USAGE ON SCHEMA public TO caddy_app")
        connection.exec_driver_sql("GRANT ALL ON audit_logs, audit_heads TO caddy_app")
        connection.exec_driver_sql(migration.REVOKE)
        connection.exec_driver_sql("SET LOCAL ROLE caddy_app")
        asked = "SELECT has_table_privilege('audit_logs', '{}')"
        may = {
            word: connection.exec_driver_sql(asked.format(word)).scalar()
            for word in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
        }
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.exec_driver_sql("UPDATE audit_logs SET ip = NULL")
        connection.rollback()
    wanted = {"SELECT": True, "INSERT": True}
    assert may == wanted | {"UPDATE": False, "DELETE": False, "TRUNCATE": False}
