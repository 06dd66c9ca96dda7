"""A plan's money for one support category, with its stored totals and alerts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Computed, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Cents,
    Id,
    Instant,
    Reference,
    Stamped,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.ndis.categories import CategoryKind
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class AlertType(StrEnum):
    WARNING = "warning"
    CRITICAL = "critical"


class Budget(Base, OrganizationOwned, Stamped):
    """Totals are moved with the money, in the same transaction, never recomputed to be shown.

    `remaining_cents` = allocated - committed - spent is computed by the database, which
    also refuses to let it fall below zero. `used_basis_points` (10,000 = all of it) is what
    panels sort by. `version` grows by one at each change: a live event names it, so that an
    older picture never replaces a newer one. `is_current` marks budgets whose period holds
    the organization's today; the organization's totals sum those.
    """

    __tablename__ = "budgets"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id", ondelete="CASCADE"),
        belongs_to("plans", "plan_id", ondelete="CASCADE"),
        UniqueConstraint("organization_id", "plan_id", "support_category", "starts_on"),
        Index(None, "organization_id", "participant_id", "support_category"),
        Index(None, "organization_id", "is_current", "used_basis_points", "id"),
        Index(None, "organization_id", "is_current", "ends_on"),
        CheckConstraint("support_category BETWEEN 1 AND 21", name="support_category"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("allocated_cents >= 0", name="allocated"),
        CheckConstraint("committed_cents >= 0", name="committed"),
        CheckConstraint("spent_cents >= 0", name="spent"),
        CheckConstraint("allocated_cents - committed_cents - spent_cents >= 0", name="remaining"),
        CheckConstraint(
            "light_amber_percent IS NULL OR light_amber_percent < light_red_percent",
            name="light_thresholds",
        ),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    plan_id: Mapped[Reference]
    category: Mapped[CategoryKind] = mapped_column(words(CategoryKind, "category"))
    support_category: Mapped[int]
    allocated_cents: Mapped[Cents]
    committed_cents: Mapped[Cents] = mapped_column(default=0)
    spent_cents: Mapped[Cents] = mapped_column(default=0)
    remaining_cents: Mapped[int] = mapped_column(
        BigInteger, Computed("allocated_cents - committed_cents - spent_cents", persisted=True)
    )
    used_basis_points: Mapped[int] = mapped_column(
        BigInteger,
        Computed(
            "CASE WHEN allocated_cents = 0 THEN 0 ELSE spent_cents * 10000 / allocated_cents END",
            persisted=True,
        ),
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    light_amber_percent: Mapped[int | None]
    light_red_percent: Mapped[int | None]
    is_current: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class BudgetAlert(Base, OrganizationOwned, Stamped):
    """A threshold of one budget, and whether it has been crossed and said so."""

    __tablename__ = "budget_alerts"
    __table_args__ = within_tenant(
        belongs_to("budgets", "budget_id", ondelete="CASCADE"),
        UniqueConstraint("organization_id", "budget_id", "type"),
        CheckConstraint("threshold_percent > 0", name="threshold_percent"),
    )

    id: Mapped[Id]
    budget_id: Mapped[Reference]
    type: Mapped[AlertType] = mapped_column(words(AlertType, "type"))
    threshold_percent: Mapped[int]
    is_triggered: Mapped[bool] = mapped_column(default=False)
    triggered_at: Mapped[Instant | None]
