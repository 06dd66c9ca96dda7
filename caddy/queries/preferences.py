"""How people want to be told: of each kind, in quiet hours, and of messages they have not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from sqlalchemy import select

from caddy.domain.telling import Digest, NewsKind, Ways
from caddy.extensions import db
from caddy.models import NotificationChoice, NotificationPreference


@dataclass(frozen=True, slots=True)
class Wishes:
    """What some people want of one kind: ways by person, and the ends of their quiet hours.

    Who never chose is in neither: they are told in every way that they use, at any time.
    """

    ways: dict[UUID, Ways]
    quiet: dict[UUID, tuple[time, time]]


def wishes(user_ids: Sequence[UUID], kind: NewsKind) -> Wishes:
    """Return what some people want of one kind of notifications."""
    chosen = db.session.execute(
        select(
            NotificationChoice.user_id,
            NotificationChoice.in_app,
            NotificationChoice.by_email,
            NotificationChoice.by_sms,
        ).where(NotificationChoice.user_id.in_(user_ids), NotificationChoice.kind == kind)
    )
    hours = db.session.execute(
        select(
            NotificationPreference.user_id,
            NotificationPreference.quiet_from,
            NotificationPreference.quiet_until,
        )
        .where(NotificationPreference.user_id.in_(user_ids))
        .where(NotificationPreference.quiet_from.is_not(None))
    )
    return Wishes(
        {row.user_id: Ways(row.in_app, row.by_email, row.by_sms) for row in chosen},
        {row.user_id: (row.quiet_from, row.quiet_until) for row in hours},
    )


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one person chose, and what counts where they did not."""

    ways: dict[NewsKind, Ways]
    quiet_from: time | None
    quiet_until: time | None
    digest: Digest


def of(user_id: UUID) -> Preferences:
    """Return what a person chose."""
    rows = db.session.scalars(
        select(NotificationChoice).where(NotificationChoice.user_id == user_id)
    )
    chosen = {row.kind: Ways(row.in_app, row.by_email, row.by_sms) for row in rows}
    own = db.session.scalars(
        select(NotificationPreference).where(NotificationPreference.user_id == user_id)
    ).one_or_none()
    return Preferences(
        {kind: chosen.get(kind, Ways()) for kind in NewsKind},
        own.quiet_from if own else None,
        own.quiet_until if own else None,
        own.digest if own else Digest.DAILY,
    )
