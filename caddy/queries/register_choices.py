"""Whom of staff, and which site, an entry of a register can name."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select

from caddy.domain.people import UserStatus
from caddy.extensions import db
from caddy.models import User
from caddy.queries import sites

MOST = 1_000

Options = list[tuple[str, str]]


def people(named: UUID | None = None) -> Options:
    """Return up to 1,000 active members of staff by name, and whoever is `named` already."""
    rows = db.session.execute(
        select(User.id, User.first_name, User.last_name)
        .where(or_(User.status == UserStatus.ACTIVE, User.id == named))
        .order_by(User.last_name, User.first_name, User.id)
        .limit(MOST)
    )
    return [(str(row.id), f"{row.first_name} {row.last_name}") for row in rows]


def places() -> Options:
    """Return the sites by name."""
    return sites.to_choose()
