"""How long records are kept, what keeps them longer, and what stays of a participant after that.

The audit log is never erased. Money stays, with a participant whom nobody can name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from caddy.domain.errors import RuleBroken

DEFAULT_YEARS = 7  # how long the scheme's providers keep their records
LONGEST_YEARS = 100
# What was written down of a child is kept until they are 25 (NSW HRIP Act 2002 s 25).
CHILD_UNTIL_YEARS = 25
MOST_AT_ONCE = 50
ERASED_FIRST_NAME = "Erased"
ERASED_BIRTH = date(1900, 1, 1)
ERASED_TEXT = "Erased"


class RetentionKind(StrEnum):
    """What a policy is for. What has none is never erased."""

    PARTICIPANTS = "participants"
    STAFF = "staff"

    @property
    def label(self) -> str:
        return {
            "participants": "Participants, after their last service",
            "staff": "Staff who left, after they were last here",
        }[self.value]


class Keep(StrEnum):
    """Why a participant is kept though the years may be over."""

    LEGAL_HOLD = "legal_hold"
    OPEN_CLAIM = "open_claim"
    CURRENT_PLAN = "current_plan"
    RECENT_SERVICE = "recent_service"
    CHILD = "child"
    RECENT_ENTRY = "recent_entry"

    @property
    def sentence(self) -> str:
        return {
            "legal_hold": "Under a legal hold.",
            "open_claim": "Money of a claim is still to come.",
            "current_plan": "A plan is current or to come.",
            "recent_service": "The last service is not long enough ago.",
            "recent_entry": "An incident, a complaint or a restrictive practice is too recent.",
            "child": "A child's records are kept until they are 25.",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a participant is kept.

    `last_on` is the day of the last service, of whatever state; without any, the last day of
    the last plan; without one, the day they were added. `has_recent_entry`: an
    incident, a complaint or a restrictive practice of theirs is not old enough by the same years.
    """

    last_on: date
    date_of_birth: date
    is_on_hold: bool = False
    has_open_claim: bool = False
    has_current_plan: bool = False
    has_recent_entry: bool = False


def years_before(day: date, years: int) -> date:
    """Return the same day some years earlier; of 29 February, the 28th.

    >>> years_before(date(2028, 2, 29), 7)
    datetime.date(2021, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def is_over(last_on: date, years: int, today: date) -> bool:
    """Say whether whole years have gone since a day.

    >>> is_over(date(2019, 11, 21), 7, date(2026, 11, 21))
    True
    >>> is_over(date(2019, 11, 22), 7, date(2026, 11, 21))
    False
    """
    return last_on <= years_before(today, years)


def kept_because(standing: Standing, years: int, today: date) -> list[Keep]:
    """Return every reason to keep a participant; none means that they may be erased.

    >>> kept_because(Standing(date(2018, 1, 1), date(1980, 1, 1)), 7, date(2026, 11, 21))
    []
    >>> child = Standing(date(2018, 1, 1), date(2004, 1, 1), is_on_hold=True)
    >>> [one.value for one in kept_because(child, 7, date(2026, 11, 21))]
    ['legal_hold', 'child']
    """
    held = {
        Keep.LEGAL_HOLD: standing.is_on_hold,
        Keep.OPEN_CLAIM: standing.has_open_claim,
        Keep.CURRENT_PLAN: standing.has_current_plan,
        Keep.RECENT_SERVICE: not is_over(standing.last_on, years, today),
        Keep.RECENT_ENTRY: standing.has_recent_entry,
        Keep.CHILD: not is_over(standing.date_of_birth, CHILD_UNTIL_YEARS, today),
    }
    return [reason for reason, is_so in held.items() if is_so]


def check_years(years: int) -> None:
    """Refuse a policy that keeps records for less time than the scheme asks, or for ever."""
    if not DEFAULT_YEARS <= years <= LONGEST_YEARS:
        raise RuleBroken(
            "years",
            "retention_years",
            f"Keep records for {DEFAULT_YEARS} to {LONGEST_YEARS} years.",
        )


def check_confirmed(confirmed: int | None, count: int) -> None:
    """Refuse an erasure where the number that was typed is not how many it erases."""
    if confirmed != count:
        raise RuleBroken(
            "confirmed", "not_confirmed", f"Type {count} to confirm. It cannot be undone."
        )
