"""Something a member of staff should know, shown to them in Caddy."""

from __future__ import annotations

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Instant, Name, Reference, Stamped, Word, belongs_to, within_tenant
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Notification(Base, OrganizationOwned, Stamped):
    """`link` is a path of Caddy. `dedupe_key` names the occasion: a person is told of it once."""

    __tablename__ = "notifications"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "user_id", "dedupe_key"),
        Index(None, "organization_id", "user_id", "read_at", "id"),
        Index(None, "organization_id", "user_id", "id"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    kind: Mapped[Word]
    title: Mapped[Name]
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(400))
    subject_type: Mapped[Word]
    subject_id: Mapped[Reference]
    dedupe_key: Mapped[str] = mapped_column(String(160))
    read_at: Mapped[Instant | None]
