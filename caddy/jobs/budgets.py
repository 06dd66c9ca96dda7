"""What follows a change of a budget: its alerts, and telling panels once more."""

from __future__ import annotations

from uuid import UUID

from caddy.actions import alerts
from caddy.domain.actor import Actor


def check_budget(subject_id: UUID, *, actor: Actor) -> None:
    alerts.check_budget(subject_id, actor=actor)
