"""The conversations that someone may read, and finding words in them.

Rights are asked at every read: who loses a participant loses what is said of them.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import and_, false, func, or_, select

from caddy.columns import Rows
from caddy.domain.actor import Actor
from caddy.domain.permissions import Permission
from caddy.extensions import db
from caddy.models import Conversation, ConversationMember, Message, Participant, User
from caddy.queries import visibility

PAGE = 30
MOST_SEARCHED = 2_000
MOST_FOUND = 50


def readable(actor: Actor) -> Any:
    """Return the condition that a conversation is open to someone.

    About a participant: to who may see them. Without one: to its members.
    """
    if not actor.may(Permission.MESSAGES_WRITE):
        return false()
    own = Conversation.id.in_(
        select(ConversationMember.conversation_id).where(
            ConversationMember.user_id == actor.user_id
        )
    )
    among_staff = and_(Conversation.participant_id.is_(None), own)
    if not actor.may(Permission.PARTICIPANTS_READ):
        return among_staff
    about = Conversation.participant_id.is_not(None)
    if actor.seen_by is not None:
        about = Conversation.participant_id.in_(
            select(Participant.id).where(visibility.supports(Participant.id, actor.seen_by))
        )
    return or_(among_staff, about)


def _rows(actor: Actor) -> Rows:
    """Return the columns of a list's rows, each with its last message."""
    last = (
        select(Message.id)
        .where(Message.conversation_id == Conversation.id)
        .order_by(Message.id.desc())
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    return (
        select(
            Conversation.id,
            Conversation.title,
            Conversation.participant_id,
            Conversation.last_message_at,
            Conversation.version,
            Participant.first_name,
            Participant.last_name,
            func.coalesce(ConversationMember.unread_count, 0).label("unread_count"),
            func.coalesce(ConversationMember.is_muted, false()).label("is_muted"),
            ConversationMember.id.label("membership_id"),
            Message.body,
            Message.removed_at,
            User.first_name.label("author_first_name"),
        )
        .outerjoin(
            ConversationMember,
            and_(
                ConversationMember.conversation_id == Conversation.id,
                ConversationMember.user_id == actor.user_id,
            ),
        )
        .outerjoin(Participant, Participant.id == Conversation.participant_id)
        .outerjoin(Message, Message.id == last)
        .outerjoin(User, User.id == Message.author_id)
        .where(readable(actor))
    )


def page(
    actor: Actor, *, participant_id: UUID | None = None, after: UUID | None = None
) -> tuple[list[Any], UUID | None]:
    """Return up to 30 conversations, the latest first, and the key of the page after.

    Those that one is in; with a participant all that are about them.
    """
    statement = _rows(actor)
    if participant_id is None:
        statement = statement.where(ConversationMember.id.is_not(None))
    else:
        statement = statement.where(Conversation.participant_id == participant_id)
    if after is not None:
        at = select(Conversation.last_message_at).where(Conversation.id == after).scalar_subquery()
        earlier = and_(Conversation.last_message_at == at, Conversation.id < after)
        statement = statement.where(or_(Conversation.last_message_at < at, earlier))
    rows = list(
        db.session.execute(
            statement.order_by(Conversation.last_message_at.desc(), Conversation.id.desc()).limit(
                PAGE + 1
            )
        )
    )
    shown = rows[:PAGE]
    return shown, shown[-1].id if len(rows) > PAGE else None


def one(conversation_id: UUID, actor: Actor) -> Any:
    """Return a conversation that is open to someone, or None."""
    return db.session.execute(_rows(actor).where(Conversation.id == conversation_id)).one_or_none()


def found(words: str, actor: Actor) -> list[Any]:
    """Return up to 50 messages with these words, the latest first.

    Looks through the last 2,000 messages of the conversations that are open to someone.
    """
    recent = (
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(readable(actor))
        .order_by(Message.id.desc())
        .limit(MOST_SEARCHED)
        .subquery()
    )
    has_words = [
        func.lower(Message.body).contains(word.lower(), autoescape=True)
        for word in words.split()[:8]
    ]
    return list(
        db.session.execute(
            select(
                Message.id,
                Message.body,
                Message.sent_at,
                Message.conversation_id,
                Conversation.title,
                User.first_name,
                User.last_name,
            )
            .join(recent, recent.c.id == Message.id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .join(User, User.id == Message.author_id)
            .where(*has_words)
            .order_by(Message.id.desc())
            .limit(MOST_FOUND)
        )
    )


def about(conversation_id: UUID) -> UUID | None:
    """Return whom a conversation is about; who may see it is another question."""
    return db.session.scalar(
        select(Conversation.participant_id).where(Conversation.id == conversation_id)
    )
