"""Work for later: job names, the outbox, the worker and the schedule. The only user of rq.

`later` writes an outbox row in the open transaction, so that what must happen afterwards is
stored with the change itself. The schedule process moves rows into rq; a worker runs them,
at least once. Actions name jobs, jobs call actions: the cycle is cut here, by name.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib import import_module
from typing import Any, Protocol
from uuid import UUID

from rq import Queue, Worker
from rq.serializers import JSONSerializer
from sqlalchemy import Index, String, Text, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from caddy import clock, error_reports, logs, metrics
from caddy.columns import Id, Instant, Reference, Stamped, Word, within_tenant, words
from caddy.domain.actor import Actor, Source, system_actor
from caddy.extensions import Base, db, redis_client
from caddy.metrics import Measure
from caddy.tenancy import OrganizationOwned, current_organization_id, scope, unscoped
from caddy.transaction import after_commit, transaction

log = logging.getLogger(__name__)

WAKE_KEY = "caddy:outbox:wake"
BATCH = 200
GATHER_SECONDS = 0.25
ATTEMPTS = 5
LOST_AFTER = timedelta(minutes=10)
MOST_SECONDS = 3_600  # a job that has not ended by then is stopped
NOBODY = UUID(int=0)
NO_TIME = timedelta(0)
MOST_COUNTED = 10_000


class Job(StrEnum):
    """Every job there is. `JOBS` says where each lives and how patient it is."""

    CHECK_BUDGET = "check_budget"
    DAILY_CHECK = "daily_check"
    KEEP_SIGNED_PAPER = "keep_signed_paper"
    MAKE_AGREEMENT_PAPER = "make_agreement_paper"
    MAKE_INVOICES = "make_invoices"
    MONTHLY_PLAN_EXPIRY = "monthly_plan_expiry"
    MONTHLY_RETENTION = "monthly_retention"
    ROLL_PLANS = "roll_plans"
    RUN_TASK = "run_task"
    WEEKLY_AUDIT = "weekly_audit"
    SCORE_COMPLIANCE = "score_compliance"
    WEEKLY_COMPLIANCE = "weekly_compliance"
    SEND_EMAIL = "send_email"
    SEND_SMS = "send_sms"


@dataclass(frozen=True, slots=True)
class JobPlace:
    queue: str
    path: str


QUEUES = ("mail", "reports", "nightly")
JOBS: dict[Job, JobPlace] = {
    Job.CHECK_BUDGET: JobPlace("mail", "caddy.jobs.budgets.check_budget"),
    Job.DAILY_CHECK: JobPlace("nightly", "caddy.jobs.recurring.daily_check"),
    Job.KEEP_SIGNED_PAPER: JobPlace("reports", "caddy.jobs.signings.keep_signed_paper"),
    Job.MAKE_AGREEMENT_PAPER: JobPlace("reports", "caddy.jobs.signings.make_agreement_paper"),
    Job.MAKE_INVOICES: JobPlace("reports", "caddy.jobs.invoices.make_invoices"),
    Job.MONTHLY_PLAN_EXPIRY: JobPlace("nightly", "caddy.jobs.recurring.monthly_plan_expiry"),
    Job.MONTHLY_RETENTION: JobPlace("nightly", "caddy.jobs.recurring.monthly_retention"),
    Job.WEEKLY_AUDIT: JobPlace("nightly", "caddy.jobs.audit.weekly_audit"),
    Job.WEEKLY_COMPLIANCE: JobPlace("nightly", "caddy.jobs.recurring.weekly_compliance"),
    Job.ROLL_PLANS: JobPlace("nightly", "caddy.jobs.plans.roll_plans"),
    Job.RUN_TASK: JobPlace("reports", "caddy.jobs.tasks.run_task"),
    Job.SCORE_COMPLIANCE: JobPlace("reports", "caddy.jobs.scores.score_compliance"),
    Job.SEND_EMAIL: JobPlace("mail", "caddy.jobs.mail.send_email"),
    Job.SEND_SMS: JobPlace("mail", "caddy.jobs.texts.send_sms"),
}
# Looked at once a minute. Each finds in the database what is due, so that nothing is missed
# where the schedule was down and nothing happens twice where several schedules run.
PERIODIC = (
    "caddy.jobs.backups.find_backup_due",
    "caddy.jobs.identity.forget_what_is_over",
    "caddy.jobs.messages.find_digests_due",
    "caddy.jobs.incidents.find_clocks_running_out",
    "caddy.jobs.plans.find_plans_to_roll",
    "caddy.jobs.recurring.find_checks_due",
    "caddy.jobs.tasks.find_lost_tasks",
)


class OutboxState(StrEnum):
    PENDING = "pending"
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


class Outbox(Base, OrganizationOwned, Stamped):
    """What must happen after a change, stored in the transaction of the change."""

    __tablename__ = "outbox"
    __table_args__ = within_tenant(
        Index(None, "state", "run_after"),
        Index(None, "organization_id", "state", "created_at"),
    )

    id: Mapped[Id]
    job: Mapped[Word]
    subject_id: Mapped[Reference]
    state: Mapped[OutboxState] = mapped_column(
        words(OutboxState, "state"), default=OutboxState.PENDING
    )
    run_after: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[Instant | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    rq_id: Mapped[str | None] = mapped_column(String(80))


class Handler(Protocol):
    def __call__(self, subject_id: UUID, *, actor: Actor) -> None: ...


def resolve(path: str) -> Any:
    """Return the function that a dotted path names."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


