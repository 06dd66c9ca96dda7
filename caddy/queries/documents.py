"""Documents as lists and pages show them: only those that whoever asks may see.

A participant's are seen by who sees the participant, a person's of staff by who leads staff
and by themselves, an incident's by who reads incidents, the organization's by who sees all.
Of these, health information only by who may see medical details; one's own always.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from caddy.columns import Rows
from caddy.domain.documents import FOR_EVERYONE, SOON, DocumentKind, LinkName, tag_mark
from caddy.domain.permissions import Permission
from caddy.domain.searching import words_of
from caddy.extensions import db
from caddy.models import Document, DocumentVersion, Incident, Participant, Service, User
from caddy.queries import visibility

PAGE = 50
MOST_COUNTED = 1_000
MOST_LISTED = 100
MOST_VERSIONS = 200


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """What the list is narrowed to; `after` is the last document of the page before.

    `expires_by` finds what has expired or will by that day.
    """

    search: str = ""
    kind: DocumentKind | None = None
    participant_id: UUID | None = None
    tag: str = ""
    expires_by: date | None = None
    is_active: bool = True
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """Everything a document's page shows: its row, its versions with who brought each."""

    document: Document
    row: Any
    versions: list[Any]

    @property
    def current(self) -> Any:
        return self.versions[0]


class Reader(Protocol):
    """Who reads: what they may, and whose participants alone they see, if so."""

    @property
    def user_id(self) -> UUID | None: ...
    @property
    def seen_by(self) -> UUID | None: ...
    def may(self, permission: Permission) -> bool: ...


def seen(actor: Reader) -> ColumnElement[bool]:
    """Return the condition that someone may see a document; whether they read any is not asked."""
    medical: ColumnElement[bool] = true()
    if not actor.may(Permission.PARTICIPANTS_MEDICAL):
        medical = _not_medical(actor.user_id)
    return and_(_of_whom(actor), medical)


