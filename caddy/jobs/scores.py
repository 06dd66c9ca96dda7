"""Compliance scores, computed when someone asks; the weekly check computes them too."""

from __future__ import annotations

from uuid import UUID

from caddy import clock
from caddy.actions import scores
from caddy.domain.actor import Actor
from caddy.queries import organizations


def score_compliance(subject_id: UUID, *, actor: Actor) -> None:
    """Compute today's scores of the organization in scope, whose id the subject is."""
    organization = organizations.current()
    if organization.id == subject_id:
        scores.compute(clock.today(organization.timezone), actor=actor)
