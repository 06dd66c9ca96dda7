"""Logging a delivered service: the price, the cost, the right budget, all in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from caddy import audit, clock, queue
from caddy.actions import totals
from caddy.domain import pricing
from caddy.domain import services as rules
from caddy.domain.actor import Actor
from caddy.domain.errors import CaddyError, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.ndis.catalogue import Unit
from caddy.domain.ndis.categories import (
    CORE_POOL,
    CategoryKind,
    category_kind,
    category_name,
)
from caddy.domain.services import ServiceStatus, Span
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import Service, SupportItem
from caddy.queries import services as reads
from caddy.queries import support_items
from caddy.transaction import transaction

# A budget stated for its whole category names no item.
STATED_CATEGORY = "*"


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """What a worker enters. `unit_price_cents` and `quantity_milli` are empty as a rule."""

    participant_id: UUID
    service_on: date
    start_time: time
    end_time: time
    item_number: str
    notes: str
    ends_next_day: bool = False
    unit_price_cents: int | None = None
    quantity_milli: int | None = None
    idempotency_key: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    location_address: str | None = None


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


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a service would cost, before it is stored."""

    span: Span
    item: SupportItem
    budget: Any
    unit_price_cents: int
    limit_cents: int | None
    total_cents: int


def estimate(entry: ServiceEntry, zone: str, state: str, *, seen_by: UUID | None) -> Estimate:
    """Work out minutes, price, cost and budget of an entry, or refuse it by name.

    Reads only. `zone` and `state` are the organization's; the participant's own state and
    remoteness decide the price region where they are known. A participant whom the person
    does not see is not there.
    """
    span = rules.span(
        entry.service_on,
        entry.start_time,
        entry.end_time,
        zone,
        now=clock.now(),
        ends_next_day=entry.ends_next_day,
    )
    whom = reads.participant_on(entry.participant_id, entry.service_on, seen_by=seen_by)
    if whom is None:
        raise NotFound("participant")
    if whom.status != "active":
        raise RuleBroken(
            "participant_id", "participant_inactive", f"{whom.first_name} is not active."
        )
    if whom.plan_id is None:
        raise RuleBroken(
            "service_on",
            "outside_plan",
            f"{whom.first_name} has no plan on {entry.service_on:%-d %b %Y}.",
        )
    item = _item(entry.item_number, entry.service_on)
    budget = _budget(whom.plan_id, item, entry.service_on)
    limit = support_items.limit_cents(item, whom.state or state, whom.price_zone)
    price = pricing.agreed_price(entry.unit_price_cents, limit, item.name)
    return Estimate(span, item, budget, price, limit, _cost(item, price, span, entry))


def _item(number: str, service_on: date) -> SupportItem:
    item = support_items.on_date(number, service_on)
    if item is not None:
        return item
    if support_items.is_known(number):
        message = f"{number} is not in the Support Catalogue on {service_on:%-d %b %Y}."
        raise RuleBroken("item_number", "item_not_on_date", message)
    raise RuleBroken(
        "item_number", "unknown_item", f"{number} is not an item of the Support Catalogue."
    )


def _budget(plan_id: UUID, item: SupportItem, service_on: date) -> Any:
    """Return the plan's budget for the item.

    Money stated for the item goes first, then that stated for its category, then the
    category's flexible money (by its new number, or else by its older one), and last the
    pool of flexible core money.
    """
    categories = (item.support_category_pace, item.support_category)
    found = {
        (budget.support_category, budget.stated_for): budget
        for budget in reads.budgets_for(plan_id, {*categories, CORE_POOL}, service_on)
    }
    wanted = [(category, item.item_number) for category in categories]
    wanted += [(category, STATED_CATEGORY) for category in categories]
    wanted += [(category, "") for category in categories]
    if CategoryKind.CORE in {category_kind(category) for category in categories}:
        wanted.append((CORE_POOL, ""))
    budget = next((found[key] for key in wanted if key in found), None)
    if budget is None:
        name = category_name(item.support_category_pace)
        raise RuleBroken(
            "item_number", "no_budget", f"The plan has no budget for {name} on this day."
        )
    return budget


def _cost(item: SupportItem, price: int, span: Span, entry: ServiceEntry) -> int:
    if item.unit is Unit.HOUR:
        return pricing.cost_for_minutes(price, span.minutes)
    return pricing.cost_for_quantity(price, entry.quantity_milli or 1000)


def log_service(entry: ServiceEntry, zone: str, state: str, *, actor: Actor) -> LoggedService:
    """Store a delivered service and take its cost from the right budget, whole or not at all.

    Sent twice with the same key it is stored once, and the second answer is the first.
    """
    try:
        return _log(entry, zone, state, actor)
    except IntegrityError as error:
        # The same key came twice at once: whoever was first has stored it.
        stored = reads.by_idempotency_key(entry.idempotency_key or "")
        if stored is None:
            raise CaddyError("conflict", "This service could not be stored. Try again.") from error
        return _as_logged(stored)


def _log(entry: ServiceEntry, zone: str, state: str, actor: Actor) -> LoggedService:
    with transaction(actor):
        if entry.idempotency_key:
            stored = reads.by_idempotency_key(entry.idempotency_key)
            if stored is not None:
                return _as_logged(stored)
        worked_out = estimate(entry, zone, state, seen_by=actor.seen_by)
        cost = worked_out.total_cents
        after = totals.move(
            worked_out.budget.id, entry.service_on, totals.taken(ServiceStatus.COMPLETED, cost)
        )
        service = _row(entry, worked_out, actor)
        db.session.add(service)
        db.session.flush()  # the audit entry names the service's id
        audit.record(
            Fact.SERVICE_LOGGED,
            service,
            changes={
                "participant_id": entry.participant_id,
                "budget_id": after.id,
                "item_number": service.item_number,
                "duration_minutes": service.duration_minutes,
                "total_cents": cost,
                "budget_remaining_cents": (after.remaining_cents + cost, after.remaining_cents),
            },
            live=[Topic("budget", after.id, after.version)],
        )
        queue.later(queue.Job.CHECK_BUDGET, after.id)
        return _as_logged(service, after.remaining_cents)


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
        status=ServiceStatus.COMPLETED,
        latitude=entry.latitude,
        longitude=entry.longitude,
        location_address=entry.location_address,
        idempotency_key=entry.idempotency_key,
    )


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
