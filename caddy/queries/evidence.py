"""What an evidence pack is made of, some rows at a time. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, func, select

from caddy import clock
from caddy.domain.archives import line_of
from caddy.domain.audit_chain import Head
from caddy.domain.documents import DocumentKind
from caddy.domain.periods import Days
from caddy.domain.registers import Column, Register, by_day, counted
from caddy.extensions import Base, db
from caddy.models import AuditLog, Document, DocumentVersion, Participant, User
from caddy.queries import archives, audit_log, organizations

AT_ONCE = 500
MOST_ROWS = 5_000
EXPIRED, NO_EXPIRY = "Expired", "Does not expire"


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A document as the index of a pack names it, and where its bytes lie."""

    title: str
    kind: DocumentKind
    whose: str
    number: int
    added_on: date
    expires_on: date | None
    file_name: str
    sha256: str
    size_bytes: int


def documents(kinds: Sequence[DocumentKind], days: Days) -> Iterator[KeptDocument]:
    """Yield the documents of some kinds that were kept by the last of some days, oldest first.

    Each in its latest version of that day.
    """
    last, zone = None, organizations.current().timezone
    while True:
        statement = _documents(kinds, days).limit(AT_ONCE)
        rows = db.session.execute(statement.where(Document.id > last) if last else statement).all()
        for row in rows:
            yield KeptDocument(
                *(row.title, row.kind, row.participant or row.person or "The organization"),
                *(row.number, clock.local(row.created_at, zone).date(), row.expires_on),
                *(row.file_name, row.sha256, row.size_bytes),
            )
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id


def _documents(kinds: Sequence[DocumentKind], days: Days) -> Any:
    zone = organizations.current().timezone
    until = tuple(audit_log.days(None, days.last, zone, DocumentVersion.created_at))
    newest = (
        select(func.max(DocumentVersion.number))
        .where(DocumentVersion.document_id == Document.id, *until)
        .correlate(Document)
        .scalar_subquery()
    )
    first = func.coalesce(Participant.preferred_name, Participant.first_name)
    return (
        select(
            Document.id,
            Document.title,
            Document.kind,
            Document.expires_on,
            DocumentVersion.number,
            DocumentVersion.created_at,
            DocumentVersion.file_name,
            DocumentVersion.sha256,
            DocumentVersion.size_bytes,
            (first + " " + Participant.last_name).label("participant"),
            (User.first_name + " " + User.last_name).label("person"),
        )
        .join(
            DocumentVersion,
            and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == newest),
        )
        .outerjoin(Participant, Participant.id == Document.participant_id)
        .outerjoin(User, User.id == Document.user_id)
        .where(Document.is_active.is_(True), Document.kind.in_(kinds))
        .order_by(Document.id)
    )


def register(days: Days, today: date) -> Register:
    """Return the documents as a section of a report."""
    rows, found = [], []
    for one in documents(tuple(DocumentKind), days):
        stands = by_day(one.expires_on, today, late=EXPIRED).label if one.expires_on else NO_EXPIRY
        found.append(stands)
        rows.append((one.title, one.kind.label, one.whose, one.added_on, one.expires_on, stands))
        if len(rows) == MOST_ROWS:
            break
    tones = {by_day(None, today).tone: NO_EXPIRY}
    tones |= {
        by_day(day, today).tone: by_day(day, today, late=EXPIRED).label
        for day in (date.min, today, date.max)
    }
    return Register(
        "documents",
        "Documents",
        "What was kept by the last day of the period, each in its latest version.",
        (
            Column("Title", 15),
            Column("Kind", 11),
            Column("Of", 10),
            Column("Added", 6),
            Column("Expires", 6),
            Column("Standing", 7),
        ),
        rows,
        counted([(label, tone) for tone, label in tones.items()], found),
        "No document is kept.",
    )


def log_lines(connection: Connection, days: Days, zone: str) -> Iterator[bytes]:
    """Yield the log of some days as it is stored, a row a line of JSON, hashes and all."""
    log = Base.metadata.tables[AuditLog.__tablename__]
    names = [column.name for column in log.columns]
    statement = (
        select(*log.columns)
        .where(archives.own(log), *audit_log.days(days.first, days.last, zone, log.c.happened_at))
        .order_by(log.c.sequence)
    )
    for row in connection.execution_options(yield_per=AT_ONCE).execute(statement):
        yield line_of(names, row)


def log_ends(connection: Connection, days: Days, zone: str) -> tuple[Head | None, Head | None]:
    """Return the first and the last row of the log of some days, by number and hash."""
    log = Base.metadata.tables[AuditLog.__tablename__]
    within = (
        archives.own(log),
        *audit_log.days(days.first, days.last, zone, log.c.happened_at),
    )
    ends = connection.execute(
        select(func.min(log.c.sequence), func.max(log.c.sequence)).where(*within)
    ).one()
    found = [
        connection.scalar(select(log.c.hash).where(archives.own(log), log.c.sequence == number))
        for number in ends
    ]
    first, last = (
        Head(number, hashed) if number is not None and hashed is not None else None
        for number, hashed in zip(ends, found, strict=True)
    )
    return first, last
