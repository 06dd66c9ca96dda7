"""By what people sign in beside their password: their passkeys, and accounts at other services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from caddy.domain.passkeys import MOST_OF_ONE_PERSON
from caddy.domain.people import UserStatus
from caddy.domain.providers import MOST_PROVIDERS
from caddy.extensions import db
from caddy.models import Passkey, User, UserIdentity
from caddy.tenancy import unscoped


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a passkey or an account elsewhere is, and that row's id."""

    id: UUID
    user_id: UUID
    organization_id: UUID


def passkeys(user_id: UUID) -> Sequence[Passkey]:
    """Return a person's passkeys, the newest first."""
    return db.session.scalars(
        select(Passkey)
        .where(Passkey.user_id == user_id)
        .order_by(Passkey.id.desc())
        .limit(MOST_OF_ONE_PERSON)
    ).all()


def passkey(passkey_id: UUID, user_id: UUID) -> Passkey | None:
    """Return one of a person's passkeys, or None where it is not theirs."""
    return db.session.scalars(
        select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
    ).one_or_none()


def identities(user_id: UUID) -> Sequence[UserIdentity]:
    """Return the accounts at other services that a person signs in with, the newest first."""
    return db.session.scalars(
        select(UserIdentity)
        .where(UserIdentity.user_id == user_id)
        .order_by(UserIdentity.id.desc())
        .limit(MOST_PROVIDERS * 2)  # of services, too, that are configured no more
    ).all()


def count(user_id: UUID) -> int:
    """Return how many passkeys and accounts elsewhere a person signs in with."""
    return sum(
        db.session.scalar(select(func.count(table.id)).where(table.user_id == user_id)) or 0
        for table in (Passkey, UserIdentity)
    )


def owner_of_passkey(credential_id: str) -> Owner | None:
    """Return whose a passkey is, where they may sign in. Looks without a scope."""
    with unscoped("the id of a passkey is what names its person"):
        row = db.session.execute(
            select(Passkey.id, User.id, User.organization_id)
            .join(User, User.id == Passkey.user_id)
            .where(Passkey.credential_id == credential_id, User.status == UserStatus.ACTIVE)
        ).one_or_none()
    return Owner(*row) if row is not None else None


def owner_of_identity(issuer: str, subject: str) -> Owner | None:
    """Return whose an account elsewhere is, whatever their status. Looks without a scope."""
    with unscoped("the account elsewhere is what names its person"):
        row = db.session.execute(
            select(UserIdentity.id, UserIdentity.user_id, UserIdentity.organization_id).where(
                UserIdentity.issuer == issuer, UserIdentity.subject == subject
            )
        ).one_or_none()
    return Owner(*row) if row is not None else None


def active_person(email: str) -> tuple[UUID, UUID] | None:
    """Return who signs in with an address, and of which organization, if anyone may."""
    with unscoped("an address names one person among all organizations"):
        row = db.session.execute(
            select(User.id, User.organization_id).where(
                User.email == email, User.status == UserStatus.ACTIVE
            )
        ).one_or_none()
    return (row[0], row[1]) if row is not None else None
