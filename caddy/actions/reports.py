"""Asking for a report: of what is there for the one who asks, left to the worker."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from caddy.actions.tasks import add_task
from caddy.domain.actor import Actor
from caddy.domain.errors import Forbidden, NotFound
from caddy.domain.report_kinds import ReportKind
from caddy.domain.tasks import TaskKind
from caddy.queries import report_claims, services
from caddy.transaction import transaction


def ask_for_report(kind: ReportKind, params: Mapping[str, str], *, actor: Actor) -> UUID:
    """Leave a report to the worker; return the task's id.

    Raises NotFound for a claim or a participant that is not there for the actor.
    """
    if not actor.may(kind.needs):
        raise Forbidden("forbidden", "Your role does not include this report.")
    with transaction(actor):
        title = f"{kind.label}: {_of(kind, params, actor)}"
        return add_task(TaskKind.REPORT, title, params, needs=kind.needs)


def _of(kind: ReportKind, params: Mapping[str, str], actor: Actor) -> str:
    """Return what a report is of, in words, or raise NotFound."""
    if "participant_id" in kind.asks:
        found = services.name_of(_id(params["participant_id"]), seen_by=actor.seen_by)
        if found is None:
            raise NotFound("participant")
        return f"{found.first_name} {found.last_name}"
    if actor.seen_by is not None:
        raise NotFound("report")  # it would be of all participants
    if "claim_id" in kind.asks:
        claim = report_claims.one(_id(params["claim_id"]))
        if claim is None:
            raise NotFound("claim")
        return claim.shown_number
    return f"{params['starts_on']} to {params['ends_on']}"


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
