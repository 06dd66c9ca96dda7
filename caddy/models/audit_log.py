"""What happened: one row a fact, written in the transaction that made it true, and chained."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Instant, JsonMap, Name, Reference, Stamped, Word, within_tenant
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class AuditLog(Base, OrganizationOwned, Stamped):
    """`changes` maps a field to `[before, after]`; `user_id` is empty for commands and jobs.

    Rows are only ever added: triggers refuse the rest. `sequence` counts the organization's
    rows from 1 without a gap, and `hash` is over every other column, the hash of the row before
    among them (domain/audit_chain.py). `participant_id` is whose it is, where it is anyone's.
    """

    __tablename__ = "audit_logs"
    __table_args__ = within_tenant(
        Index(None, "organization_id", "happened_at", "id"),
        Index(None, "organization_id", "user_id", "happened_at"),
        Index(None, "organization_id", "entity_type", "entity_id", "happened_at"),
        Index(None, "organization_id", "participant_id", "happened_at", "id"),
        Index(None, "organization_id", "action", "happened_at", "id"),
        UniqueConstraint("organization_id", "sequence"),
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
    participant_id: Mapped[Reference | None]
    sequence: Mapped[int] = mapped_column(BigInteger)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    hash_version: Mapped[int]


class AuditHead(Base, OrganizationOwned, Stamped):
    """One row an organization: where its log ends. Its lock is what makes writers take turns."""

    __tablename__ = "audit_heads"
    __table_args__ = within_tenant(UniqueConstraint("organization_id"))

    id: Mapped[Id]
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
