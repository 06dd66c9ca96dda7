"""What a person was told in Caddy, how much of it is unread, and how they want to be told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy.extensions import db
from caddy.models import Notification, User

PAGE = 50


def page(
    user_id: UUID, after: UUID | None = None, size: int = PAGE
) -> tuple[list[Any], UUID | None]:
    """Return up to 50 of a person's notifications, newest first, and the key of the page after."""
    statement = (
        select(
            Notification.id,
            Notification.kind,
            Notification.title,
            Notification.body,
            Notification.link,
            Notification.read_at,
            Notification.created_at,
        )
        .where(Notification.user_id == user_id)
        .order_by(Notification.id.desc())
        .limit(size + 1)
    )
    if after is not None:
        statement = statement.where(Notification.id < after)
    rows = list(db.session.execute(statement))
    shown = rows[:size]
    return shown, shown[-1].id if len(rows) > size else None


def choice(user_id: UUID) -> Any:
    """Return in which ways a person wants to be told."""
    return db.session.execute(
        select(User.notify_by_email, User.notify_in_app, User.notify_by_sms).where(
            User.id == user_id
        )
    ).one()
