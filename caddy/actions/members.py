"""Whether a member of staff may sign in, and as what: roles, leaving, being suspended, back."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from caddy import audit
from caddy.actions import account_mail, sessions
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.people import UserStatus
from caddy.domain.permissions import (
    ROLE_PERMISSIONS,
    Permission,
    Role,
    effective_permissions,
    may_give,
)
from caddy.extensions import db
from caddy.models import User
from caddy.transaction import transaction

LAST_ADMIN = "This is the last administrator. Make someone else an administrator first."
OWN_RIGHTS = "Nobody gives themselves rights. Ask another administrator."
NOT_YOURS = "You can only give rights that you have yourself. Ask an administrator."


def change_role(user_id: UUID, role: Role, *, actor: Actor) -> None:
    """Give someone another role; what they may do changes at once, also on open pages."""
    with transaction(actor):
        user = _lock(user_id)
        if user.role is role:
            return
        if user.role is Role.ADMIN:
            _refuse_last_admin(user, "role")
        _refuse_widening(user, "role", ROLE_PERMISSIONS[role], actor)
        changes = {"role": (user.role.value, role.value)}
        user.role = role
        audit.record(
            Fact.USER_ROLE_CHANGED, user, changes=changes, live=[sessions.rights_changed(user.id)]
        )


def change_permissions(user_id: UUID, wanted: Collection[Permission], *, actor: Actor) -> None:
    """Let someone do single things besides what their role gives; it counts at once.

    `wanted` is all that they are to have so, and what the role gives itself need not be in it: a
    right that was granted and that the role gives too stays granted. Raises RuleBroken where
    someone would widen their own rights, or give what they do not have.
    """
    with transaction(actor, unrecorded="nothing may be otherwise"):
        user = _lock(user_id)
        before = effective_permissions(user.role, user.permissions)
        of_role = ROLE_PERMISSIONS[user.role]
        kept = {word for word in user.permissions if word in of_role}
        after = sorted(kept | {one.value for one in wanted if one not in of_role})
        if after == sorted(user.permissions):
            return
        _refuse_widening(user, "permissions", before | set(wanted), actor)
        changes = {"permissions": (sorted(user.permissions), after)}
        user.permissions = after
        audit.record(
            Fact.USER_PERMISSIONS_CHANGED,
            user,
            changes=changes,
            live=[sessions.rights_changed(user.id)],
        )


def _refuse_widening(user: User, field: str, wanted: frozenset[Permission], actor: Actor) -> None:
    """Refuse rights that someone would give themselves, or has not got to give."""
    gained = wanted - effective_permissions(user.role, user.permissions)
    if not gained:
        return
    if user.id == actor.user_id:
        raise RuleBroken(field, "own_rights", OWN_RIGHTS)
    if not may_give(actor.permissions, gained):
        raise RuleBroken(field, "not_yours", NOT_YOURS)


def change_status(user_id: UUID, status: UserStatus, *, actor: Actor) -> None:
    """Let someone sign in, or not any more; who may not is signed out everywhere at once."""
    with transaction(actor):
        user = _lock(user_id)
        if user.status is status:
            return
        if status is not UserStatus.ACTIVE:
            _refuse_last_admin(user, "status")
            sessions.close(user.id)
            account_mail.revoke_links(user.id)
        changes = {"status": (user.status.value, status.value)}
        user.status = status
        audit.record(
            Fact.USER_STATUS_CHANGED,
            user,
            changes=changes,
            live=[sessions.rights_changed(user.id)],
        )


def _lock(user_id: UUID) -> User:
    """Return the person, held together with all administrators, always in the same order.

    Two administrators who demote each other at once wait here for one another.
    """
    held = db.session.scalars(
        select(User)
        .where((User.id == user_id) | (User.role == Role.ADMIN))
        .order_by(User.id)
        .with_for_update()
    ).all()
    user = next((one for one in held if one.id == user_id), None)
    if user is None:
        raise NotFound("person")
    return user


def _refuse_last_admin(user: User, field: str) -> None:
    others = db.session.scalar(
        select(func.count())
        .select_from(User)
        .where(User.role == Role.ADMIN, User.status == UserStatus.ACTIVE, User.id != user.id)
    )
    if user.role is Role.ADMIN and user.status is UserStatus.ACTIVE and not others:
        raise RuleBroken(field, "last_admin", LAST_ADMIN)
