"""A shift of a schedule and all after it: moved to other days, times or a worker, or ended.

Each is tried first where someone wants to see what would happen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.actions import assignments, shifts, steps, totals
from caddy.actions.schedules import saying
from caddy.actions.shifts import NewTime, Times
from caddy.actions.steps import Standing
from caddy.actions.totals import BudgetState
from caddy.actions.trials import transaction_or_trial
from caddy.domain import schedules as rules
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.services import ServiceStatus
from caddy.domain.shifts import IN_TIME, Cancellation
from caddy.extensions import db
from caddy.models import Organization, Participant, Schedule, Service
from caddy.queries import organizations

ON_HOLIDAY = "Moved to a public holiday, which this support skips"


@dataclass(frozen=True, slots=True)
class SeriesMove:
    """Where the shifts of a schedule go: by how many days those of each weekday, when, to whom."""

    times: Times
    worker_id: UUID
    days: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class SeriesStep:
    """What becomes of one shift: its day and times before and after, its cost in cents."""

    participant_id: UUID
    before_on: date
    before_start: time
    before_cents: int
    on: date
    start: time
    end: time
    cents: int
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of all of them, or would become. `cents` are what they cost now."""

    steps: tuple[SeriesStep, ...]

    @property
    def count(self) -> int:
        return len(self.steps)

    @property
    def cancelled(self) -> int:
        return sum(one.is_cancelled for one in self.steps)

    @property
    def before_cents(self) -> int:
        return sum(one.before_cents for one in self.steps)

    @property
    def cents(self) -> int:
        return sum(one.cents for one in self.steps)

    @property
    def freed_cents(self) -> int:
        return self.before_cents - self.cents


def move_schedule(
    schedule_id: UUID,
    from_on: date,
    to: SeriesMove,
    *,
    seen: tuple[UUID, int] | None = None,
    reason: str | None = None,
    save_anyway: bool = False,
    is_trial: bool = False,
    actor: Actor,
) -> Changed:
    """Give every planned shift of a schedule from a day on other days, times or another worker.

    One that would fall on a public holiday is cancelled without a fee where its schedule skips
    them. `seen` is the shift from which it was asked for, in the version that was seen.
    """
    with transaction_or_trial(actor, is_trial=is_trial):
        if seen is not None:
            steps.hold(*seen, actor)
        schedule, planned = _ahead(schedule_id, from_on)
        organization = organizations.current()
        is_skipped = _skips(schedule, organization)
        before = {service.id: steps.standing(service) for service in planned}
        moved = [one for one in planned if _move(one, to, is_skipped, organization, actor)]
        assignments.check(moved, organization, is_accepted=save_anyway, leaving=set(before))
        budgets = _settled(planned, before, reason)
        _move_pattern(schedule, planned, to)
        changes = {
            "from": from_on,
            "services": len(planned),
            "weekdays": schedule.weekdays,
            "start_time": to.times.start,
            "end_time": to.times.end,
            "support_worker_id": to.worker_id,
            "reason": reason,
        }
        steps.tell(Fact.SCHEDULE_MOVED, schedule, budgets, changes)
        return changed(planned, before)


def end_schedule(
    schedule_id: UUID,
    from_on: date,
    cancellation: Cancellation,
    *,
    is_trial: bool = False,
    actor: Actor,
) -> Changed:
    """Cancel every planned shift of a schedule from a day on, and end it there.

    A fee that is asked for is charged of those whose notice was short, by the rule of a single
    cancellation; those that were told in time cost nothing.
    """
    with transaction_or_trial(actor, is_trial=is_trial):
        schedule, planned = _ahead(schedule_id, from_on)
        organization = organizations.current()
        before = {service.id: steps.standing(service) for service in planned}
        charged = [_put_away(service, cancellation, organization) for service in planned]
        if cancellation.fee_percent and not any(charged):
            raise RuleBroken(
                "fee_percent",
                IN_TIME,
                "The notice came in time for every one of them, so no fee can be charged.",
            )
        budgets = _settled(planned, before, cancellation.reason)
        last = max(schedule.starts_on, from_on - timedelta(days=1))
        schedule.ends_on, schedule.ended_at = min(schedule.ends_on, last), clock.now()
        changes = {"from": from_on, "services": len(planned), "reason": cancellation.reason}
        steps.tell(Fact.SCHEDULE_ENDED, schedule, budgets, changes)
        return changed(planned, before)


