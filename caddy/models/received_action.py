"""What phones sent once their network was back: each key, and what was answered to it."""

from __future__ import annotations

from sqlalchemy import Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, JsonMap, Reference, Stamped, belongs_to, within_tenant
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class ReceivedAction(Base, OrganizationOwned, Stamped):
    """One thing that a person did, by the key that their phone made for it.

    Written in the transaction of what it did: the same key again is answered with `outcome`
    and does nothing. `content_sha256` is of what was sent, so that a key is not used for
    something else. Kept for 30 days.
    """

    __tablename__ = "received_actions"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "user_id", "key"),
        Index(None, "created_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    key: Mapped[Reference] = mapped_column(Uuid)
    content_sha256: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[JsonMap]
