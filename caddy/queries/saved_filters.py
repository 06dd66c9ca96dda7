"""The filters that someone sees above a list: their own, and what colleagues share."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from caddy.domain.saved_filters import MOST_OWN
from caddy.extensions import db
from caddy.models import SavedFilter

MOST_SHOWN = 40


def of_list(page: str, user_id: UUID) -> Sequence[SavedFilter]:
    """Return up to 40 filters of a list by name: one's own before those of colleagues."""
    return db.session.scalars(
        select(SavedFilter)
        .where(SavedFilter.page == page)
        .where(or_(SavedFilter.user_id == user_id, SavedFilter.is_shared.is_(True)))
        .order_by(SavedFilter.user_id != user_id, SavedFilter.name, SavedFilter.id)
        .limit(MOST_SHOWN)
    ).all()


def own(user_id: UUID) -> Sequence[SavedFilter]:
    """Return someone's own filters, of all lists."""
    return db.session.scalars(
        select(SavedFilter)
        .where(SavedFilter.user_id == user_id)
        .order_by(SavedFilter.page, SavedFilter.name, SavedFilter.id)
        .limit(MOST_OWN)
    ).all()


def one(filter_id: UUID, user_id: UUID) -> SavedFilter | None:
    """Return one of someone's own filters; that of a colleague is not there to change."""
    return db.session.scalars(
        select(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.user_id == user_id)
    ).one_or_none()


def first_of(page: str, user_id: UUID) -> str | None:
    """Return the filter with which a list opens for someone, if they chose one."""
    return db.session.scalar(
        select(SavedFilter.query).where(
            SavedFilter.page == page, SavedFilter.opens_first_for == user_id
        )
    )
