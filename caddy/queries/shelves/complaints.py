"""The register of complaints."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_

from caddy.domain.complaints import ACKNOWLEDGE_WITHIN, RESOLVE_WITHIN, ComplaintState, stands
from caddy.domain.periods import Days
from caddy.domain.registers import Column
from caddy.domain.spreadsheets import Cell
from caddy.models import Complaint
from caddy.queries.shelves.base import Choice, Entry, Look, Shelf

ANONYMOUS = "Anonymous"


def _cells(entry: Entry, _at: Look) -> tuple[Cell, ...]:
    row = entry.row
    return (
        row.about,
        row.complainant or ANONYMOUS,
        entry.participant,
        row.received_on,
        row.acknowledged_on,
        row.resolved_on,
        row.commission_on,
    )


def _late(at: Look) -> Any:
    not_answered = and_(
        Complaint.state == ComplaintState.RECEIVED,
        Complaint.received_on < at.today - ACKNOWLEDGE_WITHIN,
    )
    is_open = Complaint.state != ComplaintState.RESOLVED
    return or_(not_answered, and_(is_open, Complaint.received_on < at.today - RESOLVE_WITHIN))


def _in_report(days: Days, _at: Look) -> Any:
    """Leave what came in these days, and what was open in them."""
    return and_(
        Complaint.received_on <= days.last,
        or_(Complaint.resolved_on.is_(None), Complaint.resolved_on >= days.first),
    )


SHELF = Shelf(
    key="complaints",
    title="Complaints",
    noun="complaint",
    about="Who complained about what, when they were answered, and what came of it.",
    model=Complaint,
    order_by=Complaint.received_on,
    columns=(
        Column("About", 14),
        Column("From", 9),
        Column("Participant", 9),
        Column("Received", 6),
        Column("Acknowledged", 6),
        Column("Resolved", 6),
        Column("Commission", 6),
    ),
    cells=_cells,
    stands=lambda row, at: stands(row.state, row.received_on, at.today),
    choices={
        "open": Choice("Open", lambda _at: Complaint.state != ComplaintState.RESOLVED),
        "late": Choice("Late", _late),
        "resolved": Choice("Resolved", lambda _at: Complaint.state == ComplaintState.RESOLVED),
    },
    attention=_late,
    in_report=_in_report,
    searched=(Complaint.about,),
)
