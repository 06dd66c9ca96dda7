"""Messages: sent once, changed or removed by who wrote them. Their words never reach the log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, delete, or_, select, update

from caddy import audit, clock
from caddy.actions import conversations
from caddy.actions.conversations import NewConversation
from caddy.actions.notifications import notify
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import Forbidden, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.messages import called, check_body
from caddy.extensions import db
from caddy.models import (
    Conversation,
    ConversationMember,
    Message,
    MessageDocument,
    MessageMention,
    Notification,
    User,
)
from caddy.queries import message_documents
from caddy.queries.conversation_people import Colleague, colleagues, members
from caddy.transaction import add_many, transaction


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What someone wants to say. `key` is made with the form: the same twice is stored once."""

    body: str
    key: str
    reply_to_id: UUID | None = None
    mentioned: frozenset[UUID] = frozenset()
    document_ids: frozenset[UUID] = frozenset()


def start(entry: NewConversation, said: NewMessage, *, actor: Actor) -> UUID:
    """Begin a conversation with its first message; return its id, also when sent twice."""
    body = check_body(said.body)
    with transaction(actor):
        # Two sendings of one form wait for each other here.
        db.session.get_one(User, actor.user_id, with_for_update=True)
        twin = _twin(said.key, actor)
        if twin is not None:
            return twin.conversation_id
        conversation = conversations.begin(entry, actor)
        _say(conversation, body, said, actor)
        return conversation.id


def send(conversation_id: UUID, said: NewMessage, *, actor: Actor) -> UUID:
    """Say something in a conversation; return the message's id, also when sent twice.

    Who says something in a conversation about a participant is in it from then on.
    """
    body = check_body(said.body)
    with transaction(actor):
        conversation = conversations.opened(conversation_id, actor)
        twin = _twin(said.key, actor)
        if twin is not None:
            return twin.id
        return _say(conversation, body, said, actor).id


def _twin(key: str, actor: Actor) -> Message | None:
    return db.session.scalars(
        select(Message).where(Message.author_id == actor.user_id, Message.idempotency_key == key)
    ).one_or_none()


def _say(conversation: Conversation, body: str, said: NewMessage, actor: Actor) -> Message:
    if actor.user_id is None:
        raise Forbidden("forbidden", "Only a person can say something.")
    if said.reply_to_id is not None:
        _check_reply(conversation.id, said.reply_to_id)
    instant = clock.now()
    message = Message(
        organization_id=actor.organization_id,
        conversation_id=conversation.id,
        author_id=actor.user_id,
        reply_to_id=said.reply_to_id,
        body=body,
        idempotency_key=said.key,
        sent_at=instant,
    )
    db.session.add(message)
    db.session.flush()  # mentions and the audit entry name the id
    people = _people(conversation, actor)
    mentioned = _mention(message, said.mentioned, people, actor)
    _show(message, said.document_ids, conversation, actor)
    conversations.join(conversation, {actor.user_id, *mentioned}, people, actor)
    _count(message, 1)
    db.session.execute(
        update(ConversationMember)
        .where(ConversationMember.conversation_id == conversation.id)
        .where(ConversationMember.user_id == actor.user_id)
        .values(unread_count=0, unread_since=None, last_read_at=instant)
        .execution_options(synchronize_session=False)
    )
    conversation.last_message_at = instant
    changes = {"conversation_id": conversation.id, "letters": len(body)}
    audit.record(Fact.MESSAGE_SENT, message, changes=changes)
    _announce(conversation)
    return message


def _check_reply(conversation_id: UUID, reply_to_id: UUID) -> None:
    answered = db.session.get(Message, reply_to_id)
    if answered is None or answered.conversation_id != conversation_id:
        raise RuleBroken("reply_to", "unknown", "The message that you answer is not there.")


def _people(conversation: Conversation, actor: Actor) -> dict[UUID, Colleague]:
    """Return whom a message may call: about a participant all who may see them, else members."""
    if conversation.participant_id is not None:
        there: Collection[Colleague] = colleagues(conversation.participant_id)
    else:
        there = members(conversation.id, None)
    return {one.id: one for one in there if one.id != actor.user_id}


