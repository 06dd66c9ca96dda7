"""Restrictive practices: the regulated kinds, and when the month's report is due.

Source: NDIS (Restrictive Practices and Behaviour Support) Rules 2018, sections 6 and 14.
"""

from __future__ import annotations

from enum import StrEnum


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
