"""The register of service agreements: signed or not, until when, and when each is reviewed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select

from caddy.domain.agreements import stands
from caddy.domain.registers import Column
from caddy.domain.spreadsheets import Cell
from caddy.models import AgreementStatus, Participant, ServiceAgreement
from caddy.queries.shelves.base import Choice, Entry, Look, Shelf

_KEPT = ServiceAgreement


def _cells(entry: Entry, _at: Look) -> tuple[Cell, ...]:
    row = entry.row
    days = (row.starts_on, row.ends_on, row.review_on, row.signed_on)
    return (entry.participant, *days, row.signed_by)


def _current(at: Look) -> Any:
    """Leave what holds or is to hold, of participants who are here."""
    active = select(Participant.id).where(Participant.status == "active")
    return and_(
        _KEPT.status != AgreementStatus.ENDED,
        _KEPT.ends_on >= at.today,
        _KEPT.participant_id.in_(active),
    )


def _signed(at: Look) -> Any:
    return and_(_current(at), _KEPT.status == AgreementStatus.SIGNED)


def _overdue(at: Look) -> Any:
    return and_(_signed(at), _KEPT.review_on < at.today)


def _over(at: Look) -> Any:
    return or_(_KEPT.status == AgreementStatus.ENDED, _KEPT.ends_on < at.today)


SHELF = Shelf(
    key="service_agreements",
    title="Service agreements",
    noun="service agreement",
    about="What was agreed with each participant, from when to when, and when it is reviewed.",
    model=_KEPT,
    order_by=_KEPT.starts_on,
    columns=(
        Column("Participant", 12),
        Column("Starts", 7),
        Column("Ends", 7),
        Column("Review", 7),
        Column("Signed", 7),
        Column("Signed by", 9),
    ),
    cells=_cells,
    stands=lambda row, at: stands(
        row.status.value, row.signed_on, row.ends_on, row.review_on, at.today
    ),
    choices={
        "current": Choice("Current", _current),
        "overdue": Choice("Review overdue", _overdue),
        "unsigned": Choice(
            "Not signed yet", lambda at: _current(at) & (_KEPT.status == AgreementStatus.DRAFT)
        ),
        "over": Choice("Ended", _over),
    },
    attention=_overdue,
    searched=(_KEPT.signed_by,),
    links_to=("agreements.show", "agreement_id"),
)
