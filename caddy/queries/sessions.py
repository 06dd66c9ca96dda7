"""Where a person is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.config import load_settings
from caddy.domain.mailed_links import token_hash
from caddy.domain.sign_ins import REMEMBERED_FOR
from caddy.extensions import db
from caddy.models import UserSession

MOST_SHOWN = 100
MOST_WITHOUT = 1_000


def of_person(user_id: UUID) -> Sequence[UserSession]:
    """Return up to 100 sessions of a person that are not over, the last used first."""
    now = clock.now()
    return db.session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
        .where(UserSession.expires_at > now)
        .where(UserSession.last_seen_at > now - timedelta(hours=load_settings().session_idle_hours))
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def has_other(user_id: UUID, session_id: UUID) -> bool:
    """Say whether a person was ever signed in before, in another session than this."""
    others = (
        select(UserSession.id)
        .where(UserSession.user_id == user_id, UserSession.id != session_id)
        .limit(1)
    )
    return db.session.scalar(others) is not None


def second_step_shown_at(token: str, user_id: UUID) -> datetime | None:
    """Return when the second step was shown in a session that ran out and that nobody ended.

    None after 30 days, and where the session is another person's.
    """
    return db.session.scalar(
        select(UserSession.second_factor_at)
        .where(UserSession.token_hash == token_hash(token), UserSession.user_id == user_id)
        .where(UserSession.revoked_at.is_(None))
        .where(UserSession.second_factor_at > clock.now() - REMEMBERED_FOR)
    )


def without_second_factor() -> Sequence[UUID]:
    """Return up to 1,000 people who are signed in and have shown no second factor."""
    return db.session.scalars(
        select(UserSession.user_id)
        .where(UserSession.expires_at > clock.now(), UserSession.revoked_at.is_(None))
        .where(UserSession.second_factor_at.is_(None))
        .distinct()
        .limit(MOST_WITHOUT)
    ).all()
