"""A member of staff who can sign in."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Instant, JsonList, Name, Stamped, Word, within_tenant, words
from caddy.domain.people import PresenceStatus, UserStatus
from caddy.domain.permissions import Role
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class User(Base, OrganizationOwned, Stamped):
    """Belongs to one organization; the address is unique across all, for it names the person.

    `calendar_key_hash` is the SHA-256 of the secret in the address of the person's calendar:
    the secret itself is shown once and kept nowhere; a new one ends the old.
    `external_id` is the id at an outside identity provider, where one is used.
    """

    __tablename__ = "users"
    __table_args__ = within_tenant(
        Index(None, "organization_id", "role"),
        Index(None, "organization_id", "presence_seen_at"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )

    id: Mapped[Id]
    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    first_name: Mapped[Name]
    last_name: Mapped[Name]
    phone: Mapped[Word | None]
    avatar_key: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))

    role: Mapped[Role] = mapped_column(words(Role, "role"))
    permissions: Mapped[JsonList]
    status: Mapped[UserStatus] = mapped_column(
        words(UserStatus, "status"), default=UserStatus.ACTIVE
    )

    notify_by_email: Mapped[bool] = mapped_column(default=True)
    notify_in_app: Mapped[bool] = mapped_column(default=True)
    notify_by_sms: Mapped[bool] = mapped_column(default=False)
    default_view: Mapped[Word] = mapped_column(default="dashboard")
    shortcuts: Mapped[JsonList]

    first_steps_hidden_at: Mapped[Instant | None]

    calendar_key_hash: Mapped[str | None] = mapped_column(String(64), unique=True)

    presence_status: Mapped[PresenceStatus] = mapped_column(
        words(PresenceStatus, "presence_status"), default=PresenceStatus.OFFLINE
    )
    presence_page: Mapped[str | None] = mapped_column(String(200))
    presence_seen_at: Mapped[Instant | None]
    last_active_at: Mapped[Instant | None]
    erased_at: Mapped[Instant | None]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"
