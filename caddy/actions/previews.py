"""What a shift would cost and what stands against it, said before it is saved. Stores nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from caddy.actions import assignments, services, shifts
from caddy.actions.group_shifts import naming
from caddy.actions.services import Estimate, ServiceEntry
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.errors import RuleBroken
from caddy.domain.shared_support import members, people_in
from caddy.extensions import db
from caddy.models import Service
from caddy.queries import organizations, roster


@dataclass(frozen=True, slots=True)
class Share:
    """What one participant of a group would pay."""

    name: str
    worked_out: Estimate


@dataclass(frozen=True, slots=True)
class Preview:
    """A planned shift's estimate and the sentences that speak against it.

    `shares` are those of each participant where there are several; the first one's estimate is
    `worked_out`.
    """

    worked_out: Estimate
    against: tuple[str, ...]
    shares: tuple[Share, ...] = ()

    @property
    def total_cents(self) -> int:
        """Return what all of them would commit together."""
        return sum(one.worked_out.total_cents for one in self.shares) or self.worked_out.total_cents


def preview(
    entry: ServiceEntry,
    worker_id: UUID | None,
    others: Sequence[UUID] = (),
    *,
    people: int | None = None,
    actor: Actor,
) -> Preview:
    """Work out a planned shift; with a worker, say what stands against them having it.

    With `others`, each one's part is worked out, and what stands against any of them is said.
    """
    together_with = members(entry.participant_id, others)
    entry = replace(entry, people=people_in(people, len(together_with)))
    organization = organizations.current()
    worked_out: dict[UUID, Estimate] = {}
    for participant_id in together_with:
        with naming(participant_id, together_with):
            worked_out[participant_id] = services.estimate(
                replace(entry, participant_id=participant_id),
                organization.timezone,
                organization.state,
                seen_by=actor.seen_by,
                is_planned=True,
            )
    shares = [Share(_name(one), found) for one, found in worked_out.items()]
    return Preview(
        worked_out[entry.participant_id],
        _against(entry, together_with, worker_id, actor) if worker_id else (),
        tuple(shares) if len(shares) > 1 else (),
    )


def _name(participant_id: UUID) -> str:
    whom = roster.participant(participant_id)
    return f"{whom.first_name} {whom.last_name}" if whom else ""


def _against(
    entry: ServiceEntry, together_with: Sequence[UUID], worker_id: UUID, actor: Actor
) -> tuple[str, ...]:
    """Return what stands against a worker and each of the participants, each thing once."""
    organization, group_key = organizations.current(), new_id()
    rows: list[Service] = []
    for participant_id in together_with:
        own = replace(entry, participant_id=participant_id)
        rows.append(shifts.planned_row(own, worker_id, organization, actor))
        rows[-1].group_key = group_key
    with db.session.no_autoflush:
        try:
            found = [one for row in rows for _, one in assignments.clashes([row], organization)]
        except RuleBroken as error:
            return (error.message,)
    return tuple(clash.sentence for clash in dict.fromkeys(found))
