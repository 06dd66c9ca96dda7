"""Conversations of the tests: Acacia's people write to each other, and about Pat."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from sqlalchemy import select, update

from caddy.actions import conversations, messages, preferences
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.permissions import ROLE_PERMISSIONS, Role
from caddy.domain.telling import Digest, NewsKind, Ways
from caddy.extensions import db
from caddy.models import Message, User
from caddy.transaction import transaction
from tests.world import World

ROLES = {
    "alice": Role.ADMIN,
    "cora": Role.COORDINATOR,
    "sam": Role.SUPPORT_WORKER,
    "fin": Role.FINANCE,
    "vic": Role.VIEWER,
}


def actor(people: World, who: str) -> Actor:
    """Return someone of Acacia with the name that Caddy shows."""
    role = ROLES[who]
    return Actor(
        people.acacia.id,
        people.acacia.people[who],
        f"{who.capitalize()} Acacia",
        role,
        ROLE_PERMISSIONS[role],
    )


def ids(people: World, *who: str) -> frozenset[UUID]:
    return frozenset(people.acacia.people[name] for name in who)


def begin(
    people: World, by: str, *others: str, about: UUID | None = None, body: str = "Hello."
) -> UUID:
    """Begin a conversation of some people; in scope of Acacia."""
    begun = conversations.NewConversation("The van", about, ids(people, *others))
    return messages.start(begun, messages.NewMessage(body, str(new_id())), actor=actor(people, by))


def say(people: World, by: str, conversation_id: UUID, body: str, **more: object) -> UUID:
    said = messages.NewMessage(body, **({"key": str(new_id())} | more))
    return messages.send(conversation_id, said, actor=actor(people, by))


def newest(conversation_id: UUID) -> Message:
    db.session.expire_all()
    own = select(Message).where(Message.conversation_id == conversation_id)
    return db.session.scalars(own.order_by(Message.id.desc()).limit(1)).one()


def wants(people: World, who: str, **columns: object) -> None:
    """Change how someone is told at all."""
    with transaction(people.alice, unrecorded="a test"):
        db.session.execute(
            update(User).where(User.id == people.acacia.people[who]).values(**columns)
        )


def with_everything(people: World) -> UUID:
    """Give Acacia a row in each table of messages and of being told; return the conversation."""
    wants(people, "sam", phone="0400 000 000", notify_by_sms=True)
    sam = actor(people, "sam")
    preferences.choose_kinds({NewsKind.BUDGETS: Ways(by_sms=False)}, actor=sam)
    preferences.choose_hours(time(21), time(7), Digest.HOURLY, actor=sam)
    return begin(
        people, "cora", "sam", about=people.acacia.participant_id, body="Hello @Sam Acacia."
    )


def never_mailed(people: World, who: str) -> None:
    """Have someone get no mail about unread messages."""
    preferences.choose_hours(None, None, Digest.NEVER, actor=actor(people, who))
