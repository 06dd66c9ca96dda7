"""Showing in an open session that it is still the person it belongs to."""

from __future__ import annotations

from uuid import UUID

from caddy import audit
from caddy.actions import sessions, totp
from caddy.actions.passwords import matches
from caddy.domain.actor import Actor
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import User
from caddy.transaction import transaction


def by_password(session_id: UUID, password: str, *, actor: Actor) -> bool:
    """Confirm a session with the person's password; say whether it was right."""
    user = db.session.get_one(User, actor.user_id)
    if matches(user.password_hash, password):
        sessions.confirm(session_id, actor=actor)
        return True
    with transaction(actor):
        audit.record(Fact.CONFIRMATION_FAILED, db.session.get_one(User, actor.user_id))
    return False


def by_code(session_id: UUID, code: str, *, actor: Actor) -> bool:
    """Confirm a session with a code of the person's app; say whether it was right."""
    if actor.user_id is None or not totp.check(actor.user_id, code, actor=actor):
        return False
    sessions.confirm(session_id, actor=actor)
    return True
