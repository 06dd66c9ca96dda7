"""A plan's money for one support category, with its stored totals and alerts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Computed, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Cents,
    Id,
    Instant,
    Reference,
    Stamped,
    Word,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.budgets import AlertType
from caddy.domain.ndis.categories import CategoryKind
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Budget(Base, OrganizationOwned, Stamped):
    """Totals are moved with the money, in the same transaction, never recomputed to be shown.

    `remaining_cents` = allocated - committed - spent is computed by the database, which
    also refuses to let it fall below zero. `used_basis_points` (10,000 = all of it) is what
    panels sort by. `version` grows by one at each change: a live event names it, so that an
    older picture never replaces a newer one. `is_current` marks budgets whose period holds
    the organization's today; the organization's totals sum those.

    `support_category` 0 is the pool of a plan's flexible core money. `stated_for` names the
    one support item that a stated budget is for, or `*` where the whole category is stated.

    The `period_…` columns are of the funding period that holds today: the whole budget where
    it is not released in parts. `period_cents` is what that period began with: its own
    release and what earlier ones left. Pace compares the share of it that was spent with the
    share of the period that was gone on the day that was rolled last.
    """

    __tablename__ = "budgets"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id", ondelete="CASCADE"),
        belongs_to("plans", "plan_id", ondelete="CASCADE"),
        UniqueConstraint(
            "organization_id",
            "plan_id",
            "support_category",
            "stated_for",
            "starts_on",
            name="uq_budgets_line",  # PostgreSQL keeps 63 letters of a name
        ),
        Index(None, "organization_id", "participant_id", "support_category"),
        Index(None, "organization_id", "is_current", "used_basis_points", "id"),
        Index(None, "organization_id", "is_current", "pace_basis_points", "id"),
        Index(None, "organization_id", "is_current", "ends_on"),
        CheckConstraint("support_category BETWEEN 0 AND 21", name="support_category"),
        CheckConstraint(
            "period_ends_on >= period_starts_on AND period_starts_on >= starts_on "
            "AND period_ends_on <= ends_on",
            name="funding_period",
        ),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("allocated_cents >= 0", name="allocated"),
        CheckConstraint("committed_cents >= 0", name="committed"),
        CheckConstraint("spent_cents >= 0", name="spent"),
        CheckConstraint("allocated_cents - committed_cents - spent_cents >= 0", name="remaining"),
        CheckConstraint(
            "(light_amber_percent IS NULL) = (light_red_percent IS NULL) AND "
            "(light_amber_percent IS NULL OR light_amber_percent < light_red_percent)",
            name="light_thresholds",
        ),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    plan_id: Mapped[Reference]
    category: Mapped[CategoryKind] = mapped_column(words(CategoryKind, "category"))
    support_category: Mapped[int]
    stated_for: Mapped[Word] = mapped_column(default="")
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
    is_released_in_parts: Mapped[bool] = mapped_column(default=False)
    period_starts_on: Mapped[date]
    period_ends_on: Mapped[date]
    period_cents: Mapped[Cents]
    period_spent_cents: Mapped[Cents] = mapped_column(default=0)
    expected_basis_points: Mapped[int] = mapped_column(default=0)
    pace_basis_points: Mapped[int] = mapped_column(
        BigInteger,
        Computed(
            "CASE WHEN period_cents <= 0 THEN (CASE WHEN period_spent_cents > 0 THEN 10000 "
            "ELSE 0 END) ELSE period_spent_cents * 10000 / period_cents END "
            "- expected_basis_points",
            persisted=True,
        ),
    )
    light_amber_percent: Mapped[int | None]
    light_red_percent: Mapped[int | None]
    is_current: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class BudgetAlert(Base, OrganizationOwned, Stamped):
    """A threshold of one budget, and whether it has been crossed and said so.

    `period_starts_on` is the funding period it was raised in: the next one begins anew.
    """

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
    period_starts_on: Mapped[date | None]


class FundingPeriod(Base, OrganizationOwned, Stamped):
    """A part of a budget that is released when it begins; what it leaves goes to the next.

    Kept only for budgets that are released in parts. Sums are of the services whose date
    lies in the period; `released_cents` is the sum of the adjustments that do.
    """

    __tablename__ = "funding_periods"
    __table_args__ = within_tenant(
        belongs_to("budgets", "budget_id", ondelete="CASCADE"),
        UniqueConstraint("organization_id", "budget_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("released_cents >= 0", name="released"),
        CheckConstraint("committed_cents >= 0", name="committed"),
        CheckConstraint("spent_cents >= 0", name="spent"),
    )

    id: Mapped[Id]
    budget_id: Mapped[Reference]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    released_cents: Mapped[Cents] = mapped_column(default=0)
    committed_cents: Mapped[Cents] = mapped_column(default=0)
    spent_cents: Mapped[Cents] = mapped_column(default=0)


class BudgetAdjustment(Base, OrganizationOwned, Stamped):
    """One change of what a budget holds. `allocated_cents` is their sum, always."""

    __tablename__ = "budget_adjustments"
    __table_args__ = within_tenant(
        belongs_to("budgets", "budget_id", ondelete="CASCADE"),
        Index(None, "organization_id", "budget_id", "effective_on", "id"),
        CheckConstraint("length(reason) > 0", name="reason"),
    )

    id: Mapped[Id]
    budget_id: Mapped[Reference]
    effective_on: Mapped[date]
    amount_cents: Mapped[Cents]
    reason: Mapped[str] = mapped_column(String(400))
