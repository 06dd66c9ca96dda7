"""Whether a shift can stand: nobody in two places at once, nobody called when they are away.

Compares instants; says local times. Whoever calls brings the shifts that could be concerned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from caddy.domain.sentences import Sentence, sentence
from caddy.domain.words import say_date, say_time

DAY = timedelta(days=1)
Interval = tuple[datetime, datetime]


class ClashKind(StrEnum):
    WORKER_TWICE = "worker_twice"
    PARTICIPANT_TWICE = "participant_twice"
    OUTSIDE_AVAILABILITY = "outside_availability"


@dataclass(frozen=True, slots=True)
class Shift:
    """One worker with one participant, from an instant up to another.

    A group has one shift for each participant, all with the same `group_key`. A shift that
    nobody has taken yet has no worker.
    """

    id: UUID
    worker_id: UUID | None
    worker_name: str
    participant_id: UUID
    participant_name: str
    started_at: datetime
    ended_at: datetime
    group_key: str | None = None

    def __post_init__(self) -> None:
        if self.started_at.utcoffset() is None or self.ended_at.utcoffset() is None:
            raise ValueError("a shift's times name their zone")
        if self.interval[0] >= self.interval[1]:
            raise ValueError("a shift ends after it starts")

    @property
    def interval(self) -> Interval:
        """Return both instants in UTC: local times of one zone compare by the clock's face."""
        return self.started_at.astimezone(UTC), self.ended_at.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """A worker's hours on a day of the week, 0 for Monday, in local time.

    Hours that end at or before the time they start end the next day: midnight is 0:00.
    """

    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a worker is away, both included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Availability:
    """When a worker can be called. No windows recorded: always, but for the absences."""

    windows: tuple[Window, ...] = ()
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """What stands against a shift, in a sentence; `other_id` is the shift it meets."""

    kind: ClashKind
    sentence: str
    other_id: UUID | None = None


def clashes(
    new: Shift,
    others: Sequence[Shift],
    *,
    availability: Availability,
    needs_two_workers: bool,
    zone: str,
) -> list[Clash]:
    """Return everything that stands against a shift, in the order of the others' starts.

    `needs_two_workers` is the participant's: supported two to one, they meet two workers at a
    time but never three. Shifts of one group share their worker. Ends that touch do not clash,
    and a shift does not clash with itself as it was.

    >>> sam, pat, kim, one, two = (UUID(int=number) for number in range(5))
    >>> def at(hour: int) -> datetime:
    ...     return datetime(2026, 11, 23, hour, tzinfo=ZoneInfo("Australia/Sydney"))
    >>> [clash.sentence for clash in clashes(
    ...     Shift(one, sam, "Sam", kim, "Kim Lee", at(10), at(12)),
    ...     [Shift(two, sam, "Sam", pat, "Pat Green", at(9), at(11))],
    ...     availability=Availability(), needs_two_workers=False, zone="Australia/Sydney")]
    ['Sam is with Pat Green from 9:00 am to 11:00 am.']
    """
    place = ZoneInfo(zone)
    meeting = sorted(
        (one for one in others if one.id != new.id and _overlap(one.interval, new.interval)),
        key=lambda one: (one.interval, str(one.id)),
    )
    same_worker = [one for one in meeting if _shares_worker(one, new)]
    same_participant = [
        one
        for one in meeting
        if one.participant_id == new.participant_id and one not in same_worker
    ]
    if needs_two_workers:
        same_participant = _crowded(same_participant, new)
    return [
        *(_worker_twice(one, place) for one in same_worker),
        *(_participant_twice(one, place) for one in same_participant),
        *(_unavailable(new, availability, place) if new.worker_id else ()),
    ]


def _overlap(one: Interval, other: Interval) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _shares_worker(one: Shift, new: Shift) -> bool:
    if one.worker_id is None or one.worker_id != new.worker_id:
        return False
    return one.group_key is None or one.group_key != new.group_key


def _crowded(others: Sequence[Shift], new: Shift) -> list[Shift]:
    """Return the shifts that would make a third at some moment of the new one."""
    start, end = new.interval
    within = {one.id: (max(start, one.interval[0]), min(end, one.interval[1])) for one in others}
    return [
        one
        for one in others
        if any(
            other.id != one.id and _overlap(within[one.id], within[other.id]) for other in others
        )
    ]


def _worker_twice(other: Shift, place: ZoneInfo) -> Clash:
    said = sentence(
        "{worker} is with {participant} {when}.",
        worker=other.worker_name,
        participant=other.participant_name,
        when=_hours(other, place),
    )
    return Clash(ClashKind.WORKER_TWICE, said, other.id)


def _participant_twice(other: Shift, place: ZoneInfo) -> Clash:
    whom, when = other.participant_name, _hours(other, place)
    said = (
        sentence(
            "{participant} is with {worker} {when}.",
            participant=whom,
            worker=other.worker_name,
            when=when,
        )
        if other.worker_id
        else sentence(
            "{participant} already has an open shift {when}.", participant=whom, when=when
        )
    )
    return Clash(ClashKind.PARTICIPANT_TWICE, said, other.id)


def _unavailable(new: Shift, availability: Availability, place: ZoneInfo) -> Iterator[Clash]:
    first = new.started_at.astimezone(place).date()
    last = (new.ended_at.astimezone(UTC) - timedelta.resolution).astimezone(place).date()
    for absence in availability.absences:
        if absence.starts_on <= last and first <= absence.ends_on:
            away = sentence("{worker} is away {when}.", worker=new.worker_name, when=_days(absence))
            yield Clash(ClashKind.OUTSIDE_AVAILABILITY, away)
    if availability.windows and not _is_covered(new.interval, availability.windows, place):
        when = _hours(new, place)
        if new.ended_at.astimezone(place).date() == first:
            when = sentence("{when} on {weekday}", when=when, weekday=f"{first:%A}")
        said = sentence("{worker} is not available {when}.", worker=new.worker_name, when=when)
        yield Clash(ClashKind.OUTSIDE_AVAILABILITY, said)


def _is_covered(interval: Interval, windows: Sequence[Window], place: ZoneInfo) -> bool:
    """Say whether windows, one after the other without a gap, hold the whole interval."""
    reached, end = interval
    first = reached.astimezone(place).date() - DAY
    days = (end.astimezone(place).date() - first).days + 1
    opened = sorted(
        _opened(window, first + DAY * number, place)
        for number in range(days)
        for window in windows
        if window.weekday == (first + DAY * number).weekday()
    )
    for opens, closes in opened:
        if opens <= reached < closes:
            reached = closes
    return reached >= end


def _opened(window: Window, day: date, place: ZoneInfo) -> Interval:
    closes_on = day + DAY if window.end <= window.start else day
    return (
        datetime.combine(day, window.start, place).astimezone(UTC),
        datetime.combine(closes_on, window.end, place).astimezone(UTC),
    )


def _hours(shift: Shift, place: ZoneInfo) -> Sentence:
    start, end = shift.started_at.astimezone(place), shift.ended_at.astimezone(place)
    if start.date() == end.date():
        return sentence("from {start} to {end}", start=say_time(start), end=say_time(end))
    return sentence(
        "from {start} on {first} to {end} on {last}",
        start=say_time(start),
        first=say_date(start),
        end=say_time(end),
        last=say_date(end),
    )


def _days(absence: Absence) -> Sentence:
    first, last = say_date(absence.starts_on), say_date(absence.ends_on)
    if absence.starts_on == absence.ends_on:
        return sentence("on {day}", day=first)
    return sentence("from {start} to {end}", start=first, end=last)
