"""Of some people those who may see a participant, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy.domain.people import UserStatus
from caddy.domain.permissions import Permission, effective_permissions
from caddy.extensions import db
from caddy.models import ParticipantWorker, User


def who_may_see(participant_id: UUID, user_ids: Sequence[UUID]) -> list[Any]:
    """Return those of some people who may open a participant's page, in their order."""
    if not user_ids:
        return []
    team = select(ParticipantWorker.id).where(
        ParticipantWorker.participant_id == participant_id, ParticipantWorker.user_id == User.id
    )
    rows = db.session.execute(
        select(
            User.id,
            User.first_name,
            User.last_name,
            User.role,
            User.permissions,
            team.exists().label("is_in_team"),
        ).where(User.id.in_(user_ids), User.status == UserStatus.ACTIVE)
    )
    by_id = {row.id: row for row in rows if _may(row)}
    return [by_id[one] for one in user_ids if one in by_id]


def _may(row: Any) -> bool:
    held = effective_permissions(row.role, row.permissions)
    sees = Permission.PARTICIPANTS_ALL in held or row.is_in_team
    return Permission.PARTICIPANTS_READ in held and bool(sees)
