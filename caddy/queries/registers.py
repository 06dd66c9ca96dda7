"""The registers of a compliance report, each read in one or two queries.

A new register is a function that returns it, and a line in SECTIONS.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select

from caddy.domain.ndis.identifiers import show_ndis_number
from caddy.domain.people import UserStatus
from caddy.domain.periods import Days
from caddy.domain.qualifications import QualificationKind
from caddy.domain.registers import Column, Register, Review, Tone, counted, review
from caddy.domain.staff import Standing, standing
from caddy.extensions import db
from caddy.models import (
    AgreementStatus,
    AuditLog,
    Participant,
    Plan,
    ServiceAgreement,
    StaffQualification,
    User,
)
from caddy.queries import evidence, organizations, shelves

MOST_ROWS = 5_000
MOST_FACTS = 200
MOST_PEOPLE = 200

Reader = Callable[[Days, date], Register]

_STANDINGS = {
    Standing.VALID: Tone.GOOD,
    Standing.ENDS_SOON: Tone.SOON,
    Standing.LAPSED: Tone.BAD,
    Standing.MISSING: Tone.UNKNOWN,
}
_AGREEMENTS = {
    Review.CURRENT: "Current",
    Review.DUE_SOON: "Due within 60 days",
    Review.OVERDUE: "Review overdue",
    Review.MISSING: "None signed",
    Review.NO_REVIEW: "No review date",
}
_PLANS = {**_AGREEMENTS, Review.MISSING: "No plan"}


def all_registers(days: Days, today: date) -> list[Register]:
    """Return every register, in the order of the report; how things stand is as of today."""
    return [read(days, today) for read in SECTIONS]


def qualifications(_days: Days, today: date) -> Register:
    """Return what every active member of staff holds, and what is required and not recorded."""
    required = [QualificationKind(kind) for kind in organizations.current().required_qualifications]
    people = db.session.execute(
        select(User.id, User.first_name, User.last_name)
        .where(User.status == UserStatus.ACTIVE)
        .order_by(User.last_name, User.first_name, User.id)
        .limit(MOST_ROWS)
    ).all()
    held: dict[tuple[Any, QualificationKind], StaffQualification] = {
        (row.user_id, row.kind): row
        for row in db.session.scalars(
            select(StaffQualification)
            .join(User, User.id == StaffQualification.user_id)
            .where(User.status == UserStatus.ACTIVE)
            .limit(MOST_ROWS)
        )
    }
    rows, found = [], []
    for person in people:
        for kind in QualificationKind:
            row = held.get((person.id, kind))
            if row is None and kind not in required:
                continue
            ends = row.expires_on if row else None
            stands = standing(kind, is_held=row is not None, expires_on=ends, today=today).label
            found.append(stands)
            name = f"{person.first_name} {person.last_name}"
            number, issued = (row.number, row.issued_on) if row else (None, None)
            rows.append((name, kind.label, number, issued, ends, stands))
    return Register(
        "qualifications",
        "Staff qualifications",
        "What every active member of staff holds, and what is required of them and not recorded.",
        (
            Column("Name", 12),
            Column("Qualification", 14),
            Column("Number", 9),
            Column("Issued", 7),
            Column("Expires", 7),
            Column("Standing", 6),
        ),
        rows,
        counted([(one.label, tone) for one, tone in _STANDINGS.items()], found),
        "There are no active members of staff.",
    )


def agreements(_days: Days, today: date) -> Register:
    """Return the service agreement that holds for every active participant, if one does."""
    agreement = ServiceAgreement
    held = and_(
        agreement.participant_id == Participant.id,
        agreement.organization_id == Participant.organization_id,
        agreement.status == AgreementStatus.SIGNED,
        agreement.starts_on <= today,
        agreement.ends_on >= today,
    )
    rows = _participants(held, agreement, agreement.signed_on, agreement.starts_on)
    shown, found = [], []
    for row in rows:
        stands = _AGREEMENTS[review(row.ends_on, row.review_on, today)]
        found.append(stands)
        shown.append((*_who(row), row.signed_on, row.ends_on, row.review_on, stands))
    return Register(
        "agreements",
        "Service agreements",
        "The signed agreement that holds today for every active participant.",
        (
            Column("Participant", 14),
            Column("NDIS number", 8),
            Column("Signed", 7),
            Column("Ends", 7),
            Column("Review", 7),
            Column("Standing", 12),
        ),
        shown,
        counted([(_AGREEMENTS[one], one.tone) for one in _AGREEMENTS], found),
        "There are no active participants.",
    )


def plans(_days: Days, today: date) -> Register:
    """Return the plan that holds for every active participant, if one does."""
    held = and_(
        Plan.participant_id == Participant.id,
        Plan.organization_id == Participant.organization_id,
        Plan.starts_on <= today,
        Plan.ends_on >= today,
    )
    rows = _participants(held, Plan, Plan.management, Plan.starts_on)
    shown, found = [], []
    for row in rows:
        stands = _PLANS[review(row.ends_on, row.review_on, today)]
        found.append(stands)
        management = row.management.label if row.management else None
        shown.append((*_who(row), management, row.ends_on, row.review_on, stands))
    return Register(
        "plans",
        "Plans and their reviews",
        "The NDIS plan that holds today for every active participant.",
        (
            Column("Participant", 14),
            Column("NDIS number", 8),
            Column("Managed", 9),
            Column("Ends", 7),
            Column("Review", 7),
            Column("Standing", 10),
        ),
        shown,
        counted([(_PLANS[one], one.tone) for one in _PLANS], found),
        "There are no active participants.",
    )


def _participants(held: Any, table: Any, *columns: Any) -> list[Any]:
    """Return every active participant by name, with columns of what holds for them."""
    return list(
        db.session.execute(
            select(
                func.coalesce(Participant.preferred_name, Participant.first_name).label("first"),
                Participant.last_name,
                Participant.ndis_number,
                table.ends_on,
                table.review_on,
                *columns,
            )
            .outerjoin(table, held)
            .where(Participant.status == "active")
            .order_by(Participant.sort_name, Participant.id)
            .limit(MOST_ROWS)
        )
    )


def _who(row: Any) -> tuple[str, str]:
    return f"{row.first} {row.last_name}", show_ndis_number(row.ndis_number)


def changes(days: Days, _today: date) -> Register:
    """Return what was written in the audit log in the period, by what happened."""
    rows = _audited(AuditLog.action, days, MOST_FACTS)
    return Register(
        "changes",
        "Audit log: what happened",
        f"Everything that was recorded from {days.words}. The log itself is never changed.",
        (
            Column("What", 25),
            Column("People", 10, is_end=True),
            Column("Times", 10, is_end=True),
        ),
        [(_said(row.what), row.people, row.times) for row in rows],
        empty="Nothing was recorded in this period.",
    )


def actors(days: Days, _today: date) -> Register:
    """Return who did what is written in the audit log, and how often."""
    rows = _audited(AuditLog.actor_name, days, MOST_PEOPLE)
    return Register(
        "actors",
        "Audit log: by whom",
        f"Who did what was recorded from {days.words}; Caddy itself does what comes by the clock.",
        (Column("Name", 35), Column("Times", 10, is_end=True)),
        [(row.what, row.times) for row in rows],
        empty="Nothing was recorded in this period.",
    )


def _audited(column: Any, days: Days, most: int) -> list[Any]:
    zone = ZoneInfo(organizations.current().timezone)
    first, last = (
        datetime.combine(day, time.min, zone).astimezone(UTC)
        for day in (days.first, days.last + timedelta(days=1))
    )
    times = func.count(AuditLog.id)
    return list(
        db.session.execute(
            select(
                column.label("what"),
                times.label("times"),
                func.count(AuditLog.user_id.distinct()).label("people"),
            )
            .where(AuditLog.happened_at >= first, AuditLog.happened_at < last)
            .group_by(column)
            .order_by(times.desc(), column)
            .limit(most)
        )
    )


def _said(action: str) -> str:
    """Return a fact as words: `service.logged` is "Service logged"."""
    return action.replace(".", " ").replace("_", " ").capitalize()


SECTIONS: tuple[Reader, ...] = (
    qualifications,
    agreements,
    plans,
    *shelves.SECTIONS,
    evidence.register,
    changes,
    actors,
)
