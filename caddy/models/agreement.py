"""What a participant and the provider agreed: which items, at which prices, and what besides."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Cents,
    Id,
    Name,
    Reference,
    Stamped,
    Word,
    belongs_to,
    within_tenant,
    words,
)
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class AgreementStatus(StrEnum):
    """A draft binds nobody; a signed one is what prices are checked against; an ended one was."""

    DRAFT = "draft"
    SIGNED = "signed"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class ServiceAgreement(Base, OrganizationOwned, Stamped):
    """Signed agreements of one participant do not overlap.

    `cancellation_percent` is charged of a support that is cancelled at short notice (PAPL
    2025-26: up to 100).
    """

    __tablename__ = "service_agreements"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id", ondelete="CASCADE"),
        Index(None, "organization_id", "participant_id", "starts_on"),
        Index(None, "organization_id", "status", "review_on"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("cancellation_percent BETWEEN 0 AND 100", name="cancellation_percent"),
        CheckConstraint("status = 'draft' OR signed_on IS NOT NULL", name="signed_has_its_day"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    status: Mapped[AgreementStatus] = mapped_column(
        words(AgreementStatus, "status"), default=AgreementStatus.DRAFT
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    review_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    signed_by: Mapped[Name | None]
    allows_travel: Mapped[bool] = mapped_column(default=False)
    allows_non_face_to_face: Mapped[bool] = mapped_column(default=False)
    allows_ndia_reports: Mapped[bool] = mapped_column(default=False)
    allows_irregular_sil: Mapped[bool] = mapped_column(default=False)
    cancellation_percent: Mapped[int] = mapped_column(default=100)
    terms: Mapped[str | None] = mapped_column(Text)


class AgreedItem(Base, OrganizationOwned, Stamped):
    """An item that was agreed; without a price of its own the price limit of the day is agreed."""

    __tablename__ = "agreed_items"
    __table_args__ = within_tenant(
        belongs_to("service_agreements", "agreement_id", ondelete="CASCADE"),
        UniqueConstraint("organization_id", "agreement_id", "item_number"),
        CheckConstraint("unit_price_cents IS NULL OR unit_price_cents >= 0", name="unit_price"),
    )

    id: Mapped[Id]
    agreement_id: Mapped[Reference]
    item_number: Mapped[Word]
    unit_price_cents: Mapped[Cents | None]
