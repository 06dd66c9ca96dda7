"""Changing the notes of a service and nothing else of it: neither its times nor its money."""

from __future__ import annotations

from uuid import UUID

from caddy.actions import steps, trips
from caddy.domain import shifts as rules
from caddy.domain.actor import Actor
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.services import ServiceStatus
from caddy.transaction import transaction


def correct_notes(service_id: UUID, version: int, notes: str, reason: str, *, actor: Actor) -> None:
    """Write the notes of a delivered service anew, for a reason; its history keeps the old ones.

    The lines of its trip hold them too. Of a shift under way they are written by
    `shifts.note_shift`; a billed one is refused.
    """
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed", "Say why the notes are changed.")
    with transaction(actor):
        service = steps.hold(service_id, version, actor)
        before = steps.standing(service)
        rules.check_state(service.status, ServiceStatus.COMPLETED, "given other notes")
        service.notes = notes
        trips.copy_notes(service, trips.lines_of(service))
        steps.take(Fact.SERVICE_CORRECTED, service, before, reason=reason)
