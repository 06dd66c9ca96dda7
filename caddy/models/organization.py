"""The provider that uses Caddy: its settings, subscription and contacts."""

from __future__ import annotations

from datetime import time
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, Time, text
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Instant, JsonList, Name, Stamped, Word, within_tenant, words
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class SubscriptionPlan(StrEnum):
    FREE = "free"
    PRO = "pro"
    ENTERPRISE = "enterprise"


class SubscriptionStatus(StrEnum):
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"


class Organization(Base, Stamped):
    """The root of a tenant. Its own id is what every other row carries."""

    __tablename__ = "organizations"
    __table_args__ = (
        Index(None, "created_at"),
        Index(None, "subscription_status"),
        CheckConstraint("participant_limit >= 0", name="participant_limit"),
        CheckConstraint(
            "light_amber_percent > 0 AND light_amber_percent < light_red_percent",
            name="light_thresholds",
        ),
        CheckConstraint(
            "alert_warning_percent > 0 AND alert_warning_percent < alert_critical_percent",
            name="alert_thresholds",
        ),
    )

    id: Mapped[Id]
    name: Mapped[Name]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    abn: Mapped[str | None] = mapped_column(String(11), unique=True)
    ndis_registration: Mapped[Word | None]

    timezone: Mapped[Word] = mapped_column(default="Australia/Sydney")
    state: Mapped[str] = mapped_column(String(3), default="NSW")
    currency: Mapped[str] = mapped_column(String(3), default="AUD")
    date_format: Mapped[Word] = mapped_column(default="d MMM yyyy")
    business_hours_start: Mapped[time] = mapped_column(Time, default=time(9))
    business_hours_end: Mapped[time] = mapped_column(Time, default=time(17))
    business_days: Mapped[JsonList] = mapped_column(default=lambda: [1, 2, 3, 4, 5])

    light_amber_percent: Mapped[int] = mapped_column(default=60)
    light_red_percent: Mapped[int] = mapped_column(default=80)
    alert_warning_percent: Mapped[int] = mapped_column(default=75)
    alert_critical_percent: Mapped[int] = mapped_column(default=90)

    subscription_plan: Mapped[SubscriptionPlan] = mapped_column(
        words(SubscriptionPlan, "subscription_plan"), default=SubscriptionPlan.FREE
    )
    subscription_status: Mapped[SubscriptionStatus] = mapped_column(
        words(SubscriptionStatus, "subscription_status"), default=SubscriptionStatus.ACTIVE
    )
    subscription_ends_at: Mapped[Instant | None]
    participant_limit: Mapped[int] = mapped_column(default=10)
    features: Mapped[JsonList]


class OrganizationContact(Base, OrganizationOwned, Stamped):
    """Someone at the provider whom others may reach; at most one is the primary."""

    __tablename__ = "organization_contacts"
    __table_args__ = within_tenant(
        Index(
            "uq_organization_contacts_primary",
            "organization_id",
            unique=True,
            sqlite_where=text("is_primary = 1"),
            postgresql_where=text("is_primary"),
        ),
    )

    id: Mapped[Id]
    name: Mapped[Name]
    role: Mapped[Name]
    email: Mapped[Name]
    phone: Mapped[Word | None]
    is_primary: Mapped[bool] = mapped_column(default=False)
