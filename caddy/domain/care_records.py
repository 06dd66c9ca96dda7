"""Consents and support plans of a participant: the kinds, and how one stands on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from caddy.domain.errors import RuleBroken
from caddy.domain.registers import Stands, Tone, by_day


class CareKind(StrEnum):
    """What a participant agreed to, or what was planned with them. Consents come first."""

    SHARE_INFORMATION = "share_information"
    PHOTOS = "photos"
    MEDICATION = "medication"
    EMERGENCY_TREATMENT = "emergency_treatment"
    MONEY_HANDLING = "money_handling"
    TRANSPORT = "transport"
    OTHER_CONSENT = "other_consent"
    SUPPORT_PLAN = "support_plan"
    RISK_ASSESSMENT = "risk_assessment"
    EMERGENCY_PLAN = "emergency_plan"
    BEHAVIOUR_SUPPORT_PLAN = "behaviour_support_plan"
    MEALTIME_PLAN = "mealtime_plan"
    HEALTH_PLAN = "health_plan"

    @property
    def label(self) -> str:
        return {
            "share_information": "Consent: collect and share information",
            "photos": "Consent: photos and video",
            "medication": "Consent: medication",
            "emergency_treatment": "Consent: emergency treatment",
            "money_handling": "Consent: money and belongings",
            "transport": "Consent: transport",
            "other_consent": "Consent: something else",
        }.get(self.value, self.value.replace("_", " ").capitalize())

    @property
    def is_consent(self) -> bool:
        return self in CONSENTS


CONSENTS = (
    CareKind.SHARE_INFORMATION,
    CareKind.PHOTOS,
    CareKind.MEDICATION,
    CareKind.EMERGENCY_TREATMENT,
    CareKind.MONEY_HANDLING,
    CareKind.TRANSPORT,
    CareKind.OTHER_CONSENT,
)


@dataclass(frozen=True, slots=True)
class NewCareRecord:
    """A consent or a plan as it is entered: who gave or agreed it, and until when it holds."""

    participant_id: UUID
    kind: CareKind
    given_by: str
    given_on: date
    review_on: date | None = None
    expires_on: date | None = None
    withdrawn_on: date | None = None
    details: str | None = None

    def check(self, today: date) -> None:
        for name in ("given_on", "withdrawn_on"):
            day = getattr(self, name)
            if day is not None and day > today:
                raise RuleBroken(name, "in_future", "This day is still to come.")
        for name in ("review_on", "expires_on", "withdrawn_on"):
            day = getattr(self, name)
            if day is not None and day < self.given_on:
                raise RuleBroken(name, "period", "This is before it was given.")

    @property
    def derived(self) -> dict[str, Any]:
        return {}


def due_on(review_on: date | None, expires_on: date | None) -> date | None:
    """Return the first day on which something has to be done about it again."""
    return min((day for day in (review_on, expires_on) if day), default=None)


def stands(
    review_on: date | None, expires_on: date | None, withdrawn_on: date | None, today: date
) -> Stands:
    """Return how a consent or a plan stands; one without any date holds until withdrawn.

    >>> stands(None, date(2026, 11, 20), None, date(2026, 11, 21)).label
    'Expired'
    """
    if withdrawn_on:
        return Stands("Withdrawn", Tone.UNKNOWN)
    if expires_on and expires_on < today:
        return Stands("Expired", Tone.BAD)
    if review_on is None and expires_on is None:
        return Stands("Current", Tone.GOOD)
    return by_day(due_on(review_on, expires_on), today)
