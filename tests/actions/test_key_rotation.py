"""Encryption at rest: what the database holds, what cannot be moved, and keys that change."""

from __future__ import annotations

import json
from contextlib import contextmanager
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import select, text

from caddy import keys, schema
from caddy.actions.key_rotation import rotate_keys
from caddy.actions.medical import change_medical, view_medical
from caddy.cli import caddy
from caddy.config import load_settings
from caddy.domain.actor import Source, system_actor
from caddy.domain.facts import Fact
from caddy.domain.key_ring import new_entry
from caddy.extensions import Base, db
from caddy.models import AuditLog, Incident
from caddy.queries import encrypted
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction
from tests import registers, snapshot

ILL = {"disabilities": ["Zerebralparese"], "medications": [{"name": "Valproat", "dosage": "5 mg"}]}
NEW = new_entry("new")
BEFORE = "0030_add_identity"


@pytest.fixture
def ring(monkeypatch):
    """Return what puts keys in the place of the ring, by id: `ring("new", "kept")`."""
    known = {"new": NEW, "kept": load_settings().keys.get_secret_value()}

    def use(*ids):
        held = SimpleNamespace(keys=SecretStr(",".join(known[one] for one in ids)))
        monkeypatch.setattr(keys, "load_settings", lambda: held)

    return use


@pytest.fixture
def run(app, monkeypatch):
    @contextmanager
    def here():
        yield app

    monkeypatch.setattr("caddy.cli.app_context", here)
    return lambda *words: CliRunner().invoke(caddy, list(words))


def told(people) -> dict:
    made = registers.filled(people.acacia.participant_id, people.alice)
    with scope(people.acacia.id):
        change_medical(people.acacia.participant_id, ILL, actor=people.alice)
    return made


def everything() -> str:
    """Return every row of every table as the database holds it."""
    with unscoped("a test looks at all"), snapshot.owner().connect() as connection:
        return "\n".join(
            repr(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in connection.execute(text(f"SELECT * FROM {table.name}"))  # noqa: S608
        )


def raw(statement: str) -> None:
    with (
        unscoped("a test writes past the app"),
        snapshot.writing() as connection,
        connection.begin(),
    ):
        connection.exec_driver_sql(statement)


def medical_of(people):
    with scope(people.acacia.id):
        record = view_medical(people.acacia.participant_id, actor=people.alice)
        return {name: getattr(record, name) for name in ILL}


def test_what_is_told_in_confidence_is_not_in_the_database_as_it_was_written(app, people):
    made = told(people)
    held = everything()
    for word in ("fell in the kitchen", "Zerebralparese", "Valproat"):
        assert word not in held
    assert "enc1:" in held
    with scope(people.acacia.id):
        stored = db.session.get_one(Incident, made["incident_id"])
        assert stored.what_happened == registers.STORY
    assert medical_of(people) == ILL


def test_a_value_that_was_moved_does_not_open_and_the_check_says_where(app, people, run):
    made = told(people)
    assert run("check").exit_code == 0
    raw("UPDATE incidents SET immediate_action = what_happened")
    with scope(people.acacia.id), pytest.raises(keys.Unreadable):
        db.session.get_one(Incident, made["incident_id"])
    done = run("check", "--json")
    assert done.exit_code == 1
    [found] = json.loads(done.stdout)["unreadable"]
    assert (found["table"], found["column"]) == ("incidents", "immediate_action")
    assert found["id"] == str(made["incident_id"])
    raw("UPDATE incidents SET immediate_action = 'in plain'")
    done = run("check")
    assert "is not encrypted" in done.output
    assert "in plain" not in done.output


def stopped_at_once(people) -> int:
    """Begin to change keys, and stop; return how many rows are left to be done."""
    system = system_actor(people.acacia.id, "Command", Source.COMMAND)
    with scope(people.acacia.id):
        steps = rotate_keys(actor=system)
        assert next(done for done in steps if done) == 1
        steps.close()
        counted = encrypted.by_key()
        assert counted["new"] > 0
        assert counted["kept"] > 0
        return encrypted.count_waiting()


@contextmanager
def someone_writing(app, people, incident_id):
    """Have someone write an incident's outcome again and again; yields what was written."""
    stop, wrote = Event(), []

    def write():
        with app.app_context(), scope(people.acacia.id):
            while not stop.is_set() or len(wrote) < 3:
                with transaction(people.alice, unrecorded="a test"):
                    row = db.session.get_one(Incident, incident_id, with_for_update=True)
                    row.outcome = f"{len(wrote)} of {row.what_happened}"
                wrote.append(row.outcome)

    writer = Thread(target=write)
    writer.start()
    try:
        yield wrote
    finally:
        stop.set()
        writer.join()


def test_keys_are_changed_while_people_write_and_what_was_stopped_goes_on(
    app, people, run, ring, monkeypatch
):
    monkeypatch.setattr(encrypted, "AT_ONCE", 1)
    made = told(people)
    ring("new", "kept")
    waited = stopped_at_once(people)
    with someone_writing(app, people, made["incident_id"]) as wrote:
        done = run("keys", "rotate", "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["left"] == 0
    assert report["rows"] >= waited
    ring("new")
    assert json.loads(run("keys", "list", "--json").stdout)["unknown"] == 0
    assert run("check").exit_code == 0
    with scope(people.acacia.id):
        stored = db.session.get_one(Incident, made["incident_id"])
        assert (stored.what_happened, stored.outcome) == (registers.STORY, wrote[-1])
        rotated = select(AuditLog.changes).where(AuditLog.action == Fact.KEYS_ROTATED.value)
        assert [one["key"] for one in db.session.scalars(rotated)] == ["new"]
    assert medical_of(people) == ILL


def test_a_key_that_is_missing_is_said_and_what_it_encrypted_stays(app, people, run, ring):
    told(people)
    held = everything()
    ring("new")
    assert run("keys", "list").exit_code == 1
    assert "needs the key kept" in run("check").output
    done = run("keys", "rotate", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["left"] > 0
    assert everything() == held
    ring("kept")
    assert medical_of(people) == ILL


def test_the_migration_encrypts_what_is_there_and_takes_it_back(app, people):
    told(people)
    db.session.remove()
    schema.downgrade(BEFORE)
    try:
        with snapshot.owner().connect() as connection:
            rows = connection.exec_driver_sql("SELECT what_happened, outcome FROM incidents").all()
            lists = connection.exec_driver_sql("SELECT disabilities FROM medical_records").all()
        assert rows == [(registers.STORY, None)]
        assert "Zerebralparese" in str(lists)
    finally:
        schema.upgrade()
    assert "Zerebralparese" not in everything()
    assert medical_of(people) == ILL
