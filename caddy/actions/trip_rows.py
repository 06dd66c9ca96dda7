"""A line of a trip as a row: the only place that makes one, and that makes one anew.

It knows the support that a line belongs to, and nothing of why it is entered or changed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from caddy.domain.bands import minutes_in
from caddy.domain.claim_types import ClaimType
from caddy.domain.services import ServiceStatus
from caddy.domain.travel import MILLI_PER_CENT
from caddy.models import Service
from caddy.queries.estimates import TravelEstimate

# What an estimate decides of a line that is there already.
ENTERED = (
    *("budget_id", "support_item_id", "item_number", "item_name", "service_on", "start_time"),
    *("end_time", "started_at", "ended_at", "duration_minutes", "quantity_milli"),
    *("unit_price_cents", "total_cents", "notes", "people", "group_key", "agreement_id"),
)


def row_of(one: TravelEstimate, main: Service, agreement_id: UUID | None, zone: str) -> Service:
    """Return a line of the trip to a service, on the service's day and with its notes."""
    line = one.line
    is_time = line.claim_type is ClaimType.TRAVEL
    started_at, ended_at = _instant(line.start, zone), _instant(line.end, zone)
    return Service(
        organization_id=main.organization_id,
        participant_id=main.participant_id,
        budget_id=one.budget.id,
        support_worker_id=main.support_worker_id,
        support_item_id=one.item.id,
        item_number=one.item.item_number,
        item_name=one.item.name,
        service_on=main.service_on,
        start_time=line.start.time(),
        end_time=line.end.time(),
        started_at=started_at,
        ended_at=ended_at,
        duration_minutes=minutes_in(zone)(line.start, line.end),
        quantity_milli=None if is_time else one.total_cents * MILLI_PER_CENT,
        unit_price_cents=line.unit_price_cents,
        total_cents=one.total_cents,
        notes=main.notes,
        status=ServiceStatus.COMPLETED,
        claim_type=line.claim_type,
        people=line.people,
        group_key=one.group_key,
        agreement_id=agreement_id,
        main_service_id=main.id,
    )


def enter(
    row: Service, one: TravelEstimate, main: Service, agreement_id: UUID | None, zone: str
) -> None:
    """Give a line that is there what it would be if it was entered now."""
    made = row_of(one, main, agreement_id, zone)
    for name in ENTERED:
        setattr(row, name, getattr(made, name))


def _instant(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
