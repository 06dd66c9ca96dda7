"""Risks: likelihood by consequence, what the product means, and how a risk stands."""

from __future__ import annotations

from enum import StrEnum


class RiskState(StrEnum):
    OPEN = "open"
    CONTROLLED = "controlled"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return self.value.capitalize()
