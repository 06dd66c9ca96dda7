"""The register of staff qualifications: what active people hold, the first to lapse first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, exists, func, or_, select

from caddy.domain.people import UserStatus
from caddy.domain.qualifications import VALID_YEARS, QualificationKind
from caddy.domain.registers import Column, Stands, Tone
from caddy.domain.spreadsheets import Cell
from caddy.domain.staff import SOON, Standing, standing
from caddy.models import Document, StaffQualification, User
from caddy.queries.shelves.base import Choice, Entry, Look, Shelf

_TONES = {
    Standing.MISSING: Tone.BAD,
    Standing.LAPSED: Tone.BAD,
    Standing.ENDS_SOON: Tone.SOON,
    Standing.VALID: Tone.GOOD,
}
_KEPT = StaffQualification
_HAS_DOCUMENT = exists().where(
    Document.qualification_id == _KEPT.id,
    Document.organization_id == _KEPT.organization_id,
    Document.is_active,
)
_NAME: Any = (
    select(func.lower(User.first_name + " " + User.last_name))
    .where(User.id == _KEPT.user_id)
    .correlate(_KEPT)
    .scalar_subquery()
)


def _cells(entry: Entry, _at: Look) -> tuple[Cell, ...]:
    row = entry.row
    has_document = "Yes" if entry.more["has_document"] else "No"
    kind, number = row.kind.label, row.number
    return (entry.owner, kind, number, row.issued_on, row.expires_on, has_document)


def _stands(row: Any, at: Look) -> Stands:
    how = standing(row.kind, is_held=True, expires_on=row.expires_on, today=at.today)
    return Stands(how.label, _TONES[how])


def _active(_at: Look) -> Any:
    """Leave what people hold who still work here."""
    return _KEPT.user_id.in_(select(User.id).where(User.status == UserStatus.ACTIVE))


def _lapsed(at: Look) -> Any:
    """Leave what has lapsed, and what must name its last day and names none."""
    endless = and_(_KEPT.kind.in_(list(VALID_YEARS)), _KEPT.expires_on.is_(None))
    expires = _KEPT.kind != QualificationKind.ORIENTATION
    return and_(_active(at), or_(and_(expires, _KEPT.expires_on < at.today), endless))


def _soon(at: Look) -> Any:
    last = at.today + SOON
    return and_(_active(at), _KEPT.expires_on >= at.today, _KEPT.expires_on < last)


SHELF = Shelf(
    key="qualifications",
    title="Staff qualifications",
    noun="qualification",
    about="Worker screening, orientation, first aid and the other checks that people hold.",
    model=_KEPT,
    order_by=_KEPT.last_day,
    columns=(
        Column("Name", 11),
        Column("Qualification", 12),
        Column("Number", 8),
        Column("Issued", 6),
        Column("Expires", 6),
        Column("Document", 6),
    ),
    cells=_cells,
    stands=_stands,
    choices={
        "current": Choice("Of current staff", _active),
        "lapsed": Choice("Lapsed", _lapsed),
        "soon": Choice("Ends within 60 days", _soon),
        "undocumented": Choice("Without a document", lambda at: _active(at) & ~_HAS_DOCUMENT),
    },
    attention=_lapsed,
    searched=(_NAME, _KEPT.number),
    is_newest_first=False,
    owner="user_id",
    own=lambda user_id: _KEPT.user_id == user_id,
    more=(_HAS_DOCUMENT.label("has_document"),),
    links_to=("staff.show", "user_id"),
)
