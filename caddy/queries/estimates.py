"""What a service would cost before it is stored: length, price, budget, fee, the trip to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from caddy import clock
from caddy.domain import pricing
from caddy.domain import services as rules
from caddy.domain.agreements import check_terms, no_agreement
from caddy.domain.claim_types import (
    ALL,
    THERAPY_GROUPS,
    CancellationReason,
    ClaimType,
    cancellation_fee,
    short_notice,
    travel_price,
)
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.ndis.catalogue import Unit
from caddy.domain.ndis.categories import (
    CORE_POOL,
    CategoryKind,
    category_kind,
    category_name,
)
from caddy.domain.ndis.items import PricedItem
from caddy.domain.participants import area_of
from caddy.domain.quotes import Quote
from caddy.domain.services import Span
from caddy.domain.travel import MOST_PEOPLE, Travel, TravelLine, travel_lines
from caddy.domain.trips import Share, share, trip_key
from caddy.domain.words import say_date
from caddy.models import SupportItem
from caddy.queries import item_choice, prices
from caddy.queries import services as reads
from caddy.queries.prices import Asked, Price

# A budget stated for its whole category names no item.
STATED_CATEGORY = "*"


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """What a worker enters. `unit_price_cents` and `quantity_milli` are empty as a rule.

    `item_number` may be the name of a family, which means the item of the times. `people` share
    the worker. `notified_at` is when a support was cancelled, local time.
    `signed_by` is who confirmed it; None leaves what is there, and nothing takes it away.
    """

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
    claim_type: ClaimType = ClaimType.DIRECT
    people: int = 1
    notified_at: datetime | None = None
    cancellation_reason: CancellationReason | None = None
    travel: Travel | None = None
    signed_by: str | None = None

    @property
    def start(self) -> datetime:
        return datetime.combine(self.service_on, self.start_time)

    @property
    def end(self) -> datetime:
        day = self.service_on + timedelta(days=1) if self.ends_next_day else self.service_on
        return datetime.combine(day, self.end_time)


@dataclass(frozen=True, slots=True)
class TravelEstimate:
    """A line of the trip to a support, with this participant's share of it."""

    line: TravelLine[PricedItem]
    item: SupportItem
    budget: Any
    total_cents: int
    group_key: UUID | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a service would cost, before it is stored, and why.

    `total_cents` is the support's own; the trip to it stands in `travel`. `fee_percent` is
    there where a cancellation is charged. `notes` say what stands in the way of claiming it,
    `item_reason` why it is this item where the name of a family was entered.
    """

    span: Span
    item: SupportItem
    budget: Any
    unit_price_cents: int
    limit_cents: int | None
    total_cents: int
    quote: Quote[PricedItem] | None = None
    agreement_id: UUID | None = None
    fee_percent: int | None = None
    travel: tuple[TravelEstimate, ...] = ()
    notes: tuple[str, ...] = ()
    item_reason: str = ""

    @property
    def whole_cents(self) -> int:
        """Return what the support and the trip to it cost together."""
        return self.total_cents + sum(one.total_cents for one in self.travel)


def estimate(
    entry: ServiceEntry,
    zone: str,
    state: str,
    worker_id: UUID | None = None,
    *,
    seen_by: UUID | None,
    is_planned: bool = False,
    with_proposal: bool = True,
) -> Estimate:
    """Work out minutes, price, cost and budget of an entry, or refuse it by name.

    Reads only. `zone` and `state` are the organization's; the participant's own state and
    remoteness decide the price region where they are known. A shared trip's cents go by what
    `worker_id` has logged of it already. Only what `is_planned` may lie ahead.
    A participant whom `seen_by` does not see is not there. Storing needs no proposal.
    """
    span = rules.span(
        entry.service_on,
        entry.start_time,
        entry.end_time,
        zone,
        now=clock.now(),
        ends_next_day=entry.ends_next_day,
        is_planned=is_planned,
    )
    whom = _whom(entry, seen_by)
    item, item_reason = item_choice.chosen(
        entry.item_number,
        entry.participant_id,
        entry.start,
        entry.end,
        clock.holidays_in(whom.state or state),
    )
    budget = _budget(whom.plan_id, item, entry.service_on)
    asked = replace(_asked(entry, item, whom, zone, state), with_proposal=with_proposal)
    priced = prices.price(asked)
    cost = _cost(item, priced.unit_price_cents, span, entry)
    percent = _fee_percent(entry, asked, priced)
    notes = [no_agreement(whom.first_name, entry.service_on)] if priced.terms is None else []
    return Estimate(
        span,
        item,
        budget,
        priced.unit_price_cents,
        priced.quote.limit_cents,
        cost if percent is None else cancellation_fee(cost, percent),
        priced.quote,
        priced.terms.agreement_id if priced.terms else None,
        percent,
        _travel(entry, priced, whom, budget, worker_id),
        tuple(notes),
        item_reason,
    )


def _whom(entry: ServiceEntry, seen_by: UUID | None) -> Any:
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
            f"{whom.first_name} has no plan on {say_date(entry.service_on)}.",
        )
    return whom


def _asked(entry: ServiceEntry, item: SupportItem, whom: Any, zone: str, state: str) -> Asked:
    if entry.claim_type.is_travel:
        raise RuleBroken(
            "claim_type", "travel_alone", "Travel is logged with the support it belongs to."
        )
    if not 1 <= entry.people <= MOST_PEOPLE:
        raise RuleBroken("people", "no_people", "Between 1 and 99 people share a worker.")
    return Asked(
        entry.participant_id,
        item,
        entry.start,
        entry.end,
        zone,
        whom.state or state,
        whom.price_zone,
        entry.claim_type,
        entry.people,
        entry.unit_price_cents,
        with_travel=entry.travel is not None,
    )


def _fee_percent(entry: ServiceEntry, asked: Asked, priced: Price) -> int | None:
    """Return what of a cancelled support is charged, or refuse one that was told in time."""
    if entry.claim_type is not ClaimType.CANCELLATION:
        return None
    if entry.notified_at is None:
        raise RuleBroken("notified_at", "notice_needed", "Enter when it was cancelled.")
    if entry.cancellation_reason is None:
        raise RuleBroken("cancellation_reason", "reason_needed", "Choose why it was cancelled.")
    if not short_notice(asked.item, entry.notified_at, asked.start, asked.is_holiday()):
        raise RuleBroken(
            "notified_at",
            "notice_in_time",
            "It was cancelled with notice enough: no fee can be claimed.",
        )
    return priced.terms.cancellation_percent if priced.terms else ALL


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


def _travel(
    entry: ServiceEntry, priced: Price, whom: Any, budget: Any, worker_id: UUID | None
) -> tuple[TravelEstimate, ...]:
    """Return the lines of the trip, each with this participant's share and its budget."""
    if entry.travel is None or entry.travel.is_nothing:
        return ()
    item = priced.item
    lines: tuple[TravelLine[PricedItem], ...] = travel_lines(
        entry.travel,
        item,
        priced.items,
        priced.single_cents,
        area_of(whom.mmm, whom.price_zone),
        entry.start,
        entry.end,
    )
    found = []
    for line in lines:
        _check_agreed(line, item, priced)
        key = _group_key(line, entry, worker_id)
        before = _before(line, key, worker_id, entry.service_on)
        cents = share(before, line.exact, line.people)
        own = next((one for one in priced.items if one is line.item), item)
        of = budget if own is item else _budget(whom.plan_id, own, entry.service_on)
        found.append(TravelEstimate(line, own, of, cents, key))
    return tuple(found)


