"""Doing one thing to several rows, one transaction each, and undoing it for those it was done to.

A row that is refused stays as it is and says why; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from caddy import clock
from caddy.actions import participant_parts, participants, plan_changes, reinstating, shifts
from caddy.actions.shifts import NewTime, Times
from caddy.domain.actor import Actor
from caddy.domain.errors import CaddyError, Conflict, NotFound, RuleBroken
from caddy.domain.participants import PlanChange
from caddy.domain.selections import MOST, Deed
from caddy.domain.services import ServiceStatus
from caddy.domain.shifts import Cancellation, check_state
from caddy.extensions import db
from caddy.models import Plan
from caddy.queries import organizations
from caddy.queries import selections as reads

# What undoing needs to know of a row: nothing that a browser may not hold.
Mark = list[str]


@dataclass(frozen=True, slots=True)
class Done:
    """A row to which it was done, with what is needed to undo it."""

    id: UUID
    mark: Mark


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that stayed as it was, and why."""

    id: UUID
    sentence: str


@dataclass(frozen=True, slots=True)
class Outcome:
    deed: Deed
    done: list[Done]
    refused: list[Refused]


def cancel_services(ids: Sequence[UUID], reason: str, *, actor: Actor) -> Outcome:
    """Cancel planned shifts without a fee."""
    cancellation = Cancellation(reason, clock.now())

    def act(service_id: UUID) -> Mark:
        shift = _planned(service_id, "cancelled here")
        done = shifts.cancel_service(service_id, shift.version, cancellation, actor=actor)
        return [str(done.version)]

    return _each(Deed.CANCEL, ids, act)


def assign_worker(ids: Sequence[UUID], worker_id: UUID, *, actor: Actor) -> Outcome:
    """Give planned shifts to another worker, at the same times, as far as they can have them."""

    def act(service_id: UUID) -> Mark:
        shift = _planned(service_id, "given to someone else")
        if shift.support_worker_id == worker_id:
            raise RuleBroken("worker", "same_worker", "This worker has the shift already.")
        done = shifts.move_service(service_id, shift.version, _to(shift, worker_id), actor=actor)
        return [str(done.version), str(shift.support_worker_id)]

    return _each(Deed.ASSIGN, ids, act)


def archive_participants(ids: Sequence[UUID], reason: str, *, actor: Actor) -> Outcome:
    """Archive participants, with every record kept."""

    def act(participant_id: UUID) -> Mark:
        participants.archive_participant(participant_id, reason, actor=actor)
        return []

    return _each(Deed.ARCHIVE, ids, act)


def tag_participants(ids: Sequence[UUID], tag: str, *, actor: Actor) -> Outcome:
    def act(participant_id: UUID) -> Mark:
        participant_parts.add_tag(participant_id, tag, actor=actor)
        return [tag]

    return _each(Deed.TAG, ids, act)


def set_coordinator(ids: Sequence[UUID], coordinator_id: UUID, *, actor: Actor) -> Outcome:
    """Have someone coordinate the plan that each participant has now, or has next."""
    today = clock.today(organizations.current().timezone)

    def act(participant_id: UUID) -> Mark:
        plan = reads.plan_of_day(participant_id, today)
        if plan is None:
            raise RuleBroken(None, "no_plan", "There is no plan now that could be coordinated.")
        before = plan.support_coordinator_id
        if before == coordinator_id:
            raise RuleBroken(None, "same", "This person coordinates the plan already.")
        _coordinate(plan, coordinator_id, actor)
        return [str(plan.id), str(coordinator_id), str(before or "")]

    return _each(Deed.COORDINATE, ids, act)


def undo(deed: Deed, done: Sequence[Done], *, actor: Actor) -> Outcome:
    """Put rows back as they were; one that someone changed meanwhile is left as it is."""
    marks = {one.id: one.mark for one in done}
    undo_one = _UNDO[deed]

    def act(one: UUID) -> Mark:
        undo_one(one, marks[one], actor)
        return []

    return _each(deed, list(marks), act)


def _undo_cancelling(service_id: UUID, mark: Mark, actor: Actor) -> None:
    reinstating.reinstate_service(service_id, int(mark[0]), actor=actor)


def _undo_assigning(service_id: UUID, mark: Mark, actor: Actor) -> None:
    shift = _planned(service_id, "given back")
    to = _to(shift, UUID(mark[1]))
    # Back to where it was: what spoke against it then was accepted then.
    shifts.move_service(service_id, int(mark[0]), to, save_anyway=True, actor=actor)


def _undo_archiving(participant_id: UUID, _mark: Mark, actor: Actor) -> None:
    participants.restore_participant(participant_id, actor=actor)


def _undo_tagging(participant_id: UUID, mark: Mark, actor: Actor) -> None:
    participant_parts.remove_tag(participant_id, mark[0], actor=actor)


def _undo_coordinating(_participant_id: UUID, mark: Mark, actor: Actor) -> None:
    plan = db.session.get(Plan, UUID(mark[0]))
    if plan is None or str(plan.support_coordinator_id) != mark[1]:
        raise Conflict("changed_meanwhile", "Someone changed the plan in the meantime.")
    _coordinate(plan, UUID(mark[2]) if mark[2] else None, actor)


_UNDO: dict[Deed, Callable[[UUID, Mark, Actor], None]] = {
    Deed.CANCEL: _undo_cancelling,
    Deed.ASSIGN: _undo_assigning,
    Deed.ARCHIVE: _undo_archiving,
    Deed.TAG: _undo_tagging,
    Deed.COORDINATE: _undo_coordinating,
}


def _each(deed: Deed, ids: Sequence[UUID], act: Callable[[UUID], Mark]) -> Outcome:
    outcome = Outcome(deed, [], [])
    for one in list(dict.fromkeys(ids))[:MOST]:
        try:
            outcome.done.append(Done(one, act(one)))
        except CaddyError as error:
            outcome.refused.append(Refused(one, error.message))
    return outcome


def _planned(service_id: UUID, verb: str) -> Any:
    """Return a shift that is still to come, or refuse it."""
    shift = reads.shift(service_id)
    if shift is None:
        raise NotFound("service")
    check_state(shift.status, ServiceStatus.SCHEDULED, verb)
    return shift


def _to(shift: Any, worker_id: UUID) -> NewTime:
    is_over_midnight = shift.end_time <= shift.start_time
    times = Times(shift.start_time, shift.end_time, is_over_midnight)
    return NewTime(shift.service_on, times, worker_id)


def _coordinate(plan: Plan, coordinator_id: UUID | None, actor: Actor) -> None:
    names = {one.name for one in fields(PlanChange)} - {"reason", "goals"}
    as_it_is = {name: getattr(plan, name) for name in names}
    change = PlanChange(
        **{**as_it_is, "support_coordinator_id": coordinator_id}, goals=tuple(plan.goals)
    )
    plan_changes.change_plan(plan.id, change, seen=plan.updated_at, actor=actor)
