"""Long work: begun once, told of, finished once, given up, and never half kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from caddy import clock, queue, storage
from caddy.actions import tasks as actions
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.tasks import DEAD_AFTER, MOST_TRIES, MadeFile, TaskState
from caddy.extensions import db
from caddy.jobs import tasks as jobs
from caddy.models import AuditLog, Task, User
from caddy.queue import Outbox
from caddy.transaction import transaction
from tests import tasks as some


@pytest.fixture
def handled(monkeypatch):
    """Return what a test puts in the place of the handler of reports."""
    held = {}

    def make(task, tell):
        return held["do"](task, tell)

    monkeypatch.setattr("caddy.jobs.reports.make_report", make)
    return held


def run(people, task_id):
    jobs.run_task(task_id, actor=people.alice)
    return some.row(people.alice, task_id)


def facts(task_id):
    return list(
        db.session.scalars(
            select(AuditLog.action).where(AuditLog.entity_id == task_id).order_by(AuditLog.id)
        )
    )


def silent(people, task_id):
    """Have a task's worker be dead for as long as it takes to notice."""
    with transaction(people.alice, unrecorded="a test"):
        long_ago = clock.now() - DEAD_AFTER - timedelta(seconds=1)
        db.session.execute(update(Task).where(Task.id == task_id).values(beat_at=long_ago))


def test_a_task_is_done_with_its_rights_told_of_and_keeps_its_files(people, acacia, handled):
    seen = []

    def do(task, tell):
        seen.append((task.params, task.actor.name, task.actor.permissions))
        tell(1, 4)
        with transaction(people.alice, unrecorded="a test"):
            seen.append(db.session.get_one(Task, task.id).done_steps)
        task.say("Four pages.")
        return [some.TEXT]

    handled["do"] = do
    cora = people.acacia.actor("cora", people.sam.role)
    task_id = some.begun(cora)
    row = run(people, task_id)
    params, name, permissions = seen[0]
    assert (params, name, seen[1]) == ({"of": "1"}, "Cora Acacia", 1)
    assert "budgets.read" in permissions  # of her role in the database, not of who began it
    assert (row.state, row.said, row.done_steps) == (TaskState.DONE, "Four pages.", 4)
    (file,) = some.files(people.alice, task_id)
    with storage.open_file(file.sha256) as kept:
        assert kept.read() == some.TEXT.content
    assert facts(task_id) == [Fact.TASK_ADDED, Fact.TASK_FINISHED]


def test_run_again_or_at_the_same_time_it_is_done_once(people, acacia, handled):
    runs = []

    def do(task, tell):
        runs.append(task.id)
        if len(runs) == 1:
            jobs.run_task(task.id, actor=people.alice)  # its worker is alive: nothing to do
            silent(people, task.id)
            jobs.run_task(task.id, actor=people.alice)  # a second worker takes it and finishes
        return [some.TEXT]

    handled["do"] = do
    task_id = some.begun(people.alice)
    assert run(people, task_id).state is TaskState.DONE
    run(people, task_id)
    assert len(runs) == 2
    assert len(some.files(people.alice, task_id)) == 1
    assert facts(task_id).count(Fact.TASK_FINISHED) == 1


def test_a_worker_killed_leaves_nothing_and_the_schedule_gives_its_task_to_another(
    people, acacia, handled
):
    class Killed(BaseException):
        pass

    def die(_task, tell):
        tell(1, 2)
        raise Killed

    handled["do"] = die
    task_id = some.begun(people.alice)
    with pytest.raises(Killed):
        jobs.run_task(task_id, actor=people.alice)
    assert some.row(people.alice, task_id).state is TaskState.RUNNING
    assert some.files(people.alice, task_id) == []
    assert jobs.find_lost_tasks() == 0  # heard of a moment ago
    silent(people, task_id)
    assert jobs.find_lost_tasks() == 1
    assert jobs.find_lost_tasks() == 0
    left = select(func.count(Outbox.id)).where(Outbox.job == queue.Job.RUN_TASK)
    assert db.session.scalar(left) == 2
    handled["do"] = lambda _task, _tell: [some.TEXT]
    assert run(people, task_id).state is TaskState.DONE


def test_killed_between_its_bytes_and_its_rows_it_keeps_nothing_until_the_next_run(
    people, acacia, handled, monkeypatch
):
    handled["do"] = lambda _task, _tell: [some.TEXT, MadeFile("b.csv", "text/csv", b"b")]
    task_id = some.begun(people.alice)
    real, kept = storage.keep_bytes, []

    def full(content):
        kept.append(content)
        if len(kept) == 2:
            raise OSError("the disk is full")
        return real(content)

    with monkeypatch.context() as patch:
        patch.setattr(storage, "keep_bytes", full)
        with pytest.raises(OSError, match="full"):
            jobs.run_task(task_id, actor=people.alice)
    assert some.files(people.alice, task_id) == []
    assert run(people, task_id).state is TaskState.DONE
    assert len(some.files(people.alice, task_id)) == 2


def test_begun_too_often_it_is_given_up_with_a_sentence(people, acacia, handled):
    def broken(_task, _tell):
        raise ZeroDivisionError

    handled["do"] = broken
    task_id = some.begun(people.alice)
    for _ in range(MOST_TRIES - 1):
        with pytest.raises(ZeroDivisionError):
            jobs.run_task(task_id, actor=people.alice)
    row = run(people, task_id)
    assert (row.state, row.said) == (TaskState.FAILED, actions.GAVE_UP)


def test_what_a_person_can_mend_fails_with_the_sentence_at_once(people, acacia, handled):
    def refuse(_task, _tell):
        raise RuleBroken(None, "x", "The file has no column for the date.")

    handled["do"] = refuse
    row = run(people, some.begun(people.alice))
    assert (row.state, row.said) == (TaskState.FAILED, "The file has no column for the date.")


def test_asked_to_stop_it_stops_at_its_next_step_and_keeps_nothing(people, acacia, handled):
    def do(task, tell):
        actions.cancel_task(task.id, actor=people.alice)
        tell(1, 2)
        raise AssertionError("it went on")

    handled["do"] = do
    task_id = some.begun(people.alice)
    assert run(people, task_id).state is TaskState.CANCELLED
    waiting = some.begun(people.alice)
    actions.cancel_task(waiting, actor=people.alice)
    assert run(people, waiting).state is TaskState.CANCELLED
    assert some.files(people.alice, task_id) == []


def test_whoever_may_no_longer_sign_in_gets_nothing_made(people, acacia, handled):
    handled["do"] = lambda _task, _tell: [some.TEXT]
    task_id = some.begun(people.sam)
    with transaction(people.alice, unrecorded="a test"):
        gone = update(User).where(User.id == people.sam.user_id).values(status="inactive")
        db.session.execute(gone)
    row = run(people, task_id)
    assert (row.state, row.said) == (TaskState.FAILED, jobs.GONE)


def test_a_task_is_there_for_its_owner_and_administrators_alone(people, acacia):
    task_id = some.begun(people.sam)
    with pytest.raises(NotFound):
        actions.cancel_task(task_id, actor=people.acacia.actor("cora", people.sam.role))
    actions.cancel_task(task_id, actor=people.alice)


@pytest.mark.parametrize("kind", jobs.HANDLERS)
def test_every_handler_resolves(kind):
    assert callable(queue.resolve(jobs.HANDLERS[kind]))
