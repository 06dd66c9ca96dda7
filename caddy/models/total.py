"""Sums kept for whole organizations, so that no panel adds up all its rows."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Computed, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Cents, Id, Stamped, within_tenant
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class OrganizationTotal(Base, OrganizationOwned, Stamped):
    """One row an organization: the sums of its current budgets, and what is counted often.

    `unclaimed_…` are the delivered services that no claim holds yet.
    `rolled_on` is the local day for which `Budget.is_current` was last decided.
    """

    __tablename__ = "organization_totals"
    __table_args__ = within_tenant(
        UniqueConstraint("organization_id"),
        CheckConstraint("allocated_cents >= 0", name="allocated"),
        CheckConstraint("committed_cents >= 0", name="committed"),
        CheckConstraint("spent_cents >= 0", name="spent"),
        CheckConstraint("active_participants >= 0", name="active_participants"),
        CheckConstraint("unclaimed_services >= 0", name="unclaimed_services"),
        CheckConstraint("unclaimed_cents >= 0", name="unclaimed_cents"),
    )

    id: Mapped[Id]
    allocated_cents: Mapped[Cents] = mapped_column(default=0)
    committed_cents: Mapped[Cents] = mapped_column(default=0)
    spent_cents: Mapped[Cents] = mapped_column(default=0)
    remaining_cents: Mapped[int] = mapped_column(
        BigInteger, Computed("allocated_cents - committed_cents - spent_cents", persisted=True)
    )
    active_participants: Mapped[int] = mapped_column(default=0)
    unclaimed_services: Mapped[int] = mapped_column(default=0)
    unclaimed_cents: Mapped[Cents] = mapped_column(default=0)
    rolled_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)


class DailyTotal(Base, OrganizationOwned, Stamped):
    """What was delivered on one local day; also what the burn rate is taken from."""

    __tablename__ = "daily_totals"
    __table_args__ = within_tenant(
        UniqueConstraint("organization_id", "service_on"),
        CheckConstraint("services >= 0", name="services"),
        CheckConstraint("spent_cents >= 0", name="spent"),
    )

    id: Mapped[Id]
    service_on: Mapped[date]
    services: Mapped[int] = mapped_column(default=0)
    spent_cents: Mapped[Cents] = mapped_column(default=0)
