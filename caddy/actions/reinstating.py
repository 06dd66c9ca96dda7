"""Taking back the cancellation of a planned shift, shortly after it: as if it had not been."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from caddy import clock
from caddy.actions import assignments, steps
from caddy.domain import shifts as rules
from caddy.domain.actor import Actor
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.selections import UNDO_MINUTES
from caddy.domain.services import ServiceStatus
from caddy.models import ServiceChange
from caddy.queries import organizations, selections
from caddy.transaction import transaction

WITHIN = timedelta(minutes=UNDO_MINUTES)


def reinstate_service(service_id: UUID, version: int, *, actor: Actor) -> None:
    """Plan a shift again that the same person cancelled within ten minutes, at its old cost.

    Its money is committed again. Refused where anything else was done with it meanwhile, where
    its worker is taken by now, and where its budget does not hold its cost any more.
    """
    with transaction(actor):
        service = steps.hold(service_id, version, actor)
        before = steps.standing(service)
        cost = _cost_before(selections.last_change(service_id), before.cents, actor)
        rules.check_ahead(service.ended_at, clock.now())
        service.status = ServiceStatus.SCHEDULED
        service.cancellation_reason = None
        service.fee_percent = None
        service.total_cents = cost
        assignments.check([service], organizations.current(), is_accepted=True)
        steps.take(Fact.SERVICE_REINSTATED, service, before)


def _cost_before(last: ServiceChange | None, now_cents: int, actor: Actor) -> int:
    """Return what a shift cost, in cents, before its cancellation; refuse any other last step."""
    is_own = (
        last is not None
        and last.to_status is ServiceStatus.CANCELLED
        and last.from_status is ServiceStatus.SCHEDULED
        and last.user_id == actor.user_id
        and clock.now() - last.happened_at <= WITHIN
    )
    if last is None or not is_own:
        raise RuleBroken(
            None,
            "not_to_undo",
            f"Only a cancellation of your own is taken back, within {UNDO_MINUTES} minutes.",
        )
    # Where the cost is not among what changed, the cancellation left it as it was.
    cents = last.changes.get("total_cents", [now_cents])[0]
    return int(cents)
