"""How much is unread: messages and notifications, of one person or of several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select

from caddy.domain.permissions import Permission, effective_permissions
from caddy.extensions import db
from caddy.models import Conversation, ConversationMember, Notification, ParticipantWorker, User

MOST_UNREAD_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Inbox:
    """What is unread of a person's; notifications are counted no further than 100."""

    user_id: UUID
    notifications: int
    messages: int


def columns() -> tuple[Any, ...]:
    """Return the columns of a query of users from which `unread_messages` and a bell are made."""
    return (
        _notifications().label("unread_notifications"),
        _messages(Conversation.participant_id.is_(None)).label("unread_staff"),
        _messages(_supported()).label("unread_supported"),
        _messages(Conversation.participant_id.is_not(None), ~_supported()).label("unread_others"),
    )


def unread_messages(row: Any, permissions: frozenset[Permission]) -> int:
    """Return how many messages someone has not read, of conversations still open to them."""
    if Permission.MESSAGES_WRITE not in permissions:
        return 0
    count = int(row.unread_staff)
    if Permission.PARTICIPANTS_READ in permissions:
        count += int(row.unread_supported)
        if Permission.PARTICIPANTS_ALL in permissions:
            count += int(row.unread_others)
    return count


def some(user_ids: Sequence[UUID]) -> list[Inbox]:
    """Return what is unread of some people's, in one query."""
    rows = db.session.execute(
        select(User.id, User.role, User.permissions, *columns()).where(User.id.in_(user_ids))
    )
    return [
        Inbox(
            row.id,
            row.unread_notifications,
            unread_messages(row, effective_permissions(row.role, row.permissions)),
        )
        for row in rows
    ]


def _notifications() -> ScalarSelect[int]:
    unread = (
        select(Notification.id)
        .where(Notification.organization_id == User.organization_id)
        .where(Notification.user_id == User.id, Notification.read_at.is_(None))
        .limit(MOST_UNREAD_COUNTED)
        .correlate(User)
        .subquery()
    )
    return select(func.count()).select_from(unread).scalar_subquery()


def _supported() -> Any:
    return (
        select(ParticipantWorker.id)
        .where(ParticipantWorker.organization_id == Conversation.organization_id)
        .where(ParticipantWorker.participant_id == Conversation.participant_id)
        .where(ParticipantWorker.user_id == ConversationMember.user_id)
        .correlate(Conversation, ConversationMember)
        .exists()
    )


def _messages(*conditions: Any) -> ScalarSelect[int]:
    return (
        select(func.coalesce(func.sum(ConversationMember.unread_count), 0))
        .join(Conversation, Conversation.id == ConversationMember.conversation_id)
        .where(ConversationMember.organization_id == User.organization_id)
        .where(ConversationMember.user_id == User.id, ConversationMember.unread_count > 0)
        .where(ConversationMember.is_muted.is_(False), *conditions)
        .correlate(User)
        .scalar_subquery()
    )
