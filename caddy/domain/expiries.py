"""What ends soon: at which steps people are told, and who is told of what. Reads no table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

# Days before the end at which one is told, the last on the day itself.
STEPS = (60, 30, 7, 0)


@dataclass(frozen=True, slots=True)
class Expiry:
    """A thing that ends, lapses or is to be reviewed on a day.

    `thing` is its kind and id. Of a participant it names them, of a person of staff the person;
    of neither, it is the organization's own. `owner_id` is who is to do it, where someone is.
    `link` is the path where it is renewed.
    """

    thing: str
    what: str
    whom: str
    due_on: date
    link: str
    participant_id: UUID | None = None
    user_id: UUID | None = None
    owner_id: UUID | None = None

    def as_row(self, today: date) -> dict[str, Any]:
        return {
            "what": self.what,
            "whom": self.whom,
            "due_on": self.due_on,
            "is_overdue": self.due_on < today,
            "link": self.link,
        }


@dataclass(frozen=True, slots=True)
class Readers:
    """Who can be told: administrators, coordinators, and each participant's own coordinator."""

    admins: Collection[UUID]
    coordinators: Collection[UUID]
    coordinator_of: Mapping[UUID, UUID]


def step_of(due_on: date, today: date) -> int | None:
    """Return the step at which a thing is: the smallest that its days left do not pass.

    >>> [step_of(date(2026, 11, day), date(2026, 11, 1)) for day in (1, 2, 8, 9, 30)]
    [0, 7, 7, 30, 30]
    >>> step_of(date(2027, 11, 1), date(2026, 11, 1)) is None
    True
    """
    left = (due_on - today).days
    return min((step for step in STEPS if left <= step), default=None)


def told_of(expiry: Expiry, readers: Readers) -> set[UUID]:
    """Return who is told of a thing.

    Of a participant's their coordinator, or all coordinators where they have none, or the
    administrators where there are none; of a person's that person and the administrators; of
    the organization's the administrators; and of everything who is to do it.
    """
    own = {expiry.owner_id} if expiry.owner_id else set()
    if expiry.participant_id is not None:
        coordinator = readers.coordinator_of.get(expiry.participant_id)
        if coordinator:
            return {coordinator} | own
        return (set(readers.coordinators) or set(readers.admins)) | own
    if expiry.user_id is not None:
        return {expiry.user_id, *readers.admins} | own
    return set(readers.admins) | own
