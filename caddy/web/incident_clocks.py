"""Clocks of incidents as pages show them: how much time is left, in words, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from caddy.domain.incidents import Countdown, countdown, time_left
from caddy.domain.sentences import words
from caddy.queries.shelves import base, incidents
from caddy.queries.shelves.base import Entry, Look
from caddy.web.access import seen_by

NOTIFY, DETAILS = "Notify the NDIS Commission", "Send the five-day report"
LIGHTS = {
    Countdown.DONE: "green",
    Countdown.RUNNING: "amber",
    Countdown.SOON: "red",
    Countdown.OVERDUE: "red",
}


@dataclass(frozen=True, slots=True)
class ShownClock:
    """One deadline: what is owed, by when, what is left in words; `done_at` where it was done."""

    incident_id: UUID
    kind: str
    participant: str | None
    what: str
    due_at: datetime
    done_at: datetime | None
    left: str
    countdown: Countdown

    @property
    def light(self) -> str:
        return LIGHTS[self.countdown]


def clocks_of(entry: Entry, at: Look) -> list[ShownClock]:
    """Return the deadlines of an incident, whether they were met or not."""
    row = entry.row
    found = []
    for what, due_at, done_at in (
        (NOTIFY, row.notify_by, row.notified_at),
        (DETAILS, row.details_by, row.detailed_at),
    ):
        if due_at is None:
            continue
        was = words("Done in time") if done_at and done_at <= due_at else words("Done late")
        left = was if done_at else time_left(due_at, at.now)
        found.append(
            ShownClock(
                row.id,
                row.kind.label,
                entry.participant,
                what,
                due_at,
                done_at,
                left,
                countdown(due_at, done_at, at.now),
            )
        )
    return found


def running() -> list[ShownClock]:
    """Return the next deadline of each incident that the person sees, the most urgent first."""
    at = base.look()
    found = []
    for entry in incidents.running(at, seen_by=seen_by()):
        found += [one for one in clocks_of(entry, at) if one.done_at is None][:1]
    return found
