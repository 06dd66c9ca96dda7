"""Imports on the worker: stopped, killed, gone on with, and taken back whole."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from caddy.actions import import_batches, import_rollback, imports, services, tasks
from caddy.domain.errors import Conflict
from caddy.domain.imports.runs import ImportState
from caddy.extensions import db
from caddy.jobs.tasks import run_task
from caddy.models import AuditLog, Budget, Import, OrganizationTotal, Participant, Task, TaskFile
from caddy.queries import checks
from caddy.storage import open_file
from caddy.tenancy import scope
from tests import world
from tests.imports import nobody, people_file, uploaded
from tests.one_of_each import entry


@pytest.fixture
def upload(people):
    with scope(people.acacia.id):
        yield lambda content: uploaded(content, people.alice)


def count(model):
    return db.session.scalar(select(func.count(model.id)))


def test_the_worker_loads_what_was_tried_and_gives_the_failed_rows_back(upload, people):
    content = people_file(430000101, 430000102) + b"5,Too,Short,2/3/1990,,,,\r\n"
    import_id = upload(content)
    report = imports.try_import(import_id, nobody, actor=people.alice)
    assert (report.counts.created, report.counts.failed) == (2, 1)
    assert count(Participant) == 1
    task_id = imports.start_import(import_id, actor=people.alice)
    run_task(task_id, actor=people.alice)
    run_task(task_id, actor=people.alice)
    task = db.session.get_one(Task, task_id)
    assert task.said == "Loaded: 2 new, 0 changed, 0 as they were, 1 failed."
    (file,) = db.session.scalars(select(TaskFile)).all()
    with open_file(file.sha256) as stream:
        given_back = stream.read()
    assert file.file_name == "people failed rows.csv"
    assert b"Why it was not loaded" in given_back
    assert given_back.count(b"\r\n") == 2
    mended = given_back.decode("utf-8-sig").replace("5,Too", "430000105,Too")
    again = upload(mended.encode())
    imports.mark_ready(again, actor=people.alice)
    assert import_batches.run_import(again, nobody, actor=people.alice).created == 1


def test_an_import_killed_between_batches_goes_on_where_it_stopped(upload, people, monkeypatch):
    monkeypatch.setattr(import_batches, "BATCH", 2)
    import_id = upload(people_file(*range(430000101, 430000108)))
    imports.mark_ready(import_id, actor=people.alice)

    def die(done, of):
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_batches.run_import(import_id, die, actor=people.alice)
    assert count(Participant) == 1 + 4
    assert db.session.get_one(Import, import_id).state is ImportState.RUNNING
    counts = import_batches.run_import(import_id, nobody, actor=people.alice)
    assert (counts.created, counts.skipped) == (7, 0)
    assert count(Participant) == 1 + 7
    assert list(checks.differences()) == []


def test_one_that_is_stopped_keeps_whole_batches_and_says_so(upload, people, monkeypatch):
    monkeypatch.setattr(import_batches, "BATCH", 2)
    monkeypatch.setattr(tasks, "TELL_EVERY", tasks.TELL_EVERY * 0)
    import_id = upload(people_file(*range(430000101, 430000106)))
    imports.mark_ready(import_id, actor=people.alice)
    task_id = imports.start_import(import_id, actor=people.alice)
    loaded = import_batches._load

    def ask_to_stop(*words):
        tasks.cancel_task(task_id, actor=people.alice)
        return loaded(*words)

    monkeypatch.setattr(import_batches, "_load", ask_to_stop)
    run_task(task_id, actor=people.alice)
    assert "What was loaded until then stays: 2 new" in db.session.get_one(Task, task_id).said
    assert db.session.get_one(Import, import_id).state is ImportState.CANCELLED
    monkeypatch.setattr(import_batches, "_load", loaded)
    run_task(imports.start_import(import_id, actor=people.alice), actor=people.alice)
    assert count(Participant) == 1 + 5


def test_a_whole_import_is_taken_back_and_nothing_of_it_stays(upload, people):
    def sums():
        row = db.session.scalars(select(OrganizationTotal)).one()
        return row.allocated_cents, row.active_participants, count(Budget), count(Participant)

    first = upload(people_file(430000101))
    imports.mark_ready(first, actor=people.alice)
    import_batches.run_import(first, nobody, actor=people.alice)
    before = sums()
    second = upload(
        people_file(430000101, 430000102, amount="1500").replace(b"P430000101,Lee", b"Ada,Lee")
    )
    imports.mark_ready(second, actor=people.alice)
    counts = import_batches.run_import(second, nobody, actor=people.alice)
    assert (counts.created, counts.updated) == (1, 1)
    db.session.expire_all()
    assert sums() != before
    assert import_rollback.roll_back(second, actor=people.alice) == 2
    db.session.expire_all()
    assert sums() == before
    assert list(checks.differences()) == []
    names = db.session.scalars(select(Participant.first_name)).all()
    assert sorted(names) == ["P430000101", "Pat"]
    undone = select(func.count()).where(AuditLog.action == "import_row.undone")
    assert db.session.scalar(undone) == 2


def test_an_import_stays_while_something_depends_on_it(upload, people):
    import_id = upload(people_file(430000101))
    imports.mark_ready(import_id, actor=people.alice)
    import_batches.run_import(import_id, nobody, actor=people.alice)
    ada = db.session.scalars(select(Participant).where(Participant.first_name != "Pat")).one()
    services.log_service(entry(people, ada.id), world.ZONE, "NSW", actor=people.alice)
    with pytest.raises(Conflict, match="1 services of its participants"):
        import_rollback.roll_back(import_id, actor=people.alice)
    assert count(Participant) == 2


def test_of_another_organization_nothing_is_loaded_or_seen(upload, people):
    import_id = upload(people_file(430000101))
    with scope(people.banksia.id), pytest.raises(Exception, match="does not exist"):
        import_batches.run_import(import_id, nobody, actor=people.charlie)
