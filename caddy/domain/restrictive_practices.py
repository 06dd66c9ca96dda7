"""Restrictive practices: the regulated kinds, how one stands, when the month's report is due.

Source: NDIS (Restrictive Practices and Behaviour Support) Rules 2018, sections 6 and 14; the
Commission asks for a month's report within five business days of its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from caddy.domain.business_days import IsHoliday, business_days_after
from caddy.domain.errors import RuleBroken
from caddy.domain.registers import Stands, Tone
from caddy.domain.staff import SOON

REPORT_WITHIN_BUSINESS_DAYS = 5
LONGEST_USE_MINUTES = 24 * 60


class PracticeKind(StrEnum):
    """The five regulated restrictive practices (section 6)."""

    CHEMICAL = "chemical"
    MECHANICAL = "mechanical"
    PHYSICAL = "physical"
    ENVIRONMENTAL = "environmental"
    SECLUSION = "seclusion"

    @property
    def label(self) -> str:
        name = self.value.capitalize()
        return name if self is PracticeKind.SECLUSION else f"{name} restraint"


@dataclass(frozen=True, slots=True)
class NewPractice:
    """A restrictive practice as it is entered. Without `authorised_until` nobody allowed it."""

    participant_id: UUID
    kind: PracticeKind
    details: str
    starts_on: date
    behaviour_plan: str | None = None
    practitioner: str | None = None
    authorised_by: str | None = None
    authorised_until: date | None = None
    reported_until: date | None = None
    ended_on: date | None = None

    def check(self, today: date) -> None:
        if self.authorised_until and not self.authorised_by:
            raise RuleBroken("authorised_by", "no_authority", "Say who authorised it.")
        if self.ended_on and self.ended_on < self.starts_on:
            raise RuleBroken("ended_on", "period", "This is before it began.")
        if self.reported_until and self.reported_until > today:
            raise RuleBroken("reported_until", "in_future", "This day is still to come.")
        if self.reported_until and (self.reported_until + timedelta(days=1)).day != 1:
            raise RuleBroken("reported_until", "no_month_end", "Enter the last day of a month.")

    @property
    def derived(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True, slots=True)
class NewUse:
    """One use of a restrictive practice."""

    used_at: datetime
    minutes: int
    reason: str


def check_use(use: NewUse, now: datetime) -> None:
    if use.used_at > now:
        raise RuleBroken("used_on", "in_future", "This is still to come. Check day and time.")
    if not 0 <= use.minutes <= LONGEST_USE_MINUTES:
        raise RuleBroken("minutes", "too_long", "Enter minutes, up to a day: 1440.")


def report_due_on(starts_on: date, reported_until: date | None, is_holiday: IsHoliday) -> date:
    """Return by when the report of the first month without one is due.

    >>> report_due_on(date(2026, 9, 14), date(2026, 9, 30), lambda _day: False)
    datetime.date(2026, 11, 6)
    """
    first = reported_until + timedelta(days=1) if reported_until else starts_on
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return business_days_after(
        following - timedelta(days=1), REPORT_WITHIN_BUSINESS_DAYS, is_holiday
    )


def stands(
    authorised_until: date | None,
    ended_on: date | None,
    behaviour_plan: str | None,
    report_due: date,
    today: date,
) -> Stands:
    """Return how a restrictive practice stands; what is worst is said."""
    if ended_on and ended_on <= today:
        return Stands("Ended", Tone.UNKNOWN)
    if authorised_until is None:
        return Stands("Not authorised", Tone.BAD)
    wrong = {
        "Authorisation has run out": authorised_until < today,
        "No behaviour support plan": not behaviour_plan,
        "Monthly report overdue": report_due < today,
    }
    for said, is_so in wrong.items():
        if is_so:
            return Stands(said, Tone.BAD)
    if authorised_until - today < SOON:
        return Stands("Authorised, ends soon", Tone.SOON)
    return Stands("Authorised", Tone.GOOD)
