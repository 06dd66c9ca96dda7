"""Groups of budgets side by side: houses, caseloads, support categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from caddy.domain.ndis.categories import category_name
from caddy.extensions import db
from caddy.models import Budget, Participant, Plan, Site, User
from caddy.queries.wall import GroupSums, Scale, sum_columns, sums_of

MOST_GROUPS = 200


class GroupKind(StrEnum):
    SITE = "site"
    COORDINATOR = "coordinator"
    CATEGORY = "category"

    @property
    def label(self) -> str:
        return {
            "site": "House or site",
            "coordinator": "Coordinator",
            "category": "Support category",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Group:
    """Budgets that belong together. `key` is None for those that are in no group."""

    key: UUID | int | None
    name: str
    participants: int
    sums: GroupSums


def listed(kind: GroupKind, scale: Scale) -> tuple[list[Group], bool]:
    """Return up to 200 groups, most budgets at risk first, and whether there are more.

    Two queries, however many groups there are.
    """
    column: Any = {
        GroupKind.SITE: Participant.site_id,
        GroupKind.COORDINATOR: Plan.support_coordinator_id,
        GroupKind.CATEGORY: Budget.support_category,
    }[kind]
    totals = sum_columns(scale)
    statement: Any = select(
        column, func.count(Budget.participant_id.distinct()), *totals
    ).select_from(Budget)
    if kind is GroupKind.SITE:
        statement = statement.join(Participant, Participant.id == Budget.participant_id)
    elif kind is GroupKind.COORDINATOR:
        statement = statement.join(Plan, Plan.id == Budget.plan_id)
    rows = db.session.execute(
        statement.where(Budget.is_current.is_(True))
        .group_by(column)
        .order_by(totals[4].desc(), totals[2].desc(), column)
        .limit(MOST_GROUPS + 1)
    ).all()
    names = _names(kind, [row[0] for row in rows if row[0] is not None])
    groups = [
        Group(key, names.get(key, _nowhere(kind)), people, sums_of(rest, scale))
        for key, people, *rest in rows[:MOST_GROUPS]
    ]
    return groups, len(rows) > MOST_GROUPS


def _nowhere(kind: GroupKind) -> str:
    return "No site" if kind is GroupKind.SITE else "No coordinator"


def _names(kind: GroupKind, keys: Sequence[Any]) -> dict[Any, str]:
    if kind is GroupKind.CATEGORY:
        return {key: category_name(key) for key in keys}
    if kind is GroupKind.SITE:
        found = db.session.execute(select(Site.id, Site.name).where(Site.id.in_(keys)))
        return {row.id: row.name for row in found}
    people = db.session.execute(
        select(User.id, User.first_name, User.last_name).where(User.id.in_(keys))
    )
    return {row.id: f"{row.first_name} {row.last_name}" for row in people}


def name_of(kind: GroupKind, key: Any) -> str | None:
    """Return the name of a group, or None where there is none such."""
    return _names(kind, [key]).get(key)


def sites() -> list[tuple[str, str]]:
    """Return the organization's sites as choices for a filter."""
    rows = db.session.execute(select(Site.id, Site.name).order_by(Site.name).limit(500))
    return [(str(row.id), row.name) for row in rows]
