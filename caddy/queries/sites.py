"""Sites as the settings list them and as forms offer them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select

from caddy.columns import Rows
from caddy.domain.participants import ParticipantStatus
from caddy.extensions import db
from caddy.models import Participant, Site
from caddy.queries import visibility
from caddy.queries.participant_names import matching

MOST = 500
MOST_OFFERED = 20


def listed() -> list[Any]:
    """Return up to 500 sites by name, each with how many active participants are there."""
    here = (
        select(func.count(Participant.id))
        .where(Participant.site_id == Site.id, Participant.status == ParticipantStatus.ACTIVE)
        .where(Participant.organization_id == Site.organization_id)
        .scalar_subquery()
    )
    return list(
        db.session.execute(
            select(
                Site.id,
                Site.name,
                Site.street,
                Site.suburb,
                Site.state,
                Site.postcode,
                here.label("participants"),
            )
            .order_by(Site.name, Site.id)
            .limit(MOST)
        )
    )


def one(site_id: UUID) -> Site | None:
    return db.session.get(Site, site_id)


def to_choose() -> list[tuple[str, str]]:
    """Return the sites by name, as choices for a form."""
    rows = db.session.execute(select(Site.id, Site.name).order_by(Site.name).limit(MOST))
    return [(str(row.id), row.name) for row in rows]


def people_of(site_id: UUID, *, seen_by: UUID | None) -> list[Any]:
    """Return up to 500 participants of a site by name, who has left us last."""
    statement: Rows = (
        select(Participant.id, Participant.first_name, Participant.last_name, Participant.status)
        .where(Participant.site_id == site_id)
        .order_by(
            case((Participant.status == ParticipantStatus.ACTIVE, 0), else_=1),
            Participant.sort_name,
            Participant.id,
        )
        .limit(MOST)
    )
    return list(
        db.session.execute(visibility.of_own_participants(statement, Participant.id, seen_by))
    )


def people_to_move_in(site_id: UUID, typed: str, *, seen_by: UUID | None) -> list[Any]:
    """Return some active participants who are not at a site, by what was typed of their name."""
    statement: Rows = (
        select(
            Participant.id,
            Participant.first_name,
            Participant.last_name,
            Site.name.label("site_name"),
        )
        .outerjoin(
            Site,
            (Site.id == Participant.site_id)
            & (Site.organization_id == Participant.organization_id),
        )
        .where(Participant.status == ParticipantStatus.ACTIVE)
        .where(or_(Participant.site_id.is_(None), Participant.site_id != site_id))
        .order_by(Participant.sort_name, Participant.id)
        .limit(MOST_OFFERED)
    )
    statement = matching(statement, typed)
    return list(
        db.session.execute(visibility.of_own_participants(statement, Participant.id, seen_by))
    )


def name_of(site_id: UUID | None) -> str | None:
    if site_id is None:
        return None
    return db.session.scalar(select(Site.name).where(Site.id == site_id))
