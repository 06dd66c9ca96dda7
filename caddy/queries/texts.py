"""Text messages that wait, and those that were written down lately."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy.domain.people import UserStatus
from caddy.domain.telling import SmsStatus
from caddy.extensions import db
from caddy.models import SmsLog, User

PAGE = 50


def waiting(sms_id: UUID) -> SmsLog | None:
    """Return a text message that nobody has handled and whose person may still sign in."""
    return db.session.scalars(
        select(SmsLog)
        .join(User, User.id == SmsLog.user_id)
        .where(SmsLog.id == sms_id, SmsLog.status == SmsStatus.WAITING)
        .where(User.status == UserStatus.ACTIVE)
    ).one_or_none()


def latest(limit: int = PAGE) -> list[Any]:
    """Return the last text messages of the organization, newest first, each with its person."""
    return list(
        db.session.execute(
            select(
                SmsLog.id,
                SmsLog.to_number,
                SmsLog.body,
                SmsLog.status,
                SmsLog.created_at,
                SmsLog.handled_at,
                User.first_name,
                User.last_name,
            )
            .join(User, User.id == SmsLog.user_id)
            .order_by(SmsLog.id.desc())
            .limit(limit)
        )
    )
