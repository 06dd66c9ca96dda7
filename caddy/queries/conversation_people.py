"""Who may be in a conversation, who is, and how far each has read. The only place that asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import false, select

from caddy.columns import Rows
from caddy.domain.messages import MOST_MEMBERS, may_be_in
from caddy.domain.people import UserStatus
from caddy.domain.permissions import Role, effective_permissions
from caddy.extensions import db
from caddy.models import ConversationMember, ParticipantWorker, User

MOST_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who may be in a conversation."""

    id: UUID
    first_name: str
    last_name: str
    role: Role

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def initials(self) -> str:
        return f"{self.first_name[:1]}{self.last_name[:1]}".upper()


@dataclass(frozen=True, slots=True)
class Member(Colleague):
    """Someone who is in it, what they have not read, and up to when they have."""

    unread_count: int
    last_read_at: datetime | None
    is_muted: bool


def _who(participant_id: UUID | None) -> Rows:
    team = select(ParticipantWorker.id).where(
        ParticipantWorker.participant_id == participant_id, ParticipantWorker.user_id == User.id
    )
    is_in_team = false() if participant_id is None else team.exists()
    return (
        select(
            User.id,
            User.first_name,
            User.last_name,
            User.role,
            User.permissions,
            is_in_team.label("is_in_team"),
        )
        .where(User.status == UserStatus.ACTIVE)
        .order_by(User.first_name, User.last_name, User.id)
    )


def _may(row: Any, participant_id: UUID | None) -> bool:
    return may_be_in(
        effective_permissions(row.role, row.permissions),
        is_about_participant=participant_id is not None,
        is_in_team=bool(row.is_in_team),
    )


def colleagues(participant_id: UUID | None) -> list[Colleague]:
    """Return up to 500 people who may be in a conversation about a participant, or about none."""
    rows = db.session.execute(_who(participant_id).limit(MOST_PEOPLE))
    return [
        Colleague(row.id, row.first_name, row.last_name, row.role)
        for row in rows
        if _may(row, participant_id)
    ]


def members(conversation_id: UUID, participant_id: UUID | None) -> list[Member]:
    """Return who is in a conversation and may be: who has lost the right is not there."""
    rows = db.session.execute(
        _who(participant_id)
        .add_columns(
            ConversationMember.unread_count,
            ConversationMember.last_read_at,
            ConversationMember.is_muted,
        )
        .join(ConversationMember, ConversationMember.user_id == User.id)
        .where(ConversationMember.conversation_id == conversation_id)
        .limit(2 * MOST_MEMBERS)
    )
    return [
        Member(
            row.id,
            row.first_name,
            row.last_name,
            row.role,
            row.unread_count,
            row.last_read_at,
            row.is_muted,
        )
        for row in rows
        if _may(row, participant_id)
    ]
