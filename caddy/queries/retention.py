"""Whom the years are over for, what keeps them, and what names them: read before anything goes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from caddy import clock
from caddy.columns import Rows
from caddy.domain.claims import OPEN_LINES, ClaimStatus
from caddy.domain.retention import (
    CHILD_UNTIL_YEARS,
    DEFAULT_YEARS,
    MOST_AT_ONCE,
    Keep,
    RetentionKind,
    Standing,
    kept_because,
    years_before,
)
from caddy.extensions import Base, db
from caddy.models import (
    Attachment,
    Claim,
    ClaimLine,
    Complaint,
    Incident,
    LegalHold,
    Participant,
    PeriodicRun,
    Plan,
    RestrictivePractice,
    RetentionPolicy,
    Service,
    ServiceAgreement,
    User,
)
from caddy.queries import organizations, visibility
from caddy.tenancy import unscoped

AT_ONCE = 500
COUNTED = (
    Keep.LEGAL_HOLD,
    Keep.OPEN_CLAIM,
    Keep.CURRENT_PLAN,
    Keep.RECENT_ENTRY,
    Keep.CHILD,
)


def years_of(kind: RetentionKind) -> int:
    """Return for how many years a kind of record is kept."""
    stored = select(RetentionPolicy.years).where(RetentionPolicy.kind == kind)
    return db.session.scalar(stored) or DEFAULT_YEARS


@dataclass(frozen=True, slots=True)
class Due:
    """A participant for whom the years are over, and what keeps them all the same."""

    id: UUID
    name: str
    standing: Standing
    services: int
    files: int
    kept: list[Keep]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many would be erased, and how many each reason keeps; one may have several."""

    due: int
    kept_back: int
    by_reason: dict[Keep, int]


def to_erase(today: date, *, seen_by: UUID | None) -> list[Due]:
    """Return the first participants who would be erased, by name."""
    return _listed(today, seen_by, is_kept=False)


def held_back(today: date, *, seen_by: UUID | None) -> list[Due]:
    """Return the first participants for whom the years are over and who are kept, by name."""
    return _listed(today, seen_by, is_kept=True)


def _listed(today: date, seen_by: UUID | None, *, is_kept: bool) -> list[Due]:
    years = years_of(RetentionKind.PARTICIPANTS)
    statement = _narrowed(_rows(today), today, years, seen_by).where(
        _is_kept(today) if is_kept else ~_is_kept(today)
    )
    rows = db.session.execute(
        statement.order_by(Participant.sort_name, Participant.id).limit(MOST_AT_ONCE)
    )
    zone = organizations.current().timezone
    return [_due(row, years, today, zone) for row in rows]


def one(participant_id: UUID, today: date) -> Due | None:
    """Return how a participant who is not erased stands, whether the years are over or not."""
    years = years_of(RetentionKind.PARTICIPANTS)
    statement = _rows(today).where(
        Participant.id == participant_id, Participant.erased_at.is_(None)
    )
    row = db.session.execute(statement).one_or_none()
    return _due(row, years, today, organizations.current().timezone) if row else None


def numbers(today: date, *, seen_by: UUID | None) -> Numbers:
    """Count everyone for whom the years are over; none of them is loaded."""
    flags = [_flag(reason, today).label(reason.value) for reason in COUNTED]
    some: Rows = select(Participant.id, _is_kept(today).label("is_kept"), *flags)
    years = years_of(RetentionKind.PARTICIPANTS)
    found = _narrowed(some, today, years, seen_by).subquery()

    def count(column: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((column, 1), else_=0)), 0)

    row = db.session.execute(
        select(
            func.count(),
            count(found.c.is_kept),
            *(count(found.c[reason.value]) for reason in COUNTED),
        ).select_from(found)
    ).one()
    whole, kept, *each = map(int, row)
    return Numbers(whole - kept, kept, dict(zip(COUNTED, each, strict=True)))


def _rows(today: date) -> Rows:
    services = select(func.count(Service.id)).where(_of(Service.participant_id))
    return select(
        Participant.id,
        Participant.first_name,
        Participant.last_name,
        Participant.date_of_birth,
        Participant.created_at,
        _last_service().label("last_service"),
        _last_plan().label("last_plan"),
        services.scalar_subquery().label("services"),
        _files().label("files"),
        *(_flag(reason, today).label(reason.value) for reason in COUNTED),
    )


