"""Keeping a list's filter under a name: one's own, shared or not, and which one opens first."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update

from caddy import audit
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.saved_filters import MOST_OWN
from caddy.extensions import db
from caddy.models import SavedFilter, User
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class FilterEntry:
    """What a person says of a filter: its name, whether colleagues see it, whether it is first."""

    name: str
    is_shared: bool = False
    opens_first: bool = False


def save_filter(page: str, query: str, entry: FilterEntry, *, actor: Actor) -> UUID:
    """Keep a list's filter. Raises RuleBroken for a name that is taken and for one too many."""
    with transaction(actor):
        _hold_own(actor)
        own = select(func.count()).select_from(SavedFilter)
        if (db.session.scalar(own.where(SavedFilter.user_id == actor.user_id)) or 0) >= MOST_OWN:
            raise RuleBroken(
                None, "too_many", f"You have {MOST_OWN} filters. Delete one that you do not use."
            )
        row = SavedFilter(
            organization_id=actor.organization_id,
            user_id=actor.user_id,
            page=page,
            query=query,
            name="",
        )
        _enter(row, entry, actor)
        db.session.add(row)
        db.session.flush()  # the audit entry names the id
        # Not the query: it may hold a name that was typed.
        audit.record(Fact.SAVED_FILTER_ADDED, row, changes={"name": row.name, "page": page})
        return row.id


def change_filter(filter_id: UUID, entry: FilterEntry, *, actor: Actor) -> None:
    """Rename a filter, share it or not, and have its list open with it or not."""
    with transaction(actor):
        _hold_own(actor)
        row = _own(filter_id, actor)
        before = FilterEntry(row.name, row.is_shared, row.opens_first)
        _enter(row, entry, actor)
        after = FilterEntry(row.name, row.is_shared, row.opens_first)
        changes = {
            name: (getattr(before, name), getattr(after, name))
            for name in FilterEntry.__dataclass_fields__
            if getattr(before, name) != getattr(after, name)
        }
        audit.record(Fact.SAVED_FILTER_CHANGED, row, changes=changes)


def remove_filter(filter_id: UUID, *, actor: Actor) -> str:
    """Delete a filter and return the list it was of."""
    with transaction(actor):
        row = _own(filter_id, actor)
        audit.record(Fact.SAVED_FILTER_REMOVED, row, changes={"name": row.name})
        db.session.delete(row)
        return row.page


def _hold_own(actor: Actor) -> None:
    """Let one person's saves follow one another: of a list only one filter opens first."""
    db.session.execute(select(User.id).where(User.id == actor.user_id).with_for_update())


def _own(filter_id: UUID, actor: Actor) -> SavedFilter:
    row = db.session.get(SavedFilter, filter_id, with_for_update=True)
    if row is None or row.user_id != actor.user_id:
        raise NotFound("filter")
    return row


def _enter(row: SavedFilter, entry: FilterEntry, actor: Actor) -> None:
    """Give a row what was entered; whichever opened first before does so no more."""
    name = " ".join(entry.name.split())
    own = select(SavedFilter.id).where(
        SavedFilter.user_id == actor.user_id, SavedFilter.page == row.page
    )
    taken = db.session.scalar(own.where(SavedFilter.name == name, SavedFilter.id != row.id))
    if not name:
        raise RuleBroken("name", "no_name", "Give the filter a name.")
    if taken is not None:
        raise RuleBroken(
            "name", "name_taken", "You have a filter of this name on this list. Choose another."
        )
    if entry.opens_first:
        db.session.execute(
            update(SavedFilter)
            .where(SavedFilter.opens_first_for == actor.user_id, SavedFilter.page == row.page)
            .where(SavedFilter.id != row.id)
            .values(opens_first_for=None)
        )
    row.name, row.is_shared = name, entry.is_shared
    row.opens_first_for = actor.user_id if entry.opens_first else None