def _mention(
    message: Message, chosen: frozenset[UUID], people: dict[UUID, Colleague], actor: Actor
) -> set[UUID]:
    """Store whom a message calls and tell them; return who they are."""
    if not chosen <= set(people):
        raise RuleBroken("mentioned", "unknown", "Choose people from the list.")
    whom = chosen | called(message.body, {one.id: one.name for one in people.values()})
    there = set(
        db.session.scalars(
            select(MessageMention.user_id).where(MessageMention.message_id == message.id)
        )
    )
    new = sorted(whom - there)
    add_many(MessageMention, [{"message_id": message.id, "user_id": one} for one in new])
    if new:
        notify(
            db.session.scalars(select(User).where(User.id.in_(new))).all(),
            kind="mention",
            title=f"{actor.name} mentions you",
            body="Open the conversation to read it and to answer.",
            link=f"/messages/{message.conversation_id}",
            subject=message,
            dedupe_key=f"mention:{message.id}",
            email_template=EmailTemplate.MENTION,
            context={"author_name": actor.name},
        )
    return set(whom)


def _show(
    message: Message, document_ids: frozenset[UUID], conversation: Conversation, actor: Actor
) -> None:
    """Have a message show documents; only such as everyone in the conversation may see."""
    if not document_ids:
        return
    there = {one.id for one in message_documents.offered(conversation.participant_id, actor)}
    if not document_ids <= there:
        raise RuleBroken("documents", "unknown", "Choose documents from the list.")
    rows = [{"message_id": message.id, "document_id": one} for one in sorted(document_ids)]
    add_many(MessageDocument, rows)


def _count(message: Message, step: int) -> None:
    """Count a message as unread for all but its author, or take it out where it was unread."""
    unread = ConversationMember.unread_count
    statement = (
        update(ConversationMember)
        .where(ConversationMember.conversation_id == message.conversation_id)
        .where(ConversationMember.user_id != message.author_id)
        .execution_options(synchronize_session=False)
    )
    if step > 0:
        first = case((unread == 0, message.sent_at), else_=ConversationMember.unread_since)
        db.session.execute(statement.values(unread_count=unread + 1, unread_since=first))
        return
    never_read = ConversationMember.last_read_at.is_(None)
    has_not_read = or_(never_read, ConversationMember.last_read_at < message.sent_at)
    since = case((unread > 1, ConversationMember.unread_since), else_=None)
    db.session.execute(
        statement.where(unread > 0, has_not_read).values(
            unread_count=unread - 1, unread_since=since
        )
    )


def _announce(conversation: Conversation) -> None:
    own = ConversationMember.conversation_id == conversation.id
    conversations.announce(
        conversation, db.session.scalars(select(ConversationMember.user_id).where(own))
    )


def change(conversation_id: UUID, message_id: UUID, body: str, *, actor: Actor) -> None:
    """Say something else instead, where one wrote it oneself. Who is called anew is told."""
    kept = check_body(body)
    with transaction(actor, unrecorded="nothing was changed"):
        conversation, message = _own(conversation_id, message_id, actor)
        if message.body == kept:
            return
        message.body = kept
        message.edited_at = clock.now()
        people = _people(conversation, actor)
        new = _mention(message, frozenset(), people, actor)
        conversations.join(conversation, new, people, actor)
        changes = {"conversation_id": conversation_id, "letters": len(kept)}
        audit.record(Fact.MESSAGE_CHANGED, message, changes=changes)
        _announce(conversation)


def remove(conversation_id: UUID, message_id: UUID, *, actor: Actor) -> None:
    """Take back what one wrote oneself. A stone stays in its place; its words are nowhere."""
    with transaction(actor):
        conversation, message = _own(conversation_id, message_id, actor)
        _count(message, -1)
        message.body = ""
        message.removed_at = clock.now()
        told = delete(Notification).where(
            Notification.subject_type == Message.__tablename__,
            Notification.subject_id == message_id,
        )
        for statement in (
            delete(MessageMention).where(MessageMention.message_id == message_id),
            delete(MessageDocument).where(MessageDocument.message_id == message_id),
            told.where(Notification.link == f"/messages/{conversation_id}"),
        ):
            db.session.execute(statement.execution_options(synchronize_session=False))
        changes = {"conversation_id": conversation_id}
        audit.record(Fact.MESSAGE_REMOVED, message, changes=changes)
        _announce(conversation)


def _own(conversation_id: UUID, message_id: UUID, actor: Actor) -> tuple[Conversation, Message]:
    """Return a message that the actor wrote and did not remove, with its conversation."""
    conversation = conversations.opened(conversation_id, actor)
    message = db.session.get(Message, message_id)
    if message is None or message.conversation_id != conversation_id or message.removed_at:
        raise NotFound("message")
    if message.author_id != actor.user_id:
        raise Forbidden("not_yours", "Only who wrote a message can change or remove it.")
    return conversation, message
