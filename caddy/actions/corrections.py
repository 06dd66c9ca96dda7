"""Correcting a service that took place: why, what it was and what it is, and the money with it."""

from __future__ import annotations

from uuid import UUID

from caddy.actions import steps
from caddy.actions.services import ServiceEntry
from caddy.domain import shifts as rules
from caddy.domain.actor import Actor
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.services import ServiceStatus
from caddy.queries import organizations
from caddy.transaction import transaction


def correct_service(
    service_id: UUID, version: int, entry: ServiceEntry, reason: str, *, actor: Actor
) -> int:
    """Enter a delivered service anew, for a reason, and return what it costs now, in cents.

    The participant stays. A billed one is refused: it is changed through its claim.
    """
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed", "Say why the service is corrected.")
    with transaction(actor):
        service = steps.hold(service_id, version, actor)
        before = steps.standing(service)
        rules.check_state(service.status, ServiceStatus.COMPLETED, "corrected")
        if entry.participant_id != service.participant_id:
            raise RuleBroken(
                None, "other_participant", "A service stays with the participant it was for."
            )
        steps.enter(service, entry, organizations.current(), actor)
        steps.sign(service, entry.signed_by)
        steps.take(Fact.SERVICE_CORRECTED, service, before, reason=reason)
        return service.total_cents
