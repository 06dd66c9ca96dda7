"""How long records are kept, and what must be kept whatever the years say."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Instant, Reference, Stamped, belongs_to, within_tenant, words
from caddy.domain.retention import DEFAULT_YEARS, RetentionKind
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class RetentionPolicy(Base, OrganizationOwned, Stamped):
    """For how many years a kind of record is kept; without a row, the default."""

    __tablename__ = "retention_policies"
    __table_args__ = within_tenant(
        UniqueConstraint("organization_id", "kind"),
        CheckConstraint("years BETWEEN 7 AND 100", name="years"),
    )

    id: Mapped[Id]
    kind: Mapped[RetentionKind] = mapped_column(words(RetentionKind, "kind"))
    years: Mapped[int] = mapped_column(default=DEFAULT_YEARS)


class LegalHold(Base, OrganizationOwned, Stamped):
    """Why a participant's records must be kept: by whom and when placed, and when lifted."""

    __tablename__ = "legal_holds"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id", ondelete="CASCADE"),
        Index(None, "organization_id", "participant_id", "placed_at"),
        Index(
            "uq_legal_holds_live",
            "organization_id",
            "participant_id",
            unique=True,
            sqlite_where=column("lifted_at").is_(None),
            postgresql_where=column("lifted_at").is_(None),
        ),
        CheckConstraint("length(reason) > 0", name="reason"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    reason: Mapped[str] = mapped_column(String(1000))
    placed_at: Mapped[Instant]
    placed_by: Mapped[Reference | None]
    lifted_at: Mapped[Instant | None]
    lifted_by: Mapped[Reference | None]
