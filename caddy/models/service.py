"""One delivery of a support item to a participant by a worker."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Float,
    Index,
    String,
    Text,
    Time,
    UniqueConstraint,
)
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
from caddy.domain.services import ServiceStatus
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Service(Base, OrganizationOwned, Stamped):
    """`service_on`, `start_time`, `end_time` are local; `started_at`, `ended_at` are instants.

    The item's number, name and price are kept as they were on the day. `quantity_milli` is
    thousandths of the item's unit where it is not sold by the hour. `idempotency_key` is
    made by the client, so that the same service sent twice is stored once.
    """

    __tablename__ = "services"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id"),
        belongs_to("budgets", "budget_id"),
        belongs_to("users", "support_worker_id"),
        belongs_to("support_items", "support_item_id"),
        UniqueConstraint("organization_id", "idempotency_key"),
        Index(None, "organization_id", "service_on", "id"),
        Index(None, "organization_id", "participant_id", "service_on", "id"),
        Index(None, "organization_id", "support_worker_id", "service_on", "id"),
        Index(None, "organization_id", "status", "service_on"),
        Index(None, "organization_id", "budget_id", "status"),
        CheckConstraint("duration_minutes > 0", name="duration"),
        CheckConstraint("ended_at > started_at", name="period"),
        CheckConstraint("unit_price_cents >= 0", name="unit_price"),
        CheckConstraint("total_cents >= 0", name="total"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="location"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    budget_id: Mapped[Reference]
    support_worker_id: Mapped[Reference]
    support_item_id: Mapped[Reference]
    item_number: Mapped[Word]
    item_name: Mapped[str] = mapped_column(String(400))
    service_on: Mapped[date] = mapped_column(Date)
    start_time: Mapped[time] = mapped_column(Time)
    end_time: Mapped[time] = mapped_column(Time)
    started_at: Mapped[Instant]
    ended_at: Mapped[Instant]
    duration_minutes: Mapped[int]
    quantity_milli: Mapped[int | None] = mapped_column(BigInteger)
    unit_price_cents: Mapped[Cents]
    total_cents: Mapped[Cents]
    notes: Mapped[str] = mapped_column(Text)
    status: Mapped[ServiceStatus] = mapped_column(words(ServiceStatus, "status"))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    location_address: Mapped[str | None] = mapped_column(String(400))
    idempotency_key: Mapped[str | None] = mapped_column(String(64))
