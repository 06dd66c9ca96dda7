"""Where the plan managers are reached whom plans name: whom an invoice is addressed to."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import Id, Name, Stamped, Word, within_tenant
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class PlanManager(Base, OrganizationOwned, Stamped):
    """A plan manager. Plans, claims and imports name one by `name`, as it is written there."""

    __tablename__ = "plan_managers"
    __table_args__ = within_tenant(UniqueConstraint("organization_id", "name"))

    id: Mapped[Id]
    name: Mapped[Name]
    abn: Mapped[str | None] = mapped_column(String(11))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[Word | None]
    street: Mapped[Name | None]
    suburb: Mapped[Name | None]
    state: Mapped[str | None] = mapped_column(String(3))
    postcode: Mapped[str | None] = mapped_column(String(4))
