"""Encrypting anew, under the ring's first key, what is under another: while people work.

In small transactions of which each leaves what it did: what is stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from caddy import audit, keys
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import Organization
from caddy.queries import encrypted
from caddy.queries.encrypted import EncryptedTable
from caddy.transaction import transaction

SAME = "the same values, under another key"


def rotate_keys(*, actor: Actor) -> Iterator[int]:
    """Encrypt everything of the organization in scope under the key that encrypts now.

    Yields how many rows are done so far, once a batch. Rows that someone was writing come last,
    each waited for while nothing else is held. What nothing opens stays as it is.
    """
    done = 0
    for rotate in (_rotate_some, _rotate_patiently):
        for table in encrypted.tables():
            after: UUID | None = None
            while True:
                changed, after = rotate(table, after, actor)
                done += changed
                yield done
                if after is None:
                    break
    if done:
        _record(done, actor)


def _record(rows: int, actor: Actor) -> None:
    with transaction(actor):
        organization = db.session.get(Organization, actor.organization_id)
        if organization is None:
            raise NotFound("organization")
        told = {"key": keys.ids()[0], "rows": rows}
        audit.record(Fact.KEYS_ROTATED, organization, changes=told)


def _rotate_some(
    table: EncryptedTable, after: UUID | None, actor: Actor
) -> tuple[int, UUID | None]:
    """Encrypt some rows anew; return how many, and after which to go on (None: it was all)."""
    with transaction(actor, unrecorded=SAME):
        rows = encrypted.waiting(table, after)
        changed = _store(table, rows)
    return changed, rows[-1].id if rows else None


def _rotate_patiently(
    table: EncryptedTable, after: UUID | None, actor: Actor
) -> tuple[int, UUID | None]:
    """Encrypt rows anew that were left out, each in a transaction of its own, as `_rotate_some`."""
    ids, changed = encrypted.waiting_ids(table, after), 0
    for row_id in ids:
        with transaction(actor, unrecorded=SAME):
            row = encrypted.held(table, row_id)
            changed += _store(table, [row] if row else [])
    return changed, ids[-1] if ids else None


def _store(table: EncryptedTable, rows: Sequence[sa.Row[Any]]) -> int:
    """Write rows that the transaction holds anew; return how many could be."""
    changes = [change for row in rows if (change := _anew(table, row)) is not None]
    if changes:
        statement = (
            sa.update(table.stored)
            .where(table.stored.c.id == sa.bindparam("row_id"))
            .values({one: sa.bindparam(f"new_{one}", type_=sa.Text()) for one in table.columns})
        )
        db.session.connection().execute(statement, changes)
    return len(changes)


def _anew(table: EncryptedTable, row: sa.Row[Any]) -> dict[str, Any] | None:
    """Return a row's values under the key that encrypts; None where one of them does not open."""
    change: dict[str, Any] = {"row_id": row.id}
    for name in table.columns:
        stored, place = getattr(row, name), f"{table.name}.{name}"
        try:
            plain = None if stored is None else keys.decrypt(stored, place)
        except keys.Unreadable:
            return None
        is_new = stored is None or stored.startswith(keys.prefix())
        change[f"new_{name}"] = stored if is_new or plain is None else keys.encrypt(plain, place)
    return change
