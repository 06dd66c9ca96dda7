"""What a person shows besides their first factor: the codes of an app, and codes on paper."""

from __future__ import annotations

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Instant, Reference, SecretText, Stamped, belongs_to, within_tenant
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class TotpFactor(Base, OrganizationOwned, Stamped):
    """The key that a person's app shares with Caddy; at most one a person.

    It counts from `confirmed_at` on, when they showed a first code. `last_counter` is the half
    minute since 1970 of the last code that was taken: no code is taken twice.
    """

    __tablename__ = "totp_factors"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "user_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    secret: Mapped[str] = mapped_column(SecretText)
    confirmed_at: Mapped[Instant | None]
    last_counter: Mapped[int | None] = mapped_column(BigInteger)
    last_used_at: Mapped[Instant | None]


class RecoveryCode(Base, OrganizationOwned, Stamped):
    """A code on paper for who has lost their other factors: used once.

    Its first four letters, `name`, say which it is; of the rest only the argon2id hash is here.
    """

    __tablename__ = "recovery_codes"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "user_id", "name"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    name: Mapped[str] = mapped_column(String(4))
    code_hash: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[Instant | None]
