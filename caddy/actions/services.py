"""Logging a delivered service: the price, the cost, the right budget, all in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from caddy import audit, clock, queue
from caddy.actions import received, totals, trip_rows
from caddy.actions.received import Sent
from caddy.actions.totals import BudgetState
from caddy.domain.actor import Actor
from caddy.domain.errors import CaddyError, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.ndis.catalogue import Unit
from caddy.domain.ndis.items import PricedItem
from caddy.domain.proposals import ProposedService
from caddy.domain.services import ServiceStatus
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import Service, ServiceChange
from caddy.queries import services as reads
from caddy.queries.estimates import Estimate, ServiceEntry, TravelEstimate, estimate
from caddy.transaction import transaction

__all__ = [
    "Estimate",
    "LoggedService",
    "ServiceEntry",
    "TravelEstimate",
    "estimate",
    "log_service",
    "log_split",
]

LONGEST_KEY = 60  # what a split adds to a key still fits its column


@dataclass(frozen=True, slots=True)
class LoggedService:
    """A stored service, what it cost and what its budget still holds, in cents."""

    id: UUID
    participant_id: UUID
    minutes: int
    item_name: str
    total_cents: int
    remaining_cents: int | None
    was_there: bool = False
    travel_cents: int = 0


def log_service(
    entry: ServiceEntry, zone: str, state: str, *, sent: Sent | None = None, actor: Actor
) -> LoggedService:
    """Store a delivered service and take its cost from the right budget, whole or not at all.

    The lines of the trip to it are stored with it. Sent twice with the same key it is stored
    once, and the second answer is the first. One that waited on a phone says so in its history.
    """
    kept_at = sent.kept_at if sent else None
    try:
        return received.once(
            sent,
            LoggedService,
            lambda: _store(entry, zone, state, actor, kept_at),
            actor=actor,
        )
    except IntegrityError as error:
        return _stored_meanwhile([entry], error)[0]


def log_split(entry: ServiceEntry, zone: str, state: str, *, actor: Actor) -> list[LoggedService]:
    """Store a support that crosses time bands as one service for each, all of them or none.

    Each has the item of its band, at its agreed price or its limit: a price that was typed for
    one item says nothing of the others. The trip belongs to the first.
    """
    entries: list[ServiceEntry] = []
    try:
        with transaction(actor):
            entries = _pieces(entry, zone, state, actor)
            return [_store(piece, zone, state, actor) for piece in entries]
    except IntegrityError as error:
        return _stored_meanwhile(entries, error)


def _stored_meanwhile(entries: list[ServiceEntry], error: IntegrityError) -> list[LoggedService]:
    """Return what was stored by whoever sent the same keys at once, and was first."""
    stored = [reads.by_idempotency_key(entry.idempotency_key or "") for entry in entries]
    if not stored or None in stored:
        raise CaddyError("conflict", "This service could not be stored. Try again.") from error
    return [_as_logged(one) for one in stored]


def _pieces(entry: ServiceEntry, zone: str, state: str, actor: Actor) -> list[ServiceEntry]:
    """Return an entry as the services that are proposed for it."""
    plain = replace(entry, unit_price_cents=None, travel=None)
    worked_out = estimate(plain, zone, state, seen_by=actor.seen_by)
    proposal = worked_out.quote.proposal if worked_out.quote else None
    if proposal is None or not proposal.split:
        raise RuleBroken(
            "item_number", "nothing_to_split", "This support fits its item: log it as one service."
        )
    return [_piece(entry, number, one) for number, one in enumerate(proposal.split)]


def _piece(entry: ServiceEntry, number: int, one: ProposedService[PricedItem]) -> ServiceEntry:
    key = entry.idempotency_key
    return replace(
        entry,
        item_number=one.item.item_number,
        service_on=one.start.date(),
        start_time=one.start.time(),
        end_time=one.end.time(),
        ends_next_day=one.end.date() > one.start.date(),
        unit_price_cents=None,
        quantity_milli=None,
        idempotency_key=f"{key[:LONGEST_KEY]}-{number}" if key else None,
        travel=entry.travel if number == 0 else None,
    )


def _store(
    entry: ServiceEntry, zone: str, state: str, actor: Actor, kept_at: datetime | None = None
) -> LoggedService:
    """Store a service and the lines of the trip to it, inside an open transaction."""
    if entry.idempotency_key:
        stored = reads.by_idempotency_key(entry.idempotency_key)
        if stored is not None:
            return _as_logged(stored)
    worked_out = estimate(
        entry, zone, state, actor.user_id, seen_by=actor.seen_by, with_proposal=False
    )
    service = _row(entry, worked_out, actor)
    totals.hold({service.budget_id, *(one.budget.id for one in worked_out.travel)})
    remaining = add_row(service, kept_at).remaining_cents
    if kept_at is not None:
        db.session.add(_kept(service, kept_at, actor))
    travel_cents = 0
    for one in worked_out.travel:
        line = trip_rows.row_of(one, service, worked_out.agreement_id, zone)
        left = add_row(line)
        remaining = left.remaining_cents if left.id == service.budget_id else remaining
        travel_cents += line.total_cents
    return replace(_as_logged(service, remaining), travel_cents=travel_cents)


def _kept(service: Service, kept_at: datetime, actor: Actor) -> ServiceChange:
    """Return what tells in a service's history that it was entered before it was sent."""
    return ServiceChange(
        organization_id=service.organization_id,
        service_id=service.id,
        to_status=service.status,
        happened_at=kept_at,
        user_id=actor.user_id,
        changes={},
    )


