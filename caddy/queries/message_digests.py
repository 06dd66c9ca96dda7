"""Who has not read their messages for as long as they said, and was not mailed of them yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from caddy.columns import Rows
from caddy.domain.people import UserStatus
from caddy.domain.telling import Digest
from caddy.extensions import db
from caddy.models import Conversation, ConversationMember, NotificationPreference, User

AT_ONCE = 500
SHORTEST, LONGEST = Digest.HOURLY.after, Digest.DAILY.after


@dataclass(frozen=True, slots=True)
class Absent:
    """Someone whose messages wait."""

    organization_id: UUID
    user_id: UUID


def _waiting(now: datetime) -> Rows:
    """Return the people of whom something waits that came after their last such mail.

    What waits must be as old as they chose, and so must be the last mail.
    """
    assert SHORTEST is not None and LONGEST is not None  # noqa: S101, PT018 - both have one
    chosen = func.coalesce(NotificationPreference.digest, Digest.DAILY)
    hourly, daily = now - SHORTEST, now - LONGEST
    since, last = ConversationMember.unread_since, NotificationPreference.digested_at
    is_old = or_(
        and_(chosen == Digest.HOURLY, since <= hourly, or_(last.is_(None), last <= hourly)),
        and_(chosen == Digest.DAILY, since <= daily, or_(last.is_(None), last <= daily)),
    )
    return (
        select(User.organization_id, User.id)
        .join(
            ConversationMember,
            and_(
                ConversationMember.organization_id == User.organization_id,
                ConversationMember.user_id == User.id,
            ),
        )
        .join(Conversation, Conversation.id == ConversationMember.conversation_id)
        .outerjoin(NotificationPreference, NotificationPreference.user_id == User.id)
        .where(ConversationMember.unread_since <= hourly)
        .where(ConversationMember.is_muted.is_(False), User.status == UserStatus.ACTIVE)
        .where(User.notify_by_email.is_(True), is_old)
        .where(or_(last.is_(None), Conversation.last_message_at > last))
        .distinct()
    )


def due(now: datetime) -> list[Absent]:
    """Return up to 500 people, of all organizations, who are to be mailed of unread messages.

    Belongs inside `unscoped`: one process looks for all.
    """
    rows = db.session.execute(_waiting(now).order_by(User.id).limit(AT_ONCE))
    return [Absent(*row) for row in rows]


def is_due(user_id: UUID, now: datetime) -> bool:
    """Say whether a person of the organization in scope is still to be mailed."""
    found = _waiting(now).where(User.id == user_id)
    return db.session.execute(found.limit(1)).first() is not None
