"""The scheme's time bands: which one a support fits, and where one that fits none is cut.

Times are the wall clock where the participant is supported, without a zone. Which days are
public holidays is asked of the caller: they differ by state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

DAYTIME_FROM = time(6)
EVENING_FROM = time(20)
SLEEPOVER = timedelta(hours=8)
SATURDAY = 5

IsHoliday = Callable[[date], bool]
MinutesBetween = Callable[[datetime, datetime], int]


class Band(StrEnum):
    """When a support is delivered (PAPL 2025-26 "Time of day and day of week")."""

    WEEKDAY_DAYTIME = "weekday_daytime"
    WEEKDAY_EVENING = "weekday_evening"
    WEEKDAY_NIGHT = "weekday_night"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    PUBLIC_HOLIDAY = "public_holiday"
    SLEEPOVER = "sleepover"

    @property
    def label(self) -> str:
        if self is Band.SLEEPOVER:
            return "Night-time sleepover"
        return self.value.replace("_", " ").capitalize()

    @property
    def short(self) -> str:
        """Return the band as it stands before `price`: `evening`, `Saturday`."""
        return {"saturday": "Saturday", "sunday": "Sunday"}.get(
            self.value, self.value.removeprefix("weekday_").replace("_", " ")
        )


WEEKDAY_BANDS = frozenset({Band.WEEKDAY_DAYTIME, Band.WEEKDAY_EVENING, Band.WEEKDAY_NIGHT})


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a support that lies in one band, and its length in minutes."""

    band: Band
    start: datetime
    end: datetime
    minutes: int


def wall_minutes(start: datetime, end: datetime) -> int:
    """Return the minutes that a clock on the wall counts between two of its times."""
    return int((end - start).total_seconds()) // 60


def minutes_in(zone: str) -> MinutesBetween:
    """Return a count of the minutes that passed in a time zone, right also when clocks change.

    >>> night = datetime(2026, 10, 3, 23), datetime(2026, 10, 4, 7)
    >>> wall_minutes(*night), minutes_in("Australia/Sydney")(*night)
    (480, 420)
    """
    place = ZoneInfo(zone)

    def minutes(start: datetime, end: datetime) -> int:
        return wall_minutes(
            start.replace(tzinfo=place).astimezone(UTC), end.replace(tzinfo=place).astimezone(UTC)
        )

    return minutes


def day_band(day: date, is_holiday: IsHoliday) -> Band | None:
    """Return the band that lasts a whole day, midnight to midnight; None on a weekday.

    A public holiday goes before the Saturday or Sunday that it falls on (PAPL 2025-26).

    >>> day_band(date(2025, 11, 22), lambda day: False)
    <Band.SATURDAY: 'saturday'>
    """
    if is_holiday(day):
        return Band.PUBLIC_HOLIDAY
    return {SATURDAY: Band.SATURDAY, SATURDAY + 1: Band.SUNDAY}.get(day.weekday())


def band_for(start: datetime, end: datetime, is_holiday: IsHoliday) -> Band | None:
    """Return the one band that a support fits, or None where it fits none.

    PAPL 2025-26: public holidays, Saturdays and Sundays run midnight to midnight. On weekdays
    daytime starts at or after 6:00 and ends by 20:00, evening starts at or after 20:00 and ends
    by midnight, night spans the midnight between two weekdays or starts before 6:00. Two public
    holidays on end are of one kind, so that nothing is cut between them. That a support is a
    sleepover its times cannot say: see `may_be_sleepover`.

    >>> never = lambda day: False
    >>> band_for(datetime(2025, 11, 20, 20), datetime(2025, 11, 21), never)
    <Band.WEEKDAY_EVENING: 'weekday_evening'>
    >>> band_for(datetime(2025, 11, 20, 19), datetime(2025, 11, 20, 21), never) is None
    True
    """
    if end <= start:
        return None
    days = list(_days(start, end))
    kinds = {day_band(day, is_holiday) for day in days}
    if len(kinds) > 1:
        return None
    (whole_day,) = kinds
    if whole_day is not None:
        return whole_day if len(days) == 1 or whole_day is Band.PUBLIC_HOLIDAY else None
    if len(days) > 1:
        return Band.WEEKDAY_NIGHT if len(days) == 2 else None  # noqa: PLR2004 - one midnight
    return _weekday_band(start, end)


