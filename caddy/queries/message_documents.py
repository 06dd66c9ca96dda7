"""The documents that a message may show, and those that messages do.

Whoever is in a conversation may see what is shown there: of a participant their documents, and
among staff only those of the organization that are for everyone. Health information is never shown
there: of a conversation, people are members who may not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy.domain.actor import Actor
from caddy.domain.documents import FOR_EVERYONE, DocumentKind
from caddy.domain.permissions import Permission
from caddy.extensions import db
from caddy.models import Document, MessageDocument
from caddy.queries import documents

MOST_OFFERED = 100


def offered(participant_id: UUID | None, actor: Actor) -> list[Any]:
    """Return up to 100 documents that someone may show in a conversation, newest first."""
    if not actor.may(Permission.DOCUMENTS_READ):
        return []
    statement = select(Document.id, Document.title).where(
        Document.is_active.is_(True),
        Document.incident_id.is_(None),
        Document.kind != DocumentKind.MEDICAL,
        documents.seen(actor),
    )
    if participant_id is not None:
        statement = statement.where(Document.participant_id == participant_id)
    else:
        statement = statement.where(
            Document.participant_id.is_(None),
            Document.user_id.is_(None),
            Document.kind.in_(FOR_EVERYONE),
        )
    return list(db.session.execute(statement.order_by(Document.id.desc()).limit(MOST_OFFERED)))


def of_messages(message_ids: Sequence[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Return by message the ids and titles of the documents that it shows."""
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    rows = db.session.execute(
        select(MessageDocument.message_id, Document.id, Document.title)
        .join(Document, Document.id == MessageDocument.document_id)
        .where(MessageDocument.message_id.in_(message_ids))
        .order_by(MessageDocument.id)
    )
    for message_id, document_id, title in rows:
        found.setdefault(message_id, []).append((document_id, title))
    return found
