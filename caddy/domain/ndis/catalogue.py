"""The NDIA's Support Catalogue: its file, in every layout it has had, as items with prices.

Columns are found by name, never by position; names and values are untidy in the real file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import BinaryIO

from caddy.domain.money import parse_cents
from caddy.domain.ndis.categories import CATEGORY_NAMES
from caddy.domain.ndis.identifiers import parse_item_number
from caddy.domain.ndis.tables import Row, UnreadableFile, read_tables

OPEN_END = date(9999, 12, 31)
ALWAYS = date(2013, 7, 1)  # the scheme began: for older files without dates
HEADER_WITHIN = 20
MOST_ERRORS = 20


class CatalogueError(ValueError):
    """The file is not a catalogue; the message says which column is missing or which cell."""


class Unit(StrEnum):
    HOUR = "H"
    EACH = "E"
    DAY = "D"
    WEEK = "WK"
    MONTH = "MON"
    YEAR = "YR"

    @property
    def label(self) -> str:
        return self.name.lower()


class ItemType(StrEnum):
    PRICE_LIMITED = "price_limited"
    QUOTABLE = "quotable"
    UNIT_PRICE_ONE = "unit_price_one"


STATES = ("ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA")
REGIONS = (*STATES, "NATIONAL", "REMOTE", "VERY_REMOTE")
_TYPES = {
    "price limited supports": ItemType.PRICE_LIMITED,
    "quotable supports": ItemType.QUOTABLE,
    "unit price = $1": ItemType.UNIT_PRICE_ONE,
}
_FLAGS = {
    "allows_non_face_to_face": "non face to face support provision",
    "allows_provider_travel": "provider travel",
    "allows_short_notice_cancellation": "short notice cancellations",
    "allows_ndia_reports": "ndia requested reports",
    "allows_irregular_sil": "irregular sil supports",
}
REQUIRED = {
    "support item number": "Support Item Number",
    "support item name": "Support Item Name",
    "unit": "Unit",
}

COLUMNS = (
    *REQUIRED.values(),
    "Registration Group Number",
    "Registration Group Name",
    "Support Category Number",
    "Support Category Number (PACE)",
    "Support Category Name",
    "Support Category Name (PACE)",
    "Quote",
    "Start date",
    "End Date",
    *STATES,
    "National",
    "Remote",
    "Very Remote",
    "Non-Face-to-Face Support Provision",
    "Provider Travel",
    "Short Notice Cancellations",
    "NDIA Requested Reports",
    "Irregular SIL Supports",
    "Type",
)


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One line. `limits_cents` maps a region to its limit; without an entry there is none."""

    item_number: str
    name: str
    registration_group_number: str
    registration_group_name: str
    support_category: int
    support_category_pace: int
    support_category_name: str
    support_category_name_pace: str
    unit: Unit
    is_quote: bool
    item_type: ItemType
    starts_on: date
    ends_on: date
    limits_cents: dict[str, int] = field(default_factory=dict)
    allows_non_face_to_face: bool | None = None
    allows_provider_travel: bool | None = None
    allows_short_notice_cancellation: bool | None = None
    allows_ndia_reports: bool | None = None
    allows_irregular_sil: bool | None = None


def read_catalogue(stream: BinaryIO, filename: str) -> list[CatalogueItem]:
    """Return every item of a catalogue file (.csv or .xlsx), or raise CatalogueError.

    All sheets that have a catalogue's header are read: current and legacy items alike.
    """
    try:
        tables = read_tables(stream, filename)
    except UnreadableFile as error:
        raise CatalogueError(str(error)) from error
    items: list[CatalogueItem] = []
    missing: list[str] = list(REQUIRED.values())
    for name, rows in tables:
        at, columns, lacking = _find_header(rows)
        if lacking:
            missing = lacking if len(lacking) < len(missing) else missing
            continue
        missing = []
        items.extend(_read_rows(name if len(tables) > 1 else "", rows, at, columns))
    if not items:
        raise CatalogueError(_not_a_catalogue(missing))
    return items


def _not_a_catalogue(missing: list[str]) -> str:
    if not missing:
        return "This catalogue has no items in it."
    columns = ", ".join(f"“{name}”" for name in missing)
    which = "these columns are" if len(missing) > 1 else "this column is"
    return f"This is not a Support Catalogue: {which} missing: {columns}."


def _plain(header: str) -> str:
    """Return a column's name without case, spaces at its ends, and punctuation."""
    return (
        re.sub(r"\s+", " ", re.sub(r"[.\-_/]", " ", header.replace("\u00a0", " "))).strip().lower()
    )


def _find_header(rows: list[Row]) -> tuple[int, dict[str, int], list[str]]:
    """Return where the header is, its columns by plain name, and what it lacks."""
    best: tuple[int, dict[str, int], list[str]] = (0, {}, list(REQUIRED.values()))
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for position, header in enumerate(row):
            columns.setdefault(_plain(header), position)
        lacking = [title for plain, title in REQUIRED.items() if plain not in columns]
        if not lacking and not any(region in columns for region in _region_columns()):
            lacking = ["National (or one column a state)"]
        if len(lacking) < len(best[2]):
            best = (at, columns, lacking)
    return best


