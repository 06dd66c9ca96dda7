"""How delivered services become the lines of a claim, to the exact cent.

Amounts are cents, lengths exact minutes, quantities thousandths of a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from uuid import UUID

from caddy.domain.claim_types import CancellationReason, ClaimType
from caddy.domain.claims import GstCode
from caddy.domain.money import divide_half_up
from caddy.domain.participants import PlanManagement
from caddy.domain.pricing import cost_for_minutes, cost_for_quantity
from caddy.domain.services import ServiceStatus

ONE_UNIT = 1000
MINUTES_AN_HOUR = 60
ALL = 100  # percent
NDIA = "NDIA"
MANAGER_OF = "Plan manager of "  # where a plan names none

# Ways of claiming that the service agreement has to allow (PAPL 2025-26).
NEEDS_CONSENT = frozenset(
    {
        ClaimType.TRAVEL,
        ClaimType.TRAVEL_COSTS,
        ClaimType.NON_FACE_TO_FACE,
        ClaimType.NDIA_REPORT,
        ClaimType.IRREGULAR_SIL,
    }
)


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """What a signed agreement says. `prices` maps its items to a price; empty names none."""

    prices: dict[str, int | None] = field(default_factory=dict)
    allows: frozenset[ClaimType] = frozenset()

    def includes(self, item_number: str, claim_type: ClaimType) -> bool:
        """Say whether it was agreed. Travel costs have an item of their own: it need not be named.

        An agreement that lists no items covers whatever the price limits allow.
        """
        if claim_type in NEEDS_CONSENT and claim_type not in self.allows:
            return False
        is_named = not self.prices or item_number in self.prices
        return is_named or claim_type is ClaimType.TRAVEL_COSTS


@dataclass(frozen=True, slots=True)
class Candidate:
    """A delivered service that no claim holds, with all that decides whether one may."""

    id: UUID
    participant_id: UUID
    participant_name: str
    ndis_number: str
    worker_id: UUID
    item_number: str
    item_name: str
    support_category: int
    service_on: date
    start_time: time
    end_time: time
    minutes: int
    quantity_milli: int | None
    unit_price_cents: int
    total_cents: int
    status: ServiceStatus
    claim_type: ClaimType
    cancellation_reason: CancellationReason | None
    fee_percent: int | None
    has_notes: bool
    needs_two_workers: bool
    management: PlanManagement | None
    plan_manager: str | None
    limit_cents: int | None
    agreement: AgreedTerms | None
    is_signed: bool = False
    gst_code: GstCode = GstCode.FREE

    @property
    def payer(self) -> str:
        """Return who pays: the agency, the plan manager by name, or the participant."""
        if self.management is PlanManagement.NDIA_MANAGED:
            return NDIA
        if self.management is PlanManagement.PLAN_MANAGED:
            return self.plan_manager or f"{MANAGER_OF}{self.participant_name}"
        return self.participant_name


def claimed_as(one: Candidate) -> tuple[ClaimType, CancellationReason | None]:
    """Return the type and the reason a service is claimed under: a fee is a cancellation."""
    if one.status is ServiceStatus.CANCELLED or one.claim_type is ClaimType.CANCELLATION:
        return ClaimType.CANCELLATION, one.cancellation_reason or CancellationReason.NSDO
    return one.claim_type, None


@dataclass(frozen=True, slots=True)
class Measure:
    """Minutes or a quantity, never both, at a unit price."""

    minutes: int | None
    quantity_milli: int | None
    unit_price_cents: int

    @property
    def cents(self) -> int:
        if self.minutes is not None:
            return cost_for_minutes(self.unit_price_cents, self.minutes)
        return cost_for_quantity(self.unit_price_cents, self.quantity_milli or 0)

    def plus(self, other: Measure) -> Measure:
        if self.minutes is not None and other.minutes is not None:
            return replace(self, minutes=self.minutes + other.minutes)
        own, more = self.quantity_milli or 0, other.quantity_milli or 0
        return replace(self, quantity_milli=own + more)

    def may_join(self, other: Measure) -> bool:
        return (self.minutes is None, self.unit_price_cents) == (
            other.minutes is None,
            other.unit_price_cents,
        )


def measure(one: Candidate) -> Measure | None:
    """Return how a service is written on a claim so that it comes to its exact total.

    As a rule its own minutes or quantity at its own price. A fee, and a share of a trip, come
    to less: the same share of the time; or all of the time at a lower price; or, where it is
    within the price of one unit, one unit. No way is ever dearer than the service's own price.
    None where no writing comes to the cent.

    Half of 3 hours at $70.23 is 90 minutes at $70.23, $105.35.
    """
    is_hourly = one.quantity_milli is None
    amount = one.minutes if one.quantity_milli is None else one.quantity_milli
    price, unit = one.unit_price_cents, MINUTES_AN_HOUR if is_hourly else ONE_UNIT
    ways = [(amount, price)]
    if one.fee_percent is not None and amount * one.fee_percent % ALL == 0:
        ways.append((amount * one.fee_percent // ALL, price))
    ways.append((amount, divide_half_up(one.total_cents * unit, amount)))
    found = [
        Measure(size if is_hourly else None, None if is_hourly else size, cents)
        for size, cents in ways
        if size > 0 and cents <= price
    ]
    if one.total_cents <= price:
        found.append(Measure(None, ONE_UNIT, one.total_cents))
    return next((way for way in found if way.cents == one.total_cents), None)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line of a claim and the services that it groups."""

    first: Candidate
    measure: Measure
    services: tuple[Candidate, ...]

    @property
    def total_cents(self) -> int:
        return self.measure.cents

    @property
    def service_cents(self) -> int:
        return sum(one.total_cents for one in self.services)


def lines_of(candidates: Sequence[Candidate]) -> list[DraftLine]:
    """Group services, one line a participant, item, day and type, to the exact cent.

    Services of different unit prices cannot share a row, nor can those whose minutes, added
    and rounded once, come to another cent than the services do: 10 minutes at $193.99 are
    $32.33 and twice that $64.66, but three times $97.00, a cent more than three of $32.33. Such a
    service begins a line of its own, so that a claim is always the sum of its services.
    Services that cannot be written exactly do not belong here (`HoldBack.NOT_EXACT`).
    """
    open_lines: dict[tuple[object, ...], list[DraftLine]] = {}
    for one in sorted(candidates, key=_order):
        way = measure(one)
        if way is None:
            raise ValueError("a service that cannot be written exactly is held back")
        key = (
            *(one.participant_id, one.item_number, one.service_on),
            *(claimed_as(one), one.payer, one.gst_code),
        )
        lines = open_lines.setdefault(key, [])
        for place, line in enumerate(lines):
            joined = _joined(line, one, way)
            if joined is not None:
                lines[place] = joined
                break
        else:
            lines.append(DraftLine(one, way, (one,)))
    return [line for lines in open_lines.values() for line in lines]


def _joined(line: DraftLine, one: Candidate, way: Measure) -> DraftLine | None:
    if not line.measure.may_join(way):
        return None
    together = line.measure.plus(way)
    if together.cents != line.service_cents + one.total_cents:
        return None
    return DraftLine(line.first, together, (*line.services, one))


def _order(one: Candidate) -> tuple[object, ...]:
    return (
        one.participant_name.lower(),
        str(one.participant_id),
        one.service_on,
        one.item_number,
        one.start_time,
        str(one.id),
    )
