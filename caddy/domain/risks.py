"""Risks: likelihood by consequence, what the product means, and how a risk stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from caddy.domain.errors import RuleBroken
from caddy.domain.registers import Stands, Tone, by_day

LIKELIHOODS = ("Rare", "Unlikely", "Possible", "Likely", "Almost certain")
CONSEQUENCES = ("Negligible", "Minor", "Moderate", "Major", "Severe")
# From which product on a risk is called so, on the usual matrix of five by five.
LEVELS = ((15, "Extreme"), (10, "High"), (5, "Medium"), (1, "Low"))
EXTREME = 15


class RiskState(StrEnum):
    OPEN = "open"
    CONTROLLED = "controlled"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True, slots=True)
class NewRisk:
    """A risk as it is entered: of a participant, of a site, or of the whole organization."""

    title: str
    likelihood: int
    consequence: int
    controls: str
    review_on: date
    state: RiskState = RiskState.OPEN
    details: str | None = None
    participant_id: UUID | None = None
    site_id: UUID | None = None
    owner_id: UUID | None = None

    def check(self, today: date) -> None:
        if self.participant_id and self.site_id:
            raise RuleBroken("site_id", "two_owners", "Choose a participant or a site, not both.")
        if self.state is not RiskState.CLOSED and self.review_on < today:
            raise RuleBroken("review_on", "in_past", "Choose a day that is still to come.")

    @property
    def derived(self) -> dict[str, Any]:
        return {"rating": self.likelihood * self.consequence}


def level(rating: int) -> str:
    """Return what a rating of 1 to 25 is called.

    >>> [level(rating) for rating in (1, 4, 5, 9, 10, 12, 15, 25)]
    ['Low', 'Low', 'Medium', 'Medium', 'High', 'High', 'Extreme', 'Extreme']
    """
    return next(word for least, word in LEVELS if rating >= least)


def stands(state: RiskState, rating: int, review_on: date, today: date) -> Stands:
    """Return how a risk stands: an extreme one must be controlled, each must be reviewed."""
    if state is RiskState.CLOSED:
        return Stands("Closed", Tone.UNKNOWN)
    if review_on >= today and state is RiskState.OPEN and rating >= EXTREME:
        return Stands("Extreme and not controlled", Tone.BAD)
    return by_day(review_on, today, good="Reviewed")