def _check_agreed(line: TravelLine[PricedItem], item: SupportItem, priced: Price) -> None:
    if priced.terms is None:
        return
    try:
        check_terms(priced.terms, line.claim_type, item.item_number, 0)
    except RuleBroken as error:
        raise RuleBroken(line.leg.field, error.code, error.message, error.details) from error


def _group_key(
    line: TravelLine[PricedItem], entry: ServiceEntry, worker_id: UUID | None
) -> UUID | None:
    """Return the key of the shared trip that a line is of; None where nobody shares it."""
    if line.people == 1 or worker_id is None:
        return None
    is_time = line.claim_type is ClaimType.TRAVEL
    size = (line.end - line.start) // timedelta(minutes=1) if is_time else line.whole_cents
    return trip_key(worker_id, entry.service_on, line.leg, line.people, line.claim_type, size)


def _before(
    line: TravelLine[PricedItem], key: UUID | None, worker_id: UUID | None, on: date
) -> list[Share]:
    """Return what each who had their share of the trip had, and the whole trip at their price."""
    if key is None or worker_id is None:
        return []
    stored = reads.sharing(key, worker_id, on)
    if line.claim_type is not ClaimType.TRAVEL:
        return [Share(line.exact, one.total_cents) for one in stored]
    minutes = (line.end - line.start) // timedelta(minutes=1)
    return [Share(_hourly(one, line) * minutes, one.total_cents) for one in stored]


def _hourly(stored: Any, line: TravelLine[PricedItem]) -> int:
    """Return the price of an hour's travel that a stored line was shared from.

    A line keeps its own part of it, rounded. The support it belongs to has all of it, but for
    one that was shared itself: where its part is this line's part, so is the whole.
    """
    if stored.main_people == 1:
        return travel_price(
            stored.main_price_cents, stored.registration_group_number in THERAPY_GROUPS
        )
    if stored.unit_price_cents == line.unit_price_cents:
        minutes = (line.end - line.start) // timedelta(minutes=1)
        return line.exact // minutes
    return int(stored.unit_price_cents) * line.people
