"""Conversations of staff, with each other or about a participant: who is in them, what was said."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Instant, Name, Reference, Stamped, belongs_to, within_tenant
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Conversation(Base, OrganizationOwned, Stamped):
    """About a participant it is open to all who may see them; without one to its members alone.

    `version` grows at each change: a live event names it.
    """

    __tablename__ = "conversations"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id"),
        Index(None, "organization_id", "participant_id", "last_message_at"),
        CheckConstraint("length(title) > 0", name="title"),
    )

    id: Mapped[Id]
    title: Mapped[Name]
    participant_id: Mapped[Reference | None]
    last_message_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)


class ConversationMember(Base, OrganizationOwned, Stamped):
    """Who is told of what is said. `unread_since` is when the first of the unread was sent."""

    __tablename__ = "conversation_members"
    __table_args__ = within_tenant(
        belongs_to("conversations", "conversation_id", ondelete="CASCADE"),
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "conversation_id", "user_id"),
        Index(None, "organization_id", "user_id", "unread_count"),
        Index(None, "unread_since"),
        CheckConstraint("unread_count >= 0", name="unread_count"),
        CheckConstraint(
            "(unread_count > 0) = (unread_since IS NOT NULL)", name="unread_has_its_time"
        ),
    )

    id: Mapped[Id]
    conversation_id: Mapped[Reference]
    user_id: Mapped[Reference]
    is_muted: Mapped[bool] = mapped_column(default=False)
    unread_count: Mapped[int] = mapped_column(default=0)
    unread_since: Mapped[Instant | None]
    last_read_at: Mapped[Instant | None]


class Message(Base, OrganizationOwned, Stamped):
    """What someone said. One that was removed stays as a stone without its words.

    `idempotency_key` is made with the form: the same form sent twice is stored once.
    """

    __tablename__ = "messages"
    __table_args__ = within_tenant(
        belongs_to("conversations", "conversation_id", ondelete="CASCADE"),
        belongs_to("users", "author_id"),
        belongs_to("messages", "reply_to_id"),
        UniqueConstraint("organization_id", "author_id", "idempotency_key"),
        Index(None, "organization_id", "conversation_id", "id"),
        CheckConstraint("length(body) <= 10000", name="body"),
        CheckConstraint("(removed_at IS NULL) = (length(body) > 0)", name="removed_says_nothing"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[Reference]
    author_id: Mapped[Reference]
    reply_to_id: Mapped[Reference | None]
    body: Mapped[str] = mapped_column(Text)
    idempotency_key: Mapped[str] = mapped_column(String(80))
    sent_at: Mapped[Instant]
    edited_at: Mapped[Instant | None]
    removed_at: Mapped[Instant | None]


class MessageMention(Base, OrganizationOwned, Stamped):
    """Whom a message calls by name."""

    __tablename__ = "message_mentions"
    __table_args__ = within_tenant(
        belongs_to("messages", "message_id", ondelete="CASCADE"),
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "message_id", "user_id"),
    )

    id: Mapped[Id]
    message_id: Mapped[Reference]
    user_id: Mapped[Reference]


class MessageDocument(Base, OrganizationOwned, Stamped):
    """A document that a message shows to those who may see it."""

    __tablename__ = "message_documents"
    __table_args__ = within_tenant(
        belongs_to("messages", "message_id", ondelete="CASCADE"),
        belongs_to("documents", "document_id", ondelete="CASCADE"),
        UniqueConstraint("organization_id", "message_id", "document_id"),
        Index(None, "organization_id", "document_id"),
    )

    id: Mapped[Id]
    message_id: Mapped[Reference]
    document_id: Mapped[Reference]
