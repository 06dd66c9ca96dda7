"""What happened, written down and chained: the row now, the live event after the commit.

The only place that writes the audit log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from caddy import clock, events
from caddy.columns import new_id
from caddy.domain.audit_chain import GENESIS, Head, chained
from caddy.domain.facts import Fact
from caddy.events import Topic
from caddy.extensions import Base, db
from caddy.models.audit_log import AuditHead, AuditLog
from caddy.tenancy import CrossTenant, current_organization_id, insert_many, insert_missing
from caddy.transaction import after_commit, current_work

LONGEST_AGENT = 400


def record(
    fact: Fact,
    subject: Base,
    *,
    changes: Mapping[str, Any] | None = None,
    live: Sequence[Topic] = (),
    participant_id: UUID | None = None,
) -> None:
    """Write that something happened to a row, by the open transaction's actor.

    `changes` maps a field to its new value, or to `(before, after)`. `live` names what
    panels show of it; they are told once, after the commit. It belongs to the participant
    whom the row names; `participant_id` says whom where the row hangs on another one.
    """
    about = Happened(
        fact,
        type(subject),
        subject.id,  # type: ignore[attr-defined] # every table has one
        changes or {},
        participant_id or _whose(subject),
    )
    record_many([about], live=live)


def _whose(subject: Base) -> UUID | None:
    """Return the participant whom a row names."""
    return getattr(subject, "participant_id", None)


def _named(happened: Happened) -> UUID | None:
    """Return whom a fact about a row of bulk names: itself, or in what changed."""
    if happened.table.__tablename__ == "participants":
        return happened.id
    named = happened.changes.get("participant_id")
    return named if isinstance(named, UUID) else None


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact about a row: of which table, and which; `participant_id` where it is anyone's.

    Left out, it is the participant of `changes["participant_id"]`, if there is one.
    """

    fact: Fact
    table: type[Base]
    id: UUID
    changes: Mapping[str, Any]
    participant_id: UUID | None = None


def record_many(happened: Sequence[Happened], *, live: Sequence[Topic] = ()) -> None:
    """Write many facts at once, each as `record` writes one.

    They wait for the end of the transaction: what an organization's writers take turns for is
    held for one write and the commit, not for a whole request.
    """
    work = current_work()
    actor, instant = work.actor, clock.now()
    organization_id = current_organization_id()
    if actor.organization_id != organization_id:
        raise CrossTenant("AuditLog belongs to another organization.")
    work.facts += len(happened)
    work.changed_rows = work.changed_rows or bool(happened)
    work.seal = _chain
    common = {
        "organization_id": organization_id,
        "user_id": actor.user_id,
        "actor_name": actor.name,
        "ip": actor.ip,
        "user_agent": (actor.user_agent or "")[:LONGEST_AGENT] or None,
        "source": actor.source.value,
        "happened_at": instant,
        "created_at": instant,
        "updated_at": instant,
        "created_by": actor.user_id,
        "updated_by": actor.user_id,
    }
    work.entries.extend(
        {
            "id": new_id(),
            **common,
            "action": one.fact.value,
            "entity_type": one.table.__tablename__,
            "entity_id": one.id,
            "participant_id": one.participant_id or _named(one),
            "changes": {name: plain(value) for name, value in one.changes.items()},
        }
        for one in happened
    )
    if live:
        after_commit(lambda: events.publish(actor.organization_id, live))


def _chain() -> None:
    """Add the transaction's rows to the organization's chain and move its end.

    On PostgreSQL one row, the common case, goes in the same round trip as the end: others of
    the organization are waiting.
    """
    entries = current_work().entries
    if not entries:
        return
    head = _hold_head()
    rows = list(chained(entries, head.sequence, head.hash))
    heads = Base.metadata.tables[AuditHead.__tablename__]
    moved = (
        update(heads)
        .where(heads.c.organization_id == current_organization_id())
        .values(
            sequence=rows[-1]["sequence"], hash=rows[-1]["hash"], updated_at=rows[-1]["created_at"]
        )
    )
    connection = db.session.connection()
    if len(rows) == 1 and connection.dialect.name == "postgresql":
        log = Base.metadata.tables[AuditLog.__tablename__]
        connection.execute(insert(log).values(**rows[0]).add_cte(moved.cte("moved")))
        return
    insert_many(AuditLog, rows)
    connection.execute(moved)


def _hold_head() -> Head:
    """Return where the log ends, and hold it until the commit: writers take turns from here on."""
    statement = select(AuditHead.sequence, AuditHead.hash).with_for_update()
    found = db.session.execute(statement).one_or_none()
    if found is None:
        instant = clock.now()
        stamps = {"id": new_id(), "created_at": instant, "updated_at": instant}
        insert_missing(AuditHead, (), [{**stamps, "sequence": 0, "hash": GENESIS}])
        found = db.session.execute(statement).one()
    return Head(found.sequence, found.hash)


def plain(value: Any) -> Any:
    """Return a value as JSON keeps it: dates and ids as text, enums as their word."""
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def announce_later(live: Sequence[Topic]) -> None:
    """Tell panels of something that is nobody's history, after the open transaction's commit."""
    organization_id = current_work().actor.organization_id
    after_commit(lambda: events.publish(organization_id, live))


def announce(organization_id: UUID, live: Sequence[Topic]) -> None:
    """Tell panels again of something that is already so; those who know it ignore it."""
    events.publish(organization_id, live)