def _of(participant_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Return the condition that a row is of the participant, so that the index can be used."""
    owner = participant_id.class_
    return and_(
        participant_id == Participant.id, owner.organization_id == Participant.organization_id
    )


def _last_service() -> Any:
    found = select(func.max(Service.service_on)).where(_of(Service.participant_id))
    return found.scalar_subquery()


def _last_plan() -> Any:
    return select(func.max(Plan.ends_on)).where(_of(Plan.participant_id)).scalar_subquery()


def _files() -> Any:
    """Count the files of a participant's services and agreements."""
    of_services = (
        select(func.count(Attachment.id))
        .join(Service, Service.id == Attachment.service_id)
        .where(_of(Service.participant_id))
    )
    of_agreements = (
        select(func.count(Attachment.id))
        .join(ServiceAgreement, ServiceAgreement.id == Attachment.agreement_id)
        .where(_of(ServiceAgreement.participant_id))
    )
    return of_services.scalar_subquery() + of_agreements.scalar_subquery()


def _flag(reason: Keep, today: date) -> ColumnElement[bool]:
    if reason is Keep.LEGAL_HOLD:
        return exists().where(_of(LegalHold.participant_id), LegalHold.lifted_at.is_(None))
    if reason is Keep.OPEN_CLAIM:
        # A claim that was withdrawn asks for nothing, whatever its lines say.
        return exists().where(
            _of(ClaimLine.participant_id),
            ClaimLine.status.in_(OPEN_LINES),
            Claim.id == ClaimLine.claim_id,
            Claim.organization_id == ClaimLine.organization_id,
            Claim.status != ClaimStatus.WITHDRAWN,
        )
    if reason is Keep.CURRENT_PLAN:
        return exists().where(_of(Plan.participant_id), Plan.ends_on >= today)
    if reason is Keep.RECENT_ENTRY:
        return _has_recent_entry(years_before(today, years_of(RetentionKind.PARTICIPANTS)))
    return Participant.date_of_birth > years_before(today, CHILD_UNTIL_YEARS)


def _has_recent_entry(over: date) -> ColumnElement[bool]:
    """Return the condition that a register speaks of a participant after a day."""
    zone = ZoneInfo(organizations.current().timezone)
    after = datetime.combine(over + timedelta(days=1), time(), zone)
    ended_on = RestrictivePractice.ended_on
    return or_(
        exists().where(_of(Incident.participant_id), Incident.happened_at >= after),
        exists().where(_of(Complaint.participant_id), Complaint.received_on > over),
        exists().where(
            _of(RestrictivePractice.participant_id), or_(ended_on.is_(None), ended_on > over)
        ),
    )


def _is_kept(today: date) -> ColumnElement[bool]:
    return or_(*(_flag(reason, today) for reason in COUNTED))


def _narrowed(statement: Rows, today: date, years: int, seen_by: UUID | None) -> Rows:
    """Narrow to participants who are not erased and for whom the years are over."""
    over = years_before(today, years)
    last = func.coalesce(_last_service(), _last_plan())
    zone = ZoneInfo(organizations.current().timezone)
    added = datetime.combine(over + timedelta(days=1), time(), zone)
    statement = statement.where(
        Participant.erased_at.is_(None),
        or_(last <= over, and_(last.is_(None), Participant.created_at < added)),
    )
    return visibility.of_own_participants(statement, Participant.id, seen_by)


def _due(row: Any, years: int, today: date, zone: str) -> Due:
    standing = Standing(
        last_on=row.last_service or row.last_plan or clock.local(row.created_at, zone).date(),
        date_of_birth=row.date_of_birth,
        is_on_hold=row.legal_hold,
        has_open_claim=row.open_claim,
        has_current_plan=row.current_plan,
        has_recent_entry=row.recent_entry,
    )
    return Due(
        id=row.id,
        name=f"{row.first_name} {row.last_name}",
        standing=standing,
        services=row.services,
        files=row.files,
        kept=kept_because(standing, years, today),
    )


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold that is in force: why, by whom and since when."""

    reason: str
    placed_at: datetime
    placed_by: str


def hold_on(participant_id: UUID) -> Hold | None:
    """Return the legal hold on a participant, if one is in force."""
    whose = aliased(User)
    row = db.session.execute(
        select(LegalHold.reason, LegalHold.placed_at, whose.first_name, whose.last_name)
        .outerjoin(whose, whose.id == LegalHold.placed_by)
        .where(LegalHold.participant_id == participant_id, LegalHold.lifted_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    name = f"{row.first_name} {row.last_name}" if row.first_name else "a command"
    return Hold(row.reason, row.placed_at, name)


def last_report() -> PeriodicRun | None:
    """Return the last monthly report that was made; its result holds the numbers."""
    return db.session.scalars(
        select(PeriodicRun)
        .where(PeriodicRun.kind == "monthly_retention", PeriodicRun.finished_at.is_not(None))
        .order_by(PeriodicRun.due_on.desc())
        .limit(1)
    ).one_or_none()


def stored_elsewhere(checksums: Collection[str]) -> set[str]:
    """Return which of some stored files a row of any table and organization still names.

    The storage keeps the same bytes once for all, so every column that holds a checksum is
    asked, also of tables that are added later. Each is read through once: erasing is rare.
    Closes the session: ask outside transactions.
    """
    found: set[str] = set()
    wanted = sorted(checksums)
    with unscoped("the same bytes are stored once for all organizations"):
        for named in _checksum_columns():
            for first in range(0, len(wanted), AT_ONCE):
                some = wanted[first : first + AT_ONCE]
                found |= set(db.session.scalars(select(named).where(named.in_(some))))
    return found


def _checksum_columns() -> list[InstrumentedAttribute[Any]]:
    return [
        getattr(mapper.class_, name)
        for mapper in Base.registry.mappers
        for name in mapper.column_attrs.keys()  # noqa: SIM118 - no mapping, its keys are names
        if name.endswith("sha256")
    ]
