"""Who is given a shift: held still while it is looked at whether they can have it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy.domain import qualifications, roster
from caddy.domain import shifts as rules
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.qualifications import QualificationKind
from caddy.domain.roster import Clash, Shift
from caddy.extensions import db
from caddy.models import Organization, Participant, Service, User
from caddy.queries import roster as reads


def check(
    planned: Sequence[Service],
    organization: Organization,
    *,
    is_accepted: bool,
    leaving: Collection[UUID] = (),
) -> None:
    """Refuse a worker for shifts, all of one worker and one participant, or let them have them."""
    check_group([planned], organization, is_accepted=is_accepted, leaving=leaving)


def check_group(
    members: Sequence[Sequence[Service]],
    organization: Organization,
    *,
    is_accepted: bool,
    leaving: Collection[UUID] = (),
) -> None:
    """Refuse a worker for the shifts of several participants, those of each in one sequence.

    All the people's rows are held, so that no other plan for any of them is stored meanwhile:
    the participants' in the order of their ids, so that two who plan do not wait for each other.
    Shifts that are `leaving` their present times do not count among the others. What stands
    against the worker is said once, not once a participant.
    """
    members = [planned for planned in members if planned]
    for worker_id in {planned[0].support_worker_id for planned in members}:
        _hold(User, worker_id)
    for participant_id in sorted({planned[0].participant_id for planned in members}):
        _hold(Participant, participant_id)
    found = [
        clash for planned in members for clash in clashes(planned, organization, leaving=leaving)
    ]
    rules.check_clashes(list(dict.fromkeys(found)), is_accepted=is_accepted)


def clashes(
    planned: Sequence[Service], organization: Organization, *, leaving: Collection[UUID] = ()
) -> list[tuple[date, Clash]]:
    """Return all that stands against shifts; a worker who is not qualified is refused at once."""
    first, last = planned[0], planned[-1]
    worker = reads.worker(first.support_worker_id, first.service_on, last.service_on)
    if worker is None:
        raise RuleBroken("worker", "no_such_worker", "Choose a worker of your organization.")
    _check_qualified(worker, [one.service_on for one in planned], organization)
    whom = reads.participant(first.participant_id)
    if whom is None:
        raise NotFound("participant")
    names = (worker.name, f"{whom.first_name} {whom.last_name}")
    others = [
        one
        for one in reads.shifts_around(worker.id, whom.id, first.started_at, last.ended_at)
        if one.id not in leaving
    ]
    return [
        (one.service_on, clash)
        for one in planned
        for clash in roster.clashes(
            _shift(one, *names),
            _near(others, one.started_at, one.ended_at),
            availability=worker.availability,
            needs_two_workers=whom.needs_two_workers,
            zone=organization.timezone,
        )
    ]


def _check_qualified(worker: Any, days: Sequence[date], organization: Organization) -> None:
    """Refuse a worker on the first day on which something required is not held any more."""
    required = {QualificationKind(word) for word in organization.required_qualifications}
    for day in days:
        qualifications.check_qualified(worker.name, required, worker.held, day)


def _near(others: Sequence[Shift], starts_at: datetime, ends_at: datetime) -> list[Shift]:
    return [one for one in others if one.started_at < ends_at and one.ended_at > starts_at]


def _shift(service: Service, worker_name: str, participant_name: str) -> Shift:
    return Shift(
        service.id,
        service.support_worker_id,
        worker_name,
        service.participant_id,
        participant_name,
        service.started_at,
        service.ended_at,
        str(service.group_key) if service.group_key else None,
    )


def _hold(model: type[User | Participant], row_id: UUID) -> None:
    """Hold a person's row against other plans, not against rows that only point at it."""
    db.session.execute(select(model.id).where(model.id == row_id).with_for_update(key_share=True))
