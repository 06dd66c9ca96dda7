"""Correcting a service that took place: why, what it was and what it is, and the money with it."""

from __future__ import annotations

from uuid import UUID

from caddy.actions import steps, trips
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

    The participant stays. A billed one is refused: it is changed through its claim. The trip to
    it goes where it goes; parts of a trip that were forgotten are stored with it.
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
        rules.check_no_travel(service.claim_type)
        organization = organizations.current()
        lines = trips.lines_of(service)
        trips.check_added(entry.travel, lines)
        worked_out = steps.enter(service, entry, organization, actor)
        trips.hold(before, service, lines, worked_out)
        steps.sign(service, entry.signed_by)
        steps.take(Fact.SERVICE_CORRECTED, service, before, reason=reason)
        trips.follow(service, before, lines, entry, organization, reason, actor)
        trips.add(service, worked_out, organization.timezone)
        return service.total_cents