def _region_columns() -> dict[str, str]:
    return {region.replace("_", " ").lower(): region for region in REGIONS}


def _read_rows(
    sheet: str, rows: list[Row], header_at: int, columns: dict[str, int]
) -> list[CatalogueItem]:
    items, errors = [], []
    for at, row in enumerate(rows[header_at + 1 :], start=header_at + 2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            items.append(_item(_Cells(row, columns)))
        except ValueError as error:
            place = f"{sheet}, row {at}" if sheet else f"Row {at}"
            errors.append(f"{place}: {error}")
    if errors:
        more = f" … and {len(errors) - MOST_ERRORS} more." if len(errors) > MOST_ERRORS else ""
        raise CatalogueError(" ".join(errors[:MOST_ERRORS]) + more)
    return items


def item_of(cells: Mapping[str, str]) -> CatalogueItem:
    """Return the item that a row says, by the titles of its columns, or raise ValueError."""
    return _item(_Cells(list(cells.values()), {_plain(one): at for at, one in enumerate(cells)}))


class _Cells:
    """One row's cells by plain column name; a missing column reads as empty."""

    def __init__(self, row: Row, columns: dict[str, int]) -> None:
        self._row = row
        self._columns = columns

    def __getitem__(self, plain: str) -> str:
        position = self._columns.get(plain)
        if position is None or position >= len(self._row):
            return ""
        return self._row[position].replace("\u00a0", " ").strip()


def _item(cells: _Cells) -> CatalogueItem:
    number, own_category, own_group = _number(cells["support item number"])
    category = _category(cells["support category number"], own_category)
    name = cells["support item name"]
    if not name:
        raise ValueError("the column “Support Item Name” is empty")
    limits = _limits(cells)
    group = cells["registration group number"]
    item_type = _type(cells["type"], limits, is_quote=_is_yes(cells["quote"]))
    return CatalogueItem(
        item_number=number,
        name=name,
        registration_group_number=group.zfill(4) if group else own_group,
        registration_group_name=cells["registration group name"],
        support_category=category,
        support_category_pace=_category(cells["support category number (pace)"], category),
        support_category_name=cells["support category name"],
        support_category_name_pace=cells["support category name (pace)"],
        unit=_unit(cells["unit"]),
        is_quote=_is_yes(cells["quote"]),
        item_type=item_type,
        starts_on=_date(cells["start date"], "Start date") or ALWAYS,
        ends_on=_date(cells["end date"], "End Date") or OPEN_END,
        limits_cents=limits,
        **{name: _flag(cells[column]) for name, column in _FLAGS.items()},
    )


def _number(text: str) -> tuple[str, int, str]:
    """Return the item's number and the category and group inside it.

    The real file also has an item whose number is a word (`Bereavement`): it stays as it
    is, and its category comes from its own column.
    """
    try:
        parts = parse_item_number(text)
    except ValueError:
        if not re.fullmatch(r"[A-Za-z][\w ]{2,39}", text):
            raise ValueError(f"the item number {text!r} cannot be read") from None
        return text, 0, ""
    return text.upper(), parts.category, parts.registration_group


def _category(text: str, otherwise: int) -> int:
    number = int(text) if text.isdigit() else otherwise
    if number not in CATEGORY_NAMES:
        raise ValueError(f"there is no support category {text or otherwise}")
    return number


def _unit(text: str) -> Unit:
    try:
        return Unit(text.upper())
    except ValueError:
        raise ValueError(f"the column “Unit” holds {text!r}, which is no unit") from None


def _limits(cells: _Cells) -> dict[str, int]:
    limits = {}
    for plain, region in _region_columns().items():
        text = cells[plain]
        if not text or text.upper() in {"NA", "N/A", "-"}:
            continue
        try:
            limits[region] = parse_cents(text)
        except ValueError:
            raise ValueError(f"the price {text!r} in column “{plain}” cannot be read") from None
    return limits


def _type(text: str, limits: dict[str, int], *, is_quote: bool) -> ItemType:
    """Return the item's type; an empty cell is read from the quote flag and the prices."""
    known = _TYPES.get(re.sub(r"\s+", " ", text).strip().lower())
    if known:
        return known
    return ItemType.QUOTABLE if is_quote or not limits else ItemType.PRICE_LIMITED


def _is_yes(text: str) -> bool:
    return text.strip().lower() in {"y", "yes", "true"}


def _flag(text: str) -> bool | None:
    return {"y": True, "yes": True, "n": False, "no": False}.get(text.strip().lower())


def _date(text: str, column: str) -> date | None:
    """Return a date written 20250701, 2025-07-01 or 1/07/2025; None where there is none."""
    plain = text.strip()
    if not plain or plain.upper() in {"NA", "N/A"}:
        return None
    try:
        if re.fullmatch(r"\d{8}", plain):
            return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
        if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2}).*", plain):
            year, month, day = map(int, found.groups())
            return date(year, month, day)
        if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", plain):
            day, month, year = map(int, found.groups())
            return date(year, month, day)
    except ValueError:
        pass
    raise ValueError(f"the date {text!r} in column “{column}” cannot be read")
