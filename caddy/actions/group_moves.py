"""All that is still planned of a group, moved or cancelled together: all of them, or none."""

from __future__ import annotations

from uuid import UUID

from caddy.actions import assignments, shifts, steps, totals
from caddy.actions.group_shifts import held, in_order, naming
from caddy.actions.series import Changed, changed
from caddy.actions.shifts import NewTime
from caddy.actions.trials import transaction_or_trial
from caddy.domain.actor import Actor
from caddy.domain.facts import Fact
from caddy.domain.shifts import Cancellation
from caddy.queries import organizations


def move_group(
    service_id: UUID,
    version: int,
    to: NewTime,
    *,
    reason: str | None = None,
    save_anyway: bool = False,
    is_trial: bool = False,
    actor: Actor,
) -> Changed:
    """Move every planned shift of a group to another day, time or worker, with what it commits."""
    with transaction_or_trial(actor, is_trial=is_trial):
        organization = organizations.current()
        rows = held(service_id, version, actor, "moved")
        together_with = [row.participant_id for row in rows]
        before = {row.id: steps.standing(row) for row in rows}
        for row in rows:
            with naming(row.participant_id, together_with):
                shifts.move_row(row, to, organization, actor)
        assignments.check_group(
            [[row] for row in rows], organization, is_accepted=save_anyway, leaving=set(before)
        )
        given_back = {one.budget_id for one in before.values()}
        totals.hold(given_back | {row.budget_id for row in rows})
        for row in in_order(rows):
            with naming(row.participant_id, together_with):
                steps.take(Fact.SERVICE_MOVED, row, before[row.id], reason=reason)
        return changed(rows, before)


def cancel_group(
    service_id: UUID,
    version: int,
    cancellation: Cancellation,
    *,
    is_trial: bool = False,
    actor: Actor,
) -> Changed:
    """Cancel every planned shift of a group: its money is free again but for a fee of each."""
    with transaction_or_trial(actor, is_trial=is_trial):
        organization = organizations.current()
        rows = held(service_id, version, actor, "cancelled")
        together_with = [row.participant_id for row in rows]
        before = {row.id: steps.standing(row) for row in rows}
        totals.hold({row.budget_id for row in rows})
        for row in in_order(rows):
            with naming(row.participant_id, together_with):
                fee = shifts.fee_of(row, cancellation, organization)
            steps.put_away(row, cancellation, fee)
            steps.take(Fact.SERVICE_CANCELLED, row, before[row.id], reason=cancellation.reason)
        return changed(rows, before)
