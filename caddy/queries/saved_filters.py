"""The filters that someone sees above a list: their own, and what colleagues share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, or_, select

from caddy.columns import Rows
from caddy.domain.saved_filters import MOST_OWN
from caddy.extensions import db
from caddy.models import SavedFilter, User


@dataclass(frozen=True, slots=True)
class ListedFilter:
    """A saved filter as someone sees it above its list."""

    name: str
    query: str
    is_own: bool
    is_shared: bool
    opens_first: bool


def is_shown_any() -> Any:
    """Return the column of a query of users that says whether someone sees any at all.

    Asked with who is signed in: the lists of all who have none ask nothing more.
    """
    some = (
        select(SavedFilter.id)
        .where(SavedFilter.organization_id == User.organization_id)
        .correlate(User)
    )
    own = some.where(SavedFilter.user_id == User.id).exists()
    shared = some.where(SavedFilter.is_shared.is_(True)).exists()
    return or_(own, shared).label("has_saved_filters")


def of_list(page: str, user_id: UUID) -> list[ListedFilter]:
    """Return up to 100 filters of a list by name: all of one's own before those of colleagues."""
    found = db.session.execute(_of_list(), {"page": page, "who": user_id})
    return [
        ListedFilter(
            row.name,
            row.query,
            row.user_id == user_id,
            row.is_shared,
            row.opens_first_for == user_id,
        )
        for row in found
    ]


@lru_cache(maxsize=1)
def _of_list() -> Rows:
    who = bindparam("who", type_=Uuid())
    return (
        select(
            SavedFilter.name,
            SavedFilter.query,
            SavedFilter.user_id,
            SavedFilter.is_shared,
            SavedFilter.opens_first_for,
        )
        .where(SavedFilter.page == bindparam("page", type_=String()))
        .where(or_(SavedFilter.user_id == who, SavedFilter.is_shared.is_(True)))
        .order_by(SavedFilter.user_id != who, SavedFilter.name, SavedFilter.id)
        .limit(MOST_OWN)
    )


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
