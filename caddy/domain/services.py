"""Services: which states follow which, how long one took, what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from caddy.domain.errors import RuleBroken
from caddy.domain.money import dollars
from caddy.domain.sentences import sentence

LONGEST = timedelta(hours=24)


class ServiceStatus(StrEnum):
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    BILLED = "billed"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


MOVES: dict[ServiceStatus, frozenset[ServiceStatus]] = {
    ServiceStatus.SCHEDULED: frozenset({ServiceStatus.IN_PROGRESS, ServiceStatus.CANCELLED}),
    ServiceStatus.IN_PROGRESS: frozenset({ServiceStatus.COMPLETED, ServiceStatus.CANCELLED}),
    ServiceStatus.COMPLETED: frozenset({ServiceStatus.BILLED, ServiceStatus.CANCELLED}),
    ServiceStatus.CANCELLED: frozenset(),
    ServiceStatus.BILLED: frozenset(),
}


DELIVERED = (ServiceStatus.COMPLETED, ServiceStatus.BILLED)
# A fee for a support that was cancelled is spent too.
SPENT = (*DELIVERED, ServiceStatus.CANCELLED)
PROMISED = (ServiceStatus.SCHEDULED, ServiceStatus.IN_PROGRESS)


def may_move(before: ServiceStatus, after: ServiceStatus) -> bool:
    return after in MOVES[before]


@dataclass(frozen=True, slots=True)
class Span:
    """When a service took place, as instants, and its exact length."""

    started_at: datetime
    ended_at: datetime
    minutes: int


def span(
    service_on: date,
    start: time,
    end: time,
    zone: str,
    *,
    now: datetime,
    ends_next_day: bool = False,
    is_planned: bool = False,
) -> Span:
    """Return when a service was delivered, from local times, or refuse it by name.

    Minutes are those that passed, also in the night the clocks change. Only one that is
    planned may lie ahead.
    """
    place = ZoneInfo(zone)
    end_on = service_on + timedelta(days=1) if ends_next_day else service_on
    started_at = datetime.combine(service_on, start, place).astimezone(UTC)
    ended_at = datetime.combine(end_on, end, place).astimezone(UTC)
    if started_at > now and not is_planned:
        field = "service_on" if service_on > now.astimezone(place).date() else "start_time"
        raise RuleBroken(
            field,
            "service_in_future",
            "This service has not begun yet. A service is logged when it is done.",
        )
    if ended_at == started_at:
        raise RuleBroken("end_time", "no_length", "The service ends at the minute it starts.")
    if ended_at < started_at:
        raise RuleBroken(
            "end_time",
            "negative_length",
            "The service ends before it starts. If it went past midnight, tick the box below.",
        )
    if ended_at - started_at > LONGEST:
        raise RuleBroken("end_time", "too_long", "One service lasts 24 hours at the most.")
    if ended_at > now and not is_planned:
        raise RuleBroken(
            "end_time",
            "service_in_future",
            "The service has not ended yet. A service is logged when it is done.",
        )
    return Span(started_at, ended_at, int((ended_at - started_at).total_seconds()) // 60)


def too_little(budget_name: str, needed: int, available: int) -> RuleBroken:
    """Return the refusal of a service that its budget cannot carry, with both amounts."""
    return RuleBroken(
        "item_number",
        "insufficient_budget",
        sentence(
            "This service costs {needed}, but only {available} remains in {budget}.",
            needed=dollars(needed),
            available=dollars(available),
            budget=budget_name,
        ),
        {"needed_cents": needed, "available_cents": available},
    )
