"""Who of the staff sees a participant, and who looked at their medical details. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from caddy.domain.facts import Fact
from caddy.domain.people import UserStatus
from caddy.domain.permissions import Role
from caddy.domain.sight import Sight, sight_of
from caddy.extensions import db
from caddy.models import AuditLog, ParticipantWorker, Plan, User

MOST_STAFF = 1_000
LAST_LOOKS = 20


@dataclass(frozen=True, slots=True)
class Seer:
    """Someone who sees a participant."""

    id: UUID
    name: str
    role: Role
    sight: Sight


def people(participant_id: UUID, today: date) -> list[Seer]:
    """Return everyone of the active staff who sees a participant, by last name.

    One query; of more than 1,000 active staff the first 1,000 are looked at.
    """
    in_team = exists().where(
        ParticipantWorker.user_id == User.id, ParticipantWorker.participant_id == participant_id
    )
    coordinates = exists().where(
        Plan.support_coordinator_id == User.id,
        Plan.participant_id == participant_id,
        Plan.starts_on <= today,
        Plan.ends_on >= today,
    )
    rows = db.session.execute(
        select(
            User.id,
            User.first_name,
            User.last_name,
            User.role,
            User.permissions,
            in_team.label("is_in_team"),
            coordinates.label("is_coordinator"),
        )
        .where(User.status == UserStatus.ACTIVE)
        .order_by(User.last_name, User.first_name, User.id)
        .limit(MOST_STAFF)
    )
    found = []
    for row in rows:
        sight = sight_of(
            row.role,
            row.permissions,
            is_in_team=bool(row.is_in_team),
            is_coordinator=bool(row.is_coordinator),
        )
        if sight is not None:
            found.append(Seer(row.id, f"{row.first_name} {row.last_name}", row.role, sight))
    return found


def last_looks(participant_id: UUID) -> list[Any]:
    """Return the last 20 times that someone opened the medical details, newest first."""
    return list(
        db.session.execute(
            select(AuditLog.actor_name, AuditLog.happened_at)
            .where(
                AuditLog.participant_id == participant_id,
                AuditLog.action == Fact.MEDICAL_RECORD_VIEWED.value,
            )
            .order_by(AuditLog.happened_at.desc(), AuditLog.id.desc())
            .limit(LAST_LOOKS)
        )
    )
