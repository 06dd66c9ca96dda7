"""Supports that come back by the week: all made at once, then moved or ended from one on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.actions import assignments, shifts, steps
from caddy.actions.services import ServiceEntry
from caddy.actions.shifts import NewTime, Times
from caddy.actions.totals import BudgetState
from caddy.columns import new_id
from caddy.domain import schedules as rules
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.schedules import WeeklyPattern
from caddy.domain.services import ServiceStatus
from caddy.domain.shifts import Cancellation
from caddy.domain.words import say_date
from caddy.extensions import db
from caddy.models import Organization, Participant, Schedule, Service
from caddy.queries import organizations
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """A weekly support: whom, by whom, what and when. Price and quantity as in a service."""

    participant_id: UUID
    worker_id: UUID
    item_number: str
    pattern: WeeklyPattern
    notes: str = ""
    unit_price_cents: int | None = None
    quantity_milli: int | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Shifts of a schedule that were made, moved or cancelled together, and their cost."""

    schedule_id: UUID
    count: int
    total_cents: int


def create_schedule(wanted: NewSchedule, *, save_anyway: bool = False, actor: Actor) -> Series:
    """Plan every shift of a weekly pattern and commit all of it, or nothing at all.

    A refusal names the first day that cannot be planned or that the budget does not carry.
    """
    rules.check_pattern(wanted.pattern)
    with transaction(actor):
        organization = organizations.current()
        schedule = _schedule_row(wanted, actor)
        made: list[Service] = []
        for day in _days(wanted, organization):
            with _saying(day):
                made.append(_planned(wanted, day, organization, actor))
        assignments.check(made, organization, is_accepted=save_anyway)
        db.session.add(schedule)
        for service in made:
            service.schedule_id = schedule.id
        db.session.add_all(made)
        db.session.flush()
        budgets: list[BudgetState] = []
        for service in made:
            with _saying(service.service_on):
                budgets += steps.settle(None, service)
            steps.note_change(service, None)
        series = _series(schedule.id, made)
        changes = {
            "pattern": rules.describe(wanted.pattern),
            "participant_id": wanted.participant_id,
            "support_worker_id": wanted.worker_id,
            "services": series.count,
            "total_cents": series.total_cents,
        }
        steps.tell(Fact.SCHEDULE_ADDED, schedule, budgets, changes)
        return series


def _schedule_row(wanted: NewSchedule, actor: Actor) -> Schedule:
    pattern = wanted.pattern
    return Schedule(
        id=new_id(),
        organization_id=actor.organization_id,
        participant_id=wanted.participant_id,
        support_worker_id=wanted.worker_id,
        item_number=wanted.item_number,
        weekdays=sorted(pattern.weekdays),
        start_time=pattern.start,
        end_time=pattern.end,
        starts_on=pattern.starts_on,
        ends_on=pattern.ends_on,
        every_weeks=pattern.every_weeks,
        skips_holidays=pattern.skips_holidays,
    )


def _days(wanted: NewSchedule, organization: Organization) -> list[date]:
    """Return the days of a pattern; holidays are those of where the participant lives."""
    whom = db.session.get(Participant, wanted.participant_id)
    if whom is None:
        raise NotFound("participant")
    state = whom.state or organization.state
    days = rules.occurrences(
        wanted.pattern, lambda day: clock.public_holiday(day, state) is not None
    )
    if not days:
        raise RuleBroken("ends_on", "no_occurrence", "No day of this pattern lies in these dates.")
    return days


def _planned(wanted: NewSchedule, day: date, organization: Organization, actor: Actor) -> Service:
    entry = ServiceEntry(
        participant_id=wanted.participant_id,
        service_on=day,
        start_time=wanted.pattern.start,
        end_time=wanted.pattern.end,
        item_number=wanted.item_number,
        notes=wanted.notes,
        ends_next_day=wanted.pattern.ends_next_day,
        unit_price_cents=wanted.unit_price_cents,
        quantity_milli=wanted.quantity_milli,
    )
    return shifts.planned_row(entry, wanted.worker_id, organization, actor)


@contextmanager
def _saying(day: date) -> Iterator[None]:
    """Have a refusal say which day it was of."""
    try:
        yield
    except RuleBroken as error:
        details = {"on": day.isoformat(), **(error.details or {})}
        message = f"{say_date(day)} cannot be planned. {error.message}"
        raise RuleBroken(error.field, error.code, message, details) from error


def _series(schedule_id: UUID, some: Sequence[Service]) -> Series:
    return Series(schedule_id, len(some), sum(one.total_cents for one in some))


def _ahead(schedule_id: UUID, from_on: date) -> tuple[Schedule, list[Service]]:
    """Return a schedule and its shifts from a day on that are only planned yet, all held."""
    schedule = db.session.scalars(
        select(Schedule).where(Schedule.id == schedule_id).with_for_update()
    ).one_or_none()
    if schedule is None:
        raise NotFound("schedule")
    planned = db.session.scalars(
        select(Service)
        .where(Service.schedule_id == schedule_id, Service.service_on >= from_on)
        .where(Service.status == ServiceStatus.SCHEDULED)
        .order_by(Service.service_on, Service.id)
        .limit(rules.MOST_OCCURRENCES)
        .with_for_update()
    )
    return schedule, list(planned)


def end_schedule(schedule_id: UUID, from_on: date, reason: str, *, actor: Actor) -> Series:
    """Cancel every planned shift of a schedule from a day on, without a fee, and end it there."""
    with transaction(actor):
        schedule, planned = _ahead(schedule_id, from_on)
        cancellation = Cancellation(reason, clock.now())
        budgets: list[BudgetState] = []
        freed = _series(schedule.id, planned)
        for service in planned:
            before = steps.standing(service)
            shifts.put_away(service, cancellation, 0)
            budgets += steps.settle(before, service)
            steps.note_change(service, before, reason=reason)
        last = max(schedule.starts_on, from_on - timedelta(days=1))
        schedule.ends_on, schedule.ended_at = min(schedule.ends_on, last), clock.now()
        changes = {"from": from_on, "services": freed.count, "reason": reason}
        steps.tell(Fact.SCHEDULE_ENDED, schedule, budgets, changes)
        return freed


def move_schedule(
    schedule_id: UUID,
    from_on: date,
    times: Times,
    worker_id: UUID,
    *,
    reason: str | None = None,
    save_anyway: bool = False,
    actor: Actor,
) -> Series:
    """Give every planned shift of a schedule from a day on other times or another worker."""
    with transaction(actor):
        schedule, planned = _ahead(schedule_id, from_on)
        if not planned:
            raise RuleBroken(None, "nothing_planned", "No shift of this schedule is planned.")
        organization = organizations.current()
        before = {service.id: steps.standing(service) for service in planned}
        for service in planned:
            to = NewTime(service.service_on, times, worker_id)
            with _saying(service.service_on):
                shifts.move_row(service, to, organization, actor)
        assignments.check(planned, organization, is_accepted=save_anyway, leaving=set(before))
        budgets: list[BudgetState] = []
        for service in planned:
            with _saying(service.service_on):
                budgets += steps.settle(before[service.id], service)
            steps.note_change(service, before[service.id], reason=reason)
        schedule.start_time, schedule.end_time = times.start, times.end
        schedule.support_worker_id = worker_id
        changes = {
            "from": from_on,
            "services": len(planned),
            "start_time": times.start,
            "end_time": times.end,
            "support_worker_id": worker_id,
            "reason": reason,
        }
        steps.tell(Fact.SCHEDULE_MOVED, schedule, budgets, changes)
        return _series(schedule.id, planned)
