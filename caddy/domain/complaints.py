"""Complaints: where one stands, and what must be known of it.

Source: NDIS (Complaints Management and Resolution) Rules 2018.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

# The provider's own target, as the Commission's guidance for good practice has it.
ACKNOWLEDGE_WITHIN = timedelta(days=2)
RESOLVE_WITHIN = timedelta(days=28)


class ComplaintState(StrEnum):
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"

    @property
    def label(self) -> str:
        return self.value.capitalize()


def complaint_state(acknowledged_on: date | None, resolved_on: date | None) -> ComplaintState:
    """Return where a complaint stands, from the days that are recorded of it."""
    if resolved_on:
        return ComplaintState.RESOLVED
    return ComplaintState.ACKNOWLEDGED if acknowledged_on else ComplaintState.RECEIVED
