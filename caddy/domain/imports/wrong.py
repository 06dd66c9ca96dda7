"""The refusal of values that can each be read, and cannot be true together."""

from __future__ import annotations


class Wrong(ValueError):
    """Values that can each be read, and cannot be true together; `field` is the one to blame."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason
