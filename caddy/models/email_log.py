"""A mail to someone: what it says, whether it arrived, and which addresses are given up."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Id,
    Instant,
    JsonMap,
    Reference,
    Stamped,
    Word,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.emails import LONGEST_SUBJECT, EmailStatus
from caddy.domain.mail_events import LONGEST_DETAIL, SuppressionReason
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class EmailLog(Base, OrganizationOwned, Stamped):
    """`subject_type` and `subject_id` name the row that the mail is about.

    `context` holds what the template says: numbers, paths and no more names than it needs.
    `idempotency_key` names the occasion, so that the same one is told once. `provider_id` is
    the mail service's id; `error` its last answer, where it did not take the mail. `resends`
    counts how often someone sent it again: each time is a new mail to the service.
    """

    __tablename__ = "email_logs"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "idempotency_key"),
        Index(None, "organization_id", "status", "created_at"),
        Index(None, "organization_id", "user_id", "created_at"),
        Index(None, "organization_id", "subject_type", "subject_id"),
        Index(None, "organization_id", "status", "id"),
        # News of a mail names only this: whose it is, is not yet known.
        Index(None, "provider_id"),
        CheckConstraint(
            "(status NOT IN ('sent', 'delivered', 'bounced', 'complained') "
            "OR sent_at IS NOT NULL) "
            "AND (status NOT IN ('queued', 'suppressed') OR sent_at IS NULL)",
            name="sent_has_its_time",
        ),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference | None]
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    template: Mapped[Word]
    subject_type: Mapped[Word]
    subject_id: Mapped[Reference]
    context: Mapped[JsonMap]
    idempotency_key: Mapped[str] = mapped_column(String(200))
    status: Mapped[EmailStatus] = mapped_column(
        words(EmailStatus, "status"), default=EmailStatus.QUEUED
    )
    attempts: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[str | None] = mapped_column(String(200))
    error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[Instant | None]
    delivered_at: Mapped[Instant | None]
    bounced_at: Mapped[Instant | None]
    complained_at: Mapped[Instant | None]
    resends: Mapped[int] = mapped_column(default=0)


class EmailEvent(Base, OrganizationOwned, Stamped):
    """One piece of news of a mail, as the service told it; a trigger forbids changing it.

    `message_id` is the service's id of the telling: told twice, it is kept once.
    """

    __tablename__ = "email_events"
    __table_args__ = within_tenant(
        belongs_to("email_logs", "email_id"),
        UniqueConstraint("organization_id", "message_id"),
        Index(None, "organization_id", "email_id", "happened_at"),
    )

    id: Mapped[Id]
    email_id: Mapped[Reference]
    message_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[Word]
    detail: Mapped[str] = mapped_column(String(LONGEST_DETAIL))
    happened_at: Mapped[Instant]


class EmailSuppression(Base, OrganizationOwned, Stamped):
    """An address that is not written to until someone lifts this; at most one of each holds."""

    __tablename__ = "email_suppressions"
    __table_args__ = within_tenant(
        belongs_to("email_logs", "email_id"),
        Index(None, "organization_id", "address"),
        Index(
            "uq_email_suppressions_live",
            "organization_id",
            "address",
            unique=True,
            sqlite_where=column("lifted_at").is_(None),
            postgresql_where=column("lifted_at").is_(None),
        ),
    )

    id: Mapped[Id]
    address: Mapped[str] = mapped_column(String(254))
    reason: Mapped[SuppressionReason] = mapped_column(words(SuppressionReason, "reason"))
    detail: Mapped[str] = mapped_column(String(LONGEST_DETAIL))
    email_id: Mapped[Reference]
    suppressed_at: Mapped[Instant]
    lifted_at: Mapped[Instant | None]
    lifted_by: Mapped[Reference | None]
