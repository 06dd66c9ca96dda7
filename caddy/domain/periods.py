"""The days a report is about: read from what was asked for, refused where they make no sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.words import say_date

MOST_DAYS = 1_100  # three years: the longest plan


@dataclass(frozen=True, slots=True)
class Days:
    """Some days, both ends included."""

    first: date
    last: date

    @property
    def words(self) -> str:
        return f"{say_date(self.first)} to {say_date(self.last)}"


def days_of(params: Mapping[str, str]) -> Days:
    """Return the days from `starts_on` to `ends_on`, ISO dates, of at most three years."""
    found = Days(_day(params, "starts_on"), _day(params, "ends_on"))
    if found.last < found.first:
        raise RuleBroken("ends_on", "period", "The last day is before the first.")
    if (found.last - found.first).days >= MOST_DAYS:
        raise RuleBroken("ends_on", "period_too_long", "Choose three years at the most.")
    return found


def _day(params: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(params.get(name, ""))
    except ValueError:
        raise RuleBroken(name, "no_day", "Enter a day.") from None


def id_of(params: Mapping[str, str], name: str, what: str) -> UUID:
    """Return an id that was asked for; what is no id is not there."""
    try:
        return UUID(params.get(name, ""))
    except ValueError:
        raise NotFound(what) from None
