"""What was said in one conversation: a page of it, with replies, mentions and who has read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from caddy.domain.messages import Part, excerpt, parts
from caddy.extensions import db
from caddy.models import Message, MessageMention, User
from caddy.queries import message_documents
from caddy.queries.conversation_people import Member

PAGE = 30


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it is shown. `reply_to` is who said what it answers, and how that began."""

    id: UUID
    author_id: UUID
    author: str
    initials: str
    body: str
    parts: list[Part]
    sent_at: datetime
    edited_at: datetime | None
    is_removed: bool
    reply_to_id: UUID | None = None
    reply_to: str | None = None
    reply_excerpt: str = ""
    read_by: list[str] = field(default_factory=list)
    documents: list[tuple[UUID, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of a conversation, the oldest first, and the key of the page before it."""

    messages: list[Said]
    before: UUID | None
    is_newest: bool

    @property
    def authors(self) -> frozenset[UUID]:
        return frozenset(one.author_id for one in self.messages)


def thread(conversation_id: UUID, members: Sequence[Member], before: UUID | None = None) -> Thread:
    """Return up to 30 messages, and under each the names of those who have read up to it."""
    rows = _rows(conversation_id, before)
    shown = rows[PAGE - 1 :: -1] if len(rows) > PAGE else rows[::-1]
    called = _called([row.id for row in shown])
    shows = message_documents.of_messages([row.id for row in shown])
    readers = _readers(shown, members) if before is None else {}
    return Thread(
        [
            _said(row, called.get(row.id, []), readers.get(row.id, []), shows.get(row.id, []))
            for row in shown
        ],
        shown[0].id if len(rows) > PAGE else None,
        before is None,
    )


def _rows(conversation_id: UUID, before: UUID | None) -> list[Any]:
    answered, answered_author = aliased(Message), aliased(User)
    statement = (
        select(
            Message.id,
            Message.author_id,
            User.first_name,
            User.last_name,
            Message.body,
            Message.sent_at,
            Message.edited_at,
            Message.removed_at,
            Message.reply_to_id,
            answered.body.label("reply_body"),
            answered_author.first_name.label("reply_author"),
        )
        .join(User, User.id == Message.author_id)
        .outerjoin(answered, answered.id == Message.reply_to_id)
        .outerjoin(answered_author, answered_author.id == answered.author_id)
        .where(Message.conversation_id == conversation_id)
        .order_by(Message.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(Message.id < before)
    return list(db.session.execute(statement))


def _called(message_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return whom each message calls, by name."""
    found: dict[UUID, list[str]] = {}
    rows = db.session.execute(
        select(MessageMention.message_id, User.first_name, User.last_name)
        .join(User, User.id == MessageMention.user_id)
        .where(MessageMention.message_id.in_(message_ids))
    )
    for message_id, first_name, last_name in rows:
        found.setdefault(message_id, []).append(f"{first_name} {last_name}")
    return found


def _readers(shown: Sequence[Any], members: Sequence[Member]) -> dict[UUID, list[str]]:
    """Return by message who has read up to it and no further; nobody stands under their own."""
    found: dict[UUID, list[str]] = {}
    for member in members:
        if member.last_read_at is None:
            continue
        read = [row for row in shown if row.sent_at <= member.last_read_at]
        if read and read[-1].author_id != member.id:
            found.setdefault(read[-1].id, []).append(member.first_name)
    return found


def _said(
    row: Any, called: list[str], read_by: list[str], documents: list[tuple[UUID, str]]
) -> Said:
    return Said(
        id=row.id,
        author_id=row.author_id,
        author=f"{row.first_name} {row.last_name}",
        initials=f"{row.first_name[:1]}{row.last_name[:1]}".upper(),
        body=row.body,
        parts=parts(row.body, called),
        sent_at=row.sent_at,
        edited_at=row.edited_at,
        is_removed=row.removed_at is not None,
        reply_to_id=row.reply_to_id,
        reply_to=row.reply_author,
        reply_excerpt=excerpt(row.reply_body) if row.reply_body else "",
        read_by=read_by,
        documents=documents,
    )


def one(conversation_id: UUID, message_id: UUID | None) -> Any:
    """Return a message that was not removed with its author's name, or None."""
    if message_id is None:
        return None
    return db.session.execute(
        select(Message.id, Message.body, Message.author_id, User.first_name, User.last_name)
        .join(User, User.id == Message.author_id)
        .where(Message.id == message_id, Message.conversation_id == conversation_id)
        .where(Message.removed_at.is_(None))
    ).one_or_none()
