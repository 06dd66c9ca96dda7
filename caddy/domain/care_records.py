"""Consents and support plans of a participant: the kinds, and how one stands on a day."""

from __future__ import annotations

from enum import StrEnum


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
