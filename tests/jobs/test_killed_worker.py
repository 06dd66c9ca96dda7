"""A worker's process killed with a report half made: nothing kept, and the next makes it whole."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from caddy import clock, queue, storage
from caddy.actions import reports
from caddy.columns import new_id
from caddy.domain.money import dollars
from caddy.domain.report_kinds import ReportKind
from caddy.domain.tasks import DEAD_AFTER, TaskState
from caddy.extensions import db
from caddy.jobs import tasks as jobs
from caddy.models import Claim, ClaimLine, Task
from caddy.queue import Outbox
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import claims, tasks

LINES = 520  # three parts: long enough to be caught at it


@pytest.fixture
def claim(people):
    """A draft with many lines, which differ by nothing but their number."""
    with scope(people.acacia.id):
        claims.ready(people)
        claims.log(people)
        built = claims.build(people)
        (first,) = claims.lines_of(built.id)
        taken = {"id", "position", "claim_reference"}
        same = {
            column.key: getattr(first, column.key)
            for column in ClaimLine.__mapper__.columns
            if column.key not in taken
        }
        with transaction(people.alice, unrecorded="a test"):
            db.session.add_all(
                ClaimLine(id=new_id(), position=place, claim_reference=f"X-{place:05}", **same)
                for place in range(2, LINES + 1)
            )
            db.session.execute(
                update(Claim).values(line_count=LINES, total_cents=LINES * first.total_cents)
            )
        yield db.session.get_one(Claim, built.id)


AS_A_WORKER_DOES = """
import sys
from caddy import create_app, queue
with create_app().app_context():
    queue.run(*sys.argv[1:])
"""


def begun(app, job):
    """Do a stored job in a process of its own, as a worker's child does."""
    return subprocess.Popen(
        [sys.executable, "-c", AS_A_WORKER_DOES, str(job.id), str(job.organization_id)],
        env=dict(os.environ) | {"DATABASE_URL": app.config["CADDY"].database_url},
    )


def job_of(kind):
    found = select(Outbox).where(Outbox.job == kind).order_by(Outbox.id.desc()).limit(1)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def killed_when(app, job, is_time):
    process = begun(app, job)
    try:
        until = time.monotonic() + 180
        while not is_time():
            assert process.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < until, "it never came so far"
            db.session.rollback()
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
    db.session.rollback()


def test_killed_with_a_report_half_made_it_leaves_nothing_and_the_next_makes_it_once(
    app, people, claim
):
    params = {"kind": "claim", "claim_id": str(claim.id)}
    task_id = reports.ask_for_report(ReportKind.CLAIM, params, actor=people.alice)

    def row():
        return tasks.row(people.alice, task_id)

    killed_when(app, job_of(queue.Job.RUN_TASK), lambda: row().done_steps >= 1)
    assert row().state is TaskState.RUNNING
    assert tasks.files(people.alice, task_id) == []
    with transaction(people.alice, unrecorded="a test"):
        long_ago = clock.now() - DEAD_AFTER - timedelta(seconds=1)
        db.session.execute(update(Task).values(beat_at=long_ago))
    assert jobs.find_lost_tasks() == 1
    for _ in range(2):
        job = job_of(queue.Job.RUN_TASK)
        queue.run(str(job.id), str(job.organization_id))
    assert row().state is TaskState.DONE
    (file,) = [one for one in tasks.files(people.alice, task_id) if one.file_name.endswith("pdf")]
    with storage.open_file(file.sha256) as kept:
        pages = PdfReader(kept).pages
        text = f"{pages[0].extract_text()} {pages[-1].extract_text()}"
    assert dollars(claim.total_cents) in text
    assert f"X-{LINES:05}" in text
