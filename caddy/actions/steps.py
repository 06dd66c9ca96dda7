"""One step of a service's life, written whole: its row, its history, its budget's totals.

What shifts, corrections and schedules share; it knows nothing of why a step is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock, queue
from caddy.actions import services, totals
from caddy.actions.services import ServiceEntry
from caddy.actions.totals import BudgetState, Move
from caddy.domain import shifts as rules
from caddy.domain.actor import Actor
from caddy.domain.errors import CHANGED, Conflict, NotFound
from caddy.domain.facts import Fact
from caddy.domain.services import ServiceStatus
from caddy.domain.shifts import Cancellation
from caddy.events import Topic
from caddy.extensions import Base, db
from caddy.models import Organization, Service, ServiceChange
from caddy.queries import roster
from caddy.queries.estimates import Estimate
from caddy.transaction import current_work

# What an entry decides of a service: taken over from the row that it would make anew.
ENTERED = (
    *("budget_id", "support_item_id", "item_number", "item_name", "service_on", "start_time"),
    *("end_time", "started_at", "ended_at", "duration_minutes", "quantity_milli"),
    *("unit_price_cents", "total_cents", "notes", "agreement_id"),
)
SAID = ("service_on", "start_time", "end_time", "item_number", "quantity_milli")
PRICED_BY = ("service_on", "start_time", "end_time", "item_number", "unit_price_cents")
SAID_TOO = (
    *("unit_price_cents", "total_cents", "support_worker_id", "notes", "signed_by"),
    "people",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phone said that it was, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What a service is before a step: its state, and what it takes of which budget."""

    status: ServiceStatus
    budget_id: UUID
    on: date
    cents: int
    values: Mapping[str, Any]

    @property
    def move(self) -> Move:
        return totals.taken(self.status, self.cents)


def standing(service: Service) -> Standing:
    return Standing(
        service.status,
        service.budget_id,
        service.service_on,
        service.total_cents,
        {name: getattr(service, name) for name in (*SAID, *SAID_TOO)},
    )


def hold(service_id: UUID, version: int, actor: Actor) -> Service:
    """Return a service, its row held, for someone who saw it in a version and may change it."""
    service = db.session.scalars(
        select(Service).where(Service.id == service_id).with_for_update()
    ).one_or_none()
    if service is None:
        raise NotFound("service")
    rules.check_handles(actor, service.support_worker_id)
    if service.version != version:
        raise Conflict(CHANGED, _meanwhile(service), {"version": service.version})
    return service


def _meanwhile(service: Service) -> str:
    """Say who changed a service last: whoever saw an older one decides again."""
    last = next(reversed(roster.changes_of(service.id)), None)
    whom = f"{last.first_name} {last.last_name}" if last and last.first_name else "Someone"
    return (
        f"{whom} changed this shift in the meantime: it is {service.status.label.lower()} now. "
        "Nothing of yours was saved yet."
    )


def entry_of(service: Service, organization: Organization) -> ServiceEntry:
    """Return what one would enter to get the service as it is."""
    return ServiceEntry(
        participant_id=service.participant_id,
        service_on=service.service_on,
        start_time=service.start_time,
        end_time=service.end_time,
        item_number=service.item_number,
        notes=service.notes,
        ends_next_day=service.end_time <= service.start_time,
        unit_price_cents=roster.agreed_price(service, organization.state),
        quantity_milli=service.quantity_milli,
    )


def enter(
    service: Service,
    entry: ServiceEntry,
    organization: Organization,
    actor: Actor,
    *,
    is_planned: bool = False,
) -> Estimate:
    """Give a service the times, item, price and budget of an entry, worked out anew.

    It stays the type of claim that it was, for as many people. What the estimate says of the
    trip to it is for whoever stores that too.
    """
    entry = replace(entry, claim_type=service.claim_type, people=service.people)
    worked_out = services.estimate(
        entry,
        organization.timezone,
        organization.state,
        service.support_worker_id,
        seen_by=actor.seen_by,
        is_planned=is_planned,
    )
    made = services.new_row(entry, worked_out, actor)
    for name in ENTERED:
        setattr(service, name, getattr(made, name))
    return worked_out


