"""The provider that uses Caddy: its settings, subscription and contacts."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import CheckConstraint, Index, String, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Instant, JsonList, JsonMap, Name, Stamped, Word, within_tenant, words
from caddy.domain.subscriptions import SubscriptionPlan, SubscriptionStatus
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Organization(Base, Stamped):
    """The root of a tenant. Its own id is what every other row carries.

    Address, contact, logo and bank account are what its reports and invoices say; the logo's
    bytes lie in the storage. `verified_at` is when whoever signed it up proved their address:
    before that it has no people, and nothing but the mail that asks for it.
    """

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
        CheckConstraint("pace_variance_percent BETWEEN 1 AND 100", name="pace_variance"),
        CheckConstraint(
            "daily_check_hour BETWEEN 0 AND 23 AND weekly_check_hour BETWEEN 0 AND 23 "
            "AND weekly_check_weekday BETWEEN 0 AND 6 AND monthly_notice_hour BETWEEN 0 AND 23 "
            "AND monthly_notice_day BETWEEN 1 AND 28",
            name="check_hours",
        ),
        CheckConstraint("invoice_due_days BETWEEN 0 AND 90", name="invoice_due_days"),
        CheckConstraint(
            "(bank_bsb IS NULL) = (bank_account_number IS NULL) "
            "AND (bank_bsb IS NULL) = (bank_account_name IS NULL)",
            name="bank_account",
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
    pace_variance_percent: Mapped[int] = mapped_column(default=15)

    daily_check_hour: Mapped[int] = mapped_column(default=8)
    weekly_check_weekday: Mapped[int] = mapped_column(default=0)
    weekly_check_hour: Mapped[int] = mapped_column(default=9)
    monthly_notice_day: Mapped[int] = mapped_column(default=1)
    monthly_notice_hour: Mapped[int] = mapped_column(default=8)
    required_qualifications: Mapped[JsonList] = mapped_column(default=lambda: ["worker_screening"])
    is_signature_required: Mapped[bool] = mapped_column(default=False)
    is_second_factor_required: Mapped[bool] = mapped_column(default=False)

    street: Mapped[Name | None]
    suburb: Mapped[Name | None]
    postcode: Mapped[str | None] = mapped_column(String(4))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    contact_phone: Mapped[Word | None]
    logo_sha256: Mapped[str | None] = mapped_column(String(64))
    bank_account_name: Mapped[Name | None]
    bank_bsb: Mapped[str | None] = mapped_column(String(6))
    bank_account_number: Mapped[str | None] = mapped_column(String(10))
    invoice_due_days: Mapped[int] = mapped_column(default=14)

    subscription_plan: Mapped[SubscriptionPlan] = mapped_column(
        words(SubscriptionPlan, "subscription_plan"), default=SubscriptionPlan.FREE
    )
    subscription_status: Mapped[SubscriptionStatus] = mapped_column(
        words(SubscriptionStatus, "subscription_status"), default=SubscriptionStatus.ACTIVE
    )
    subscription_ends_at: Mapped[Instant | None]
    participant_limit: Mapped[int] = mapped_column(default=10)
    features: Mapped[JsonList]
    verified_at: Mapped[Instant | None]


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


class Site(Base, OrganizationOwned, Stamped):
    """A house or place where several participants live or are supported together."""

    __tablename__ = "sites"
    __table_args__ = within_tenant(UniqueConstraint("organization_id", "name"))

    id: Mapped[Id]
    name: Mapped[Name]
    street: Mapped[Name | None]
    suburb: Mapped[Name | None]
    state: Mapped[str | None] = mapped_column(String(3))
    postcode: Mapped[str | None] = mapped_column(String(4))


class PeriodicRun(Base, OrganizationOwned, Stamped):
    """One run of a check that comes back: the row is what makes it happen once.

    `due_on` is the local day it belongs to; a schedule that was down finds no row and
    catches up.
    """

    __tablename__ = "periodic_runs"
    __table_args__ = within_tenant(
        UniqueConstraint("organization_id", "kind", "due_on"),
    )

    id: Mapped[Id]
    kind: Mapped[Word]
    due_on: Mapped[date]
    finished_at: Mapped[Instant | None]
    result: Mapped[JsonMap]