def later(job: Job, subject_id: UUID, at: datetime | None = None) -> None:
    """Store, in the open transaction, that a job is to run once it has committed.

    With `at` it waits until then: found by the schedule's own look, seconds after.
    """
    db.session.add(
        Outbox(
            organization_id=current_organization_id(),
            job=job.value,
            subject_id=subject_id,
            run_after=at or clock.now(),
        )
    )
    after_commit(_wake)


def _wake() -> None:
    """Tell the schedule to look now. Where Redis is away it looks by itself soon after."""
    try:
        redis_client().lpush(WAKE_KEY, 1)
    except OSError:
        log.warning("outbox.wake_failed")
    except Exception:
        log.exception("outbox.wake_failed")


def dispatch() -> int:
    """Move due outbox rows into rq; return how many. Safe beside other dispatchers.

    Rows are claimed by one conditional update: whoever changes their state moves them. A row
    that was claimed but never finished (a crash, an emptied Redis) is claimed again later.
    """
    due = (
        select(Outbox.id)
        .where(Outbox.state.in_([OutboxState.PENDING, OutboxState.QUEUED]))
        .where(Outbox.run_after <= clock.now(), Outbox.attempts < ATTEMPTS)
        .order_by(Outbox.run_after)
        .limit(BATCH)
        .with_for_update(skip_locked=True)  # SQLite, which has one writer, leaves it out
    )
    claim = (
        update(Outbox)
        .where(Outbox.id.in_(due))
        .values(
            state=OutboxState.QUEUED,
            attempts=Outbox.attempts + 1,
            run_after=clock.now() + LOST_AFTER,
        )
        .returning(Outbox.id, Outbox.organization_id, Outbox.job)
        .execution_options(synchronize_session=False)
    )
    with unscoped("the outbox of every organization is moved by one process"):
        nobody = system_actor(NOBODY, "Schedule", Source.JOB)
        with transaction(nobody, unrecorded="moving work is not a change to it"):
            moved = db.session.execute(claim).all()
    by_queue: dict[str, list[Any]] = {}
    for row in moved:
        data = Queue.prepare_data(
            run,
            args=(str(row.id), str(row.organization_id)),
            timeout=MOST_SECONDS,
            result_ttl=60,
            failure_ttl=86_400,
        )
        by_queue.setdefault(JOBS[Job(row.job)].queue, []).append(data)
    for name, jobs in by_queue.items():
        _queue(name).enqueue_many(jobs)
    return len(moved)


@metrics.asks
def backlog() -> Iterator[Measure]:
    """Say how much work waits, in Redis and in the outbox, and for how long it has."""
    for name in QUEUES:
        queue, of_queue = _queue(name), {"queue": name}
        first = queue.get_jobs(0, 1)
        since = first[0].enqueued_at if first else None
        waited = clock.now() - since.replace(tzinfo=UTC) if since else NO_TIME
        yield Measure("queue_depth", "Jobs that wait for a worker.", queue.count, of_queue)
        yield Measure(
            "queue_oldest_seconds", "How long the first has.", waited.total_seconds(), of_queue
        )
    waiting = (
        select(Outbox.state, Outbox.created_at)
        .where(Outbox.state.in_([OutboxState.PENDING, OutboxState.QUEUED]))
        .limit(MOST_COUNTED)
        .subquery()
    )
    with unscoped("what waits is counted for all organizations together"):
        depth, oldest = db.session.execute(
            select(func.count(), func.min(waiting.c.created_at)).select_from(waiting)
        ).one()
    waited = clock.now() - oldest if oldest else NO_TIME
    yield Measure("outbox_depth", "Stored jobs that are not done, up to 10,000.", depth)
    yield Measure("outbox_oldest_seconds", "How long the first has.", waited.total_seconds())


