"""Supports that come back by the week: all of them planned at once, or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from caddy import clock
from caddy.actions import assignments, shifts, steps
from caddy.actions.services import ServiceEntry
from caddy.actions.totals import BudgetState
from caddy.columns import new_id
from caddy.domain import schedules as rules
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.schedules import WeeklyPattern
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
    """Shifts of a schedule that were made together, and their cost in cents."""

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
            with saying(day):
                made.append(_planned(wanted, day, organization, actor))
        assignments.check(made, organization, is_accepted=save_anyway)
        db.session.add(schedule)
        for service in made:
            service.schedule_id = schedule.id
        db.session.add_all(made)
        db.session.flush()
        budgets: list[BudgetState] = []
        for service in made:
            with saying(service.service_on):
                budgets += steps.settle(None, service)
            steps.note_change(service, None)
        series = Series(schedule.id, len(made), sum(one.total_cents for one in made))
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
def saying(day: date) -> Iterator[None]:
    """Have a refusal say which day it was of."""
    try:
        yield
    except RuleBroken as error:
        details = {"on": day.isoformat(), **(error.details or {})}
        message = f"{say_date(day)} cannot be planned. {error.message}"
        raise RuleBroken(error.field, error.code, message, details) from error
