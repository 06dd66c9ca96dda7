"""What happened, written down: the row now, the live event after the commit. The only place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from caddy import clock, events
from caddy.domain.facts import Fact
from caddy.events import Topic
from caddy.extensions import Base, db
from caddy.models.audit_log import AuditLog
from caddy.transaction import add_many, after_commit, current_work


def record(
    fact: Fact,
    subject: Base,
    *,
    changes: Mapping[str, Any] | None = None,
    live: Sequence[Topic] = (),
) -> None:
    """Write that something happened to a row, by the open transaction's actor.

    `changes` maps a field to its new value, or to `(before, after)`. `live` names what
    panels show of it; they are told once, after the commit.
    """
    work = current_work()
    actor = work.actor
    work.facts += 1
    db.session.add(
        AuditLog(
            organization_id=actor.organization_id,
            user_id=actor.user_id,
            actor_name=actor.name,
            action=fact.value,
            entity_type=subject.__tablename__,
            entity_id=subject.id,  # type: ignore[attr-defined] # every table has one
            changes={name: plain(value) for name, value in (changes or {}).items()},
            ip=actor.ip,
            user_agent=(actor.user_agent or "")[:400] or None,
            source=actor.source.value,
            happened_at=clock.now(),
        )
    )
    if live:
        after_commit(lambda: events.publish(actor.organization_id, live))


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact about a row that was written in bulk: of which table, and which."""

    fact: Fact
    table: type[Base]
    id: UUID
    changes: Mapping[str, Any]


def record_many(happened: Sequence[Happened], *, live: Sequence[Topic] = ()) -> None:
    """Write many facts at once, each as `record` writes one."""
    work = current_work()
    actor, instant = work.actor, clock.now()
    work.facts += len(happened)
    add_many(
        AuditLog,
        [
            {
                "user_id": actor.user_id,
                "actor_name": actor.name,
                "action": one.fact.value,
                "entity_type": one.table.__tablename__,
                "entity_id": one.id,
                "changes": {name: plain(value) for name, value in one.changes.items()},
                "ip": actor.ip,
                "user_agent": (actor.user_agent or "")[:400] or None,
                "source": actor.source.value,
                "happened_at": instant,
            }
            for one in happened
        ],
    )
    if live:
        after_commit(lambda: events.publish(actor.organization_id, live))


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
