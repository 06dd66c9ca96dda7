"""The register of incidents, and those whose clock is running."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from caddy.domain.incidents import REPORTABLE, SOON, IncidentState, stands
from caddy.domain.people import UserStatus
from caddy.domain.periods import Days
from caddy.domain.registers import Column, Stands
from caddy.domain.spreadsheets import Cell
from caddy.extensions import db
from caddy.models import Incident, IncidentNote, Plan, RegisterAction, User
from caddy.queries import visibility
from caddy.queries.shelves.base import Choice, Entry, Look, Shelf, Wanted, page

MOST_RUNNING = 20
MOST_LOOKED_AT = 200


def _stands(row: Any, at: Look) -> Stands:
    return stands(
        row.state, row.notify_by, row.notified_at, row.details_by, row.detailed_at, at.now
    )


def _cells(entry: Entry, at: Look) -> tuple[Cell, ...]:
    row = entry.row
    return (
        row.kind.label,
        entry.participant,
        at.local(row.happened_at),
        row.severity.word,
        at.local(row.notify_by),
        row.notification_number or at.local(row.notified_at),
        entry.owner,
    )


def _open(_at: Look) -> Any:
    return Incident.state != IncidentState.CLOSED


def _running(_at: Look) -> Any:
    """Leave incidents of which the Commission is still owed something."""
    return or_(
        and_(Incident.notify_by.is_not(None), Incident.notified_at.is_(None)),
        and_(Incident.details_by.is_not(None), Incident.detailed_at.is_(None)),
    )


def _pressing(at: Look) -> Any:
    """Leave incidents whose clock has run out, or runs out within four hours."""
    soon = at.now + SOON
    return and_(
        _open(at),
        or_(
            and_(Incident.notify_by <= soon, Incident.notified_at.is_(None)),
            and_(
                Incident.details_by <= soon,
                Incident.detailed_at.is_(None),
                Incident.notified_at.is_not(None),
            ),
        ),
    )


def _in_report(days: Days, at: Look) -> Any:
    first, last = at.instants(days)
    return and_(Incident.happened_at >= first, Incident.happened_at < last)


def _own(user_id: UUID) -> Any:
    """Leave what someone reported themselves, and what happened to their participants."""
    whose: Any = Incident.participant_id
    return or_(Incident.reported_by == user_id, visibility.supports(whose, user_id))


SHELF = Shelf(
    key="incidents",
    title="Incidents",
    noun="incident",
    about="What happened, whether the NDIS Commission was notified in time, and what came of it.",
    model=Incident,
    order_by=Incident.happened_at,
    columns=(
        Column("What", 11),
        Column("Participant", 8),
        Column("Happened", 7),
        Column("Severity", 6),
        Column("Notify by", 7),
        Column("Notified", 7),
        Column("Reported by", 8),
    ),
    cells=_cells,
    stands=_stands,
    choices={
        "open": Choice("Open", _open),
        "reportable": Choice("Reportable", lambda _at: Incident.kind.in_(REPORTABLE)),
        "running": Choice("Clock running", lambda at: _open(at) & _running(at)),
        "closed": Choice("Closed", lambda _at: Incident.state == IncidentState.CLOSED),
    },
    attention=_pressing,
    in_report=_in_report,
    searched=(Incident.place, Incident.notification_number),
    owner="reported_by",
    own=_own,
)


def running(at: Look, *, seen_by: UUID | None) -> list[Entry]:
    """Return incidents of which the Commission is owed something, the most urgent first."""
    found, _ = page(SHELF, Wanted(choice="running"), at, seen_by=seen_by, size=MOST_LOOKED_AT)
    urgent = sorted(found, key=lambda one: owed_by(one.row) or at.now)
    return urgent[:MOST_RUNNING]


def owed_by(row: Any) -> datetime | None:
    """Return when the Commission must next hear of an incident; None where it is owed nothing."""
    if row.notify_by is not None and row.notified_at is None:
        return row.notify_by  # type: ignore[no-any-return]
    return row.details_by if row.detailed_at is None else None


def owed(row: Any) -> str:
    """Return which of the two is owed first: `notify` or `details`."""
    return "notify" if row.notify_by is not None and row.notified_at is None else "details"


def coordinator_of(participant_id: UUID) -> User | None:
    """Return the active coordinator of a participant's latest plan that names one."""
    coordinator = select(Plan.support_coordinator_id).where(
        Plan.participant_id == participant_id, Plan.support_coordinator_id.is_not(None)
    )
    latest = coordinator.order_by(Plan.starts_on.desc()).limit(1).scalar_subquery()
    return db.session.scalars(
        select(User).where(User.id == latest, User.status == UserStatus.ACTIVE)
    ).one_or_none()


def notes_of(incident_id: UUID) -> list[Any]:
    """Return what was added to an incident since it was closed, and by whom; the first first."""
    return list(
        db.session.execute(
            select(
                IncidentNote.body,
                IncidentNote.created_at,
                (User.first_name + " " + User.last_name).label("author"),
            )
            .outerjoin(User, User.id == IncidentNote.created_by)
            .where(IncidentNote.incident_id == incident_id)
            .order_by(IncidentNote.created_at, IncidentNote.id)
            .limit(MOST_LOOKED_AT)
        )
    )


def actions_of(link: str, row_id: UUID) -> list[Any]:
    """Return what is to be done about something, what is not done yet first."""
    column = getattr(RegisterAction, link)
    return list(
        db.session.execute(
            select(RegisterAction, (User.first_name + " " + User.last_name).label("owner"))
            .outerjoin(User, User.id == RegisterAction.owner_id)
            .where(column == row_id)
            .order_by(RegisterAction.done_on.is_not(None), RegisterAction.due_on, RegisterAction.id)
            .limit(MOST_LOOKED_AT)
        )
    )