def add_row(service: Service, kept_at: datetime | None = None) -> BudgetState:
    """Store a row, take its cost from its budget, and say so; `kept_at` as in `Sent`."""
    cost = service.total_cents
    after = totals.move(service.budget_id, service.service_on, totals.taken(service.status, cost))
    db.session.add(service)
    db.session.flush()  # the audit entry names the service's id
    audit.record(
        Fact.SERVICE_LOGGED,
        service,
        changes={
            "participant_id": service.participant_id,
            "budget_id": after.id,
            "item_number": service.item_number,
            "claim_type": service.claim_type,
            "duration_minutes": service.duration_minutes,
            "total_cents": cost,
            "budget_remaining_cents": (after.remaining_cents + cost, after.remaining_cents),
            **({"kept_at": kept_at} if kept_at else {}),
        },
        live=[Topic("budget", after.id, after.version)],
    )
    queue.later(queue.Job.CHECK_BUDGET, after.id)
    return after


def _row(entry: ServiceEntry, worked_out: Estimate, actor: Actor) -> Service:
    item, span = worked_out.item, worked_out.span
    is_hourly = item.unit is Unit.HOUR
    return Service(
        organization_id=actor.organization_id,
        participant_id=entry.participant_id,
        budget_id=worked_out.budget.id,
        support_worker_id=actor.user_id,
        support_item_id=item.id,
        item_number=item.item_number,
        item_name=item.name,
        service_on=entry.service_on,
        start_time=entry.start_time,
        end_time=entry.end_time,
        started_at=span.started_at,
        ended_at=span.ended_at,
        duration_minutes=span.minutes,
        quantity_milli=None if is_hourly else entry.quantity_milli or 1000,
        unit_price_cents=worked_out.unit_price_cents,
        total_cents=worked_out.total_cents,
        notes=entry.notes,
        signed_by=(entry.signed_by or "").strip() or None,
        signed_at=clock.now() if (entry.signed_by or "").strip() else None,
        status=ServiceStatus.COMPLETED
        if worked_out.fee_percent is None
        else ServiceStatus.CANCELLED,
        claim_type=entry.claim_type,
        cancellation_reason=entry.cancellation_reason
        if worked_out.fee_percent is not None
        else None,
        fee_percent=worked_out.fee_percent,
        people=entry.people,
        agreement_id=worked_out.agreement_id,
        latitude=entry.latitude,
        longitude=entry.longitude,
        location_address=entry.location_address,
        idempotency_key=entry.idempotency_key,
    )


def new_row(entry: ServiceEntry, worked_out: Estimate, actor: Actor) -> Service:
    """Return a service as an entry and its estimate make it, not stored yet."""
    return _row(entry, worked_out, actor)


def _as_logged(service: Any, remaining: int | None = None) -> LoggedService:
    return LoggedService(
        id=service.id,
        participant_id=service.participant_id,
        minutes=service.duration_minutes,
        item_name=service.item_name,
        total_cents=service.total_cents,
        remaining_cents=remaining,
        was_there=remaining is None,
    )
