"""Sites as the settings list them and as forms offer them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from caddy.domain.participants import ParticipantStatus
from caddy.extensions import db
from caddy.models import Participant, Site

MOST = 500


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


def name_of(site_id: UUID | None) -> str | None:
    if site_id is None:
        return None
    return db.session.scalar(select(Site.name).where(Site.id == site_id))
