"""A shift from its plan to its end: scheduled, started, finished, moved or cancelled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from caddy import clock
from caddy.actions import assignments, received, services, steps, totals, trips
from caddy.actions.received import Sent
from caddy.actions.services import ServiceEntry
from caddy.actions.steps import Place
from caddy.actions.trials import transaction_or_trial
from caddy.columns import new_id
from caddy.domain import shifts as rules
from caddy.domain.actor import Actor
from caddy.domain.claim_types import ALL
from caddy.domain.facts import Fact
from caddy.domain.services import ServiceStatus
from caddy.domain.shifts import Cancellation
from caddy.domain.travel import Travel
from caddy.extensions import db
from caddy.models import Organization, Service, SupportItem
from caddy.queries import agreements, organizations
from caddy.queries import roster as reads
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class Outcome:
    """A shift after a step: its state, its cost in cents, its version.

    `travel_cents` are what its trip costs; of a cancelled one, what it cost until then.
    """

    id: UUID
    status: ServiceStatus
    minutes: int
    total_cents: int
    version: int
    travel_cents: int = 0


@dataclass(frozen=True, slots=True)
class Times:
    """When a shift took place, in local times of the day it began: `on`, or else as planned."""

    start: time
    end: time
    ends_next_day: bool = False
    on: date | None = None


@dataclass(frozen=True, slots=True)
class NewTime:
    """Where a planned shift goes: another day, other times, another worker."""

    service_on: date
    times: Times
    worker_id: UUID


def planned_row(
    entry: ServiceEntry, worker_id: UUID, organization: Organization, actor: Actor
) -> Service:
    """Return a shift to be scheduled, not stored yet, or refuse what cannot be planned."""
    worked_out = services.estimate(
        entry,
        organization.timezone,
        organization.state,
        seen_by=actor.seen_by,
        is_planned=True,
    )
    rules.check_ahead(worked_out.span.ended_at, clock.now())
    row = services.new_row(entry, worked_out, actor)
    row.id = new_id()
    row.support_worker_id = worker_id
    row.status = ServiceStatus.SCHEDULED
    row.version = 1
    return row


def schedule_service(
    entry: ServiceEntry, worker_id: UUID, *, save_anyway: bool = False, actor: Actor
) -> Outcome:
    """Plan a shift for a worker and commit its cost, whole or not at all."""
    with transaction(actor):
        organization = organizations.current()
        service = planned_row(entry, worker_id, organization, actor)
        assignments.check([service], organization, is_accepted=save_anyway)
        db.session.add(service)
        db.session.flush()
        budgets = steps.settle(None, service)
        steps.note_change(service, None)
        changes = {
            "participant_id": service.participant_id,
            "support_worker_id": worker_id,
            "service_on": service.service_on,
            "budget_id": service.budget_id,
            "total_cents": service.total_cents,
        }
        steps.tell(Fact.SERVICE_SCHEDULED, service, budgets, changes)
        return _outcome(service)


def start_shift(
    service_id: UUID,
    version: int,
    *,
    at: datetime | None = None,
    place: Place | None = None,
    sent: Sent | None = None,
    actor: Actor,
) -> Outcome:
    """Begin a shift now, or at the instant that a phone without a signal kept."""
    at = at or _kept_at(sent)

    def act() -> Outcome:
        service = steps.hold(service_id, version, actor)
        before = steps.standing(service)
        rules.check_step(service.status, ServiceStatus.IN_PROGRESS)
        now = clock.now()
        rules.check_start(at or now, service.started_at, now, service.service_on)
        service.status = ServiceStatus.IN_PROGRESS
        _put(service, place)
        steps.take(Fact.SERVICE_STARTED, service, before, place=place, at=at)
        return _outcome(service)

    return received.once(sent, Outcome, act, actor=actor)


def note_shift(
    service_id: UUID,
    version: int,
    notes: str,
    *,
    sent: Sent | None = None,
    actor: Actor,
) -> Outcome:
    """Write the notes of a shift that is under way; they stand in its form when it ends."""

    def act() -> Outcome:
        service = steps.hold(service_id, version, actor)
        before = steps.standing(service)
        rules.check_state(service.status, ServiceStatus.IN_PROGRESS, "given a note")
        service.notes = notes
        steps.take(Fact.SERVICE_NOTED, service, before, at=_kept_at(sent))
        return _outcome(service)

    return received.once(sent, Outcome, act, actor=actor)


def finish_shift(  # noqa: PLR0913 - all that a worker says at the end, in one step
    service_id: UUID,
    version: int,
    times: Times,
    notes: str,
    *,
    signed_by: str | None = None,
    travel: Travel | None = None,
    place: Place | None = None,
    sent: Sent | None = None,
    actor: Actor,
) -> Outcome:
    """End a shift with the times that were: what it costs is spent, no longer committed.

    `signed_by` is the name of the participant or nominee who confirmed it. The lines of the
    trip to it are stored with it, whole or not at all.
    """

    def act() -> Outcome:
        service = steps.hold(service_id, version, actor)
        before = steps.standing(service)
        rules.check_step(service.status, ServiceStatus.COMPLETED)
        organization = organizations.current()
        on = times.on or service.service_on
        rules.check_day(on, service.service_on)
        entry = _at(steps.entry_of(service, organization), on, times)
        entry = replace(entry, notes=notes, travel=travel)
        worked_out = steps.enter(service, entry, organization, actor)
        trips.hold(before, service, [], worked_out)
        steps.sign(service, signed_by)
        service.status = ServiceStatus.COMPLETED
        _put(service, place)
        steps.take(Fact.SERVICE_FINISHED, service, before, place=place, at=_kept_at(sent))
        cents = trips.add(service, worked_out, organization.timezone, kept_at=_kept_at(sent))
        return replace(_outcome(service), travel_cents=cents)

    return received.once(sent, Outcome, act, actor=actor)


def cancel_service(
    service_id: UUID,
    version: int,
    cancellation: Cancellation,
    *,
    is_trial: bool = False,
    actor: Actor,
) -> Outcome:
    """Cancel a shift: its money is free again but for a fee, which is spent.

    The trip to one that was entered by mistake goes with it.
    """
    with transaction_or_trial(actor, is_trial=is_trial):
        service = steps.hold(service_id, version, actor)
        before = steps.standing(service)
        rules.check_step(service.status, ServiceStatus.CANCELLED)
        organization = organizations.current()
        lines = trips.lines_of(service)
        totals.hold({service.budget_id, *(one.row.budget_id for one in lines)})
        steps.put_away(service, cancellation, fee_of(service, cancellation, organization))
        steps.take(Fact.SERVICE_CANCELLED, service, before, reason=cancellation.reason)
        return replace(_outcome(service), travel_cents=trips.cancel(lines, cancellation))


def fee_of(service: Service, cancellation: Cancellation, organization: Organization) -> int:
    """Return what a service costs once it is cancelled, in cents, or refuse the fee."""
    if not cancellation.fee_percent:
        return 0
    terms = agreements.terms_on(service.participant_id, service.service_on)
    whom = reads.participant(service.participant_id)
    state = (whom.state if whom else None) or organization.state
    return rules.fee_cents(
        service.total_cents,
        service.status,
        cancellation,
        db.session.get_one(SupportItem, service.support_item_id),
        clock.local(service.started_at, organization.timezone),
        lambda day: clock.public_holiday(day, state) is not None,
        terms.cancellation_percent if terms else ALL,
    )


def move_service(
    service_id: UUID,
    version: int,
    to: NewTime,
    *,
    reason: str | None = None,
    save_anyway: bool = False,
    is_trial: bool = False,
    actor: Actor,
) -> Outcome:
    """Move a planned shift to another day, time or worker; what it commits moves with it."""
    with transaction_or_trial(actor, is_trial=is_trial):
        service = steps.hold(service_id, version, actor)
        before = steps.standing(service)
        rules.check_state(service.status, ServiceStatus.SCHEDULED, "moved")
        organization = organizations.current()
        move_row(service, to, organization, actor)
        assignments.check([service], organization, is_accepted=save_anyway)
        steps.take(Fact.SERVICE_MOVED, service, before, reason=reason)
        return _outcome(service)


def move_row(service: Service, to: NewTime, organization: Organization, actor: Actor) -> None:
    """Give a planned row its new day, times and worker, with the price of that day."""
    entry = _at(steps.entry_of(service, organization), to.service_on, to.times)
    steps.enter(service, entry, organization, actor, is_planned=True)
    rules.check_ahead(service.ended_at, clock.now())
    service.support_worker_id = to.worker_id


def _at(entry: ServiceEntry, on: date, times: Times) -> ServiceEntry:
    return replace(
        entry,
        service_on=on,
        start_time=times.start,
        end_time=times.end,
        ends_next_day=times.ends_next_day,
    )


def _kept_at(sent: Sent | None) -> datetime | None:
    return sent.kept_at if sent else None


def _put(service: Service, place: Place | None) -> None:
    if place is not None:
        service.latitude, service.longitude = place.latitude, place.longitude


def _outcome(service: Service) -> Outcome:
    return Outcome(
        service.id,
        service.status,
        service.duration_minutes,
        service.total_cents,
        service.version,
    )


def instant(on: date, at: time, zone: str) -> datetime:
    """Return a local day and time as the instant it names."""
    return datetime.combine(on, at, ZoneInfo(zone))
