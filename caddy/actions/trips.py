"""A trip goes where its support goes: entered with it, moved with it, cancelled with it.

The only place that changes the lines of a trip after they were entered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from caddy.actions import services, steps, totals, trip_rows
from caddy.actions.services import ServiceEntry
from caddy.domain import shifts as rules
from caddy.domain.actor import Actor
from caddy.domain.claim_types import ClaimType
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.services import ServiceStatus
from caddy.domain.shifts import Cancellation
from caddy.domain.travel import Leg, Travel
from caddy.domain.trips import (
    TRAVEL_TYPES,
    check_new,
    check_not_billed,
    leg_of,
    trip_key,
    wall_minutes,
    whole_cents,
)
from caddy.extensions import db
from caddy.models import Organization, Service
from caddy.queries import organizations
from caddy.queries.estimates import Estimate, TravelEstimate
from caddy.transaction import transaction

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class TripLine:
    """A line of the trip to a support, its row held, and which part of the trip it is."""

    row: Service
    leg: Leg


def lines_of(main: Service) -> list[TripLine]:
    """Return the lines of the trip to a service that are not cancelled, held.

    Before the service itself is changed: which way a line is, its times say.
    """
    found = db.session.scalars(
        select(Service)
        .where(Service.main_service_id == main.id, Service.claim_type.in_(TRAVEL_TYPES))
        .where(Service.status != ServiceStatus.CANCELLED)
        .order_by(Service.started_at, Service.id)
        .limit(MOST_LINES)
        .with_for_update()
    )
    return [TripLine(row, leg_of(row.claim_type, row.started_at, main.started_at)) for row in found]


def hold(before: steps.Standing, main: Service, lines: Sequence[TripLine], new: Estimate) -> None:
    """Hold the budgets of a support and of its trip, as they were and as they are, in one order."""
    moved = {before.budget_id, main.budget_id, *(one.row.budget_id for one in lines)}
    totals.hold(moved | {one.budget.id for one in new.travel})


def add(main: Service, worked_out: Estimate, zone: str, *, kept_at: datetime | None = None) -> int:
    """Store the lines of the trip to a service that is stored; return what they cost, in cents."""
    cents = 0
    for one in worked_out.travel:
        row = trip_rows.row_of(one, main, worked_out.agreement_id, zone)
        services.add_row(row, kept_at)
        cents += row.total_cents
    return cents


def cancel(lines: Sequence[TripLine], cancellation: Cancellation) -> int:
    """Cancel the trip to a support that was cancelled, without a fee; return the cents given back.

    Travel that is billed stands in its way: that is credited on its claim first.
    """
    check_not_billed([one.row.status for one in lines], "cancelled")
    free = replace(cancellation, code=None, fee_percent=0)
    cents = 0
    for one in lines:
        before = steps.standing(one.row)
        steps.put_away(one.row, free, 0)
        steps.take(Fact.SERVICE_CANCELLED, one.row, before, reason=free.reason)
        cents += before.cents
    return cents


def follow(
    main: Service,
    before: steps.Standing,
    lines: Sequence[TripLine],
    entry: ServiceEntry,
    organization: Organization,
    reason: str,
    actor: Actor,
) -> None:
    """Move the trip to a support that was corrected: its day, times, item and price are new.

    Travel that is billed stays as it was claimed; where the day or the item is another, it
    stands in the way. The rules of a trip hold as if it was entered now.
    """
    is_elsewhere = (before.on, before.values["item_number"]) != (main.service_on, main.item_number)
    if is_elsewhere:
        check_not_billed([one.row.status for one in lines], "corrected")
    own = [one for one in lines if one.row.status is ServiceStatus.COMPLETED]
    if not steps.is_priced_anew(before, main):
        copy_notes(main, lines)
        return
    by_people: dict[int, list[TripLine]] = defaultdict(list)
    for one in own:
        by_people[one.row.people].append(one)
    for people, some in by_people.items():
        _move(some, people, main, entry, organization, reason, actor)


def copy_notes(main: Service, lines: Sequence[TripLine]) -> None:
    """Give the lines of a trip the notes of their support, but for those that are billed."""
    for one in lines:
        if one.row.status is ServiceStatus.COMPLETED:
            one.row.notes = main.notes


def _move(
    lines: Sequence[TripLine],
    people: int,
    main: Service,
    entry: ServiceEntry,
    organization: Organization,
    reason: str,
    actor: Actor,
) -> None:
    """Enter lines that so many people share anew, as they were, beside their support."""
    sizes = {one.leg: _size(one) for one in lines}
    travel = Travel(
        minutes_there=sizes.get(Leg.THERE, 0),
        minutes_back=sizes.get(Leg.BACK, 0),
        tolls_cents=sizes.get(Leg.COSTS, 0),
        people=people,
    )
    found, agreement_id = _estimate(lines, replace(entry, travel=travel), main, organization, actor)
    for one in lines:
        if one.leg in found:
            before = steps.standing(one.row)
            trip_rows.enter(one.row, found[one.leg], main, agreement_id, organization.timezone)
            steps.take(Fact.SERVICE_CORRECTED, one.row, before, reason=reason)


def _size(one: TripLine) -> int:
    """Return the minutes of a way, or what kilometres and tolls come to for all, in cents."""
    row = one.row
    if one.leg is not Leg.COSTS:
        return wall_minutes(row.start_time, row.end_time)
    if row.people == 1:
        return row.total_cents

    def is_whole(cents: int) -> bool:
        worker, on = row.support_worker_id, row.service_on
        return trip_key(worker, on, one.leg, row.people, row.claim_type, cents) == row.group_key

    return whole_cents(row.total_cents, row.people, is_whole)


def _estimate(
    lines: Sequence[TripLine],
    entry: ServiceEntry,
    main: Service,
    organization: Organization,
    actor: Actor,
) -> tuple[dict[Leg, TravelEstimate], UUID | None]:
    """Work out the lines of a trip anew, with the agreement of their day."""
    for one in lines:
        one.row.group_key = None  # it does not stand beside itself in its own trip
    # What is charged of a support that was cancelled says nothing of the way to it.
    claim_type = main.claim_type
    if claim_type is ClaimType.CANCELLATION:
        claim_type = ClaimType.DIRECT
    worked_out = services.estimate(
        replace(entry, claim_type=claim_type, people=main.people),
        organization.timezone,
        organization.state,
        main.support_worker_id,
        seen_by=actor.seen_by,
        with_proposal=False,
    )
    return {one.line.leg: one for one in worked_out.travel}, worked_out.agreement_id


def check_added(travel: Travel | None, lines: Sequence[TripLine]) -> None:
    """Refuse to enter a part of the trip to a support a second time."""
    if travel is not None:
        wanted = [leg for leg in Leg if not travel.only(leg).is_nothing]
        check_new(wanted, [one.leg for one in lines])


def correct_trip(line_id: UUID, version: int, travel: Travel, reason: str, *, actor: Actor) -> int:
    """Enter one line of a trip anew, for a reason, and return what it costs now, in cents.

    Of `travel` counts the part that the line is: minutes there, or back, or kilometres and
    tolls. Its support is held first, so that both are never changed at once.
    """
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed", "Say why the travel is corrected.")
    with transaction(actor):
        main = _main_of(line_id)
        row = steps.hold(line_id, version, actor)
        before = steps.standing(row)
        rules.check_state(row.status, ServiceStatus.COMPLETED, "corrected")
        one = TripLine(row, leg_of(row.claim_type, row.started_at, main.started_at))
        wanted = travel.only(one.leg)
        if wanted.is_nothing:
            raise RuleBroken(
                one.leg.field,
                "no_travel",
                "Enter what the travel was. If there was none, cancel it instead.",
            )
        organization = organizations.current()
        entry = replace(steps.entry_of(main, organization), travel=wanted)
        found, agreement_id = _estimate([one], entry, main, organization, actor)
        trip_rows.enter(row, found[one.leg], main, agreement_id, organization.timezone)
        steps.take(Fact.SERVICE_CORRECTED, row, before, reason=reason)
        return row.total_cents


def _main_of(line_id: UUID) -> Service:
    """Return the support that a line of a trip belongs to, held."""
    line = db.session.execute(
        select(Service.main_service_id).where(
            Service.id == line_id, Service.claim_type.in_(TRAVEL_TYPES)
        )
    ).one_or_none()
    main = (
        line
        and db.session.scalars(
            select(Service).where(Service.id == line.main_service_id).with_for_update()
        ).one_or_none()
    )
    if main is None:
        raise NotFound("service")
    return main
