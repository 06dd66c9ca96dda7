"""A mail to someone: what it says, and whether it went out."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
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
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class EmailLog(Base, OrganizationOwned, Stamped):
    """`subject_type` and `subject_id` name the row that the mail is about.

    `context` holds what the template says: numbers, paths and no more names than it needs.
    `idempotency_key` names the occasion, so that the same one is told once. `provider_id` is
    the mail service's id; `error` its last answer, where it did not take the mail.
    """

    __tablename__ = "email_logs"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "idempotency_key"),
        Index(None, "organization_id", "status", "created_at"),
        Index(None, "organization_id", "user_id", "created_at"),
        Index(None, "organization_id", "subject_type", "subject_id"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_has_its_time"),
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
