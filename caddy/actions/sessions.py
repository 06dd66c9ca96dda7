"""Signing in and out, and being about."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from caddy import audit, clock
from caddy.actions.passwords import matches
from caddy.domain.actor import Actor, Source
from caddy.domain.facts import Fact
from caddy.domain.people import PresenceStatus, UserStatus
from caddy.domain.permissions import effective_permissions
from caddy.extensions import db
from caddy.models import User
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where an unknown person comes from."""

    ip: str | None
    user_agent: str | None


def sign_in(email: str, password: str, visitor: Visitor) -> UUID | None:
    """Return the person's id, or None where the address or the password is wrong.

    Neither the answer nor the time it takes tells which of the two it was.
    """
    with unscoped("the organization of a person who signs in is not yet known"):
        user = db.session.scalars(
            select(User).where(User.email == email.strip().lower())
        ).one_or_none()
    is_right = matches(user.password_hash if user else None, password)
    if user is None:
        return None
    is_welcome = is_right and user.status is UserStatus.ACTIVE
    actor = _actor_for(user, visitor)
    with scope(user.organization_id), transaction(actor):
        mine = db.session.get_one(User, user.id)
        if is_welcome:
            mine.last_active_at = clock.now()
        audit.record(Fact.USER_SIGNED_IN if is_welcome else Fact.USER_SIGN_IN_FAILED, mine)
    return user.id if is_welcome else None


def sign_out(*, actor: Actor) -> None:
    """Write down that a person left, and show them as gone."""
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        user.presence_status = PresenceStatus.OFFLINE
        audit.record(Fact.USER_SIGNED_OUT, user)


def be_present(status: PresenceStatus, page: str | None, *, actor: Actor) -> None:
    """Remember that a person is about, and where. Sent by an open page once a minute."""
    with transaction(actor, unrecorded="being about is nobody's history"):
        db.session.execute(
            update(User)
            .where(User.id == actor.user_id)
            .values(
                presence_status=status,
                presence_page=(page or "")[:200] or None,
                presence_seen_at=clock.now(),
                last_active_at=clock.now(),
            )
        )


def _actor_for(user: User, visitor: Visitor) -> Actor:
    return Actor(
        organization_id=user.organization_id,
        user_id=user.id,
        name=user.name,
        role=user.role,
        permissions=effective_permissions(user.role, user.permissions),
        source=Source.WEB,
        ip=visitor.ip,
        user_agent=visitor.user_agent,
    )
