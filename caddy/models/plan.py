"""A participant's NDIS plan: the period it covers, who manages it, what it is for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Cents,
    Id,
    JsonList,
    Name,
    Reference,
    Stamped,
    Word,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.participants import PlanManagement
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Plan(Base, OrganizationOwned, Stamped):
    """Plans of one participant do not overlap; services go to the plan of their date.

    `is_core_pooled` plans hold their flexible core money in one budget for all core
    categories (`CORE_POOL`); the others hold a budget for each.
    """

    __tablename__ = "plans"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id", ondelete="CASCADE"),
        belongs_to("users", "support_coordinator_id"),
        Index(None, "organization_id", "participant_id", "starts_on"),
        Index(None, "organization_id", "ends_on"),
        Index(None, "organization_id", "support_coordinator_id"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("total_cents >= 0", name="total"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    plan_number: Mapped[Word | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    review_on: Mapped[date | None]
    management: Mapped[PlanManagement] = mapped_column(words(PlanManagement, "management"))
    plan_manager: Mapped[Name | None]
    support_coordinator_id: Mapped[Reference | None]
    total_cents: Mapped[Cents]
    is_core_pooled: Mapped[bool] = mapped_column(default=False)
    goals: Mapped[JsonList]
