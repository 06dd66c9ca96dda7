"""Staff as the list and their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_

from caddy.columns import Rows
from caddy.domain.people import UserStatus
from caddy.domain.permissions import Role
from caddy.domain.qualifications import QualificationKind
from caddy.domain.staff import Standing, standing
from caddy.extensions import db
from caddy.models import (
    Participant,
    ParticipantWorker,
    StaffQualification,
    User,
    WorkerAvailability,
    WorkerLeave,
)

PAGE = 50
MOST_COUNTED = 1_000
MOST_OF_ONE = 200

Key = tuple[str, str, UUID]


@dataclass(frozen=True, slots=True)
class StaffFilter:
    """What the list is narrowed to; `after` is the last key of the page before."""

    search: str = ""
    role: Role | None = None
    with_inactive: bool = False
    after: Key | None = None


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A row of the list: someone, and how their worker screening stands today."""

    id: UUID
    name: str
    role: Role
    status: UserStatus
    screening: Standing
    screening_expires_on: date | None


@dataclass(frozen=True, slots=True)
class HeldQualification:
    id: UUID
    kind: QualificationKind
    number: str | None
    issued_on: date | None
    expires_on: date | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """Everything a person's page shows."""

    user: User
    qualifications: list[HeldQualification]
    windows: Sequence[WorkerAvailability]
    leave: Sequence[WorkerLeave]
    participants: list[Any]


def page(
    wanted: StaffFilter, today: date, size: int = PAGE
) -> tuple[list[ListedPerson], Key | None]:
    """Return up to 50 people by last name, and the key of the page after, if there is one."""
    key = tuple_(User.last_name, User.first_name, User.id)
    statement: Rows = (
        select(
            User.id,
            User.first_name,
            User.last_name,
            User.role,
            User.status,
            StaffQualification.id.label("screening_id"),
            StaffQualification.expires_on,
        )
        .outerjoin(
            StaffQualification,
            and_(
                StaffQualification.user_id == User.id,
                StaffQualification.organization_id == User.organization_id,
                StaffQualification.kind == QualificationKind.WORKER_SCREENING,
            ),
        )
        .order_by(User.last_name, User.first_name, User.id)
        .limit(size + 1)
    )
    statement = _narrowed(statement, wanted)
    if wanted.after:
        statement = statement.where(key > wanted.after)
    rows = list(db.session.execute(statement))
    shown = rows[:size]
    last = shown[-1] if len(rows) > size else None
    return (
        [_listed(row, today) for row in shown],
        (last.last_name, last.first_name, last.id) if last else None,
    )


def count(wanted: StaffFilter) -> int:
    """Return how many people the filter holds, counting no further than 1,000."""
    some = _narrowed(select(User.id), wanted).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _narrowed(statement: Rows, wanted: StaffFilter) -> Rows:
    if not wanted.with_inactive:
        statement = statement.where(User.status == UserStatus.ACTIVE)
    if wanted.role:
        statement = statement.where(User.role == wanted.role)
    for word in wanted.search.lower().split()[:5]:
        statement = statement.where(
            or_(
                func.lower(User.first_name).contains(word, autoescape=True),
                func.lower(User.last_name).contains(word, autoescape=True),
            )
        )
    return statement


def _listed(row: Any, today: date) -> ListedPerson:
    return ListedPerson(
        row.id,
        f"{row.first_name} {row.last_name}",
        row.role,
        row.status,
        standing(
            QualificationKind.WORKER_SCREENING,
            is_held=row.screening_id is not None,
            expires_on=row.expires_on,
            today=today,
        ),
        row.expires_on,
    )


def key_of(user_id: UUID) -> Key | None:
    """Return the key by which the page after a person begins: addresses carry only the id."""
    row = db.session.execute(
        select(User.last_name, User.first_name, User.id).where(User.id == user_id)
    ).one_or_none()
    return (row.last_name, row.first_name, row.id) if row else None


def person(user_id: UUID) -> User | None:
    """Return a member of the organization's staff, whether or not they may sign in."""
    return db.session.get(User, user_id)


def record(user_id: UUID, today: date) -> StaffRecord | None:
    user = db.session.get(User, user_id)
    if user is None:
        return None
    windows = db.session.scalars(
        select(WorkerAvailability)
        .where(WorkerAvailability.user_id == user_id)
        .order_by(WorkerAvailability.weekday, WorkerAvailability.start_time)
        .limit(MOST_OF_ONE)
    ).all()
    leave = db.session.scalars(
        select(WorkerLeave)
        .where(WorkerLeave.user_id == user_id, WorkerLeave.ends_on >= today)
        .order_by(WorkerLeave.starts_on)
        .limit(MOST_OF_ONE)
    ).all()
    return StaffRecord(user, _held(user_id, today), windows, leave, _supported(user_id))


def _held(user_id: UUID, today: date) -> list[HeldQualification]:
    rows = db.session.scalars(
        select(StaffQualification).where(StaffQualification.user_id == user_id).limit(MOST_OF_ONE)
    )
    order = list(QualificationKind)
    return [
        HeldQualification(
            row.id,
            row.kind,
            row.number,
            row.issued_on,
            row.expires_on,
            standing(row.kind, is_held=True, expires_on=row.expires_on, today=today),
        )
        for row in sorted(rows, key=lambda row: order.index(row.kind))
    ]


def _supported(user_id: UUID) -> list[Any]:
    """Return the participants in whose teams someone is, by name."""
    return list(
        db.session.execute(
            select(Participant.id, Participant.first_name, Participant.last_name)
            .join(ParticipantWorker, ParticipantWorker.participant_id == Participant.id)
            .where(ParticipantWorker.user_id == user_id, Participant.status == "active")
            .order_by(Participant.sort_name, Participant.id)
            .limit(MOST_OF_ONE)
        )
    )
