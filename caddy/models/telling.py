"""How each person wants to be told: by kind and way, when not, and the text messages they got."""

from __future__ import annotations

from datetime import time

from sqlalchemy import CheckConstraint, Index, String, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from caddy.columns import (
    Id,
    Instant,
    Reference,
    Stamped,
    Word,
    belongs_to,
    within_tenant,
    words,
)
from caddy.domain.telling import LONGEST_SMS, Digest, NewsKind, SmsStatus
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class NotificationChoice(Base, OrganizationOwned, Stamped):
    """In which ways a person is told of one kind; without a row in every way that they use."""

    __tablename__ = "notification_choices"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "user_id", "kind"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    kind: Mapped[NewsKind] = mapped_column(words(NewsKind, "kind"))
    in_app: Mapped[bool] = mapped_column(default=True)
    by_email: Mapped[bool] = mapped_column(default=True)
    by_sms: Mapped[bool] = mapped_column(default=True)


class NotificationPreference(Base, OrganizationOwned, Stamped):
    """A person's quiet hours, in local time, and how soon a mail tells of unread messages.

    `digested_at` is when the last such mail was made. Without a row there are no quiet hours
    and the mail comes after a day.
    """

    __tablename__ = "notification_preferences"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "user_id"),
        CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_hours_have_both_ends"
        ),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    quiet_from: Mapped[time | None] = mapped_column(Time)
    quiet_until: Mapped[time | None] = mapped_column(Time)
    digest: Mapped[Digest] = mapped_column(words(Digest, "digest"), default=Digest.DAILY)
    digested_at: Mapped[Instant | None]


class SmsLog(Base, OrganizationOwned, Stamped):
    """A text message to someone. Without a provider it is written down here and goes nowhere."""

    __tablename__ = "sms_logs"
    __table_args__ = within_tenant(
        belongs_to("users", "user_id"),
        UniqueConstraint("organization_id", "idempotency_key"),
        Index(None, "organization_id", "user_id", "created_at"),
        CheckConstraint("(status = 'waiting') = (handled_at IS NULL)", name="handled_has_its_time"),
    )

    id: Mapped[Id]
    user_id: Mapped[Reference]
    to_number: Mapped[Word]
    body: Mapped[str] = mapped_column(String(LONGEST_SMS))
    subject_type: Mapped[Word]
    subject_id: Mapped[Reference]
    idempotency_key: Mapped[str] = mapped_column(String(200))
    status: Mapped[SmsStatus] = mapped_column(words(SmsStatus, "status"), default=SmsStatus.WAITING)
    handled_at: Mapped[Instant | None]
