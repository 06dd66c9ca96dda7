"""The roster: who is where when, who could be, and what a plan of shifts has to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from caddy.columns import Rows
from caddy.domain.claim_types import group_limit
from caddy.domain.people import UserStatus
from caddy.domain.permissions import ROLE_PERMISSIONS, Permission
from caddy.domain.qualifications import QualificationKind
from caddy.domain.roster import Absence, Availability, Shift, Window
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import (
    Participant,
    Schedule,
    Service,
    ServiceChange,
    StaffQualification,
    SupportItem,
    User,
    WorkerAvailability,
    WorkerLeave,
)
from caddy.queries import services, support_items, visibility

MOST_SHOWN = 500
MOST_OTHERS = 5_000
MOST_WORKERS = 500
MOST_CHANGES = 100
MOST_OF_A_WEEK = 60
MOST_OF_GROUP = 99
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
AHEAD = (ServiceStatus.SCHEDULED, ServiceStatus.IN_PROGRESS)
ROSTERED = tuple(
    role for role, some in ROLE_PERMISSIONS.items() if Permission.SERVICES_WRITE in some
)


def _columns() -> Rows:
    return (
        select(
            Service.id,
            Service.version,
            Service.service_on,
            Service.start_time,
            Service.end_time,
            Service.started_at,
            Service.ended_at,
            Service.status,
            Service.item_name,
            Service.participant_id,
            Service.support_worker_id,
            Service.schedule_id,
            Service.people,
            Service.group_key,
            func.coalesce(Participant.preferred_name, Participant.first_name).label("first_name"),
            Participant.last_name,
            User.first_name.label("worker_first_name"),
            User.last_name.label("worker_last_name"),
        )
        .join(Participant, Participant.id == Service.participant_id)
        .join(User, User.id == Service.support_worker_id)
    )


def shifts(
    first: date,
    last: date,
    worker_id: UUID | None = None,
    participant_id: UUID | None = None,
    *,
    seen_by: UUID | None,
) -> list[Any]:
    """Return up to 500 shifts of some days in order, cancelled ones too."""
    statement = (
        visibility.of_own_services(_columns(), seen_by)
        .where(Service.service_on >= first, Service.service_on <= last)
        .order_by(Service.service_on, Service.start_time, Service.id)
        .limit(MOST_SHOWN)
    )
    if worker_id is not None:
        statement = statement.where(Service.support_worker_id == worker_id)
    if participant_id is not None:
        statement = statement.where(Service.participant_id == participant_id)
    return list(db.session.execute(statement))


def shifts_of_today(worker_id: UUID, today: date) -> list[Any]:
    """Return what a worker has to start or to finish: today's, and yesterday's still going on."""
    return list(
        db.session.execute(
            _columns()
            .where(Service.support_worker_id == worker_id, Service.status.in_(AHEAD))
            .where(
                or_(
                    Service.service_on == today,
                    (Service.service_on == today - DAY)
                    & (Service.status == ServiceStatus.IN_PROGRESS),
                )
            )
            .order_by(Service.started_at, Service.id)
            .limit(20)
        )
    )


def own_week(worker_id: UUID, today: date) -> list[Any]:
    """Return a worker's shifts that are ahead or under way, from yesterday to a week from today.

    With the item and the notes that their forms need, and `begun_at`, when each was started. Up
    to 60: what a phone keeps for where there is no network.
    """
    begun = (
        select(func.max(ServiceChange.happened_at))
        .where(
            ServiceChange.service_id == Service.id,
            ServiceChange.to_status == ServiceStatus.IN_PROGRESS,
            ServiceChange.from_status == ServiceStatus.SCHEDULED,
        )
        .correlate(Service)
        .scalar_subquery()
    )
    return list(
        db.session.execute(
            _columns()
            .add_columns(Service.item_number, Service.notes, begun.label("begun_at"))
            .where(Service.support_worker_id == worker_id, Service.status.in_(AHEAD))
            .where(Service.service_on >= today - DAY, Service.service_on <= today + WEEK)
            .where(or_(Service.service_on >= today, Service.status == ServiceStatus.IN_PROGRESS))
            .order_by(Service.service_on, Service.start_time, Service.id)
            .limit(MOST_OF_A_WEEK)
        )
    )


def recent_items(worker_id: UUID, since: date) -> list[Any]:
    """Return the items of a worker's services since a day, by number, up to 20."""
    return list(
        db.session.execute(
            select(Service.item_number, func.max(Service.item_name).label("item_name"))
            .where(Service.support_worker_id == worker_id, Service.service_on >= since)
            .where(Service.main_service_id.is_(None))
            .group_by(Service.item_number)
            .order_by(Service.item_number)
            .limit(20)
        )
    )


def planned_between(worker_id: UUID, first: date, last: date) -> int:
    """Return how many planned shifts a worker has on some days, both included."""
    counted = select(func.count(Service.id)).where(
        Service.support_worker_id == worker_id,
        Service.status == ServiceStatus.SCHEDULED,
        Service.service_on >= first,
        Service.service_on <= last,
    )
    return db.session.scalar(counted) or 0


def shift(service_id: UUID, *, seen_by: UUID | None) -> Any | None:
    """Return one shift with what its steps need."""
    return db.session.execute(
        visibility.of_own_services(_columns(), seen_by)
        .add_columns(
            Service.support_item_id,
            Service.item_number,
            Service.quantity_milli,
            Service.unit_price_cents,
            Service.total_cents,
            Service.notes,
            Service.signed_by,
            Service.fee_percent,
            Service.cancellation_reason,
            Service.claim_type,
            Service.main_service_id,
        )
        .where(Service.id == service_id)
    ).one_or_none()


