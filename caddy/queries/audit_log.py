"""The audit log as people read it: entries in sentences, by filter, newest first. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, select, tuple_, union_all

from caddy.columns import Rows
from caddy.domain.audit_sentences import Entry, Sentence, sentence
from caddy.domain.claims import claim_number
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import AuditLog, Claim, Participant, PlanManager, Site, SupportItem, Task, User
from caddy.queries import visibility
from caddy.queries.participant_names import matching

PAGE = 50
MOST_COUNTED = 1_000
MOST_PEOPLE = 500
Key = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the log is narrowed to; `about` is a table's name, days are the organization's own."""

    participant_id: UUID | None = None
    name: str = ""
    user_id: UUID | None = None
    fact: Fact | None = None
    about: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    after: Key | None = None


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """An entry in words, by whom and from where, and where it stands in the chain."""

    id: UUID
    sequence: int
    hash: str
    happened_at: datetime
    actor_name: str
    action: str
    entity_type: str
    said: Sentence
    participant_id: UUID | None
    whom: str | None
    source: str
    ip: str | None
    user_agent: str | None


def page(
    wanted: AuditFilter, zone: str, *, seen_by: UUID | None, size: int = PAGE
) -> tuple[list[ToldEntry], Key | None]:
    """Return up to 50 entries, newest first, and the key of the page after, if there is one.

    Two queries, however many entries. Someone who sees only their own participants reads only
    what is about those.
    """
    statement = _narrowed(_columns(), wanted, zone, seen_by)
    if wanted.after:
        statement = statement.where(tuple_(AuditLog.happened_at, AuditLog.id) < wanted.after)
    ordered = statement.order_by(AuditLog.happened_at.desc(), AuditLog.id.desc())
    rows = list(db.session.execute(ordered.limit(size + 1)))
    has_more = len(rows) > size
    shown = rows[:size]
    return told(shown, zone), (shown[-1].happened_at, shown[-1].id) if has_more else None


def count(wanted: AuditFilter, zone: str, *, seen_by: UUID | None) -> int:
    """Return how many entries the filter holds, counting no further than 1,000."""
    some = _narrowed(select(AuditLog.id), wanted, zone, seen_by).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def key_of(entry_id: UUID) -> Key | None:
    """Return the key by which a page begins: addresses carry only the id."""
    row = db.session.execute(
        select(AuditLog.happened_at, AuditLog.id).where(AuditLog.id == entry_id)
    ).one_or_none()
    return (row.happened_at, row.id) if row else None


def _columns() -> Rows:
    return select(
        AuditLog.id,
        AuditLog.sequence,
        AuditLog.hash,
        AuditLog.happened_at,
        AuditLog.actor_name,
        AuditLog.action,
        AuditLog.entity_type,
        AuditLog.entity_id,
        AuditLog.changes,
        AuditLog.source,
        AuditLog.ip,
        AuditLog.user_agent,
        Participant.id.label("participant_id"),
        _name_of_participant().label("whom"),
    ).outerjoin(
        Participant,
        and_(
            Participant.id == AuditLog.participant_id,
            Participant.organization_id == AuditLog.organization_id,
        ),
    )


def _name_of_participant() -> ColumnElement[str]:
    first = func.coalesce(Participant.preferred_name, Participant.first_name)
    return first + " " + Participant.last_name


def _narrowed(statement: Rows, wanted: AuditFilter, zone: str, seen_by: UUID | None) -> Rows:
    if seen_by is not None:
        statement = statement.where(visibility.supports(_whose(), seen_by))
    if wanted.participant_id is not None:
        statement = statement.where(AuditLog.participant_id == wanted.participant_id)
    if wanted.name:
        some = matching(select(Participant.id), wanted.name)
        statement = statement.where(AuditLog.participant_id.in_(some))
    if wanted.user_id is not None:
        statement = statement.where(AuditLog.user_id == wanted.user_id)
    if wanted.fact is not None:
        statement = statement.where(AuditLog.action == wanted.fact.value)
    if wanted.about:
        statement = statement.where(AuditLog.entity_type == wanted.about)
    return statement.where(*days(wanted.from_on, wanted.to_on, zone))


def _whose() -> Any:
    return AuditLog.participant_id


def days(
    from_on: date | None, to_on: date | None, zone: str, column: Any = AuditLog.happened_at
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions that an instant is on some of the organization's own days."""
    if from_on is not None:
        yield column >= _midnight(from_on, zone)
    if to_on is not None and to_on < date.max:
        yield column < _midnight(to_on + timedelta(days=1), zone)


def _midnight(day: date, zone: str) -> datetime:
    # The first and the last day there are have no instant in every zone.
    inside = min(max(day, date(1900, 1, 1)), date(9000, 1, 1))
    return datetime.combine(inside, time.min, ZoneInfo(zone)).astimezone(UTC)


def told(rows: Sequence[Any], zone: str) -> list[ToldEntry]:
    """Return rows in words, with the names of what they name: one query for all of them."""
    names = _names(rows)
    return [
        ToldEntry(
            row.id,
            row.sequence,
            row.hash,
            row.happened_at,
            row.actor_name,
            row.action,
            row.entity_type,
            sentence(
                Entry(
                    row.action,
                    row.changes,
                    row.whom if row.participant_id else None,
                    names.get(str(row.entity_id)),
                ),
                names,
                zone,
            ),
            row.participant_id,
            row.whom if row.participant_id else None,
            row.source,
            row.ip,
            row.user_agent,
        )
        for row in rows
    ]


def _names(rows: Sequence[Any]) -> Mapping[str, str]:
    """Return the names of rows that entries are about, or name in what was changed."""
    ids = {row.entity_id for row in rows}
    for row in rows:
        for name, value in row.changes.items():
            if name.endswith("_id"):
                ids |= set(_ids(value if isinstance(value, list) else [value]))
    if not ids:
        return {}
    some = [
        select(User.id, User.first_name + " " + User.last_name, literal("")).where(
            User.id.in_(ids)
        ),
        select(Participant.id, _name_of_participant(), literal("")).where(Participant.id.in_(ids)),
        select(Site.id, Site.name, literal("")).where(Site.id.in_(ids)),
        select(PlanManager.id, PlanManager.name, literal("")).where(PlanManager.id.in_(ids)),
        select(Task.id, Task.title, literal("")).where(Task.id.in_(ids)),
        select(SupportItem.id, SupportItem.item_number, literal("")).where(SupportItem.id.in_(ids)),
        select(Claim.id, cast(Claim.number, String), literal("claim")).where(Claim.id.in_(ids)),
    ]
    return {
        str(row[0]): claim_number(int(row[1])) if row[2] == "claim" else row[1]
        for row in db.session.execute(union_all(*some))
    }


def _ids(values: Iterable[Any]) -> Iterator[UUID]:
    for value in values:
        try:
            yield UUID(str(value))
        except ValueError:
            continue


def people() -> list[tuple[UUID, str]]:
    """Return the members of staff, those who have left too, by name."""
    rows = db.session.execute(
        select(User.id, User.first_name, User.last_name)
        .order_by(User.last_name, User.first_name, User.id)
        .limit(MOST_PEOPLE)
    )
    return [(row.id, f"{row.first_name} {row.last_name}") for row in rows]
