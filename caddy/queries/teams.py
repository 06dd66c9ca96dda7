"""Who supports a participant, who could, and who is told of their budget alerts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy.domain.people import UserStatus
from caddy.extensions import db
from caddy.models import ParticipantWatcher, ParticipantWorker, User

MOST = 200


def members(participant_id: UUID) -> list[Any]:
    """Return the people of a participant's team by name, with what each may do."""
    return list(
        db.session.execute(
            select(User.id, User.first_name, User.last_name, User.role, User.status)
            .join(ParticipantWorker, ParticipantWorker.user_id == User.id)
            .where(ParticipantWorker.participant_id == participant_id)
            .order_by(User.last_name, User.first_name, User.id)
            .limit(MOST)
        )
    )


def watchers(participant_id: UUID) -> list[Any]:
    """Return those who asked to be told of a participant's budget alerts, by name."""
    return list(
        db.session.execute(
            select(User.id, User.first_name, User.last_name)
            .join(ParticipantWatcher, ParticipantWatcher.user_id == User.id)
            .where(ParticipantWatcher.participant_id == participant_id)
            .where(User.status == UserStatus.ACTIVE)
            .order_by(User.last_name, User.first_name, User.id)
            .limit(MOST)
        )
    )


def people_to_add(participant_id: UUID) -> list[tuple[str, str]]:
    """Return active people who are not in the team yet, as choices for a form."""
    there = select(ParticipantWorker.user_id).where(
        ParticipantWorker.participant_id == participant_id
    )
    rows = db.session.execute(
        select(User.id, User.first_name, User.last_name, User.role)
        .where(User.status == UserStatus.ACTIVE, User.id.not_in(there))
        .order_by(User.last_name, User.first_name, User.id)
        .limit(1_000)
    )
    return [
        (str(row.id), f"{row.first_name} {row.last_name} ({row.role.label.lower()})")
        for row in rows
    ]
