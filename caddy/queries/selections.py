"""The rows that someone chose on a list, as far as they may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from caddy.columns import Rows
from caddy.domain.participants import shown_name
from caddy.domain.selections import MOST
from caddy.domain.words import say_date, say_time
from caddy.extensions import db
from caddy.models import Participant, Plan, Service, ServiceChange, User
from caddy.queries import visibility


@dataclass(frozen=True, slots=True)
class Chosen:
    """One row that was chosen: its name, and what tells it from its like."""

    id: UUID
    title: str
    said: str


def services(ids: Sequence[UUID], *, seen_by: UUID | None) -> list[Chosen]:
    """Return services that were chosen, in order of their day; at most 100."""
    statement: Rows = (
        select(
            Service.id,
            Service.service_on,
            Service.start_time,
            Service.status,
            func.coalesce(Participant.preferred_name, Participant.first_name).label("first_name"),
            Participant.last_name,
            User.first_name.label("worker_first_name"),
            User.last_name.label("worker_last_name"),
        )
        .join(Participant, Participant.id == Service.participant_id)
        .join(User, User.id == Service.support_worker_id)
        .where(Service.id.in_(ids[:MOST]))
        .order_by(Service.service_on, Service.start_time, Service.id)
    )
    return [
        Chosen(
            row.id,
            f"{row.first_name} {row.last_name}, {say_date(row.service_on)}",
            f"{say_time(row.start_time)} · {row.status.label} · "
            f"{row.worker_first_name} {row.worker_last_name}",
        )
        for row in db.session.execute(visibility.of_own_services(statement, seen_by))
    ]


def participants(ids: Sequence[UUID], *, seen_by: UUID | None) -> list[Chosen]:
    """Return participants who were chosen, by name; at most 100. Those erased are left out."""
    statement: Rows = (
        select(
            Participant.id,
            Participant.first_name,
            Participant.preferred_name,
            Participant.last_name,
            Participant.status,
        )
        .where(Participant.id.in_(ids[:MOST]), Participant.erased_at.is_(None))
        .order_by(Participant.sort_name, Participant.id)
    )
    return [
        Chosen(
            row.id,
            shown_name(row.first_name, row.last_name, row.preferred_name),
            row.status.value.capitalize(),
        )
        for row in db.session.execute(
            visibility.of_own_participants(statement, Participant.id, seen_by)
        )
    ]


def shift(service_id: UUID) -> Any | None:
    """Return what moving or cancelling a shift has to know of it."""
    return db.session.execute(
        select(
            Service.version,
            Service.status,
            Service.service_on,
            Service.start_time,
            Service.end_time,
            Service.support_worker_id,
        ).where(Service.id == service_id)
    ).one_or_none()


def plan_of_day(participant_id: UUID, today: date) -> Plan | None:
    """Return the plan that a participant has now, or else the next one."""
    return db.session.scalars(
        select(Plan)
        .where(Plan.participant_id == participant_id, Plan.ends_on >= today)
        .order_by(Plan.starts_on)
        .limit(1)
    ).one_or_none()


def last_change(service_id: UUID) -> ServiceChange | None:
    """Return the last step in a service's history."""
    return db.session.scalars(
        select(ServiceChange)
        .where(ServiceChange.service_id == service_id)
        .order_by(ServiceChange.created_at.desc(), ServiceChange.id.desc())
        .limit(1)
    ).one_or_none()
