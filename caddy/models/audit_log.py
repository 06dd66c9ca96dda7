"""What happened: one row a fact, written in the transaction that made it true."""

from __future__ import annotations

from sqlalchemy import Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Instant, JsonMap, Name, Reference, Stamped, Word, within_tenant
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class AuditLog(Base, OrganizationOwned, Stamped):
    """`changes` maps a field to `[before, after]`; `user_id` is empty for commands and jobs."""

    __tablename__ = "audit_logs"
    __table_args__ = within_tenant(
        Index(None, "organization_id", "happened_at", "id"),
        Index(None, "organization_id", "user_id", "happened_at"),
        Index(None, "organization_id", "entity_type", "entity_id", "happened_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference | None] = mapped_column(Uuid)
    actor_name: Mapped[Name]
    action: Mapped[Word]
    entity_type: Mapped[Word]
    entity_id: Mapped[Reference]
    changes: Mapped[JsonMap]
    ip: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(String(400))
    source: Mapped[Word]
    happened_at: Mapped[Instant]
