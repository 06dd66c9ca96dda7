"""The NDIS Practice Standards: the modules that a provider is audited against.

Source: NDIS (Provider Registration and Practice Standards) Rules 2018, Schedules 1 to 8.
"""

from __future__ import annotations

from enum import StrEnum


class PracticeModule(StrEnum):
    """A module of the standards; the core module in its four parts."""

    RIGHTS = "rights"
    GOVERNANCE = "governance"
    PROVISION = "provision"
    ENVIRONMENT = "environment"
    HIGH_INTENSITY = "high_intensity"
    BEHAVIOUR_SUPPORT = "behaviour_support"
    IMPLEMENTING_BEHAVIOUR_SUPPORT = "implementing_behaviour_support"
    EARLY_CHILDHOOD = "early_childhood"
    SUPPORT_COORDINATION = "support_coordination"
    ACCOMMODATION = "accommodation"
    VERIFICATION = "verification"

    @property
    def label(self) -> str:
        return {
            "rights": "Core 1: Rights and responsibilities",
            "governance": "Core 2: Governance and operational management",
            "provision": "Core 3: Provision of supports",
            "environment": "Core 4: Support provision environment",
            "high_intensity": "1: High intensity daily personal activities",
            "behaviour_support": "2: Specialist behaviour support",
            "implementing_behaviour_support": "2A: Implementing behaviour support plans",
            "early_childhood": "3: Early childhood supports",
            "support_coordination": "4: Specialist support coordination",
            "accommodation": "5: Specialist disability accommodation",
            "verification": "Verification module",
        }[self.value]