def _queue(name: str) -> Queue:
    return Queue(name, connection=redis_client(), serializer=JSONSerializer)


def run(outbox_id: str, organization_id: str) -> None:
    """Do one stored job as its organization. Runs in a worker, perhaps twice."""
    organization = UUID(organization_id)
    actor = system_actor(organization, "Caddy", Source.JOB)
    with scope(organization):
        row = db.session.get(Outbox, UUID(outbox_id))
        if row is None or row.state is OutboxState.DONE:
            return
        with logs.working_on(job=row.job, job_id=outbox_id, organization_id=organization_id):
            _do(row, actor)


def _do(row: Outbox, actor: Actor) -> None:
    """Run a row's handler, say how it went, and leave the row done or to be tried again."""
    outbox_id, job, attempts, begun = row.id, row.job, row.attempts, time.perf_counter()
    handler: Handler = resolve(JOBS[Job(job)].path)
    try:
        handler(row.subject_id, actor=actor)
    except Exception as error:
        seconds = time.perf_counter() - begun
        log.exception("job.failed", extra={"attempt": attempts, "seconds": round(seconds, 3)})
        error_reports.capture(error, logs.context())
        metrics.note_outcome("job", job, "failed", seconds)
        # What was asked for may say for how long it does not want to be asked again.
        pause = int(getattr(error, "retry_after", 0))
        tries = attempts - (not getattr(error, "uses_try", True))
        _finish(actor, outbox_id, error=repr(error), attempts=tries, pause=pause)
        raise
    seconds = time.perf_counter() - begun
    log.info("job.finished", extra={"attempt": attempts, "seconds": round(seconds, 3)})
    metrics.note_outcome("job", job, "done", seconds)
    _finish(actor, outbox_id)


def _finish(
    actor: Actor, outbox_id: UUID, error: str | None = None, attempts: int = 0, pause: int = 0
) -> None:
    """Mark a row done, or leave it to be tried again with a growing pause, of `pause` at least."""
    values: dict[str, Any] = {"state": OutboxState.DONE, "done_at": clock.now(), "last_error": None}
    if error is not None:
        is_last = attempts >= ATTEMPTS
        values = {
            "state": OutboxState.FAILED if is_last else OutboxState.PENDING,
            "attempts": attempts,
            "run_after": clock.now() + timedelta(seconds=max(10 * 4**attempts, pause)),
            "last_error": error[:2000],
        }
    with transaction(actor, unrecorded="the job's own transaction records what it did"):
        db.session.execute(update(Outbox).where(Outbox.id == outbox_id).values(**values))


def work(*, burst: bool = False) -> None:
    """Run jobs until stopped, each in a forked child. Needs an app context."""
    # It quotes a failed job's traceback, and with it what someone entered; `_do` tells it too.
    logging.getLogger("rq.worker").addFilter(lambda line: "exception raised" not in str(line.msg))
    # A child must not speak on its parent's database connections.
    os.register_at_fork(after_in_child=lambda: db.engine.dispose(close=False))
    Worker(
        [_queue(name) for name in QUEUES], connection=redis_client(), serializer=JSONSerializer
    ).work(burst=burst, logging_level="WARNING")


def schedule() -> None:
    """Move the outbox and look for what is due, until stopped. Needs an app context."""
    next_look = 0.0
    while True:
        try:
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + 60
                for path in PERIODIC:
                    resolve(path)()
            while dispatch() == BATCH:
                pass
            if redis_client().blpop([WAKE_KEY], timeout=5):
                # Many services are logged at once at the end of a shift: take them together.
                time.sleep(GATHER_SECONDS)
                redis_client().delete(WAKE_KEY)
        except Exception:
            log.exception("schedule.failed")
            time.sleep(2)
