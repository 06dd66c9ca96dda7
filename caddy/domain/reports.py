"""What reports say: a claim's lines, an invoice, and the sums of both. Amounts are cents.

Knows nothing of PDFs or tables: whoever reads the database fills these in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from uuid import UUID

from caddy.domain.ndis.categories import category_name
from caddy.domain.spreadsheets import Cents, Table

MOST_LINES_OF_PART = 500


@dataclass(frozen=True, slots=True)
class Paper:
    """A report as it was made: the stem of its files' names, its PDF, and its tables.

    The first table is the main one: each becomes a CSV, all of them the sheets of one XLSX.
    """

    stem: str
    pdf: bytes
    tables: Sequence[Table]


class Maker(Protocol):
    """What makes one kind of report, from what was chosen in its form.

    `seen_by` is the user whose participants alone may be reported, None where all of them.
    Raises NotFound where that leaves nothing to report.
    """

    def __call__(
        self,
        params: Mapping[str, str],
        progress: Callable[[int, int], None],
        *,
        seen_by: UUID | None,
    ) -> Paper: ...


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who sends a report. Without a logo the name stands large."""

    name: str
    abn: str | None = None
    registration: str | None = None
    contact: tuple[str, ...] = ()
    has_logo: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One delivered support. `quantity_milli` is thousandths of `unit`: 1.5 hours is 1,500.

    What is claimed by time has its exact `minutes` instead, which thousandths of hours are not.
    """

    participant: str
    ndis_number: str
    service_on: date
    item_number: str
    support_category: int
    quantity_milli: int
    unit: str
    unit_price_cents: int
    total_cents: int
    reference: str = ""
    gst_cents: int = 0
    minutes: int | None = None
    item_name: str = ""

    @property
    def shown_quantity(self) -> str:
        """Return `2:30 h` of what is claimed by time, else a number: `1.50 each`."""
        if self.minutes is None:
            return show_quantity(self.quantity_milli, self.unit)
        return f"{self.minutes // 60}:{self.minutes % 60:02} h"


@dataclass(frozen=True, slots=True)
class Sum:
    """How much some lines come to."""

    name: str
    lines: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class NamedItem:
    """What the lines of one support item come to, under the name it had."""

    name: str
    number: str
    quantity: str
    total_cents: int


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one participant, or those of them that one part holds."""

    participant: str
    ndis_number: str
    lines: tuple[Line, ...]
    is_continued: bool = False

    @property
    def total_cents(self) -> int:
        return sum(line.total_cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """A claim as it was made: what was delivered to whom, and what it comes to."""

    number: str
    starts_on: date
    ends_on: date
    payer: str
    lines: tuple[Line, ...]

    @property
    def total_cents(self) -> int:
        return sum(line.total_cents for line in self.lines)


@dataclass(frozen=True, slots=True)
class Party:
    """Whom an invoice is addressed to, line by line under the name."""

    name: str
    address: tuple[str, ...] = ()
    email: str = ""
    abn: str = ""


@dataclass(frozen=True, slots=True)
class Bank:
    account_name: str
    bsb: str
    account_number: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """A tax invoice to a plan manager or a participant, for one participant's supports.

    NDIS supports are GST-free as a rule (GST Act s 38-38); a line with GST says how much of its
    total it is.
    """

    number: str
    issued_on: date
    due_on: date
    to: Party
    participant: str
    ndis_number: str
    lines: tuple[Line, ...]
    bank: Bank | None = None

    @property
    def total_cents(self) -> int:
        return sum(line.total_cents for line in self.lines)

    @property
    def named_items(self) -> list[NamedItem]:
        """Return what was delivered, in words: a tax invoice describes it (GST Act s 29-70)."""
        return by_item(self.lines)

    @property
    def gst_cents(self) -> int:
        return sum(line.gst_cents for line in self.lines)


def by_category(lines: Sequence[Line]) -> list[Sum]:
    """Return what the lines of each support category come to, in the catalogue's order."""
    found: dict[int, tuple[int, int]] = {}
    for line in lines:
        count, cents = found.get(line.support_category, (0, 0))
        found[line.support_category] = (count + 1, cents + line.total_cents)
    return [Sum(category_name(number), *found[number]) for number in sorted(found)]


def by_item(lines: Sequence[Line]) -> list[NamedItem]:
    """Return what the lines of each support item come to, in the order of their numbers.

    Time and units are not one sum: an item that was claimed both ways is there twice.
    """
    found: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        if line.item_name:
            found.setdefault((line.item_number, line.unit), []).append(line)
    return [
        NamedItem(
            some[-1].item_name,
            number,
            replace(
                some[0],
                quantity_milli=sum(one.quantity_milli for one in some),
                minutes=None if some[0].minutes is None else sum(one.minutes or 0 for one in some),
            ).shown_quantity,
            sum(one.total_cents for one in some),
        )
        for (number, _), some in sorted(found.items())
    ]


def by_participant(lines: Sequence[Line]) -> list[Group]:
    """Return the lines of each participant by day; people by name, told apart by their number."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        found.setdefault((line.participant, line.ndis_number), []).append(line)
    return [
        Group(*whom, tuple(sorted(own, key=lambda one: (one.service_on, one.item_number))))
        for whom, own in sorted(found.items())
    ]


def in_parts(groups: Sequence[Group], most: int = MOST_LINES_OF_PART) -> Iterator[list[Group]]:
    """Cut groups into parts of at most so many lines; a group may go on in the next part.

    A part costs memory and time by its length, so that a long report stays cheap.
    """
    part: list[Group] = []
    room = most
    for group in groups:
        start = 0
        while start < len(group.lines):
            taken = group.lines[start : start + room]
            part.append(Group(group.participant, group.ndis_number, taken, start > 0))
            start += len(taken)
            room -= len(taken)
            if not room:
                yield part
                part, room = [], most
    if part:
        yield part


def show_quantity(milli: int, unit: str) -> str:
    """Return a quantity with its unit.

    >>> show_quantity(1500, "h"), show_quantity(12345, "each")
    ('1.50 h', '12.345 each')
    """
    whole, rest = divmod(milli, 1_000)
    decimals = f"{rest:03}"
    return f"{whole:,}.{decimals.removesuffix('0')} {unit}"


def lines_table(name: str, lines: Sequence[Line]) -> Table:
    """Return lines as a sheet: one row a line, in the order of the report."""
    header = tuple(
        "Participant,NDIS number,Date,Support item,Category,Quantity,Unit,Unit price,GST,Total,"
        "Reference".split(",")
    )
    rows = [
        (
            line.participant,
            line.ndis_number,
            line.service_on,
            line.item_number,
            category_name(line.support_category),
            line.shown_quantity.removesuffix(line.unit).strip(),
            line.unit,
            Cents(line.unit_price_cents),
            Cents(line.gst_cents),
            Cents(line.total_cents),
            line.reference,
        )
        for group in by_participant(lines)
        for line in group.lines
    ]
    return Table(name, header, rows)


def sums_table(name: str, sums: Sequence[Sum]) -> Table:
    """Return sums as a sheet, with what they come to together."""
    rows = [(one.name, one.lines, Cents(one.total_cents)) for one in sums]
    total = Cents(sum(one.total_cents for one in sums))
    return Table(
        name,
        ("Name", "Lines", "Total"),
        [*rows, ("Total", sum(one.lines for one in sums), total)],
    )
