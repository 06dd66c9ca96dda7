"""The outbox: stored with the change, moved once, run at least once, forgotten never."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from caddy import clock, queue
from caddy.actions import services
from caddy.extensions import db, redis_client
from caddy.queue import Outbox, OutboxState
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world
from tests.one_of_each import entry


@pytest.fixture
def logged(people):
    with scope(people.acacia.id):
        return services.log_service(
            entry(people, people.acacia.participant_id), world.ZONE, "NSW", actor=people.sam
        )


def row(people):
    with scope(people.acacia.id):
        wanted = select(Outbox).where(Outbox.job == queue.Job.CHECK_BUDGET)
        return db.session.scalars(wanted).one()


def run(people):
    one = row(people)
    queue.run(str(one.id), str(one.organization_id))


def test_a_logged_service_leaves_its_job_and_a_dispatcher_moves_it_once(people, logged):
    assert row(people).state is OutboxState.PENDING
    assert queue.dispatch() == 1
    assert queue.dispatch() == 0
    assert row(people).state is OutboxState.QUEUED
    assert redis_client().llen("rq:queue:mail") == 1


def test_a_worker_runs_it_and_running_it_twice_changes_nothing(people, logged):
    queue.dispatch()
    run(people)
    assert row(people).state is OutboxState.DONE
    run(people)
    assert row(people).attempts == 1


def test_what_was_lost_on_the_way_is_moved_again(people, logged):
    queue.dispatch()
    redis_client().flushall()  # Redis forgot everything
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.execute(update(Outbox).values(run_after=clock.now()))
    assert queue.dispatch() == 1


def test_a_failure_is_tried_again_later_with_its_reason_kept(people, logged, monkeypatch):
    def broken(_subject_id, *, actor):
        raise RuntimeError("the printer is on fire")

    monkeypatch.setattr("caddy.jobs.budgets.check_budget", broken)
    queue.dispatch()
    with pytest.raises(RuntimeError):
        run(people)
    one = row(people)
    assert one.state is OutboxState.PENDING
    assert "printer" in one.last_error
    assert one.run_after > clock.now()


def test_a_real_worker_empties_the_queue(app, people, logged):
    """As it runs: forked children, on the real Redis and the real database."""
    import os
    import subprocess
    import sys

    queue.dispatch()
    environment = dict(os.environ) | {"DATABASE_URL": app.config["CADDY"].database_url}
    done = subprocess.run(
        [sys.executable, "-m", "caddy.cli", "worker", "--burst"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert row(people).state is OutboxState.DONE
