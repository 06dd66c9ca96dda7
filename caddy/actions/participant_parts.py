"""Changing one thing of a profile at a time: a field in its place, a tag."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from caddy import audit, clock
from caddy.actions.versions import refuse_stale
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import Participant, ParticipantTag
from caddy.transaction import transaction

# What is changed in its place, each a column of its own; names and money are not among them.
IN_PLACE = frozenset({"preferred_name", "mobile", "phone", "email"})
LONGEST_TAG = 40
MOST_TAGS = 50


def change_field(
    participant_id: UUID, name: str, value: str | None, *, seen: datetime | None, actor: Actor
) -> None:
    """Give one field of a profile a new value, unless the profile changed since it was `seen`."""
    if name not in IN_PLACE:
        raise NotFound("field")
    with transaction(actor):
        participant = _load(participant_id)
        refuse_stale(participant, seen, "profile")
        before = getattr(participant, name)
        setattr(participant, name, value or None)
        participant.index_names()
        participant.updated_at = clock.now()
        changes = {} if before == (value or None) else {name: (before, value or None)}
        audit.record(Fact.PARTICIPANT_CHANGED, participant, changes=changes)


def change_tags(
    participant_id: UUID, tags: Sequence[str], *, seen: datetime | None, actor: Actor
) -> None:
    """Give a participant these tags and no others."""
    with transaction(actor):
        participant = _load(participant_id)
        refuse_stale(participant, seen, "profile")
        _store(participant, list(dict.fromkeys(tags)))


def add_tag(participant_id: UUID, tag: str, *, actor: Actor) -> None:
    """Add one tag. Raises RuleBroken where it is there already."""
    with transaction(actor):
        participant = _load(participant_id)
        tags = _tags(participant)
        if tag in tags:
            raise RuleBroken("tag", "has_tag", f"{participant.first_name} has this tag already.")
        _store(participant, [*tags, tag])


def remove_tag(participant_id: UUID, tag: str, *, actor: Actor) -> None:
    """Take one tag away. Raises RuleBroken where it is not there any more."""
    with transaction(actor):
        participant = _load(participant_id)
        tags = _tags(participant)
        if tag not in tags:
            raise RuleBroken("tag", "no_tag", f"{participant.first_name} has not got this tag.")
        _store(participant, [one for one in tags if one != tag])


def _load(participant_id: UUID) -> Participant:
    participant = db.session.get(Participant, participant_id, with_for_update=True)
    if participant is None:
        raise NotFound("participant")
    if participant.erased_at is not None:
        raise Conflict("erased", "This participant is erased. Nothing of them can be changed.")
    return participant


def _tags(participant: Participant) -> list[str]:
    own = select(ParticipantTag.tag).where(ParticipantTag.participant_id == participant.id)
    return list(db.session.scalars(own.order_by(ParticipantTag.tag)))


def _store(participant: Participant, tags: list[str]) -> None:
    if len(tags) > MOST_TAGS:
        raise RuleBroken("tags", "too_many_tags", f"{MOST_TAGS} tags are the most.")
    before = _tags(participant)
    owner = {"organization_id": participant.organization_id, "participant_id": participant.id}
    db.session.execute(
        delete(ParticipantTag).where(ParticipantTag.participant_id == participant.id)
    )
    db.session.add_all(ParticipantTag(tag=tag, **owner) for tag in tags)
    participant.updated_at = clock.now()  # a new version, though only its parts changed
    changes: dict[str, Any] = {} if before == sorted(tags) else {"tags": (before, sorted(tags))}
    audit.record(Fact.PARTICIPANT_CHANGED, participant, changes=changes)
