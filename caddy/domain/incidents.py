"""Incidents: which kinds the NDIS Commission must hear of, by when, and when one may be closed.

Source: NDIS (Incident Management and Reportable Incidents) Rules 2018, sections 16 to 21.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from caddy.domain.business_days import IsHoliday, business_days_after
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.registers import Stands, Tone
from caddy.domain.sentences import Sentence, sentence, together

SOON = timedelta(hours=4)
ONE_DAY = timedelta(hours=24)
BUSINESS_DAYS = 5
LAST_MINUTE = time(23, 59)


class IncidentKind(StrEnum):
    """What happened. The first six are reportable (section 73Z of the NDIS Act 2013)."""

    DEATH = "death"
    SERIOUS_INJURY = "serious_injury"
    ABUSE_OR_NEGLECT = "abuse_or_neglect"
    UNLAWFUL_CONTACT = "unlawful_contact"
    SEXUAL_MISCONDUCT = "sexual_misconduct"
    UNAUTHORISED_PRACTICE = "unauthorised_practice"
    INJURY = "injury"
    MEDICATION_ERROR = "medication_error"
    NEAR_MISS = "near_miss"
    PROPERTY = "property"
    BEHAVIOUR = "behaviour"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "death": "Death",
            "abuse_or_neglect": "Abuse or neglect",
            "unlawful_contact": "Unlawful sexual or physical contact, or assault",
            "unauthorised_practice": "Unauthorised restrictive practice",
            "injury": "Injury, not serious",
            "property": "Property damage or loss",
            "behaviour": "Behaviour of concern",
            "other": "Something else",
        }.get(self.value, self.value.replace("_", " ").capitalize())

    @property
    def is_reportable(self) -> bool:
        return self in REPORTABLE


REPORTABLE = (
    IncidentKind.DEATH,
    IncidentKind.SERIOUS_INJURY,
    IncidentKind.ABUSE_OR_NEGLECT,
    IncidentKind.UNLAWFUL_CONTACT,
    IncidentKind.SEXUAL_MISCONDUCT,
    IncidentKind.UNAUTHORISED_PRACTICE,
)


class Severity(StrEnum):
    """How bad it was for those it happened to."""

    MINOR = "minor"
    MODERATE = "moderate"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def label(self) -> str:
        return {
            "minor": "Minor: nobody was hurt",
            "moderate": "Moderate: first aid or extra support",
            "major": "Major: a doctor, hospital or police",
            "critical": "Critical: life in danger, or a death",
        }[self.value]

    @property
    def word(self) -> str:
        return self.value.capitalize()


class IncidentState(StrEnum):
    OPEN = "open"
    NOTIFIED = "notified"
    INVESTIGATING = "investigating"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return self.value.capitalize()


def is_within_a_day(kind: IncidentKind, *, is_harmed: bool) -> bool:
    """Say whether the Commission must hear of it within 24 hours.

    So it is of every reportable kind (section 20), but an unauthorised restrictive practice
    that harmed nobody (section 21; with harm the Commission's guidance asks for 24 hours).

    >>> is_within_a_day(IncidentKind.UNAUTHORISED_PRACTICE, is_harmed=False)
    False
    """
    return kind.is_reportable and (kind is not IncidentKind.UNAUTHORISED_PRACTICE or is_harmed)


@dataclass(frozen=True, slots=True)
class Clock:
    """By when the Commission must be notified, and by when it must have the details."""

    notify_by: datetime | None = None
    details_by: datetime | None = None


def clock_of(
    kind: IncidentKind, *, is_harmed: bool, aware_at: datetime, zone: str, is_holiday: IsHoliday
) -> Clock:
    """Return the deadlines of an incident, counted from when the provider became aware.

    24 hours run through nights, weekends and holidays; then the details are due within five
    business days (section 20). The other kind is notified, in full, within five business days
    (section 21). A business day ends at midnight in the organization's own time zone.
    """
    if not kind.is_reportable:
        return Clock()
    local = aware_at.astimezone(ZoneInfo(zone))
    last: date = business_days_after(local.date(), BUSINESS_DAYS, is_holiday)
    five_days = datetime.combine(last, LAST_MINUTE, local.tzinfo)
    if is_within_a_day(kind, is_harmed=is_harmed):
        return Clock(aware_at + ONE_DAY, five_days)
    return Clock(five_days)


class Countdown(StrEnum):
    """How the clock of an incident stands: the last four hours are soon."""

    DONE = "done"
    RUNNING = "running"
    SOON = "soon"
    OVERDUE = "overdue"


def countdown(due_at: datetime, done_at: datetime | None, now: datetime) -> Countdown:
    if done_at is not None:
        return Countdown.DONE
    if now > due_at:
        return Countdown.OVERDUE
    return Countdown.SOON if due_at - now <= SOON else Countdown.RUNNING


def time_left(due_at: datetime, now: datetime) -> str:
    """Return how long is left, or how late it is, as people say it.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    >>> time_left(now + timedelta(hours=3, minutes=20), now)
    '3 hours 20 minutes left'
    >>> time_left(now - timedelta(days=2, hours=1), now)
    '2 days 1 hour late'
    """
    seconds = int((due_at - now).total_seconds())
    minutes = abs(seconds) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    parts = [
        days and (sentence("1 day") if days == 1 else sentence("{count} days", count=days)),
        hours and (sentence("1 hour") if hours == 1 else sentence("{count} hours", count=hours)),
        (0 if days else rest)
        and (sentence("1 minute") if rest == 1 else sentence("{count} minutes", count=rest)),
    ]
    said = together(*(one for one in parts if isinstance(one, Sentence)))
    how_long = said or sentence("Less than a minute")
    if seconds >= 0:
        return sentence("{how_long} left", how_long=how_long)
    return sentence("{how_long} late", how_long=how_long)


@dataclass(frozen=True, slots=True)
class NewIncident:
    """An incident as it is reported; the texts are told in confidence."""

    kind: IncidentKind
    severity: Severity
    happened_at: datetime
    aware_at: datetime
    what_happened: str
    is_harmed: bool = False
    place: str | None = None
    immediate_action: str | None = None
    people_involved: str | None = None


def check_incident(entry: NewIncident, now: datetime) -> None:
    """Refuse what cannot have happened yet, and an awareness from before it happened."""
    if entry.happened_at > now:
        raise RuleBroken("happened_on", "in_future", "This is still to come. Check day and time.")
    if entry.aware_at > now:
        raise RuleBroken("aware_on", "in_future", "This is still to come. Check day and time.")
    if entry.aware_at < entry.happened_at:
        raise RuleBroken(
            "aware_on", "aware_too_early", "You cannot have known of it before it happened."
        )


def state_of(
    *, is_reportable: bool, is_notified: bool, is_investigated: bool, is_closed: bool
) -> IncidentState:
    """Return where an incident stands: open, notified where it must be, investigating, closed.

    An investigation may begin at once; but a reportable incident stays open until the
    Commission was notified, so that nobody thinks it was.
    """
    if is_closed:
        return IncidentState.CLOSED
    if is_reportable and not is_notified:
        return IncidentState.OPEN
    if is_investigated:
        return IncidentState.INVESTIGATING
    return IncidentState.NOTIFIED if is_notified else IncidentState.OPEN


def check_notification(notified_at: datetime, aware_at: datetime, now: datetime) -> None:
    if notified_at > now:
        raise RuleBroken("notified_on", "in_future", "This is still to come. Check day and time.")
    if notified_at < aware_at:
        raise RuleBroken(
            "notified_on", "notified_too_early", "This is before anyone here knew of it."
        )


def check_closing(
    *, is_notified: bool, has_details: bool, outcome: str | None, open_actions: int
) -> None:
    """Refuse to close an incident that something is still owed for.

    `is_notified` and `has_details` are true where nothing is owed to the Commission.
    """
    if not is_notified:
        raise Conflict("not_notified", "Record that the NDIS Commission was notified first.")
    if not has_details:
        raise Conflict("no_details", "Record that the five-day report was sent first.")
    if open_actions:
        things = "1 action is" if open_actions == 1 else f"{open_actions} actions are"
        raise Conflict("open_actions", f"{things} still to be done. Finish them first.")
    if not (outcome or "").strip():
        raise RuleBroken("outcome", "no_outcome", "Say what came of it.")


def stands(
    state: IncidentState,
    notify_by: datetime | None,
    notified_at: datetime | None,
    details_by: datetime | None,
    detailed_at: datetime | None,
    now: datetime,
) -> Stands:
    """Return how an incident stands: what is owed to the Commission comes first."""
    if state is IncidentState.CLOSED:
        return Stands("Closed", Tone.GOOD)
    owed = (
        (notify_by, notified_at, sentence("Notify")),
        (details_by, detailed_at, sentence("Five-day report")),
    )
    for due_at, done_at, what in owed:
        if due_at is not None and done_at is None:
            is_pressing = countdown(due_at, None, now) is not Countdown.RUNNING
            said = sentence("{what}: {how_long}", what=what, how_long=time_left(due_at, now))
            return Stands(said, Tone.BAD if is_pressing else Tone.SOON)
    return Stands(state.label, Tone.SOON)
