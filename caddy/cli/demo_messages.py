"""What the demo's people say to each other, by the same actions as the pages."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from caddy.actions import conversations, messages
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.permissions import ROLE_PERMISSIONS, Role
from caddy.extensions import db
from caddy.models import Participant, ParticipantWorker, User

LINES = (
    "The van is booked for Thursday from 9 to 12.",
    "Thanks. Is the ramp fixed by then?",
    "Yes, the workshop said so: https://www.ndis.gov.au has the list of repairers.",
)


def add_messages(people: dict[Role, User]) -> None:
    """Add a conversation among staff and one about a participant, each with an unread message."""
    admin, casey = people[Role.ADMIN], people[Role.COORDINATOR]
    sam, frankie = people[Role.SUPPORT_WORKER], people[Role.FINANCE]
    begun = conversations.NewConversation(
        "The van on Thursday", None, frozenset({casey.id, sam.id})
    )
    first = messages.start(begun, _said(LINES[0]), actor=_actor(admin))
    conversations.mark_read(first, actor=_actor(sam))
    messages.send(first, _said(LINES[1]), actor=_actor(sam))
    conversations.mark_read(first, actor=_actor(casey))
    messages.send(first, _said(LINES[2]), actor=_actor(casey))
    month = conversations.NewConversation("The claim of last month", None, frozenset({admin.id}))
    messages.start(
        month, _said("Two lines were rejected. I send them again."), actor=_actor(frankie)
    )
    whom = _someone(sam.id)
    if whom is None:
        return
    about = conversations.NewConversation("New morning routine", whom, frozenset({sam.id}))
    second = messages.start(
        about,
        _said(f"Breakfast before the shower works better. @{sam.name}, could you try it too?"),
        actor=_actor(casey),
    )
    conversations.mark_read(second, actor=_actor(sam))
    messages.send(
        second,
        _said(f"Went well this morning. @{admin.name} for your information."),
        actor=_actor(sam),
    )


def _said(body: str) -> messages.NewMessage:
    return messages.NewMessage(body, str(new_id()))


def _actor(user: User) -> Actor:
    permissions = ROLE_PERMISSIONS[user.role]
    return Actor(user.organization_id, user.id, user.name, user.role, permissions)


def _someone(worker_id: UUID) -> UUID | None:
    """Return a participant whom a worker supports."""
    return db.session.scalars(
        select(Participant.id)
        .join(ParticipantWorker, ParticipantWorker.participant_id == Participant.id)
        .where(ParticipantWorker.user_id == worker_id)
        .order_by(Participant.id)
        .limit(1)
    ).first()
