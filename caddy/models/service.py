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
    JsonList,
    JsonMap,
    Name,
    Reference,
    Stamped,
    Word,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.claim_types import CancellationReason, ClaimType
from caddy.domain.services import ServiceStatus
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class Service(Base, OrganizationOwned, Stamped):
    """`service_on`, `start_time`, `end_time` are local; `started_at`, `ended_at` are instants.

    The item's number, name and price are kept as they were on the day. `quantity_milli` is
    thousandths of the item's unit where it is not sold by the hour. `idempotency_key` is
    made by the client, so that the same service sent twice is stored once.

    A scheduled service holds the times that are planned; when it is finished they become
    those that were. `fee_percent` is what is charged of a cancelled one, also
    once that fee is billed. Those of one
    `group_key` are one support of several participants. `main_service_id` is the support
    that a line of travel or of other time belongs to. `version` grows with each change:
    a phone that changes what it saw says which version that was. `signed_by` is the name of
    the participant or nominee who confirmed it, `signed_at` when that was entered.
    """

    __tablename__ = "services"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id"),
        belongs_to("budgets", "budget_id"),
        belongs_to("users", "support_worker_id"),
        belongs_to("support_items", "support_item_id"),
        belongs_to("schedules", "schedule_id"),
        belongs_to("service_agreements", "agreement_id"),
        belongs_to("services", "main_service_id"),
        UniqueConstraint("organization_id", "idempotency_key"),
        Index(None, "organization_id", "service_on", "id"),
        Index(None, "organization_id", "participant_id", "service_on", "id"),
        Index(None, "organization_id", "support_worker_id", "service_on", "id"),
        Index(None, "organization_id", "status", "service_on"),
        Index(None, "organization_id", "budget_id", "status"),
        Index(None, "organization_id", "budget_id", "service_on", "id"),
        Index(None, "organization_id", "schedule_id", "service_on"),
        Index(None, "organization_id", "support_worker_id", "started_at"),
        Index(None, "organization_id", "participant_id", "started_at"),
        Index(None, "organization_id", "main_service_id"),
        CheckConstraint("(signed_by IS NULL) = (signed_at IS NULL)", name="signature_has_its_time"),
        CheckConstraint("people BETWEEN 1 AND 99", name="people"),
        CheckConstraint("fee_percent IS NULL OR fee_percent BETWEEN 0 AND 100", name="fee_percent"),
        CheckConstraint(
            "status = 'billed' OR (status = 'cancelled') = (fee_percent IS NOT NULL)",
            name="cancelled_has_its_fee",
        ),
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
    signed_by: Mapped[Name | None]
    signed_at: Mapped[Instant | None]
    status: Mapped[ServiceStatus] = mapped_column(words(ServiceStatus, "status"))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    location_address: Mapped[str | None] = mapped_column(String(400))
    claim_type: Mapped[ClaimType] = mapped_column(
        words(ClaimType, "claim_type"), default=ClaimType.DIRECT
    )
    cancellation_reason: Mapped[CancellationReason | None] = mapped_column(
        words(CancellationReason, "cancellation_reason")
    )
    fee_percent: Mapped[int | None]
    people: Mapped[int] = mapped_column(default=1)
    group_key: Mapped[Reference | None]
    schedule_id: Mapped[Reference | None]
    agreement_id: Mapped[Reference | None]
    main_service_id: Mapped[Reference | None]
    version: Mapped[int] = mapped_column(default=1)
    idempotency_key: Mapped[str | None] = mapped_column(String(64))


class ServiceChange(Base, OrganizationOwned, Stamped):
    """One step of a service's life: by whom, when, why, and from which state to which."""

    __tablename__ = "service_changes"
    __table_args__ = within_tenant(
        belongs_to("services", "service_id", ondelete="CASCADE"),
        Index(None, "organization_id", "service_id", "happened_at"),
    )

    id: Mapped[Id]
    service_id: Mapped[Reference]
    from_status: Mapped[ServiceStatus | None] = mapped_column(words(ServiceStatus, "from_status"))
    to_status: Mapped[ServiceStatus] = mapped_column(words(ServiceStatus, "to_status"))
    happened_at: Mapped[Instant]
    user_id: Mapped[Reference | None]
    reason: Mapped[str | None] = mapped_column(String(1000))
    changes: Mapped[JsonMap]
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)


class Schedule(Base, OrganizationOwned, Stamped):
    """A support that comes back by the week. Its services are made, and committed, at once."""

    __tablename__ = "schedules"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id"),
        belongs_to("users", "support_worker_id"),
        Index(None, "organization_id", "participant_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("every_weeks BETWEEN 1 AND 8", name="every_weeks"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    support_worker_id: Mapped[Reference]
    item_number: Mapped[Word]
    weekdays: Mapped[JsonList]
    start_time: Mapped[time] = mapped_column(Time)
    end_time: Mapped[time] = mapped_column(Time)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    every_weeks: Mapped[int] = mapped_column(default=1)
    skips_holidays: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[Instant | None]


class Attachment(Base, OrganizationOwned, Stamped):
    """A file that belongs to a service or an agreement; its bytes lie in the storage by SHA-256."""

    __tablename__ = "attachments"
    __table_args__ = within_tenant(
        belongs_to("services", "service_id", ondelete="CASCADE"),
        belongs_to("service_agreements", "agreement_id", ondelete="CASCADE"),
        Index(None, "organization_id", "service_id"),
        Index(None, "organization_id", "agreement_id"),
        CheckConstraint("(service_id IS NULL) != (agreement_id IS NULL)", name="one_owner"),
        CheckConstraint("size_bytes >= 0", name="size"),
    )

    id: Mapped[Id]
    service_id: Mapped[Reference | None]
    agreement_id: Mapped[Reference | None]
    file_name: Mapped[Name]
    content_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
