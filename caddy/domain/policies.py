"""Policies: what is recorded of one, and how it stands on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from caddy.domain.errors import RuleBroken
from caddy.domain.practice_standards import PracticeModule
from caddy.domain.registers import Stands, Tone, by_day


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """A policy as it is entered, in the edition that holds; not approved yet, it is a draft."""

    title: str
    module: PracticeModule
    edition: str
    review_on: date
    approved_on: date | None = None
    owner_id: UUID | None = None
    summary: str | None = None
    retired_on: date | None = None

    def check(self, today: date) -> None:
        for name in ("approved_on", "retired_on"):
            day = getattr(self, name)
            if day is not None and day > today:
                raise RuleBroken(name, "in_future", "This day is still to come.")
        if self.approved_on and self.review_on <= self.approved_on:
            raise RuleBroken("review_on", "period", "The review comes after the approval.")

    @property
    def derived(self) -> dict[str, Any]:
        return {}


def stands(
    approved_on: date | None, review_on: date, retired_on: date | None, today: date
) -> Stands:
    if retired_on:
        return Stands("Retired", Tone.UNKNOWN)
    if approved_on is None:
        return Stands("Draft, not approved", Tone.SOON)
    return by_day(review_on, today)
