"""One participant's whole record: every row of every table that is theirs. Reads only.

Generic from the models: a table that names a participant, or hangs on one that does, is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, false, func, or_, select

from caddy import storage
from caddy.domain.archives import plain
from caddy.domain.services import DELIVERED
from caddy.extensions import db
from caddy.models import Budget, MedicalRecord, Participant, Plan, Service, User
from caddy.queries import archives

AT_ONCE = 500
MOST_SHOWN = 200


def conditions(participant_id: UUID) -> dict[str, ColumnElement[bool]]:
    """Return, by table, which rows are the participant's; tables that hold none are left out."""
    found: dict[str, ColumnElement[bool]] = {}
    tables = {one.name: one for one in archives.tables()}
    for name, table in tables.items():
        if name == "participants":
            found[name] = table.c.id == participant_id
        elif "participant_id" in table.columns:
            found[name] = table.c.participant_id == participant_id
        else:
            ways = [
                key.parent.in_(select(parent.c.id).where(archives.own(parent), found[parent.name]))
                for key in table.foreign_keys
                if key.column.name == "id"
                and (parent := key.column.table).name in found
                and parent is not table
            ]
            if ways:
                found[name] = or_(false(), *ways)
    return found


def rows(
    connection: Connection, table: Table, condition: ColumnElement[bool]
) -> Iterator[dict[str, Any]]:
    """Yield a table's rows as JSON keeps them, by id; computed columns too: they are a record."""
    statement = select(table).where(archives.own(table), condition).order_by(table.c.id)
    for row in connection.execution_options(yield_per=AT_ONCE).execute(statement).mappings():
        yield {name: plain(value) for name, value in row.items()}


@dataclass(frozen=True, slots=True)
class Document:
    """A file of a participant's: under which name it was kept, and where its bytes lie."""

    sha256: str
    file_name: str
    is_there: bool


def documents(connection: Connection, wanted: dict[str, ColumnElement[bool]]) -> Iterator[Document]:
    """Yield the stored files that the participant's rows name."""
    for table in archives.tables():
        if table.name not in wanted or not {"sha256", "file_name"} <= set(table.columns.keys()):
            continue
        statement = select(table.c.sha256, table.c.file_name).where(
            archives.own(table), wanted[table.name]
        )
        for sha256, name in connection.execute(statement.order_by(table.c.id)):
            is_there = storage.is_there(sha256)
            if is_there or "size_bytes" in table.columns:
                yield Document(sha256, name, is_there)


def staff_names(connection: Connection) -> dict[str, str]:
    """Return the names of the organization's staff by id, for the ids that rows carry."""
    table = next(one for one in archives.tables() if one.name == User.__tablename__)
    statement = select(table.c.id, table.c.first_name, table.c.last_name).where(archives.own(table))
    return {
        str(row.id): f"{row.first_name} {row.last_name}" for row in connection.execute(statement)
    }


@dataclass(frozen=True, slots=True)
class Summary:
    """What a record's first pages say of a participant."""

    participant: Participant
    plans: list[Any]
    medical: MedicalRecord | None
    services: list[Any]
    service_count: int
    minutes: int
    cents: int
    first_at: datetime | None


def summary(participant_id: UUID) -> Summary | None:
    """Return a participant with plans and their budgets, health, and services, newest first."""
    participant = db.session.get(Participant, participant_id)
    if participant is None:
        return None
    own = (Service.participant_id == participant_id, Service.status.in_(DELIVERED))
    sums = db.session.execute(
        select(
            func.count(Service.id),
            func.coalesce(func.sum(Service.duration_minutes), 0),
            func.coalesce(func.sum(Service.total_cents), 0),
            func.min(Service.started_at),
        ).where(*own)
    ).one()
    return Summary(
        participant,
        _plans(participant_id),
        db.session.scalars(
            select(MedicalRecord).where(MedicalRecord.participant_id == participant_id)
        ).one_or_none(),
        list(
            db.session.execute(
                select(
                    Service.service_on,
                    Service.item_name,
                    Service.duration_minutes,
                    Service.total_cents,
                    User.first_name,
                    User.last_name,
                )
                .join(User, User.id == Service.support_worker_id)
                .where(*own)
                .order_by(Service.service_on.desc(), Service.id.desc())
                .limit(MOST_SHOWN)
            )
        ),
        int(sums[0]),
        int(sums[1]),
        int(sums[2]),
        sums[3],
    )


def _plans(participant_id: UUID) -> list[Any]:
    return list(
        db.session.execute(
            select(
                Plan.starts_on,
                Plan.ends_on,
                Plan.management,
                Budget.support_category,
                Budget.allocated_cents,
                Budget.spent_cents,
                Budget.remaining_cents,
            )
            .join(Budget, Budget.plan_id == Plan.id)
            .where(Plan.participant_id == participant_id)
            .order_by(Plan.starts_on.desc(), Budget.support_category)
            .limit(MOST_SHOWN)
        )
    )
