"""Claims as they were sent and answered: lines, the services they hold, files and payments."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    column,
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
from caddy.domain.claims import (
    ClaimStatus,
    FileKind,
    GstCode,
    LineStatus,
    claim_number,
    gst_inside,
)
from caddy.domain.participants import PlanManagement
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class ClaimCounter(Base, OrganizationOwned, Stamped):
    """The last number given; its row's lock lets one claim be built at a time."""

    __tablename__ = "claim_counters"
    __table_args__ = within_tenant(
        UniqueConstraint("organization_id"),
        CheckConstraint("last_number >= 0", name="last_number"),
    )

    id: Mapped[Id]
    last_number: Mapped[int] = mapped_column(default=0)


class Claim(Base, OrganizationOwned, Stamped):
    """Numbers have no gaps within an organization. `management` is None for lines of every kind.

    The sums are those of its lines. `response_reference`, `response_errors` and
    `response_warnings` are what the last answer said of the whole.
    """

    __tablename__ = "claims"
    __table_args__ = within_tenant(
        UniqueConstraint("organization_id", "number"),
        Index(None, "organization_id", "period_starts_on"),
        Index(None, "organization_id", "status", "number"),
        Index(None, "organization_id", "submitted_at"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("period_ends_on >= period_starts_on", name="period"),
        CheckConstraint("line_count >= 0 AND service_count >= 0", name="counts"),
        CheckConstraint(
            "total_cents >= 0 AND paid_cents >= 0 AND rejected_cents >= 0 AND credited_cents >= 0",
            name="sums",
        ),
        CheckConstraint(
            "(status IN ('draft', 'withdrawn')) = (submitted_at IS NULL)",
            name="submitted_has_its_time",
        ),
    )

    id: Mapped[Id]
    number: Mapped[int]
    period_starts_on: Mapped[date]
    period_ends_on: Mapped[date]
    management: Mapped[PlanManagement | None] = mapped_column(words(PlanManagement, "management"))
    status: Mapped[ClaimStatus] = mapped_column(
        words(ClaimStatus, "status"), default=ClaimStatus.DRAFT
    )
    line_count: Mapped[int] = mapped_column(default=0)
    service_count: Mapped[int] = mapped_column(default=0)
    total_cents: Mapped[Cents] = mapped_column(default=0)
    paid_cents: Mapped[Cents] = mapped_column(default=0)
    rejected_cents: Mapped[Cents] = mapped_column(default=0)
    credited_cents: Mapped[Cents] = mapped_column(default=0)
    submitted_at: Mapped[Instant | None]
    processed_at: Mapped[Instant | None]
    withdrawn_at: Mapped[Instant | None]
    response_reference: Mapped[Name | None]
    response_errors: Mapped[JsonList]
    response_warnings: Mapped[JsonList]

    @property
    def shown_number(self) -> str:
        return claim_number(self.number)


class ClaimLine(Base, OrganizationOwned, Stamped):
    """One row of a claim: the services of a participant, an item, a day and a type together.

    `result_cents` is what the agency's result says it pays, `received_cents` the transfers that
    came; `paid_cents` is the latter as soon as there is one.
    """

    __tablename__ = "claim_lines"
    __table_args__ = within_tenant(
        belongs_to("claims", "claim_id"),
        belongs_to("participants", "participant_id"),
        UniqueConstraint("organization_id", "claim_reference"),
        UniqueConstraint("organization_id", "claim_id", "position"),
        Index(None, "organization_id", "participant_id", "service_on"),
        Index(None, "organization_id", "status", "service_on"),
        Index(None, "organization_id", "answered_at"),
        CheckConstraint("(minutes IS NULL) != (quantity_milli IS NULL)", name="hours_or_quantity"),
        CheckConstraint("unit_price_cents >= 0 AND total_cents >= 0", name="amounts"),
        CheckConstraint("paid_cents >= 0 AND received_cents >= 0", name="paid"),
        CheckConstraint(
            "(claim_type = 'cancellation') = (cancellation_reason IS NOT NULL)",
            name="cancellation_has_its_reason",
        ),
    )

    id: Mapped[Id]
    claim_id: Mapped[Reference]
    position: Mapped[int]
    claim_reference: Mapped[str] = mapped_column(String(50))
    participant_id: Mapped[Reference]
    management: Mapped[PlanManagement] = mapped_column(words(PlanManagement, "management"))
    payer: Mapped[str] = mapped_column(String(401))
    item_number: Mapped[Word]
    item_name: Mapped[str] = mapped_column(String(400))
    support_category: Mapped[int]
    service_on: Mapped[date]
    claim_type: Mapped[ClaimType] = mapped_column(words(ClaimType, "claim_type"))
    cancellation_reason: Mapped[CancellationReason | None] = mapped_column(
        words(CancellationReason, "cancellation_reason")
    )
    minutes: Mapped[int | None]
    quantity_milli: Mapped[int | None] = mapped_column(BigInteger)
    unit_price_cents: Mapped[Cents]
    total_cents: Mapped[Cents]
    gst_code: Mapped[GstCode] = mapped_column(words(GstCode, "gst_code"), default=GstCode.FREE)
    status: Mapped[LineStatus] = mapped_column(
        words(LineStatus, "status"), default=LineStatus.PENDING
    )
    result_cents: Mapped[Cents | None]
    received_cents: Mapped[Cents] = mapped_column(default=0)
    paid_cents: Mapped[Cents] = mapped_column(default=0)
    is_capped: Mapped[bool] = mapped_column(default=False)
    error_code: Mapped[Name | None]
    error_text: Mapped[str | None] = mapped_column(Text)
    credit_reason: Mapped[str | None] = mapped_column(String(1000))
    answered_at: Mapped[Instant | None]

    @property
    def gst_cents(self) -> int:
        """The GST inside the line, rounded once."""
        return gst_inside(self.total_cents, self.gst_code)

    @property
    def expected_cents(self) -> int:
        """What may come of a line: all of it, or at a capped price what the result says."""
        if not self.is_capped:
            return self.total_cents
        return self.paid_cents if self.result_cents is None else self.result_cents


class ClaimService(Base, OrganizationOwned, Stamped):
    """A service on a line. Only one row of a service is live: no two live claims hold it."""

    __tablename__ = "claim_services"
    __table_args__ = within_tenant(
        belongs_to("claims", "claim_id"),
        belongs_to("claim_lines", "claim_line_id"),
        belongs_to("services", "service_id"),
        Index(None, "organization_id", "claim_id"),
        Index(None, "organization_id", "claim_line_id"),
        Index(
            "uq_claim_services_live",
            "organization_id",
            "service_id",
            unique=True,
            sqlite_where=column("is_live").is_(True),
            postgresql_where=column("is_live").is_(True),
        ),
        CheckConstraint("total_cents >= 0", name="total"),
    )

    id: Mapped[Id]
    claim_id: Mapped[Reference]
    claim_line_id: Mapped[Reference]
    service_id: Mapped[Reference]
    total_cents: Mapped[Cents]
    is_live: Mapped[bool] = mapped_column(default=True)


class ClaimFile(Base, OrganizationOwned, Stamped):
    """A file as it was sent, byte for byte, with the SHA-256 of its bytes."""

    __tablename__ = "claim_files"
    __table_args__ = within_tenant(
        belongs_to("claims", "claim_id"),
        UniqueConstraint("organization_id", "claim_id", "file_name"),
        CheckConstraint("row_count >= 0", name="row_count"),
    )

    id: Mapped[Id]
    claim_id: Mapped[Reference]
    kind: Mapped[FileKind] = mapped_column(words(FileKind, "kind"))
    file_name: Mapped[Name]
    addressee: Mapped[str] = mapped_column(String(401))
    row_count: Mapped[int]
    total_cents: Mapped[Cents]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ResultFile(Base, OrganizationOwned, Stamped):
    """An answer that was loaded: the same bytes once; `report` is what it changed."""

    __tablename__ = "result_files"
    __table_args__ = within_tenant(UniqueConstraint("organization_id", "sha256"))

    id: Mapped[Id]
    file_name: Mapped[Name]
    sha256: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[JsonMap]
    report: Mapped[JsonMap]


class ResultMapping(Base, OrganizationOwned, Stamped):
    """Which column of an answer holds what: remembered by the header it was chosen for."""

    __tablename__ = "result_mappings"
    __table_args__ = within_tenant(UniqueConstraint("organization_id", "header_sha256"))

    id: Mapped[Id]
    header_sha256: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[JsonMap]


class Payment(Base, OrganizationOwned, Stamped):
    """What one transfer paid of one line; a reversal is below zero."""

    __tablename__ = "payments"
    __table_args__ = within_tenant(
        belongs_to("claim_lines", "claim_line_id"),
        belongs_to("result_files", "result_file_id"),
        UniqueConstraint("organization_id", "claim_line_id", "paid_on", "reference"),
        Index(None, "organization_id", "paid_on"),
        CheckConstraint("cents <> 0", name="cents"),
    )

    id: Mapped[Id]
    claim_line_id: Mapped[Reference]
    result_file_id: Mapped[Reference | None]
    paid_on: Mapped[date]
    reference: Mapped[Name]
    cents: Mapped[Cents]
