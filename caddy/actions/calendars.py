"""The secret address of one's calendar: made, made anew, taken back."""

from __future__ import annotations

import secrets

from caddy import audit
from caddy.domain.actor import Actor
from caddy.domain.calendar_keys import key_hash
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import User
from caddy.transaction import transaction

KEY_BYTES = 32


def make_key(*, actor: Actor) -> str:
    """Return a new secret for the actor's calendar; the one before opens nothing any more."""
    key = secrets.token_urlsafe(KEY_BYTES)
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        user.calendar_key_hash = key_hash(key)
        audit.record(Fact.CALENDAR_KEY_MADE, user)
    return key


def revoke_key(*, actor: Actor) -> None:
    """Take the secret back: the calendar's address opens nothing any more."""
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        if user.calendar_key_hash is not None:
            user.calendar_key_hash = None
            audit.record(Fact.CALENDAR_KEY_REVOKED, user)
