"""Who supports a participant, and who asked to be told of their budget alerts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete

from caddy import audit, clock
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.people import UserStatus
from caddy.extensions import db
from caddy.models import Participant, ParticipantWatcher, ParticipantWorker, User
from caddy.queries import visibility
from caddy.tenancy import insert_missing
from caddy.transaction import transaction

Link = type[ParticipantWorker] | type[ParticipantWatcher]


def add_to_team(participant_id: UUID, user_id: UUID, *, actor: Actor) -> None:
    """Put someone into a participant's team: from now on they see the participant."""
    with transaction(actor):
        participant = _load(participant_id, actor)
        user = db.session.get(User, user_id)
        if user is None or user.status is not UserStatus.ACTIVE:
            raise RuleBroken("user_id", "unknown_user", "Choose someone from the list.")
        if not _insert(ParticipantWorker, participant_id, user_id, actor):
            raise RuleBroken(
                "user_id",
                "in_team",
                f"{user.first_name} supports {participant.first_name} already.",
            )
        audit.record(Fact.TEAM_JOINED, participant, changes={"user_id": user_id, "name": user.name})


def remove_from_team(participant_id: UUID, user_id: UUID, *, actor: Actor) -> None:
    """Take someone out of a participant's team. What they delivered stays as it is."""
    with transaction(actor):
        participant = _load(participant_id, actor)
        user = db.session.get(User, user_id)
        if user is None or not _delete(ParticipantWorker, participant_id, user_id):
            raise NotFound("member of the team")
        audit.record(Fact.TEAM_LEFT, participant, changes={"user_id": user_id, "name": user.name})


def watch(participant_id: UUID, *, actor: Actor) -> None:
    """Tell the actor of a participant's budget alerts from now on. Twice is once."""
    with transaction(actor):
        participant = _load(participant_id, actor)
        if actor.user_id and _insert(ParticipantWatcher, participant_id, actor.user_id, actor):
            audit.record(Fact.PARTICIPANT_WATCHED, participant)


def end_watching(participant_id: UUID, *, actor: Actor) -> None:
    """Tell the actor no more of a participant's budget alerts. Twice is once."""
    with transaction(actor):
        participant = _load(participant_id, actor)
        if actor.user_id and _delete(ParticipantWatcher, participant_id, actor.user_id):
            audit.record(Fact.PARTICIPANT_UNWATCHED, participant)


def _load(participant_id: UUID, actor: Actor) -> Participant:
    participant = db.session.get(Participant, participant_id)
    if participant is None or not visibility.is_seen(participant_id, actor.seen_by):
        raise NotFound("participant")
    return participant


def _insert(model: Link, participant_id: UUID, user_id: UUID, actor: Actor) -> bool:
    """Store the pair and say whether it is new; two writers at once do not collide."""
    instant = clock.now()
    row = {
        "id": new_id(),
        "participant_id": participant_id,
        "user_id": user_id,
        "created_at": instant,
        "updated_at": instant,
        "created_by": actor.user_id,
        "updated_by": actor.user_id,
    }
    return bool(insert_missing(model, ("participant_id", "user_id"), [row]))


def _delete(model: Link, participant_id: UUID, user_id: UUID) -> bool:
    gone = db.session.execute(
        delete(model)
        .where(model.participant_id == participant_id, model.user_id == user_id)
        .returning(model.id)
        .execution_options(synchronize_session=False)
    )
    return gone.first() is not None
