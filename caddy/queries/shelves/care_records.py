"""The register of consents and support plans."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select

from caddy.domain.care_records import CONSENTS, stands
from caddy.domain.periods import Days
from caddy.domain.registers import Column
from caddy.domain.spreadsheets import Cell
from caddy.models import CareRecord, Participant
from caddy.queries.shelves.base import Choice, Entry, Look, Shelf


def _cells(entry: Entry, _at: Look) -> tuple[Cell, ...]:
    row = entry.row
    return (
        row.kind.label,
        entry.participant,
        row.given_by,
        row.given_on,
        row.review_on,
        row.expires_on,
        row.withdrawn_on,
    )


def _current(_at: Look) -> Any:
    """Leave what was not withdrawn, of participants who are here."""
    active = select(Participant.id).where(Participant.status == "active")
    return and_(CareRecord.withdrawn_on.is_(None), CareRecord.participant_id.in_(active))


def _overdue(at: Look) -> Any:
    return and_(
        _current(at), or_(CareRecord.review_on < at.today, CareRecord.expires_on < at.today)
    )


def _in_report(days: Days, at: Look) -> Any:
    withdrawn_meanwhile = CareRecord.withdrawn_on >= days.first
    return and_(CareRecord.given_on <= days.last, or_(_current(at), withdrawn_meanwhile))


SHELF = Shelf(
    key="care_records",
    title="Consents and support plans",
    noun="consent or plan",
    about="What participants agreed to, what was planned with them, and when each is reviewed.",
    model=CareRecord,
    order_by=CareRecord.given_on,
    columns=(
        Column("What", 14),
        Column("Participant", 11),
        Column("Given or agreed by", 10),
        Column("On", 6),
        Column("Review", 6),
        Column("Expires", 6),
        Column("Withdrawn", 6),
    ),
    cells=_cells,
    stands=lambda row, at: stands(row.review_on, row.expires_on, row.withdrawn_on, at.today),
    choices={
        "current": Choice("Current", _current),
        "overdue": Choice("Overdue or expired", _overdue),
        "consents": Choice("Consents", lambda at: _current(at) & CareRecord.kind.in_(CONSENTS)),
        "plans": Choice("Plans", lambda at: _current(at) & CareRecord.kind.not_in(CONSENTS)),
        "withdrawn": Choice("Withdrawn", lambda _at: CareRecord.withdrawn_on.is_not(None)),
    },
    attention=_overdue,
    in_report=_in_report,
    searched=(CareRecord.given_by,),
)
