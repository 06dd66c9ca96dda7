"""Where people are signed in, and the links that were mailed to them."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Id,
    Instant,
    JsonMap,
    Reference,
    Stamped,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.mailed_links import LinkPurpose
from caddy.domain.sign_ins import LONGEST_AGENT, SignInWay
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class UserSession(Base, OrganizationOwned, Stamped):
    """One browser in which a person is signed in.

    Its cookie carries the token, of which only the SHA-256 is here.
    `second_factor_at` is when a second factor was shown, `confirmed_at` when the person last
    showed that it is still them.
    """

    __tablename__ = "user_sessions"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        Index(None, "organization_id", "user_id", "expires_at"),
        Index(None, "expires_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    way: Mapped[SignInWay] = mapped_column(words(SignInWay, "way"))
    last_seen_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    ip: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(String(LONGEST_AGENT))
    second_factor_at: Mapped[Instant | None]
    confirmed_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]


class MailedLink(Base, OrganizationOwned, Stamped):
    """A link in a mail, used once. Its token is worked out from `nonce` and the secret key.

    `user_id` is whose it is, None where an account is still to be made of `details`. `ip` and
    `user_agent` are where it was asked from.
    """

    __tablename__ = "mailed_links"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        Index(None, "organization_id", "purpose", "expires_at"),
        Index(None, "organization_id", "user_id", "purpose"),
        Index(None, "expires_at"),
    )

    id: Mapped[Id]
    purpose: Mapped[LinkPurpose] = mapped_column(words(LinkPurpose, "purpose"))
    user_id: Mapped[Reference | None]
    email: Mapped[str] = mapped_column(String(254))
    nonce: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    details: Mapped[JsonMap]
    ip: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(String(LONGEST_AGENT))
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]
