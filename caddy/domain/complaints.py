"""Complaints: what is recorded of one, where it stands, and what is refused.

Source: NDIS (Complaints Management and Resolution) Rules 2018, which ask for a timely answer;
the days here are a provider's usual target and not the law's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from caddy.domain.errors import RuleBroken
from caddy.domain.registers import Stands, Tone

ACKNOWLEDGE_WITHIN = timedelta(days=2)
RESOLVE_WITHIN = timedelta(days=28)


class ComplaintState(StrEnum):
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """A complaint as it is entered. Without a complainant it is anonymous."""

    about: str
    details: str
    received_on: date
    complainant: str | None = None
    participant_id: UUID | None = None
    owner_id: UUID | None = None
    acknowledged_on: date | None = None
    commission_on: date | None = None
    outcome: str | None = None
    resolved_on: date | None = None

    def check(self, today: date) -> None:
        days = {
            "received_on": self.received_on,
            "acknowledged_on": self.acknowledged_on,
            "commission_on": self.commission_on,
            "resolved_on": self.resolved_on,
        }
        for name, day in days.items():
            if day is not None and day > today:
                raise RuleBroken(name, "in_future", "This day is still to come.")
            if day is not None and day < self.received_on:
                raise RuleBroken(name, "before_received", "This is before it was received.")
        if self.resolved_on and not self.outcome:
            raise RuleBroken("outcome", "no_outcome", "Say what came of it.")

    @property
    def derived(self) -> dict[str, Any]:
        return {"state": complaint_state(self.acknowledged_on, self.resolved_on)}


def complaint_state(acknowledged_on: date | None, resolved_on: date | None) -> ComplaintState:
    """Return where a complaint stands, from the days that are recorded of it."""
    if resolved_on:
        return ComplaintState.RESOLVED
    return ComplaintState.ACKNOWLEDGED if acknowledged_on else ComplaintState.RECEIVED


def stands(state: ComplaintState, received_on: date, today: date) -> Stands:
    """Return how a complaint stands: 2 days to acknowledge it, 28 to resolve it.

    >>> stands(ComplaintState.RECEIVED, date(2026, 11, 18), date(2026, 11, 21)).label
    'Not acknowledged'
    """
    if state is ComplaintState.RESOLVED:
        return Stands("Resolved", Tone.GOOD)
    if today - received_on > RESOLVE_WITHIN:
        return Stands("Open for over 28 days", Tone.BAD)
    if state is ComplaintState.RECEIVED and today - received_on > ACKNOWLEDGE_WITHIN:
        return Stands("Not acknowledged", Tone.BAD)
    return Stands("Open", Tone.SOON)