def _ahead(schedule_id: UUID, from_on: date) -> tuple[Schedule, list[Service]]:
    """Return a schedule and its shifts from a day on that are only planned yet, all held."""
    schedule = db.session.scalars(
        select(Schedule).where(Schedule.id == schedule_id).with_for_update()
    ).one_or_none()
    if schedule is None:
        raise NotFound("schedule")
    planned = list(
        db.session.scalars(
            select(Service)
            .where(Service.schedule_id == schedule_id, Service.service_on >= from_on)
            .where(Service.status == ServiceStatus.SCHEDULED)
            .order_by(Service.service_on, Service.id)
            .limit(rules.MOST_OCCURRENCES)
            .with_for_update()
        )
    )
    if not planned:
        raise RuleBroken(
            None, "nothing_planned", "No shift of this schedule is planned from that day on."
        )
    return schedule, planned


def _skips(schedule: Schedule, organization: Organization) -> Callable[[date], bool]:
    """Return whether a schedule leaves a day out, by the holidays of where its person lives."""
    if not schedule.skips_holidays:
        return lambda _day: False
    whom = db.session.get_one(Participant, schedule.participant_id)
    state = whom.state or organization.state
    return lambda day: clock.public_holiday(day, state) is not None


def _move(
    service: Service,
    to: SeriesMove,
    is_skipped: Callable[[date], bool],
    organization: Organization,
    actor: Actor,
) -> bool:
    """Move one shift, or cancel it where it would fall on a day to skip; say whether it moved."""
    days = to.days.get(service.service_on.weekday(), 0)
    on = service.service_on + timedelta(days=days)
    if days and is_skipped(on):
        steps.put_away(service, Cancellation(ON_HOLIDAY, clock.now()), 0)
        return False
    with saying(on):
        shifts.move_row(service, NewTime(on, to.times, to.worker_id), organization, actor)
    return True


def _move_pattern(schedule: Schedule, planned: Sequence[Service], to: SeriesMove) -> None:
    """Let a schedule say what its shifts are from now on."""
    schedule.weekdays = sorted({(day + to.days.get(day, 0)) % 7 for day in schedule.weekdays})
    schedule.start_time, schedule.end_time = to.times.start, to.times.end
    schedule.support_worker_id = to.worker_id
    schedule.starts_on = min(schedule.starts_on, *(one.service_on for one in planned))
    schedule.ends_on = max(schedule.ends_on, *(one.service_on for one in planned))


def _put_away(service: Service, cancellation: Cancellation, organization: Organization) -> int:
    """Cancel one shift and return its fee in cents: none where the notice came in time."""
    try:
        fee = shifts.fee_of(service, cancellation, organization)
    except RuleBroken as error:
        if error.code != IN_TIME:
            raise
        fee, cancellation = 0, replace(cancellation, fee_percent=0, code=None)
    steps.put_away(service, cancellation, fee)
    return fee


def _settled(
    planned: Sequence[Service], before: Mapping[UUID, Standing], reason: str | None
) -> list[BudgetState]:
    """Move the totals of them all, and write what became of each into its history.

    What is given back goes first, so that a shift can take what another leaves.
    """
    given_back = {one.budget_id for one in before.values()}
    totals.hold(given_back | {one.budget_id for one in planned})
    budgets: list[BudgetState] = []
    for service in sorted(planned, key=lambda one: one.total_cents - before[one.id].cents):
        with saying(service.service_on):
            budgets += steps.settle(before[service.id], service)
        is_skipped = service.status is ServiceStatus.CANCELLED and not reason
        said = ON_HOLIDAY if is_skipped else reason
        steps.note_change(service, before[service.id], reason=said)
    return budgets


def changed(planned: Sequence[Service], before: Mapping[UUID, Standing]) -> Changed:
    """Return what became of shifts, by what each was before."""
    return Changed(
        tuple(
            SeriesStep(
                one.participant_id,
                before[one.id].on,
                before[one.id].values["start_time"],
                before[one.id].cents,
                one.service_on,
                one.start_time,
                one.end_time,
                one.total_cents,
                one.status is ServiceStatus.CANCELLED,
            )
            for one in planned
        ),
    )
