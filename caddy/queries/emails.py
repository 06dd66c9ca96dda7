"""Stored mails: what sending one has to know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy.domain.emails import EmailStatus
from caddy.extensions import db
from caddy.models import EmailLog, Organization, User


def waiting(email_id: UUID) -> Any | None:
    """Return a mail that has not gone out yet, with whom it is for and whom it is from."""
    return db.session.execute(
        select(
            EmailLog.id,
            EmailLog.to_address,
            EmailLog.subject,
            EmailLog.template,
            EmailLog.context,
            EmailLog.user_id,
            EmailLog.subject_type,
            EmailLog.subject_id,
            User.first_name,
            User.status.label("user_status"),
            Organization.name.label("organization_name"),
        )
        .join(Organization, Organization.id == EmailLog.organization_id)
        .outerjoin(User, User.id == EmailLog.user_id)
        .where(EmailLog.id == email_id, EmailLog.status == EmailStatus.QUEUED)
    ).one_or_none()
