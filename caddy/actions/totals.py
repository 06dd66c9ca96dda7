"""Moving stored totals with the money. Every sum on a panel is changed here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import update

from caddy import clock
from caddy.columns import new_id
from caddy.extensions import db
from caddy.models import Budget, DailyTotal, OrganizationTotal
from caddy.tenancy import upsert
from caddy.transaction import before_commit, current_work


@dataclass(frozen=True, slots=True)
class BudgetState:
    """A budget as it stands after a move, in cents."""

    id: UUID
    version: int
    is_current: bool
    allocated_cents: int
    committed_cents: int
    spent_cents: int
    remaining_cents: int


def spend(budget_id: UUID, cents: int, service_on: date) -> BudgetState | None:
    """Move money from remaining to spent, or return None where too little remains.

    One conditional update: however many write at once, the database takes them one after
    another and none of them can take what is no longer there.
    """
    row = db.session.execute(
        update(Budget)
        .where(Budget.id == budget_id, Budget.remaining_cents >= cents)
        .values(
            spent_cents=Budget.spent_cents + cents,
            version=Budget.version + 1,
            updated_at=clock.now(),
            updated_by=current_work().actor.user_id,
        )
        .returning(
            Budget.id,
            Budget.version,
            Budget.is_current,
            Budget.allocated_cents,
            Budget.committed_cents,
            Budget.spent_cents,
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    state = BudgetState(
        *row, remaining_cents=row.allocated_cents - row.committed_cents - row.spent_cents
    )
    spent = cents if state.is_current else 0
    before_commit(lambda: _move_day(service_on, 1, cents))
    before_commit(
        lambda: move_organization(spent_cents=spent, unclaimed_services=1, unclaimed_cents=cents)
    )
    return state


def _move_day(service_on: date, services: int, cents: int) -> None:
    instant = clock.now()
    upsert(
        DailyTotal,
        ("service_on",),
        {
            "id": new_id(),
            "service_on": service_on,
            "services": services,
            "spent_cents": cents,
            "created_at": instant,
            "updated_at": instant,
        },
        {
            "services": DailyTotal.services + services,
            "spent_cents": DailyTotal.spent_cents + cents,
            "updated_at": instant,
        },
    )


def move_organization(**cents: int) -> None:
    """Add to the organization's sums, by their columns' names: `spent_cents=+1050`."""
    moved = {
        name: getattr(OrganizationTotal, name) + value for name, value in cents.items() if value
    }
    db.session.execute(
        update(OrganizationTotal)
        .values(**moved, version=OrganizationTotal.version + 1, updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )
