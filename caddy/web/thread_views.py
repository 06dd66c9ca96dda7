"""A conversation as a page shows it, and the same as a live fragment for those who read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, render_template

from caddy.domain.actor import Actor
from caddy.events import Fragment
from caddy.queries import (
    conversation_people,
    conversations,
    message_documents,
    messages,
    organizations,
    users,
)
from caddy.queries.conversation_people import Colleague, Member
from caddy.queries.messages import Thread


@dataclass(frozen=True, slots=True)
class ThreadView:
    """What the page of a conversation needs. `people` are those that a message may call."""

    conversation: Any
    thread: Thread
    members: list[Member]
    people: list[Colleague]
    others: list[Colleague]
    online: frozenset[UUID]
    documents: list[Any]


def of(conversation_id: UUID, actor: Actor, before: UUID | None = None) -> ThreadView:
    """Return a conversation that is open to someone; 404 where none is."""
    conversation = conversations.one(conversation_id, actor)
    if conversation is None:
        abort(404)
    members = conversation_people.members(conversation_id, conversation.participant_id)
    there = conversation_people.colleagues(conversation.participant_id)
    inside = {one.id for one in members}
    is_about_someone = conversation.participant_id is not None
    callable_ones: Sequence[Colleague] = there if is_about_someone else members
    return ThreadView(
        conversation,
        messages.thread(conversation_id, members, before),
        members,
        [one for one in callable_ones if one.id != actor.user_id],
        [one for one in there if one.id not in inside],
        frozenset(row.id for row in users.online()),
        message_documents.offered(conversation.participant_id, actor),
    )


def fragments(conversation_ids: Sequence[UUID]) -> Iterator[Fragment]:
    """Yield conversations as they are now, rendered once for all who wrote nothing of it.

    Those who did see what is theirs to change: one more each. Who may not read it gets nothing.
    """
    zone = organizations.current().timezone
    for conversation_id in conversation_ids:
        participant_id = conversations.about(conversation_id)
        members = conversation_people.members(conversation_id, participant_id)
        readers = {one.id for one in members}
        if participant_id is not None:
            readers |= {one.id for one in conversation_people.colleagues(participant_id)}
        thread = messages.thread(conversation_id, members)
        audiences = [(one, frozenset({one})) for one in sorted(readers & thread.authors)]
        for viewer_id, audience in [*audiences, (None, frozenset(readers - thread.authors))]:
            if audience:
                html = render_template(
                    "messages/_thread.html",
                    conversation_id=conversation_id,
                    thread=thread,
                    viewer_id=viewer_id,
                    zone=zone,
                    is_live=True,
                )
                yield Fragment(f"thread-{conversation_id}", html, user_ids=audience)
