"""Having a participant open: told to those who have them open too, and to nobody else."""

from __future__ import annotations

from uuid import UUID

from caddy import audit, events
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound
from caddy.queries import visibility


def open_participant(participant_id: UUID, page: str, *, actor: Actor) -> list[UUID]:
    """Note that the actor has a participant open; return who has.

    `page` names the page in the actor's browser, which says so again until it is left. Nothing of
    it reaches the database or the audit log.
    """
    if actor.user_id is None or not visibility.is_seen(participant_id, actor.seen_by):
        raise NotFound("participant")
    if events.seen(actor.organization_id, participant_id, actor.user_id, page):
        _tell(participant_id, actor)
    return events.viewers(actor.organization_id, participant_id)


def close_participant(participant_id: UUID, page: str, *, actor: Actor) -> None:
    """Note that the actor has left a participant's pages."""
    if actor.user_id is None or not visibility.is_seen(participant_id, actor.seen_by):
        raise NotFound("participant")
    if events.gone(actor.organization_id, participant_id, actor.user_id, page):
        _tell(participant_id, actor)


def _tell(participant_id: UUID, actor: Actor) -> None:
    audit.announce(actor.organization_id, [events.news("viewers", participant_id)])
