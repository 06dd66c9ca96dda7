"""The register of risks: of participants, of sites, of the organization."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_

from caddy.domain.periods import Days
from caddy.domain.registers import Column
from caddy.domain.risks import EXTREME, RiskState, level, stands
from caddy.domain.spreadsheets import Cell
from caddy.models import Risk
from caddy.queries.shelves.base import Choice, Entry, Look, Shelf


def _cells(entry: Entry, _at: Look) -> tuple[Cell, ...]:
    row = entry.row
    rating = f"{level(row.rating)}, {row.rating}"
    return (row.title, entry.of, rating, row.state.label, entry.owner, row.review_on)


def _not_closed(_at: Look) -> Any:
    return Risk.state != RiskState.CLOSED


def _attention(at: Look) -> Any:
    not_controlled = and_(Risk.state == RiskState.OPEN, Risk.rating >= EXTREME)
    return and_(_not_closed(at), or_(Risk.review_on < at.today, not_controlled))


def _in_report(_days: Days, at: Look) -> Any:
    return _not_closed(at)


SHELF = Shelf(
    key="risks",
    title="Risks",
    noun="risk",
    about="What could go wrong, how bad it would be, and what is done about it.",
    model=Risk,
    order_by=Risk.rating,
    columns=(
        Column("Risk", 17),
        Column("Of", 10),
        Column("Rating", 7),
        Column("State", 7),
        Column("Owner", 9),
        Column("Review", 7),
    ),
    cells=_cells,
    stands=lambda row, at: stands(row.state, row.rating, row.review_on, at.today),
    choices={
        "current": Choice("Open and controlled", _not_closed),
        "attention": Choice("Needs a look", _attention),
        "closed": Choice("Closed", lambda _at: Risk.state == RiskState.CLOSED),
    },
    attention=_attention,
    in_report=_in_report,
    searched=(Risk.title,),
)
