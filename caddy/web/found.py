"""What one box finds, each with the address that shows it: for the search page and the palette."""

from __future__ import annotations

from typing import Any

from flask import url_for

from caddy.queries import search
from caddy.queries.search import Asker, Group, Hit
from caddy.web.access import actor, person, seen_by

SHOWN_BY = {
    Group.PARTICIPANTS: ("participants.show", "participant_id"),
    Group.SERVICES: ("services.show", "service_id"),
    Group.CLAIMS: ("claims.show", "claim_id"),
    Group.DOCUMENTS: ("documents.show", "document_id"),
    Group.FILES: ("attachments.show", "attachment_id"),
    Group.STAFF: ("staff.show", "user_id"),
}

Found = list[tuple[Group, list[tuple[Hit, str]]]]


def found(typed: str, limit: int) -> Found:
    """Return what the signed-in person finds, by kind, up to `limit` of each with its address."""
    asker = Asker(actor.permissions, seen_by(), person.timezone, actor.user_id)
    by_group = search.everything(typed, asker, limit)
    return [
        (group, [(hit, _address(group, hit)) for hit in hits]) for group, hits in by_group.items()
    ]


def _address(group: Group, hit: Hit) -> str:
    endpoint, name = SHOWN_BY[group]
    values: dict[str, Any] = {name: hit.id}
    return url_for(endpoint, **values)
