"""Stored mails: what sending one has to know, the log of them, and which addresses are given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from caddy.columns import Rows
from caddy.domain.emails import EmailStatus
from caddy.domain.mail_events import SuppressionReason
from caddy.extensions import db
from caddy.models import EmailEvent, EmailLog, EmailSuppression, Organization, User
from caddy.tenancy import unscoped

PAGE = 50
MOST_COUNTED = 1_000
MOST_EVENTS = 100


@dataclass(frozen=True, slots=True)
class OutboxFilter:
    """What the log of mails is narrowed to; `after` is the last id of the page before."""

    search: str = ""
    status: EmailStatus | None = None
    after: UUID | None = None


def letter(email_id: UUID) -> Any | None:
    """Return what writing a mail takes: whom it is for, whom it is from, what it was told."""
    return db.session.execute(
        select(
            EmailLog.id,
            EmailLog.to_address,
            EmailLog.subject,
            EmailLog.template,
            EmailLog.context,
            EmailLog.status,
            EmailLog.resends,
            EmailLog.created_at,
            EmailLog.user_id,
            EmailLog.subject_type,
            EmailLog.subject_id,
            User.first_name,
            User.status.label("user_status"),
            Organization.name.label("organization_name"),
            select(EmailSuppression.reason)
            .where(EmailSuppression.organization_id == EmailLog.organization_id)
            .where(EmailSuppression.address == func.lower(EmailLog.to_address))
            .where(EmailSuppression.lifted_at.is_(None))
            .limit(1)
            .correlate(EmailLog)
            .scalar_subquery()
            .label("suppression"),
        )
        .join(Organization, Organization.id == EmailLog.organization_id)
        .outerjoin(User, User.id == EmailLog.user_id)
        .where(EmailLog.id == email_id)
    ).one_or_none()


def waiting(email_id: UUID) -> Any | None:
    """Return a mail as `letter` does, where it has not gone out yet."""
    found = letter(email_id)
    return found if found is not None and found.status is EmailStatus.QUEUED else None


def owner_of(provider_id: str, own_id: UUID | None) -> tuple[UUID, UUID] | None:
    """Return the organization and the id of a mail that the service speaks of.

    By the service's id, or by our own where that id is not stored yet. Looks without a scope:
    the service knows no organization.
    """
    with unscoped("news of a mail names only the mail"):
        found = db.session.execute(
            select(EmailLog.organization_id, EmailLog.id)
            .where(EmailLog.provider_id == provider_id)
            .limit(1)
        ).one_or_none()
        if found is None and own_id is not None:
            found = db.session.execute(
                select(EmailLog.organization_id, EmailLog.id).where(EmailLog.id == own_id)
            ).one_or_none()
    return (found.organization_id, found.id) if found is not None else None


def page(wanted: OutboxFilter, size: int = PAGE) -> tuple[list[Any], UUID | None]:
    """Return up to 50 mails, newest first, and the key of the page after, if there is one."""
    statement: Rows = (
        select(
            EmailLog.id,
            EmailLog.to_address,
            EmailLog.subject,
            EmailLog.template,
            EmailLog.status,
            EmailLog.error,
            EmailLog.attempts,
            EmailLog.created_at,
            EmailLog.sent_at,
        )
        .order_by(EmailLog.id.desc())
        .limit(size + 1)
    )
    statement = _narrowed(statement, wanted)
    if wanted.after:
        statement = statement.where(EmailLog.id < wanted.after)
    rows = list(db.session.execute(statement))
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def count(wanted: OutboxFilter) -> int:
    """Return how many mails the filter holds, counting no further than 1,000."""
    some = _narrowed(select(EmailLog.id), wanted).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _narrowed(statement: Rows, wanted: OutboxFilter) -> Rows:
    if wanted.status:
        statement = statement.where(EmailLog.status == wanted.status)
    for word in wanted.search.lower().split()[:5]:
        statement = statement.where(
            or_(
                func.lower(EmailLog.to_address).contains(word, autoescape=True),
                func.lower(EmailLog.subject).contains(word, autoescape=True),
            )
        )
    return statement


def one(email_id: UUID) -> EmailLog | None:
    return db.session.get(EmailLog, email_id)


def events(email_id: UUID) -> Sequence[EmailEvent]:
    """Return what the service told of a mail, in the order in which it happened."""
    return db.session.scalars(
        select(EmailEvent)
        .where(EmailEvent.email_id == email_id)
        .order_by(EmailEvent.happened_at, EmailEvent.id)
        .limit(MOST_EVENTS)
    ).all()


def suppressions(after: UUID | None = None, size: int = PAGE) -> tuple[list[Any], UUID | None]:
    """Return up to 50 addresses that are not written to, and the key of the page after."""
    statement = (
        select(
            EmailSuppression.id,
            EmailSuppression.address,
            EmailSuppression.reason,
            EmailSuppression.detail,
            EmailSuppression.suppressed_at,
            EmailSuppression.email_id,
        )
        .where(EmailSuppression.lifted_at.is_(None))
        .order_by(EmailSuppression.id.desc())
        .limit(size + 1)
    )
    if after is not None:
        statement = statement.where(EmailSuppression.id < after)
    rows = list(db.session.execute(statement))
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def suppression_of(address: str) -> SuppressionReason | None:
    """Return why an address is not written to, or None where it is."""
    return db.session.scalar(
        select(EmailSuppression.reason)
        .where(EmailSuppression.address == address.lower())
        .where(EmailSuppression.lifted_at.is_(None))
    )