def _not_medical(user_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition that a document is no health information, but of oneself."""
    is_other = Document.kind != DocumentKind.MEDICAL
    return is_other if user_id is None else or_(is_other, Document.user_id == user_id)


def _of_whom(actor: Reader) -> ColumnElement[bool]:
    if actor.seen_by is not None:
        return _seen_by(actor.seen_by)
    of_staff: ColumnElement[bool] = Document.user_id.is_(None)
    if actor.may(Permission.PARTICIPANTS_WRITE):
        of_staff = true()
    elif actor.user_id is not None:
        of_staff = or_(of_staff, Document.user_id == actor.user_id)
    if actor.may(Permission.INCIDENTS_READ):
        return of_staff
    return and_(of_staff, Document.incident_id.is_(None))


def _seen_by(user_id: UUID) -> ColumnElement[bool]:
    """Return what someone sees who sees only their own participants."""
    return or_(
        visibility.supports(Document.participant_id, user_id),
        Document.user_id == user_id,
        Document.service_id.in_(select(Service.id).where(Service.support_worker_id == user_id)),
        Document.incident_id.in_(select(Incident.id).where(Incident.reported_by == user_id)),
        and_(
            Document.participant_id.is_(None),
            Document.user_id.is_(None),
            Document.incident_id.is_(None),
            or_(Document.policy_id.is_not(None), Document.kind.in_(FOR_EVERYONE)),
        ),
    )


def page(
    wanted: DocumentFilter, actor: Reader, *, size: int = PAGE
) -> tuple[list[Any], UUID | None]:
    """Return up to 50 documents, newest first, and the key of the page after, if there is one."""
    statement = _narrowed(_columns(), wanted).where(seen(actor))
    if wanted.after is not None:
        statement = statement.where(Document.id < wanted.after)
    rows = list(db.session.execute(statement.order_by(Document.id.desc()).limit(size + 1)))
    shown = rows[:size]
    return shown, shown[-1].id if len(rows) > size else None


def count(wanted: DocumentFilter, actor: Reader) -> int:
    """Return how many documents the filter holds, counting no further than 1,000."""
    some = _narrowed(select(Document.id), wanted).where(seen(actor)).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def of(link_name: str, link_id: UUID, *, seen_by: UUID | None, with_medical: bool) -> list[Any]:
    """Return the documents of one thing, which whoever asks may see; newest first.

    A participant's are also those of their services and agreements; of their incidents not:
    those are on the incident's own page.
    """
    name = LinkName(link_name)
    statement = _columns().where(
        getattr(Document, f"{name}_id") == link_id, Document.is_active.is_(True)
    )
    if name is LinkName.PARTICIPANT:
        statement = statement.where(Document.incident_id.is_(None))
    if seen_by is not None:
        statement = statement.where(_seen_by(seen_by))
    if not with_medical:
        statement = statement.where(Document.kind != DocumentKind.MEDICAL)
    return list(db.session.execute(statement.order_by(Document.id.desc()).limit(MOST_LISTED)))


def expiring(actor: Reader, today: date, *, limit: int = 5) -> list[Any]:
    """Return what has expired or will within 60 days, the first to expire first."""
    wanted = DocumentFilter(expires_by=today + SOON)
    statement = _narrowed(_columns(), wanted).where(seen(actor))
    return list(
        db.session.execute(statement.order_by(Document.expires_on, Document.id).limit(limit))
    )


def record(document_id: UUID, actor: Reader) -> DocumentRecord | None:
    """Return a document with its versions, the latest first, or None where it is not theirs."""
    row = db.session.execute(
        _columns().where(Document.id == document_id, seen(actor))
    ).one_or_none()
    if row is None:
        return None
    document = db.session.get_one(Document, document_id)
    return DocumentRecord(document, row, versions(document_id))


def versions(document_id: UUID) -> list[Any]:
    """Return the versions of a document that someone may see, the latest first."""
    return list(
        db.session.execute(
            select(
                DocumentVersion.id,
                DocumentVersion.number,
                DocumentVersion.file_name,
                DocumentVersion.media_type,
                DocumentVersion.size_bytes,
                DocumentVersion.sha256,
                DocumentVersion.created_at,
                User.first_name,
                User.last_name,
            )
            .outerjoin(User, User.id == DocumentVersion.uploaded_by)
            .where(DocumentVersion.document_id == document_id)
            .order_by(DocumentVersion.number.desc())
            .limit(MOST_VERSIONS)
        )
    )


def version(
    version_id: UUID, actor: Reader, document_id: UUID | None = None
) -> DocumentVersion | None:
    """Return one version of a document that someone may see; of `document_id`, if given."""
    statement = (
        select(DocumentVersion)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(DocumentVersion.id == version_id, seen(actor))
    )
    if document_id is not None:
        statement = statement.where(Document.id == document_id)
    return db.session.scalars(statement).one_or_none()


def is_active(document_id: UUID) -> bool:
    return bool(db.session.scalar(select(Document.is_active).where(Document.id == document_id)))


def _columns() -> Rows:
    staff = aliased(User)
    return (
        select(
            Document.id,
            Document.title,
            Document.kind,
            Document.tags,
            Document.expires_on,
            Document.is_active,
            Document.version,
            Document.participant_id,
            Document.user_id,
            Document.service_id,
            Document.incident_id,
            Document.policy_id,
            Document.qualification_id,
            Document.agreement_id,
            Document.care_record_id,
            Document.created_at,
            Document.updated_at,
            DocumentVersion.id.label("version_id"),
            DocumentVersion.file_name,
            DocumentVersion.media_type,
            DocumentVersion.size_bytes,
            func.coalesce(Participant.preferred_name, Participant.first_name).label("first_name"),
            Participant.last_name,
            staff.first_name.label("staff_first_name"),
            staff.last_name.label("staff_last_name"),
        )
        .join(
            DocumentVersion,
            and_(
                DocumentVersion.document_id == Document.id,
                DocumentVersion.number == Document.version,
            ),
        )
        .outerjoin(Participant, Participant.id == Document.participant_id)
        .outerjoin(staff, staff.id == Document.user_id)
    )


def _narrowed(statement: Rows, wanted: DocumentFilter) -> Rows:
    statement = statement.where(Document.is_active.is_(wanted.is_active))
    words = words_of(wanted.search)
    if wanted.search.strip() and not words:
        return statement.where(false())
    statement = statement.where(
        *(Document.search_text.contains(word, autoescape=True) for word in words)
    )
    if wanted.tag:
        mark = tag_mark(wanted.tag)
        statement = statement.where(Document.search_text.contains(mark, autoescape=True))
    if wanted.kind is not None:
        statement = statement.where(Document.kind == wanted.kind)
    if wanted.participant_id is not None:
        statement = statement.where(Document.participant_id == wanted.participant_id)
    if wanted.expires_by is not None:
        statement = statement.where(Document.expires_on <= wanted.expires_by)
    return statement
