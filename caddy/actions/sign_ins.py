"""Whether someone who comes with an address and a password is who they say. Begins no session."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from caddy import audit
from caddy.actions.passwords import matches
from caddy.actions.sessions import actor_for
from caddy.domain.facts import Fact
from caddy.domain.people import UserStatus
from caddy.domain.sign_ins import Visitor
from caddy.extensions import db
from caddy.models import User
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction


def check_password(email: str, password: str, visitor: Visitor) -> UUID | None:
    """Return the person's id, or None where the address or the password is wrong.

    Nothing tells which of the two it was: an unknown address costs the same work.
    """
    with unscoped("the organization of a person who signs in is not yet known"):
        user = db.session.scalars(
            select(User).where(User.email == email.strip().lower())
        ).one_or_none()
    is_right = matches(user.password_hash if user else None, password)
    if user is None:
        return None
    if is_right and user.status is UserStatus.ACTIVE:
        return user.id
    actor = actor_for(user, ip=visitor.ip, user_agent=visitor.user_agent)
    with scope(user.organization_id), transaction(actor):
        audit.record(Fact.USER_SIGN_IN_FAILED, db.session.get_one(User, user.id))
    return None
