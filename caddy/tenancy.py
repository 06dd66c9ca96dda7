"""Tenancy: the scope, the filter on every query, the check on every flush. The only place.

Without a scope every query on a tenant's table raises; nothing is ever returned by default.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Row, Table, Uuid, bindparam, event, inspect
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    with_loader_criteria,
)

from caddy.columns import Rows
from caddy.extensions import db, reading


class NoScope(RuntimeError):
    """A tenant's table was asked for outside any organization's scope."""


class CrossTenant(RuntimeError):
    """A row of one organization was about to be written in another's scope."""


class OrganizationOwned:
    """Marks a table whose every row belongs to one organization."""

    organization_id: Mapped[UUID] = mapped_column(Uuid, nullable=False, sort_order=-9)


class _Unscoped:
    """The scope of the few acts that look across organizations, with their reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


_scope: ContextVar[UUID | _Unscoped | None] = ContextVar("organization_scope", default=None)


def current_organization_id() -> UUID:
    """Return the organization in scope; raise NoScope where there is none."""
    held = _scope.get()
    if not isinstance(held, UUID):
        raise NoScope("No organization is in scope. Wrap the work in tenancy.scope(…).")
    return held


def scoped_to() -> UUID | None:
    """Return the organization in scope, or None where none or all of them are."""
    held = _scope.get()
    return held if isinstance(held, UUID) else None


def is_unscoped() -> bool:
    """Say whether the running act looks across organizations, with a reason."""
    return isinstance(_scope.get(), _Unscoped)


@contextmanager
def scope(organization_id: UUID) -> Iterator[None]:
    """Do some work as one organization.

    The session is closed where the scope changes: an object that one tenant loaded must not
    be handed to the next from the identity map, which no query filter sees.
    """
    with _holding(organization_id):
        yield


@contextmanager
def unscoped(reason: str) -> Iterator[None]:
    """Look across organizations, saying why. A rules test lists who may."""
    with _holding(_Unscoped(reason)):
        yield


@contextmanager
def _holding(wanted: UUID | _Unscoped) -> Iterator[None]:
    before = _scope.get()
    if before == wanted:
        yield
        return
    _forget()
    token = _scope.set(wanted)
    try:
        yield
    finally:
        _forget()
        _scope.reset(token)


def _forget() -> None:
    """Close the session where there is one that holds anything: most scopes are entered without."""
    if not db.session.registry.has():
        return
    session = db.session()
    if session.in_transaction() or session.identity_map or session.new:
        session.close()


# Whose rows, is asked of the scope as the statement runs: one filter serves every organization,
# and a statement that is kept for many requests has it added once.
_OF_THE_SCOPE = bindparam("scope_organization_id", type_=Uuid(), callable_=current_organization_id)
_OWN_ROWS = with_loader_criteria(
    OrganizationOwned,
    lambda owned: owned.organization_id == _OF_THE_SCOPE,
    include_aliases=True,
)
_with_filter: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


@event.listens_for(db.session, "do_orm_execute")
def _filter_every_query(state: ORMExecuteState) -> None:
    """Add the organization to every ORM query, in joins, subqueries and lazy loads alike.

    Without a scope nothing runs at all, not even a query whose tables are hidden in a
    subquery. The filter does not see `text()`, `__table__` selects or bulk `insert()`: the
    flush check, the composite foreign keys and, on PostgreSQL, `row_security` stand behind it.
    """
    if isinstance(_scope.get(), _Unscoped):
        return
    current_organization_id()  # raises where there is none
    if state.is_column_load or not (state.is_select or state.is_update or state.is_delete):
        return
    state.statement = _filtered(state.statement)


def _filtered(statement: Any) -> Any:
    """Return a statement with the filter; the same one again for one that is kept."""
    found = _with_filter.get(statement)
    if found is None:
        found = _with_filter[statement] = statement.options(_OWN_ROWS)
    return found


def rows(statement: Rows, values: dict[str, Any] | None = None) -> Sequence[Row[Any]]:
    """Return what a statement of columns selects in the organization in scope, all of it.

    `values` are those of its parameters.

    Filtered as every query is, but past the session, which does much that only objects need. In
    a transaction it is a part of that.
    """
    if not is_unscoped():
        current_organization_id()
        statement = _filtered(statement)
    if db.session.registry.has() and db.session().in_transaction():
        return db.session.connection().execute(statement, values).all()
    with reading() as connection:
        return connection.execute(statement, values).all()


@event.listens_for(db.session, "before_flush")
def _stamp_and_check(session: Session, _context: Any, _instances: Any) -> None:
    held = _scope.get()
    if isinstance(held, _Unscoped):
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, OrganizationOwned):
            continue
        organization_id = current_organization_id()
        owner: UUID | None = row.organization_id
        if owner is None:
            row.organization_id = organization_id
        elif owner != organization_id:
            raise CrossTenant(f"{type(row).__name__} belongs to another organization.")


def upsert(
    model: type[OrganizationOwned],
    keys: tuple[str, ...],
    values: dict[str, Any],
    change: dict[str, Any],
) -> None:
    """Insert a row of the organization in scope, or change the one with the same keys.

    One statement on both databases, so that two writers of the same new row do not collide.
    It lives here because a bulk insert passes neither the filter nor the flush check.
    """
    make = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    statement = make(model).values(organization_id=current_organization_id(), **values)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["organization_id", *keys], set_=change)
    )


def insert_missing(
    model: type[OrganizationOwned], keys: tuple[str, ...], rows: Sequence[dict[str, Any]]
) -> set[UUID]:
    """Insert the rows whose keys no row of the organization has yet; return the new rows' ids.

    One statement on both databases: a second writer of the same keys waits and adds nothing.
    Give the rows in the order of their keys, so that two writers do not wait for each other.
    """
    if not rows:
        return set()
    make = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    organization_id = current_organization_id()
    statement = make(model).values([{**row, "organization_id": organization_id} for row in rows])
    return set(
        db.session.scalars(
            statement.on_conflict_do_nothing(index_elements=["organization_id", *keys]).returning(
                model.id  # type: ignore[attr-defined] # every table has one
            )
        )
    )


def insert_many(model: type[OrganizationOwned], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of the organization in scope, all in one statement's executions.

    Every row names the same columns. Much faster than objects: for files of thousands of rows.
    """
    if not rows:
        return
    organization_id = current_organization_id()
    table: Table = inspect(model).local_table
    db.session.connection().execute(
        table.insert(), [{**row, "organization_id": organization_id} for row in rows]
    )
