"""Whose data a person sees: the one place that narrows a query to their own participants.

`seen_by` is a user's id, whose participants alone count; None where all do. A worker sees the
participants whose team they are in, and besides the services that they delivered themselves.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from caddy.columns import Rows
from caddy.extensions import db
from caddy.models import Participant, ParticipantWorker, Service

ParticipantId = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]


def supports(participant_id: ParticipantId, user_id: UUID) -> ColumnElement[bool]:
    """Return the condition that someone is in the team of a row's participant."""
    return participant_id.in_(
        select(ParticipantWorker.participant_id).where(ParticipantWorker.user_id == user_id)
    )


def of_own_participants(
    statement: Rows, participant_id: ParticipantId, seen_by: UUID | None
) -> Rows:
    """Narrow a query to the rows of participants that a person may see."""
    return statement if seen_by is None else statement.where(supports(participant_id, seen_by))


def of_own_services(statement: Rows, seen_by: UUID | None) -> Rows:
    """Narrow a query of services to those of one's participants, and one's own."""
    if seen_by is None:
        return statement
    return statement.where(
        or_(supports(Service.participant_id, seen_by), Service.support_worker_id == seen_by)
    )


def is_seen(participant_id: UUID, seen_by: UUID | None) -> bool:
    """Say whether a participant is there, and a person may see them."""
    statement: Any = select(Participant.id).where(Participant.id == participant_id)
    found = of_own_participants(statement, Participant.id, seen_by)
    return db.session.scalar(found) is not None
