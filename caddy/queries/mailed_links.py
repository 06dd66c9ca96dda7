"""Links that were mailed: what one opens, and the invitations that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.columns import Rows
from caddy.domain.mailed_links import LinkPurpose, token_hash
from caddy.domain.people import UserStatus
from caddy.extensions import db
from caddy.models import MailedLink, Organization, User
from caddy.tenancy import unscoped

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that works still, and whose it is. `first_name` is None where nobody's yet."""

    id: UUID
    organization_id: UUID
    organization_name: str
    timezone: str
    purpose: LinkPurpose
    email: str
    details: dict[str, Any]
    ip: str | None
    user_agent: str | None
    created_at: datetime
    expires_at: datetime
    user_id: UUID | None
    first_name: str | None
    last_name: str | None


def find(token: str, purpose: LinkPurpose) -> OpenLink | None:
    """Return what a token opens, or None where it is used, over, or never was.

    Looks without a scope: who opens a link brings no session.
    """
    with unscoped("a mailed link is what names its organization"):
        row = db.session.execute(
            _open().where(MailedLink.token_hash == token_hash(token), MailedLink.purpose == purpose)
        ).one_or_none()
    if row is None or (row.user_id and row.status is not UserStatus.ACTIVE):
        return None
    *parts, _status = row
    return OpenLink(*parts)


def invitations_of(email: str) -> list[OpenLink]:
    """Return up to two invitations, of whichever organization, that wait for an address.

    Whether there are more than one is all that is asked.
    """
    with unscoped("who comes with an address is not yet anyone's"):
        rows = db.session.execute(
            _open()
            .where(MailedLink.email == email, MailedLink.purpose == LinkPurpose.INVITATION)
            .order_by(MailedLink.id)
            .limit(2)
        ).all()
    return [OpenLink(*parts) for *parts, _status in rows]


def _open() -> Rows:
    """Return what an OpenLink is made of, and the status of its person: of links that work."""
    return (
        select(
            MailedLink.id,
            MailedLink.organization_id,
            Organization.name,
            Organization.timezone,
            MailedLink.purpose,
            MailedLink.email,
            MailedLink.details,
            MailedLink.ip,
            MailedLink.user_agent,
            MailedLink.created_at,
            MailedLink.expires_at,
            MailedLink.user_id,
            User.first_name,
            User.last_name,
            User.status,
        )
        .join(Organization, Organization.id == MailedLink.organization_id)
        .outerjoin(User, User.id == MailedLink.user_id)
        .where(MailedLink.expires_at > clock.now())
        .where(MailedLink.used_at.is_(None), MailedLink.revoked_at.is_(None))
    )


def to_send(link_id: UUID) -> tuple[LinkPurpose, str] | None:
    """Return the purpose and nonce of a link that works still, for the mail that carries it."""
    row = db.session.execute(
        select(MailedLink.purpose, MailedLink.nonce)
        .where(MailedLink.id == link_id, MailedLink.expires_at > clock.now())
        .where(MailedLink.used_at.is_(None), MailedLink.revoked_at.is_(None))
    ).one_or_none()
    return (row.purpose, row.nonce) if row else None


def invitations() -> Sequence[MailedLink]:
    """Return up to 200 invitations that nobody has accepted or taken back, latest first."""
    return db.session.scalars(
        select(MailedLink)
        .where(MailedLink.purpose == LinkPurpose.INVITATION)
        .where(MailedLink.used_at.is_(None), MailedLink.revoked_at.is_(None))
        .order_by(MailedLink.expires_at.desc(), MailedLink.id)
        .limit(MOST_SHOWN)
    ).all()
