"""One support planned for several participants: a shift for each, all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from caddy.actions import assignments, services, shifts, steps, totals
from caddy.actions.services import ServiceEntry
from caddy.actions.steps import Standing
from caddy.columns import new_id
from caddy.domain import shifts as rules
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.sentences import sentence, together
from caddy.domain.services import ServiceStatus
from caddy.domain.shared_support import members, people_in
from caddy.extensions import db
from caddy.models import Organization, Service
from caddy.queries import organizations, roster
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """The shifts of one group, and what they commit together, in cents."""

    ids: tuple[UUID, ...]
    people: int
    total_cents: int


def schedule_group(
    entry: ServiceEntry,
    others: Sequence[UUID],
    worker_id: UUID,
    *,
    people: int | None = None,
    save_anyway: bool = False,
    actor: Actor,
) -> PlannedGroup:
    """Plan a shift of the entry's participant and of each of the others, with one worker.

    Each commits a part of the price, by how many `people` share the worker, from a budget of
    their own; nothing is stored unless all of them can be. A refusal says whose it is.
    """
    together_with = members(entry.participant_id, others)
    shared_by = people_in(people, len(together_with))
    with transaction(actor):
        organization, group_key = organizations.current(), new_id()
        made: list[Service] = []
        for participant_id in together_with:
            own = replace(entry, participant_id=participant_id, people=shared_by)
            with naming(participant_id, together_with):
                made.append(shifts.planned_row(own, worker_id, organization, actor))
            made[-1].group_key = group_key if len(together_with) > 1 else None
        assignments.check_group([[row] for row in made], organization, is_accepted=save_anyway)
        totals.hold({row.budget_id for row in made})
        db.session.add_all(made)
        db.session.flush()
        for row in in_order(made):
            _commit(row, together_with)
        return PlannedGroup(
            tuple(row.id for row in made), shared_by, sum(row.total_cents for row in made)
        )


def change_group(
    service_id: UUID,
    version: int,
    others: Sequence[UUID] = (),
    *,
    people: int | None = None,
    save_anyway: bool = False,
    actor: Actor,
) -> PlannedGroup:
    """Add participants to a planned shift, or say that more or fewer share its worker.

    Those who join get a shift like it. As the price goes by how many share, the shifts of the
    group that are still planned are priced anew, and what they commit with them; a price that
    was typed stays. All of it or nothing: a refusal says whose it is.
    """
    with transaction(actor):
        organization = organizations.current()
        own = held(service_id, version, actor, "shared")
        first = next(row for row in own if row.id == service_id)
        there = [row.participant_id for row in own]
        together_with = members(there[0], [*there[1:], *others])
        shared_by = people_in(people, len(together_with))
        entry = replace(_entry(first, organization, actor), people=shared_by)
        key = first.group_key or (new_id() if len(together_with) > 1 else None)
        before = {row.id: steps.standing(row) for row in own}
        for row in own:
            with naming(row.participant_id, together_with):
                _share(row, shared_by, organization, actor)
            row.group_key = key
        made: list[Service] = []
        for participant_id in together_with[len(own) :]:
            joining = replace(entry, participant_id=participant_id)
            with naming(participant_id, together_with):
                made.append(
                    shifts.planned_row(joining, first.support_worker_id, organization, actor)
                )
            made[-1].group_key = key
        assignments.check_group([[row] for row in made], organization, is_accepted=save_anyway)
        totals.hold({row.budget_id for row in (*own, *made)})
        db.session.add_all(made)
        db.session.flush()
        for row in in_order([*own, *made]):
            if row.id in before:
                _recommit(row, before[row.id], together_with)
            else:
                _commit(row, together_with)
        rows = [*own, *made]
        return PlannedGroup(
            tuple(row.id for row in rows), shared_by, sum(row.total_cents for row in rows)
        )


def held(service_id: UUID, version: int, actor: Actor, verb: str) -> list[Service]:
    """Return the shifts of a group that are still planned, all held, in the order of their ids.

    The one that was seen in a version is refused unless it is one of them: `verb` says what
    would be done with it. Those that were moved away from the others do not belong to them.
    """
    seen = db.session.execute(
        select(Service.group_key, Service.support_worker_id, Service.service_on).where(
            Service.id == service_id
        )
    ).one_or_none()
    if seen is None:
        raise NotFound("service")
    of_group = Service.group_key == seen.group_key if seen.group_key else Service.id == service_id
    statement = (
        select(Service)
        .where(Service.support_worker_id == seen.support_worker_id)
        .where(Service.service_on == seen.service_on)
        .where(of_group, Service.main_service_id.is_(None))
        .order_by(Service.id)
        .limit(roster.MOST_OF_GROUP)
        .with_for_update()
    )
    rows = list(db.session.scalars(statement))
    first = steps.hold(service_id, version, actor)
    rules.check_state(first.status, ServiceStatus.SCHEDULED, verb)
    return [row for row in rows if row.status is ServiceStatus.SCHEDULED and _meets(row, first)]


def _meets(row: Service, first: Service) -> bool:
    """Say whether a shift of a group is still with the others: none moved away counts."""
    return (
        row.support_worker_id == first.support_worker_id
        and row.started_at < first.ended_at
        and row.ended_at > first.started_at
    )


def _entry(row: Service, organization: Organization, actor: Actor) -> ServiceEntry:
    """Return what one would enter to get a shift as it is; a price only where it was typed."""
    entry = replace(
        steps.entry_of(row, organization),
        claim_type=row.claim_type,
        people=row.people,
        unit_price_cents=None,
    )
    usual = services.estimate(
        entry,
        organization.timezone,
        organization.state,
        seen_by=actor.seen_by,
        is_planned=True,
        with_proposal=False,
    )
    is_usual = usual.unit_price_cents == row.unit_price_cents
    return entry if is_usual else replace(entry, unit_price_cents=row.unit_price_cents)


def _share(row: Service, people: int, organization: Organization, actor: Actor) -> None:
    """Price a planned shift for another number of people."""
    if row.people == people:
        return
    entry = _entry(row, organization, actor)
    row.people = people
    steps.enter(row, entry, organization, actor, is_planned=True)


def _recommit(row: Service, before: Standing, together_with: Sequence[UUID]) -> None:
    """Commit what a shift costs now instead of before, where its group became another."""
    if row.people == before.values["people"]:
        return
    with naming(row.participant_id, together_with):
        budgets = steps.settle(before, row)
    changes = steps.note_change(row, before)
    steps.tell(Fact.SERVICE_SHARED, row, budgets, {"participant_id": row.participant_id, **changes})


def in_order(made: Sequence[Service]) -> list[Service]:
    """Return rows by budget and day, so that a refusal names the first day that does not fit."""
    return sorted(made, key=lambda row: (row.budget_id, row.service_on))


def _commit(row: Service, together_with: Sequence[UUID]) -> None:
    with naming(row.participant_id, together_with):
        budgets = steps.settle(None, row)
    steps.note_change(row, None)
    changes = {
        "participant_id": row.participant_id,
        "support_worker_id": row.support_worker_id,
        "service_on": row.service_on,
        "budget_id": row.budget_id,
        "total_cents": row.total_cents,
        "people": row.people,
    }
    steps.tell(Fact.SERVICE_SCHEDULED, row, budgets, changes)


@contextmanager
def naming(participant_id: UUID, together_with: Sequence[UUID]) -> Iterator[None]:
    """Have a refusal say which of several participants it is of."""
    try:
        yield
    except RuleBroken as error:
        whom = roster.participant(participant_id) if len(together_with) > 1 else None
        if whom is None:
            raise
        name = f"{whom.first_name} {whom.last_name}"
        said = together(
            sentence("{participant} cannot be in this group.", participant=name), error.message
        )
        raise RuleBroken(error.field, error.code, said, error.details) from error
