"""Staff who left so long ago that their records can go: read before anything does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from caddy import clock
from caddy.columns import Rows
from caddy.domain.people import UserStatus
from caddy.domain.retention import MOST_AT_ONCE, RetentionKind, years_before
from caddy.extensions import db
from caddy.models import LegalHold, Service, User
from caddy.queries import organizations, retention


@dataclass(frozen=True, slots=True)
class StaffDue:
    """Someone who left: the last day that anything was heard of them, and what they delivered."""

    id: UUID
    name: str
    last_on: date
    services: int


def to_erase(today: date) -> list[StaffDue]:
    """Return the first people who would be erased, by name."""
    rows = db.session.execute(
        _rows(today).order_by(User.last_name, User.first_name, User.id).limit(MOST_AT_ONCE)
    )
    zone = organizations.current().timezone
    return [_due(row, zone) for row in rows]


def one(user_id: UUID, today: date) -> StaffDue | None:
    """Return someone who may be erased, or None where they must be kept."""
    row = db.session.execute(_rows(today).where(User.id == user_id)).one_or_none()
    return _due(row, organizations.current().timezone) if row else None


def count(today: date) -> int:
    some = _rows(today).with_only_columns(User.id).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _rows(today: date) -> Rows:
    """Return people who may not sign in, of whom nothing was heard for the years of the policy.

    Kept all the same while a participant whom they supported is under a legal hold.
    """
    over = years_before(today, retention.years_of(RetentionKind.STAFF))
    zone = ZoneInfo(organizations.current().timezone)
    until = datetime.combine(over + timedelta(days=1), time(), zone)
    last_service = _of_services(func.max(Service.service_on))
    return select(
        User.id,
        User.first_name,
        User.last_name,
        User.last_active_at,
        User.created_at,
        last_service.label("last_service"),
        _of_services(func.count(Service.id)).label("services"),
    ).where(
        User.status != UserStatus.ACTIVE,
        User.erased_at.is_(None),
        User.created_at < until,
        or_(User.last_active_at.is_(None), User.last_active_at < until),
        ~exists().where(_own(), Service.service_on > over),
        ~exists().where(
            _own(),
            LegalHold.participant_id == Service.participant_id,
            LegalHold.organization_id == Service.organization_id,
            LegalHold.lifted_at.is_(None),
        ),
    )


def _own() -> ColumnElement[bool]:
    return and_(
        Service.support_worker_id == User.id, Service.organization_id == User.organization_id
    )


def _of_services(what: Any) -> Any:
    return select(what).where(_own()).scalar_subquery()


def _due(row: Any, zone: str) -> StaffDue:
    heard = [clock.local(row.created_at, zone).date()]
    if row.last_active_at:
        heard.append(clock.local(row.last_active_at, zone).date())
    if row.last_service:
        heard.append(row.last_service)
    return StaffDue(row.id, f"{row.first_name} {row.last_name}", max(heard), row.services)