def _weekday_band(start: datetime, end: datetime) -> Band | None:
    """Return the band of a support that lies within one weekday."""
    if start.time() < DAYTIME_FROM:
        return Band.WEEKDAY_NIGHT
    if start.time() >= EVENING_FROM:
        return Band.WEEKDAY_EVENING
    evening = datetime.combine(start.date(), EVENING_FROM)
    return Band.WEEKDAY_DAYTIME if end <= evening else None


def _days(start: datetime, end: datetime) -> Iterator[date]:
    """Yield the days that a support touches; an end at midnight belongs to the day before."""
    day, last = start.date(), (end - timedelta.resolution).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def may_be_sleepover(start: datetime, end: datetime) -> bool:
    """Say whether times allow a night-time sleepover.

    It starts before midnight, ends after it and lasts at least 8 hours (PAPL 2025-26
    "Night-Time Sleepover"); whether the worker may sleep is agreed, not counted.

    >>> may_be_sleepover(datetime(2025, 11, 20, 22), datetime(2025, 11, 21, 6))
    True
    """
    midnight = datetime.combine(start.date() + timedelta(days=1), time(0))
    return end > midnight and end - start >= SLEEPOVER


def segments(
    start: datetime,
    end: datetime,
    is_holiday: IsHoliday,
    *,
    minutes_between: MinutesBetween = wall_minutes,
) -> tuple[Segment, ...]:
    """Return a support as pieces of one band each, in order and without a gap.

    It is cut at midnight where the kind of day changes, and on weekdays at 6:00 and 20:00; an
    evening that goes on past midnight into another weekday is night from its start. This is the
    finest split: a support that starts at 5:00 and ends at 10:00 fits the night as it is
    (`band_for`), and is night and daytime here. Pass `minutes_in(zone)` for the minutes that
    passed in the night the clocks change. A support without length has no pieces.

    >>> [(one.band.short, one.minutes) for one in
    ...  segments(datetime(2025, 11, 21, 19), datetime(2025, 11, 22, 1), lambda day: False)]
    [('daytime', 60), ('evening', 240), ('Saturday', 60)]
    """
    found: list[Segment] = []
    for first, last in pairwise(_cuts(start, end)):
        band = day_band(first.date(), is_holiday) or _part_of_weekday(first)
        before = found[-1] if found else None
        joined = _joined(before.band, band) if before else None
        if before and joined:
            found[-1] = replace(before, band=joined, end=last)
        else:
            found.append(Segment(band, first, last, 0))
    return tuple(replace(one, minutes=minutes_between(one.start, one.end)) for one in found)


def _cuts(start: datetime, end: datetime) -> list[datetime]:
    """Return the start, every time between at which a band can begin, and the end."""
    inside = {
        moment
        for day in _days(start, end)
        for moment in (datetime.combine(day, at) for at in (time(0), DAYTIME_FROM, EVENING_FROM))
        if start < moment < end
    }
    return sorted({start, end} | inside) if start < end else []


def _part_of_weekday(moment: datetime) -> Band:
    if moment.time() < DAYTIME_FROM:
        return Band.WEEKDAY_NIGHT
    return Band.WEEKDAY_DAYTIME if moment.time() < EVENING_FROM else Band.WEEKDAY_EVENING


def _joined(before: Band, after: Band) -> Band | None:
    """Return the band of two neighbours together, or None where they stay two."""
    if before is Band.WEEKDAY_EVENING and after is Band.WEEKDAY_NIGHT:
        return Band.WEEKDAY_NIGHT
    return before if before is after else None
