"""Supports that come back by the week: all of them planned at once, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from caddy import clock
from caddy.actions import assignments, shifts, steps, totals
from caddy.actions.group_shifts import in_order, naming
from caddy.actions.services import ServiceEntry
from caddy.actions.totals import BudgetState
from caddy.columns import new_id
from caddy.domain import schedules as rules
from caddy.domain.actor import Actor
from caddy.domain.claim_types import ClaimType
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.schedules import WeeklyPattern
from caddy.domain.shared_support import members, people_in
from caddy.domain.words import say_date
from caddy.extensions import db
from caddy.models import Organization, Participant, Schedule, Service
from caddy.queries import organizations
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """A weekly support: whom, by whom, what and when. Price and quantity as in a service.

    `others` share it each time, in a group of so many `people`: of as many as are planned where
    that is None.
    """

    participant_id: UUID
    worker_id: UUID
    item_number: str
    pattern: WeeklyPattern
    notes: str = ""
    unit_price_cents: int | None = None
    quantity_milli: int | None = None
    claim_type: ClaimType = ClaimType.DIRECT
    people: int | None = None
    others: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """Shifts that were made together, and their cost in cents; the first participant's schedule.

    Each of a group has a schedule of their own, so that one can leave it and the others stay.
    """

    schedule_id: UUID
    count: int
    total_cents: int


def create_schedule(wanted: NewSchedule, *, save_anyway: bool = False, actor: Actor) -> Series:
    """Plan every shift of a weekly pattern and commit all of it, or nothing at all.

    A refusal names the first day that cannot be planned or that the budget does not carry, and
    in a group whose it is.
    """
    rules.check_pattern(wanted.pattern)
    together_with = members(wanted.participant_id, wanted.others)
    wanted = replace(wanted, people=people_in(wanted.people, len(together_with)))
    with transaction(actor):
        organization = organizations.current()
        days = _days(wanted, organization, len(together_with))
        keys = {day: new_id() if len(together_with) > 1 else None for day in days}
        made: dict[UUID, list[Service]] = {}
        for participant_id in together_with:
            own = replace(wanted, participant_id=participant_id)
            with naming(participant_id, together_with):
                made[participant_id] = _planned(own, keys, organization, actor)
        assignments.check_group(list(made.values()), organization, is_accepted=save_anyway)
        every = [row for rows in made.values() for row in rows]
        totals.hold({row.budget_id for row in every})
        stored = [_store(wanted, rows, actor) for rows in made.values()]
        budgets = _committed(every, together_with)
        for schedule in stored:
            _tell(schedule, wanted, made[schedule.participant_id], budgets)
        return Series(stored[0].id, len(every), sum(row.total_cents for row in every))


def _store(wanted: NewSchedule, rows: list[Service], actor: Actor) -> Schedule:
    """Store one participant's schedule and its shifts, which commit nothing yet."""
    schedule = _schedule_row(wanted, rows[0], actor)
    db.session.add(schedule)
    for row in rows:
        row.schedule_id = schedule.id
    db.session.add_all(rows)
    db.session.flush()
    return schedule


def _committed(made: list[Service], together_with: Sequence[UUID]) -> dict[UUID, list[BudgetState]]:
    """Commit what each shift costs, and return by participant what became of the budgets."""
    budgets: dict[UUID, list[BudgetState]] = {one: [] for one in together_with}
    for service in in_order(made):
        with naming(service.participant_id, together_with), saying(service.service_on):
            budgets[service.participant_id] += steps.settle(None, service)
        steps.note_change(service, None)
    return budgets


def _tell(
    schedule: Schedule,
    wanted: NewSchedule,
    rows: list[Service],
    budgets: Mapping[UUID, list[BudgetState]],
) -> None:
    changes = {
        "pattern": rules.describe(wanted.pattern),
        "participant_id": schedule.participant_id,
        "support_worker_id": wanted.worker_id,
        "services": len(rows),
        "total_cents": sum(one.total_cents for one in rows),
        **({"people": wanted.people} if wanted.people != 1 else {}),
    }
    steps.tell(Fact.SCHEDULE_ADDED, schedule, budgets[schedule.participant_id], changes)


def _schedule_row(wanted: NewSchedule, first: Service, actor: Actor) -> Schedule:
    """Return the schedule of a participant's shifts; its item is that of the first."""
    pattern = wanted.pattern
    return Schedule(
        id=new_id(),
        organization_id=actor.organization_id,
        participant_id=first.participant_id,
        support_worker_id=wanted.worker_id,
        item_number=first.item_number,
        weekdays=sorted(pattern.weekdays),
        start_time=pattern.start,
        end_time=pattern.end,
        starts_on=pattern.starts_on,
        ends_on=pattern.ends_on,
        every_weeks=pattern.every_weeks,
        skips_holidays=pattern.skips_holidays,
    )


def _days(wanted: NewSchedule, organization: Organization, planned: int) -> list[date]:
    """Return the days of a pattern; holidays are those of where the first participant lives."""
    whom = db.session.get(Participant, wanted.participant_id)
    if whom is None:
        raise NotFound("participant")
    state = whom.state or organization.state
    days = rules.occurrences(
        wanted.pattern, lambda day: clock.public_holiday(day, state) is not None
    )
    if not days:
        raise RuleBroken("ends_on", "no_occurrence", "No day of this pattern lies in these dates.")
    rules.check_count(len(days) * planned)
    return days


def _planned(
    wanted: NewSchedule,
    keys: Mapping[date, UUID | None],
    organization: Organization,
    actor: Actor,
) -> list[Service]:
    """Return one participant's shifts, not stored yet; `keys` are the groups of the days."""
    made = []
    for day, group_key in keys.items():
        with saying(day):
            row = shifts.planned_row(_entry(wanted, day), wanted.worker_id, organization, actor)
        row.group_key = group_key
        made.append(row)
    return made


def _entry(wanted: NewSchedule, day: date) -> ServiceEntry:
    return ServiceEntry(
        participant_id=wanted.participant_id,
        service_on=day,
        start_time=wanted.pattern.start,
        end_time=wanted.pattern.end,
        item_number=wanted.item_number,
        notes=wanted.notes,
        ends_next_day=wanted.pattern.ends_next_day,
        unit_price_cents=wanted.unit_price_cents,
        quantity_milli=wanted.quantity_milli,
        claim_type=wanted.claim_type,
        people=wanted.people or 1,
    )


@contextmanager
def saying(day: date) -> Iterator[None]:
    """Have a refusal say which day it was of."""
    try:
        yield
    except RuleBroken as error:
        details = {"on": day.isoformat(), **(error.details or {})}
        message = f"{say_date(day)} cannot be planned. {error.message}"
        raise RuleBroken(error.field, error.code, message, details) from error
