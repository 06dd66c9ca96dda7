"""Ways to sign in without a password: passkeys, and accounts at other services."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Id,
    Instant,
    JsonList,
    Name,
    Reference,
    Stamped,
    belongs_to,
    within_tenant,
)
from caddy.domain.passkeys import LONGEST_CREDENTIAL_ID, LONGEST_PUBLIC_KEY
from caddy.domain.providers import LONGEST_ISSUER, LONGEST_SUBJECT
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Passkey(Base, OrganizationOwned, Stamped):
    """A key pair of which a person's device or password manager keeps the private half.

    `credential_id` and `public_key` (COSE) are base64url without padding. `sign_count` is what
    the device last said of how often it was used; many say 0 always. `is_backed_up` is whether
    the passkey is kept on more than one device.
    """

    __tablename__ = "passkeys"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        Index(None, "organization_id", "user_id"),
        CheckConstraint("sign_count >= 0", name="sign_count"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    credential_id: Mapped[str] = mapped_column(String(LONGEST_CREDENTIAL_ID), unique=True)
    public_key: Mapped[str] = mapped_column(String(LONGEST_PUBLIC_KEY))
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[JsonList]
    name: Mapped[Name]
    is_backed_up: Mapped[bool]
    last_used_at: Mapped[Instant | None]


class UserIdentity(Base, OrganizationOwned, Stamped):
    """An account at another service with which a person signs in here.

    It is known by the service's `issuer` and its `subject` there, never by an address: `email`
    is only what the service called it when it was linked.
    """

    __tablename__ = "user_identities"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        Index(None, "organization_id", "user_id"),
        UniqueConstraint("issuer", "subject"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    issuer: Mapped[str] = mapped_column(String(LONGEST_ISSUER))
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    email: Mapped[str | None] = mapped_column(String(254))
    last_used_at: Mapped[Instant | None]
