"""What a support costs a participant: the catalogue, the agreement of the day, the time bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caddy import clock
from caddy.domain import pricing
from caddy.domain.agreements import AgreedTerms, agreed_cents, check_terms
from caddy.domain.bands import IsHoliday, minutes_in
from caddy.domain.claim_types import ClaimType, is_therapy
from caddy.domain.item_family import depends_on_time
from caddy.domain.ndis.items import PricedItem, limit_for
from caddy.domain.participants import PriceZone
from caddy.domain.quotes import Quote, Support, quote, region_for
from caddy.models import SupportItem
from caddy.queries import agreements, support_items


@dataclass(frozen=True, slots=True)
class Asked:
    """A support to price. Times are the wall clock; `entered_cents` is a price that was typed.

    Without a proposal the other items of its family are not read: storing needs none of them.
    """

    participant_id: UUID
    item: SupportItem
    start: datetime
    end: datetime
    zone: str
    state: str
    price_zone: PriceZone
    claim_type: ClaimType = ClaimType.DIRECT
    people: int = 1
    entered_cents: int | None = None
    with_travel: bool = False
    with_proposal: bool = True

    @property
    def region(self) -> str:
        return region_for(self.state, self.price_zone)

    def is_holiday(self) -> IsHoliday:
        return clock.holidays_in(self.state)


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one unit for one participant, where it comes from, and what was agreed.

    `single_cents` is the price for someone who shares with nobody: travel is charged by it.
    """

    item: SupportItem
    unit_price_cents: int
    single_cents: int
    quote: Quote[PricedItem]
    items: Sequence[SupportItem]
    terms: AgreedTerms | None


def price(asked: Asked) -> Price:
    """Price a support by the catalogue and the agreement of its day, or refuse it by name."""
    item, day = asked.item, asked.start.date()
    terms = agreements.terms_on(asked.participant_id, day)
    needs_more = (asked.with_proposal and depends_on_time(item)) or asked.with_travel
    items = support_items.beside(item, day) if needs_more else [item]

    def price_of(one: PricedItem, limit: int | None) -> int | None:
        if one is item and asked.entered_cents is not None:
            return asked.entered_cents
        return _lower(_agreed(terms, one, asked), limit)

    support: Support[PricedItem] = Support(
        item, asked.start, asked.end, asked.region, asked.people, asked.claim_type
    )
    found = quote(
        support,
        items,
        asked.is_holiday(),
        minutes_between=minutes_in(asked.zone),
        price_of=price_of,
    )
    unit_price = pricing.agreed_price(
        price_of(item, found.limit_cents), found.limit_cents, item.name
    )
    if terms is not None:
        check_terms(
            terms,
            asked.claim_type,
            item.item_number,
            unit_price,
            people=asked.people,
            is_therapy=is_therapy(item),
        )
    return Price(item, unit_price, _single(asked, terms, unit_price), found, items, terms)


def _agreed(terms: AgreedTerms | None, item: PricedItem, asked: Asked) -> int | None:
    if terms is None:
        return None
    return agreed_cents(
        terms,
        asked.claim_type,
        item.item_number,
        people=asked.people,
        is_therapy=is_therapy(item),
    )


def _lower(agreed: int | None, limit: int | None) -> int | None:
    """Return what is charged: what was agreed, but never more than the limit of the day."""
    if agreed is None or limit is None:
        return limit if agreed is None else agreed
    return min(agreed, limit)


def _single(asked: Asked, terms: AgreedTerms | None, unit_price: int) -> int:
    if asked.people == 1:
        return unit_price
    agreed = terms.prices_cents.get(asked.item.item_number) if terms else None
    whole = _lower(agreed, limit_for(asked.item, asked.region))
    return unit_price * asked.people if whole is None else whole
