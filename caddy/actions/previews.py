"""What a shift would cost and what stands against it, said before it is saved. Stores nothing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from caddy.actions import assignments, services, shifts
from caddy.actions.services import Estimate, ServiceEntry
from caddy.domain.actor import Actor
from caddy.domain.errors import RuleBroken
from caddy.extensions import db
from caddy.queries import organizations


@dataclass(frozen=True, slots=True)
class Preview:
    """A planned shift's estimate and the sentences that speak against it."""

    worked_out: Estimate
    against: tuple[str, ...]


def preview(entry: ServiceEntry, worker_id: UUID | None, *, actor: Actor) -> Preview:
    """Work out a planned shift; with a worker, say what stands against them having it."""
    organization = organizations.current()
    worked_out = services.estimate(
        entry,
        organization.timezone,
        organization.state,
        seen_by=actor.seen_by,
        is_planned=True,
    )
    if worker_id is None:
        return Preview(worked_out, ())
    row = shifts.planned_row(entry, worker_id, organization, actor)
    with db.session.no_autoflush:
        try:
            found = assignments.clashes([row], organization)
        except RuleBroken as error:
            return Preview(worked_out, (error.message,))
    return Preview(worked_out, tuple(clash.sentence for _, clash in found))
