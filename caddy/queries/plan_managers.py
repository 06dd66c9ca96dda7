"""Plan managers: those who are kept, and those whom plans name and of whom nothing is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import exists, select

from caddy.domain.participants import PlanManagement
from caddy.extensions import db
from caddy.models import Plan, PlanManager

MOST = 500


def listed() -> Sequence[PlanManager]:
    """Return up to 500 plan managers by name."""
    return db.session.scalars(
        select(PlanManager).order_by(PlanManager.name, PlanManager.id).limit(MOST)
    ).all()


def one(manager_id: UUID) -> PlanManager | None:
    return db.session.get(PlanManager, manager_id)


def without_address() -> list[str]:
    """Return up to 500 names of plan managers in plans, of whom nothing is kept, by name."""
    is_kept = exists().where(
        PlanManager.name == Plan.plan_manager, PlanManager.organization_id == Plan.organization_id
    )
    names = (
        select(Plan.plan_manager)
        .where(Plan.management == PlanManagement.PLAN_MANAGED, Plan.plan_manager.is_not(None))
        .where(~is_kept)
        .distinct()
        .order_by(Plan.plan_manager)
        .limit(MOST)
    )
    return [name for name in db.session.scalars(names) if name]


def by_name(names: Collection[str]) -> Mapping[str, PlanManager]:
    """Return those of some names who are kept; one query."""
    rows = db.session.scalars(select(PlanManager).where(PlanManager.name.in_(sorted(names))))
    return {row.name: row for row in rows}