def agreed_price(service: Any, state: str) -> int | None:
    """Return a service's price where less than the limit was agreed, or else None.

    One at the limit follows the catalogue when its day or item changes. `state` is the
    organization's. In a group the limit is one participant's share of it.
    """
    item = db.session.get_one(SupportItem, service.support_item_id)
    whom = services.participant_on(service.participant_id, service.service_on, seen_by=None)
    limit = support_items.limit_cents(item, whom.state or state, whom.price_zone) if whom else None
    price: int = service.unit_price_cents
    share = None if limit is None else group_limit(limit, service.people)
    return None if price == share else price


def of_group(shift: Any, *, seen_by: UUID | None) -> list[Any]:
    """Return the shifts of the others of a shift's group that day, by name, cancelled ones too."""
    if shift.group_key is None:
        return []
    return list(
        db.session.execute(
            visibility.of_own_services(_columns(), seen_by)
            .where(
                Service.support_worker_id == shift.support_worker_id,
                Service.service_on == shift.service_on,
            )
            .where(Service.group_key == shift.group_key, Service.id != shift.id)
            .where(Service.main_service_id.is_(None))
            .order_by("first_name", Participant.last_name, Service.id)
            .limit(MOST_OF_GROUP)
        )
    )


def changes_of(service_id: UUID) -> list[Any]:
    """Return the steps of a shift's life, oldest first, with who took them."""
    return list(
        db.session.execute(
            select(
                ServiceChange.from_status,
                ServiceChange.to_status,
                ServiceChange.happened_at,
                ServiceChange.created_at,
                ServiceChange.reason,
                ServiceChange.changes,
                ServiceChange.latitude,
                ServiceChange.longitude,
                User.first_name,
                User.last_name,
            )
            .outerjoin(
                User,
                (User.id == ServiceChange.user_id)
                & (User.organization_id == ServiceChange.organization_id),
            )
            .where(ServiceChange.service_id == service_id)
            .order_by(ServiceChange.created_at, ServiceChange.id)
            .limit(MOST_CHANGES)
        )
    )


def workers() -> list[Any]:
    """Return the people who can be rostered, by name."""
    return list(
        db.session.execute(
            select(User.id, User.first_name, User.last_name)
            .where(User.status == UserStatus.ACTIVE, User.role.in_(ROSTERED))
            .order_by(User.first_name, User.last_name, User.id)
            .limit(MOST_WORKERS)
        )
    )


@dataclass(frozen=True, slots=True)
class Worker:
    """Who is to be rostered: what they hold and when they can be called."""

    id: UUID
    name: str
    held: dict[QualificationKind, date | None]
    availability: Availability


def worker(worker_id: UUID, first: date, last: date) -> Worker | None:
    """Return a worker who can be rostered, with the absences of some days."""
    row = db.session.execute(
        select(User.first_name)
        .where(User.id == worker_id, User.status == UserStatus.ACTIVE)
        .where(User.role.in_(ROSTERED))
    ).one_or_none()
    if row is None:
        return None
    held = db.session.execute(
        select(StaffQualification.kind, StaffQualification.expires_on).where(
            StaffQualification.user_id == worker_id
        )
    )
    windows = db.session.execute(
        select(
            WorkerAvailability.weekday, WorkerAvailability.start_time, WorkerAvailability.end_time
        ).where(WorkerAvailability.user_id == worker_id)
    )
    absences = db.session.execute(
        select(WorkerLeave.starts_on, WorkerLeave.ends_on).where(
            WorkerLeave.user_id == worker_id,
            WorkerLeave.starts_on <= last + DAY,
            WorkerLeave.ends_on >= first,
        )
    )
    availability = Availability(
        tuple(Window(*one) for one in windows), tuple(Absence(*one) for one in absences)
    )
    return Worker(
        worker_id, row.first_name, {row.kind: row.expires_on for row in held}, availability
    )


def shifts_around(
    worker_id: UUID, participant_id: UUID, starts_at: datetime, ends_at: datetime
) -> list[Shift]:
    """Return the shifts of either between two instants that a new one could clash with."""
    rows = db.session.execute(
        select(
            Service.id,
            Service.support_worker_id,
            Service.participant_id,
            Service.started_at,
            Service.ended_at,
            Service.group_key,
            func.coalesce(Participant.preferred_name, Participant.first_name).label("first_name"),
            Participant.last_name,
            User.first_name.label("worker_name"),
        )
        .join(Participant, Participant.id == Service.participant_id)
        .join(User, User.id == Service.support_worker_id)
        .where(
            or_(Service.support_worker_id == worker_id, Service.participant_id == participant_id)
        )
        .where(Service.status != ServiceStatus.CANCELLED)
        # Lines of travel and the like lie beside their support, not against it.
        .where(Service.main_service_id.is_(None))
        .where(Service.started_at < ends_at, Service.started_at > starts_at - DAY)
        .where(Service.ended_at > starts_at)
        .order_by(Service.started_at)
        .limit(MOST_OTHERS)
    )
    return [
        Shift(
            row.id,
            row.support_worker_id,
            row.worker_name,
            row.participant_id,
            f"{row.first_name} {row.last_name}",
            row.started_at,
            row.ended_at,
            str(row.group_key) if row.group_key else None,
        )
        for row in rows
    ]


def participant(participant_id: UUID) -> Any | None:
    """Return what a clash has to know of a participant."""
    return db.session.execute(
        select(
            Participant.id,
            func.coalesce(Participant.preferred_name, Participant.first_name).label("first_name"),
            Participant.last_name,
            Participant.state,
            Participant.needs_two_workers,
        ).where(Participant.id == participant_id)
    ).one_or_none()


def schedule(schedule_id: UUID) -> Schedule | None:
    return db.session.scalars(select(Schedule).where(Schedule.id == schedule_id)).one_or_none()
