"""A line of the NDIA's Support Catalogue, for the dates it holds."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, JsonMap, Name, Stamped, Word, within_tenant, words
from caddy.domain.claims import GstCode
from caddy.domain.ndis.catalogue import ItemType, Unit
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class SupportItem(Base, OrganizationOwned, Stamped):
    """One item number may stand on several lines with different dates: look up by both.

    `limits_cents` maps a region (`NSW`, `REMOTE`, …) to the price limit in cents; a region
    without an entry has no limit. A flag is None where the catalogue says neither Y nor N.
    `ends_on` is 31 Dec 9999 while the line is open.
    """

    __tablename__ = "support_items"
    __table_args__ = within_tenant(
        UniqueConstraint("organization_id", "item_number", "starts_on"),
        Index(None, "organization_id", "support_category", "item_number"),
        CheckConstraint("ends_on >= starts_on", name="period"),
    )

    id: Mapped[Id]
    item_number: Mapped[Word]
    name: Mapped[str] = mapped_column(String(400))
    registration_group_number: Mapped[Word]
    registration_group_name: Mapped[Name]
    support_category: Mapped[int]
    support_category_pace: Mapped[int]
    support_category_name: Mapped[Name]
    support_category_name_pace: Mapped[Name]
    unit: Mapped[Unit] = mapped_column(words(Unit, "unit"))
    is_quote: Mapped[bool]
    item_type: Mapped[ItemType] = mapped_column(words(ItemType, "item_type"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    limits_cents: Mapped[JsonMap]
    allows_non_face_to_face: Mapped[bool | None]
    allows_provider_travel: Mapped[bool | None]
    allows_short_notice_cancellation: Mapped[bool | None]
    allows_ndia_reports: Mapped[bool | None]
    allows_irregular_sil: Mapped[bool | None]
    gst_code: Mapped[GstCode] = mapped_column(words(GstCode, "gst_code"), default=GstCode.FREE)
