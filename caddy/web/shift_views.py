"""What the pages of a shift's steps share: whose it is, its form, two versions, what was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from caddy.actions.shifts import Outcome
from caddy.domain import shifts as rules
from caddy.domain.errors import Conflict, NotFound
from caddy.domain.money import dollars
from caddy.domain.sentences import sentence, together, words
from caddy.domain.words import say_minutes
from caddy.queries import roster
from caddy.web.access import actor
from caddy.web.conflicts import Conflicting, conflicting
from caddy.web.pages import page
from caddy.web.shift_forms import CancellationForm


def shift_to_change(service_id: UUID) -> Any:
    """Return a shift that is theirs to change, or refuse it."""
    shift = roster.shift(service_id, seen_by=actor.seen_by)
    if shift is None:
        raise NotFound("service")
    rules.check_handles(actor, shift.support_worker_id)
    return shift


def as_seen(shift: Any, **more: Any) -> dict[str, Any]:
    """Return what a step's form begins with: the shift as it is."""
    return {
        "version": shift.version,
        "service_on": shift.service_on,
        "start_time": shift.start_time,
        "end_time": shift.end_time,
        "ends_next_day": shift.end_time <= shift.start_time,
        **more,
    }


def form_page(
    name: str, form: Any, shift: Any, status: int = 200, **more: Any
) -> ResponseReturnValue:
    return page(f"shifts/{name}.html", form=form, shift=shift, status=status, **more)


def both_versions(service_id: UUID, error: Conflict, mine: Any, theirs: Any) -> dict[str, Any]:
    """Return what shows both versions of a shift above the form that was typed."""
    their_url = url_for("services.show", service_id=service_id)
    found = conflicting(error.message, mine, theirs, their_url)
    if isinstance(mine, CancellationForm):  # nothing of a cancellation is stored to compare
        found = Conflicting(error.message, None, their_url)
    return {"status": error.status, "conflict": found}


def say_finished(done: Outcome) -> str:
    """Say what a finished shift cost, and the trip to it."""
    time, amount = say_minutes(done.minutes), dollars(done.total_cents)
    if not done.travel_cents:
        return sentence("Finished {time}: {amount}.", time=time, amount=amount)
    travel = dollars(done.travel_cents)
    return sentence(
        "Finished {time}: {amount}, and {travel} for travel.",
        time=time,
        amount=amount,
        travel=travel,
    )


def say_cancelled(done: Outcome) -> str:
    """Say what a cancelled shift is charged, and what became of the trip to it."""
    said: str = words("Cancelled without a fee.")
    if done.total_cents:
        said = sentence("Cancelled with a fee of {amount}.", amount=dollars(done.total_cents))
    if not done.travel_cents:
        return said
    travel = dollars(done.travel_cents)
    return together(said, sentence("Its travel of {amount} is cancelled too.", amount=travel))
