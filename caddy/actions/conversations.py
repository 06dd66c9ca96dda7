"""Conversations: begun, joined, left, read.

Only those may be in one about a participant who may see the participant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from caddy import audit, clock, events
from caddy.actions.notifications import read_by_link
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.errors import Forbidden, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.messages import LONGEST_TITLE, MOST_MEMBERS
from caddy.domain.permissions import Permission
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import Conversation, ConversationMember, Message, Participant
from caddy.queries import visibility
from caddy.queries.conversation_people import Colleague, colleagues
from caddy.queries.conversations import readable
from caddy.tenancy import insert_missing
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class NewConversation:
    """What a conversation begins with."""

    title: str
    participant_id: UUID | None
    member_ids: frozenset[UUID]


def opened(conversation_id: UUID, actor: Actor) -> Conversation:
    """Return a conversation that is open to the actor, held until the transaction's end.

    Whoever writes to it waits here, so that counts and versions follow each other.
    """
    found = db.session.scalars(
        select(Conversation)
        .where(Conversation.id == conversation_id, readable(actor))
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound("conversation")
    return found


def begin(entry: NewConversation, actor: Actor) -> Conversation:
    """Store a conversation in an open transaction, with the actor and others in it."""
    if not actor.may(Permission.MESSAGES_WRITE):
        raise Forbidden("forbidden", "Your role does not include messages.")
    title = " ".join(entry.title.split())
    if not title:
        raise RuleBroken("title", "empty", "Say what it is about.")
    if len(title) > LONGEST_TITLE:
        raise RuleBroken("title", "too_long", f"Up to {LONGEST_TITLE} letters.")
    if entry.participant_id is not None:
        _check_participant(entry.participant_id, actor)
    there = {one.id: one for one in colleagues(entry.participant_id)}
    wanted = entry.member_ids - {actor.user_id}
    if not wanted <= set(there):
        raise RuleBroken("members", "unknown", "Choose people from the list.")
    if not wanted and entry.participant_id is None:
        raise RuleBroken("members", "nobody", "Choose who is to read it.")
    conversation = Conversation(
        organization_id=actor.organization_id,
        title=title,
        participant_id=entry.participant_id,
        last_message_at=clock.now(),
        version=1,
    )
    db.session.add(conversation)
    db.session.flush()  # members and the audit entry name the id
    changes = {"title": title, "participant_id": entry.participant_id}
    audit.record(Fact.CONVERSATION_ADDED, conversation, changes=changes)
    join(conversation, [actor.user_id, *wanted] if actor.user_id else wanted, there, actor)
    return conversation


def _check_participant(participant_id: UUID, actor: Actor) -> None:
    may = actor.may(Permission.PARTICIPANTS_READ)
    if not may or not visibility.is_seen(participant_id, actor.seen_by):
        raise NotFound("participant")
    if db.session.get_one(Participant, participant_id).erased_at is not None:
        raise NotFound("participant")


def join(
    conversation: Conversation,
    user_ids: Iterable[UUID],
    there: dict[UUID, Colleague],
    actor: Actor,
) -> set[UUID]:
    """Put people into a conversation, in an open transaction; return who is new in it."""
    instant = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "conversation_id": conversation.id,
            "user_id": user_id,
            "is_muted": False,
            "unread_count": 0,
            "created_at": instant,
            "updated_at": instant,
            "created_by": actor.user_id,
            "updated_by": actor.user_id,
        }
        for user_id in sorted(set(user_ids))
    ]
    _refuse_too_many(conversation.id, len(rows))
    stored = insert_missing(ConversationMember, ("conversation_id", "user_id"), rows)
    new = {row["user_id"] for row in rows if row["id"] in stored}
    for user_id in sorted(new):
        name = there[user_id].name if user_id in there else actor.name
        changes = {"user_id": user_id, "name": name}
        audit.record(Fact.MEMBER_ADDED, conversation, changes=changes)
    return new


def _refuse_too_many(conversation_id: UUID, more: int) -> None:
    own = ConversationMember.conversation_id == conversation_id
    count = db.session.scalar(select(func.count(ConversationMember.id)).where(own)) or 0
    if count + more > 2 * MOST_MEMBERS:
        raise RuleBroken("members", "too_many", f"Up to {MOST_MEMBERS} people.")


def add_members(conversation_id: UUID, user_ids: Collection[UUID], *, actor: Actor) -> int:
    """Let more people in; return how many are new. Raises RuleBroken where one may not be."""
    with transaction(actor, unrecorded="they were in it already"):
        conversation = opened(conversation_id, actor)
        there = {one.id: one for one in colleagues(conversation.participant_id)}
        if not user_ids or not set(user_ids) <= set(there):
            raise RuleBroken("members", "unknown", "Choose people from the list.")
        new = join(conversation, user_ids, there, actor)
        if new:
            announce(conversation, new)
        return len(new)


def leave(conversation_id: UUID, *, actor: Actor) -> None:
    """Be told of a conversation no more. One about a participant can be read all the same."""
    with transaction(actor):
        conversation = opened(conversation_id, actor)
        gone = db.session.execute(
            delete(ConversationMember)
            .where(ConversationMember.conversation_id == conversation_id)
            .where(ConversationMember.user_id == actor.user_id)
            .returning(ConversationMember.id)
            .execution_options(synchronize_session=False)
        )
        if gone.first() is None:
            raise NotFound("conversation")
        changes = {"user_id": actor.user_id, "name": actor.name}
        audit.record(Fact.MEMBER_LEFT, conversation, changes=changes)
        announce(conversation, [actor.user_id] if actor.user_id else [])


def mute(conversation_id: UUID, *, is_muted: bool, actor: Actor) -> None:
    """Count a conversation's new messages no more, or again. Mentions are told all the same."""
    with transaction(actor, unrecorded="what someone wants counted is nobody's history"):
        conversation = opened(conversation_id, actor)
        db.session.execute(
            update(ConversationMember)
            .where(ConversationMember.conversation_id == conversation_id)
            .where(ConversationMember.user_id == actor.user_id)
            .values(is_muted=is_muted)
        )
        announce(conversation, [actor.user_id] if actor.user_id else [])


def mark_read(conversation_id: UUID, *, actor: Actor) -> bool:
    """Remember that someone has read all that was said so far; say whether that is news."""
    with transaction(actor, unrecorded="what a person has read is nobody's history"):
        conversation = opened(conversation_id, actor)
        if actor.user_id is not None:
            read_by_link(f"/messages/{conversation_id}", actor.user_id)
        member = db.session.scalars(
            select(ConversationMember)
            .where(ConversationMember.conversation_id == conversation_id)
            .where(ConversationMember.user_id == actor.user_id)
        ).one_or_none()
        last = db.session.scalar(
            select(func.max(Message.sent_at)).where(Message.conversation_id == conversation_id)
        )
        if member is None or last is None or last == member.last_read_at:
            return False
        member.last_read_at = last
        member.unread_count, member.unread_since = 0, None
        announce(conversation, [member.user_id])
        return True


def announce(conversation: Conversation, user_ids: Iterable[UUID]) -> None:
    """Have open pages show a conversation as it is after this commit, and these inboxes."""
    conversation.version += 1
    topic = Topic("conversation", conversation.id, conversation.version)
    inboxes = [events.news("inbox", one) for one in sorted(set(user_ids))]
    audit.announce_later([topic, *inboxes])