def put_away(service: Service, cancellation: Cancellation, fee_cents: int) -> None:
    """Make a row a cancelled one."""
    service.status = ServiceStatus.CANCELLED
    service.cancellation_reason = cancellation.code
    service.fee_percent = cancellation.fee_percent
    service.total_cents = fee_cents


def is_priced_anew(before: Standing, service: Service) -> bool:
    """Say whether a step changed anything that the price of a service, or of its trip, goes by."""
    return any(getattr(service, name) != before.values[name] for name in PRICED_BY)


def sign(service: Service, name: str | None) -> None:
    """Write down who confirmed a service, and when that was said; None leaves it as it is."""
    if name is None or (name.strip() or None) == service.signed_by:
        return
    service.signed_by = name.strip() or None
    service.signed_at = clock.now() if service.signed_by else None


def settle(before: Standing | None, service: Service) -> list[BudgetState]:
    """Move the totals from what a service took to what it takes; return the budgets moved.

    On another day or of another budget the old is given back first.
    """
    after = totals.taken(service.status, service.total_cents)
    if before is None:
        return [totals.move(service.budget_id, service.service_on, after)]
    if (before.budget_id, before.on) == (service.budget_id, service.service_on):
        change = after.minus(before.move)
        if change.is_nothing:
            return []
        return [totals.move(service.budget_id, service.service_on, change)]
    totals.hold({before.budget_id, service.budget_id})
    given_back = totals.move(before.budget_id, before.on, Move().minus(before.move))
    taken = totals.move(service.budget_id, service.service_on, after)
    return [taken] if taken.id == given_back.id else [given_back, taken]


def note_change(
    service: Service,
    before: Standing | None,
    *,
    reason: str | None = None,
    place: Place | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Write a step into the service's history and return what it changed, as `(old, new)`."""
    changes = _changes(before, service)
    if before is not None:
        service.version += 1
    db.session.add(
        ServiceChange(
            organization_id=service.organization_id,
            service_id=service.id,
            from_status=before.status if before else None,
            to_status=service.status,
            happened_at=at or clock.now(),
            user_id=current_work().actor.user_id,
            reason=reason,
            changes={name: [_plain(old), _plain(new)] for name, (old, new) in changes.items()},
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
        )
    )
    return changes


def _changes(before: Standing | None, service: Service) -> dict[str, Any]:
    if before is None:
        return {}
    now = {name: getattr(service, name) for name in before.values}
    return {name: (old, now[name]) for name, old in before.values.items() if old != now[name]}


def _plain(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def tell(
    fact: Fact, subject: Base, budgets: Sequence[BudgetState], changes: Mapping[str, Any]
) -> None:
    """Record what happened, tell the panels, and have the budgets looked at; each budget once."""
    last = {state.id: state for state in budgets}
    live = [Topic("budget", state.id, state.version) for state in last.values()]
    audit.record(fact, subject, changes=changes, live=live)
    for budget_id in last:
        queue.later(queue.Job.CHECK_BUDGET, budget_id)


def take(
    fact: Fact,
    service: Service,
    before: Standing,
    *,
    reason: str | None = None,
    place: Place | None = None,
    at: datetime | None = None,
) -> None:
    """Take one step with one service: totals, history, audit and what comes after.

    `at` is when it was done, where that is not now: on a phone that had no network.
    """
    budgets = settle(before, service)
    changes = note_change(service, before, reason=reason, place=place, at=at)
    said: dict[str, Any] = {"status": (before.status, service.status), **changes}
    if reason:
        said["reason"] = reason
    if at is not None:
        said["kept_at"] = at
    tell(fact, service, budgets, said)
