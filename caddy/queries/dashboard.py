"""What the first page tells each role: what is theirs to do, and where something is missing.

One statement each, however many rows there are, and a few rows of each with a count of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from caddy.columns import Rows
from caddy.domain.emails import EmailStatus
from caddy.domain.people import UserStatus
from caddy.domain.qualifications import QualificationKind
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import (
    EmailLog,
    Organization,
    OrganizationTotal,
    Participant,
    Passkey,
    PeriodicRun,
    Service,
    StaffQualification,
    TotpFactor,
    User,
    WorkerLeave,
)
from caddy.queries import visibility
from caddy.tenancy import current_organization_id

SHOWN = 5
MOST_COUNTED = 500
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
LOOKED_BACK = timedelta(days=28)
LAPSES_SOON = timedelta(days=60)
AHEAD = (ServiceStatus.SCHEDULED, ServiceStatus.IN_PROGRESS)
NOT_ARRIVED = (EmailStatus.BOUNCED, EmailStatus.COMPLAINED, EmailStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Some:
    """The first rows of a list, and how many there are in all, counted to 500."""

    rows: Sequence[Any]
    count: int


def _some(statement: Rows, *order: Any) -> Some:
    """Read the first rows of a statement and count all of them, in one."""
    every = statement.limit(MOST_COUNTED).subquery()
    counted = select(func.count()).select_from(every).scalar_subquery()
    shown = statement.add_columns(counted.label("in_all")).order_by(*order).limit(SHOWN)
    rows = list(db.session.execute(shown))
    return Some(rows, rows[0].in_all if rows else 0)


def _shifts() -> Rows:
    first = func.coalesce(Participant.preferred_name, Participant.first_name)
    return (
        select(
            Service.id,
            Service.service_on,
            Service.start_time,
            Service.end_time,
            Service.started_at,
            Service.status,
            first.label("first_name"),
            Participant.last_name,
            User.first_name.label("worker_first_name"),
            User.last_name.label("worker_last_name"),
        )
        .join(Participant, Participant.id == Service.participant_id)
        .join(User, User.id == Service.support_worker_id)
    )


def next_shift(worker_id: UUID, today: date) -> Any | None:
    """Return a worker's first shift after today, within four weeks."""
    return db.session.execute(
        _shifts()
        .where(Service.support_worker_id == worker_id, Service.status == ServiceStatus.SCHEDULED)
        .where(Service.service_on > today, Service.service_on <= today + LOOKED_BACK)
        .order_by(Service.service_on, Service.start_time, Service.id)
        .limit(1)
    ).one_or_none()


def unfinished(worker_id: UUID, today: date, now: datetime) -> Some:
    """Return what a worker left open in the last four weeks, the oldest first.

    Shifts that are over and were never finished, and services that have no notes.
    """
    is_over = and_(Service.status.in_(AHEAD), Service.ended_at < now)
    has_no_notes = and_(
        Service.status == ServiceStatus.COMPLETED,
        Service.notes == "",
        Service.main_service_id.is_(None),
    )
    statement = _shifts().where(
        Service.support_worker_id == worker_id,
        Service.service_on >= today - LOOKED_BACK,
        Service.service_on <= today,
        or_(is_over, has_no_notes),
    )
    return _some(statement, Service.started_at, Service.id)


def own_lapsing(user_id: UUID, today: date) -> list[Any]:
    """Return what someone holds that has lapsed or will within 60 days, in that order."""
    return list(
        db.session.execute(
            select(StaffQualification.kind, StaffQualification.expires_on)
            .where(StaffQualification.user_id == user_id)
            .where(StaffQualification.expires_on <= today + LAPSES_SOON)
            .order_by(StaffQualification.expires_on, StaffQualification.id)
            .limit(SHOWN)
        )
    )


def roster_gaps(today: date, *, seen_by: UUID | None) -> Some:
    """Return planned shifts of the next seven days whose worker cannot do them, in order.

    `why` is `left`, `leave` or `screening`: the worker is not here any more, is away, or has no
    worker screening on that day.
    """
    has_left = User.status != UserStatus.ACTIVE
    statement = (
        _shifts()
        .add_columns(
            case((has_left, "left"), (_is_away(), "leave"), else_="screening").label("why")
        )
        .where(Service.status == ServiceStatus.SCHEDULED)
        .where(Service.service_on >= today, Service.service_on < today + WEEK)
        .where(or_(has_left, _is_away(), ~_is_screened()))
    )
    statement = visibility.of_own_services(statement, seen_by)
    return _some(statement, Service.service_on, Service.start_time, Service.id)


def _is_away() -> ColumnElement[bool]:
    return exists().where(
        WorkerLeave.organization_id == Service.organization_id,
        WorkerLeave.user_id == Service.support_worker_id,
        WorkerLeave.starts_on <= Service.service_on,
        WorkerLeave.ends_on >= Service.service_on,
    )


def _is_screened() -> ColumnElement[bool]:
    held = StaffQualification
    return exists().where(
        held.organization_id == Service.organization_id,
        held.user_id == Service.support_worker_id,
        held.kind == QualificationKind.WORKER_SCREENING,
        or_(held.expires_on.is_(None), held.expires_on >= Service.service_on),
    )


@dataclass(frozen=True, slots=True)
class Office:
    """How the organization is run: what an administrator looks after, in numbers.

    `backup_on` is the day of the last backup that was made, None where there was none; mails
    are those of the last seven days that did not arrive.
    """

    staff: int
    without_second_factor: int
    failed_mails: int
    backup_on: date | None
    participants: int
    participant_limit: int


def office(now: datetime) -> Office:
    """Return the numbers of the organization's office, in one statement."""
    active = User.status == UserStatus.ACTIVE
    backup = select(func.max(PeriodicRun.due_on)).where(
        PeriodicRun.kind == "backup", PeriodicRun.finished_at.is_not(None)
    )
    failed = select(func.count(EmailLog.id)).where(
        EmailLog.status.in_(NOT_ARRIVED), EmailLog.created_at >= now - WEEK
    )
    row = db.session.execute(
        select(
            select(func.count(User.id)).where(active).scalar_subquery(),
            select(func.count(User.id)).where(active, ~_has_factor()).scalar_subquery(),
            failed.scalar_subquery(),
            backup.scalar_subquery(),
            select(OrganizationTotal.active_participants).limit(1).scalar_subquery(),
            Organization.participant_limit,
        ).where(Organization.id == current_organization_id())
    ).one()
    staff, without, mails, backup_on, participants, limit = row
    return Office(staff, without, mails, backup_on, participants or 0, limit)


def _has_factor() -> ColumnElement[bool]:
    app = exists().where(
        TotpFactor.organization_id == User.organization_id,
        TotpFactor.user_id == User.id,
        TotpFactor.confirmed_at.is_not(None),
    )
    passkey = exists().where(
        Passkey.organization_id == User.organization_id, Passkey.user_id == User.id
    )
    return or_(app, passkey)
