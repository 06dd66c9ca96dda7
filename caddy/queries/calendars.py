"""A worker's shifts for the calendar on their phone: a first name and a suburb, nothing more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from caddy import clock
from caddy.domain.calendars import CalendarEvent, calendar_text
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import Participant, Service, User
from caddy.queries import users
from caddy.tenancy import scope

NAME = "Caddy shifts"
PAST = timedelta(days=30)
AHEAD = timedelta(days=180)
MOST_SHIFTS = 2_000
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def text_of(key: str) -> str | None:
    """Return the calendar that a secret opens, or None where it opens none.

    The same shifts make the same text: it is stamped with their last change.
    """
    owner = users.of_calendar_key(key)
    if owner is None:
        return None
    with scope(owner.organization_id):
        events = [_event(row) for row in _shifts(owner.id, clock.today(owner.timezone))]
    return calendar_text(NAME, events, max((one.changed_at for one in events), default=NEVER))


def has_key(user_id: UUID) -> bool:
    """Say whether a person's calendar has an address now."""
    found = select(User.id).where(User.id == user_id, User.calendar_key_hash.is_not(None))
    return db.session.scalar(found) is not None


def _shifts(user_id: UUID, today: date) -> list[Any]:
    """Return the shifts of someone from 30 days ago to 180 ahead; lines of travel are none."""
    return list(
        db.session.execute(
            select(
                Service.id,
                Service.started_at,
                Service.ended_at,
                Service.status,
                Service.version,
                Service.updated_at,
                func.coalesce(Participant.preferred_name, Participant.first_name).label("whom"),
                Participant.suburb,
            )
            .join(Participant, Participant.id == Service.participant_id)
            .where(Service.support_worker_id == user_id, Service.main_service_id.is_(None))
            .where(Service.service_on >= today - PAST, Service.service_on <= today + AHEAD)
            .order_by(Service.service_on, Service.id)
            .limit(MOST_SHIFTS)
        )
    )


def _event(row: Any) -> CalendarEvent:
    return CalendarEvent(
        uid=f"{row.id}@caddy",
        starts_at=row.started_at,
        ends_at=row.ended_at,
        summary=f"Shift: {row.whom}",
        changed_at=row.updated_at,
        location=row.suburb or "",
        is_cancelled=row.status is ServiceStatus.CANCELLED,
        sequence=row.version,
    )
