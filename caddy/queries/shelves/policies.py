"""The register of policies, by the module of the Practice Standards that each serves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from caddy.domain.people import UserStatus
from caddy.domain.periods import Days
from caddy.domain.policies import stands
from caddy.domain.registers import Column
from caddy.domain.spreadsheets import Cell
from caddy.extensions import db
from caddy.models import Policy, PolicyReading, User
from caddy.queries.shelves.base import Choice, Entry, Look, Shelf

MOST_READERS = 500


def _cells(entry: Entry, _at: Look) -> tuple[Cell, ...]:
    row = entry.row
    return (row.title, row.module.label, row.edition, row.approved_on, row.review_on, entry.owner)


def _current(_at: Look) -> Any:
    return Policy.retired_on.is_(None)


def _overdue(at: Look) -> Any:
    return and_(_current(at), Policy.approved_on.is_not(None), Policy.review_on < at.today)


def _in_report(days: Days, _at: Look) -> Any:
    return or_(Policy.retired_on.is_(None), Policy.retired_on >= days.first)


SHELF = Shelf(
    key="policies",
    title="Policies",
    noun="policy",
    about="The policies that hold, by module of the NDIS Practice Standards, and their reviews.",
    model=Policy,
    order_by=Policy.title,
    columns=(
        Column("Policy", 16),
        Column("Module", 16),
        Column("Version", 5),
        Column("Approved", 7),
        Column("Review", 7),
        Column("Owner", 8),
    ),
    cells=_cells,
    stands=lambda row, at: stands(row.approved_on, row.review_on, row.retired_on, at.today),
    choices={
        "current": Choice("Current", _current),
        "overdue": Choice("Review overdue", _overdue),
        "retired": Choice("Retired", lambda _at: Policy.retired_on.is_not(None)),
    },
    attention=_overdue,
    in_report=_in_report,
    searched=(Policy.title,),
    is_newest_first=False,
)


def readings(policy: Policy) -> list[Any]:
    """Return every active member of staff and when they read a policy as it holds, if they did."""
    read = and_(
        PolicyReading.user_id == User.id,
        PolicyReading.organization_id == User.organization_id,
        PolicyReading.policy_id == policy.id,
        PolicyReading.edition == policy.edition,
    )
    return list(
        db.session.execute(
            select(User.first_name, User.last_name, PolicyReading.read_at)
            .outerjoin(PolicyReading, read)
            .where(User.status == UserStatus.ACTIVE)
            .order_by(User.last_name, User.first_name, User.id)
            .limit(MOST_READERS)
        )
    )


def read_at(policy: Policy, user_id: UUID) -> datetime | None:
    """Return when someone read a policy as it holds, or None."""
    return db.session.scalar(
        select(PolicyReading.read_at).where(
            PolicyReading.policy_id == policy.id,
            PolicyReading.user_id == user_id,
            PolicyReading.edition == policy.edition,
        )
    )
