"""The register of restrictive practices, with the uses of one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, or_, select

from caddy.domain.business_days import business_days_after
from caddy.domain.periods import Days
from caddy.domain.registers import Column, Stands
from caddy.domain.restrictive_practices import (
    REPORT_WITHIN_BUSINESS_DAYS,
    report_due_on,
    stands,
)
from caddy.domain.spreadsheets import Cell
from caddy.extensions import db
from caddy.models import PracticeUse, RestrictivePractice
from caddy.queries.shelves.base import Choice, Entry, Look, Shelf

MOST_USES = 100


def report_due(row: Any, at: Look) -> date:
    """Return by when the next month's report of a practice is due."""
    return report_due_on(row.starts_on, row.reported_until, at.is_holiday)


def _stands(row: Any, at: Look) -> Stands:
    return stands(
        row.authorised_until, row.ended_on, row.behaviour_plan, report_due(row, at), at.today
    )


def _cells(entry: Entry, at: Look) -> tuple[Cell, ...]:
    row = entry.row
    has_ended = row.ended_on is not None and row.ended_on <= at.today
    return (
        row.kind.label,
        entry.participant,
        row.authorised_until,
        row.behaviour_plan,
        row.practitioner,
        None if has_ended else report_due(row, at),
    )


def _current(at: Look) -> Any:
    ended_on = RestrictivePractice.ended_on
    return or_(ended_on.is_(None), ended_on > at.today)


def _owed_month(at: Look) -> date:
    """Return the first day of the last month whose report is overdue where there is none."""
    this_month = at.today.replace(day=1)
    last_day = this_month - timedelta(days=1)
    due = business_days_after(last_day, REPORT_WITHIN_BUSINESS_DAYS, at.is_holiday)
    month = last_day.replace(day=1)
    return month if at.today > due else (month - timedelta(days=1)).replace(day=1)


def _attention(at: Look) -> Any:
    row = RestrictivePractice
    # The first day without a report lies in a month whose report should be there by now.
    first = case((row.reported_until.is_not(None), row.reported_until), else_=row.starts_on)
    following = (_owed_month(at).replace(day=28) + timedelta(days=4)).replace(day=1)
    last_owed = following - timedelta(days=1)
    unreported = or_(
        and_(row.reported_until.is_not(None), row.reported_until < last_owed),
        and_(row.reported_until.is_(None), first <= last_owed),
    )
    return and_(
        _current(at),
        or_(
            row.authorised_until.is_(None),
            row.authorised_until < at.today,
            row.behaviour_plan.is_(None),
            unreported,
        ),
    )


def _in_report(days: Days, _at: Look) -> Any:
    ended_on = RestrictivePractice.ended_on
    return and_(
        RestrictivePractice.starts_on <= days.last,
        or_(ended_on.is_(None), ended_on >= days.first),
    )


def uses(practice_id: UUID) -> list[PracticeUse]:
    """Return the last uses of a practice, the latest first."""
    return list(
        db.session.scalars(
            select(PracticeUse)
            .where(PracticeUse.practice_id == practice_id)
            .order_by(PracticeUse.used_at.desc(), PracticeUse.id.desc())
            .limit(MOST_USES)
        )
    )


SHELF = Shelf(
    key="restrictive_practices",
    title="Restrictive practices",
    noun="restrictive practice",
    about="What limits the freedom of a participant, who authorised it, and until when.",
    model=RestrictivePractice,
    order_by=RestrictivePractice.starts_on,
    columns=(
        Column("Kind", 10),
        Column("Participant", 10),
        Column("Authorised until", 7),
        Column("Behaviour support plan", 11),
        Column("Practitioner", 10),
        Column("Next report due", 7),
    ),
    cells=_cells,
    stands=_stands,
    choices={
        "current": Choice("Current", _current),
        "attention": Choice("Needs a look", _attention),
        "ended": Choice("Ended", lambda at: RestrictivePractice.ended_on <= at.today),
    },
    attention=_attention,
    in_report=_in_report,
    searched=(RestrictivePractice.behaviour_plan, RestrictivePractice.practitioner),
)
