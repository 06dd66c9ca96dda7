"""The files that answer a claim: results and remittances, matched by column name.

Their headers have varied over the years, so each column is guessed from many names; what was
guessed can be corrected and remembered. Rows are told apart by claim reference only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import BinaryIO

from caddy.domain.money import parse_cents
from caddy.domain.ndis.tables import Row, UnreadableFile, read_tables

HEADER_WITHIN = 20  # rows before which the header stands
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%d-%m-%Y", "%d %b %Y", "%d-%b-%Y", "%d/%m/%y")


class Column(StrEnum):
    """What a column of an answer can hold."""

    REFERENCE = "reference"
    STATUS = "status"
    PAID = "paid"
    REASON = "reason"
    CODE = "code"
    CAPPED = "capped"
    PAID_ON = "paid_on"
    REMITTANCE = "remittance"

    @property
    def label(self) -> str:
        return {
            "reference": "Claim reference",
            "status": "Status",
            "paid": "Amount paid",
            "reason": "Reason for a rejection",
            "code": "Error code",
            "capped": "Price was capped",
            "paid_on": "Day of the payment",
            "remittance": "Remittance reference",
        }[self.value]

    @property
    def hint(self) -> str:
        return {
            "reference": "What each line was sent with, such as C-000123-0001.",
            "status": "Paid or rejected. A remittance may go without.",
            "paid": "In dollars, for each line.",
            "reason": "The words of the agency.",
            "code": "A short code beside the reason.",
            "capped": "Y where the agency paid its own lower price.",
            "paid_on": "In a remittance: when the money was sent.",
            "remittance": "In a remittance: the number of the transfer.",
        }[self.value]


# Letters and digits of a header in lower case, the likeliest first.
NAMES: dict[Column, list[str]] = {
    Column.REFERENCE: (
        "claimreference claimreferencenumber claimref claimreferenceno providerclaimreference "
        "providerclaimref invoicenumber yourreference paymentrequestreference reference lineref"
    ).split(),
    Column.STATUS: (
        "paymentrequeststatus status claimstatus requeststatus paymentstatus linestatus result "
        "outcome"
    ).split(),
    Column.PAID: (
        "paidtotalamount totalpaidamount paidamount amountpaid totalamountpaid paymentamount "
        "paidtotal paid remittedamount amountremitted payment"
    ).split(),
    Column.REASON: (
        "rejectionreason errormessage rejectreason reasonforrejection errordescription "
        "errorreason errordetails rejectiondescription reason message error comments"
    ).split(),
    Column.CODE: "errorcode rejectioncode reasoncode rejectreasoncode messagecode code".split(),
    Column.CAPPED: (
        "cappedprice capped pricecapped cappedpriceapplied iscapped cappedpriceflag"
    ).split(),
    Column.PAID_ON: (
        "remittancedate paymentdate paiddate datepaid paidon remitdate transferdate"
    ).split(),
    Column.REMITTANCE: (
        "remittancereference remittancenumber remittanceid remittanceadvicenumber "
        "paymentreference remittance bankreference paymentnumber transferreference"
    ).split(),
}

SUCCESS = frozenset(
    "successful success paid accepted approved processed complete completed ok".split()
)
ERROR = frozenset(
    "error rejected refused failed failure declined unsuccessful notsuccessful denied invalid "
    "cancelled unpaid notpaid".split()
)
UNDECIDED = frozenset("pending submitted received open new inprogress processing queued".split())


class Answer(StrEnum):
    SUCCESSFUL = "successful"
    ERROR = "error"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What one row says of one line; `place` is its row in the file, counted from 1.

    `unclear` is a sentence where a row has a status that answers nothing.
    """

    place: int
    reference: str
    answer: Answer
    paid_cents: int | None = None
    reason: str | None = None
    code: str | None = None
    is_capped: bool = False
    paid_on: date | None = None
    remittance: str | None = None
    unclear: str | None = None

    @property
    def is_remittance(self) -> bool:
        return self.paid_cents is not None and self.paid_on is not None


@dataclass(frozen=True, slots=True)
class ResultTable:
    """An answer as a table: its header and the rows below, before columns have a meaning."""

    header: tuple[str, ...]
    first_row: int
    rows: tuple[Row, ...]

    @property
    def header_sha256(self) -> str:
        words = "\n".join(_plain(name) for name in self.header)
        return hashlib.sha256(words.encode()).hexdigest()


Mapped = Mapping[Column, str]


def read_table(stream: BinaryIO, file_name: str) -> ResultTable:
    """Return the first sheet that has a column for claim references, or raise UnreadableFile.

    Where none has, the first row of the first sheet that is more than a title is the header:
    the mapping is then entered.
    """
    sheets = read_tables(stream, file_name)
    for _, rows in sheets:
        for place, row in enumerate(rows[:HEADER_WITHIN]):
            if Column.REFERENCE in guess(row) and _filled(row) > 1:
                return _table(rows, place)
    rows = sheets[0][1]
    if not rows:
        raise UnreadableFile("This file has no rows.")
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        if _filled(row) > 1:
            return _table(rows, place)
    raise UnreadableFile("This file is no answer: it has no two columns side by side.")


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell.strip())


def _table(rows: Sequence[Row], place: int) -> ResultTable:
    header = tuple(cell.strip() for cell in rows[place])
    return ResultTable(header, place + 2, tuple(rows[place + 1 :]))


def guess(header: Sequence[str]) -> dict[Column, str]:
    """Return which column holds what, by its name; each column has one meaning.

    >>> guess(["Claim Reference", "Payment Request Status", "x"])[Column.STATUS]
    'Payment Request Status'
    """
    found: dict[Column, str] = {}
    for column, names in NAMES.items():
        free = {_plain(one): one for one in header if one not in found.values()}
        name = next((free[name] for name in names if name in free), None)
        if name is not None:
            found[column] = name
    return found


def is_certain(mapping: Mapped) -> bool:
    """Say whether names alone tell what a file means, so that nobody need be asked.

    A result says how each line stands, a remittance what was paid and when. An amount without
    either may be what was asked for as well as what was paid.

    >>> is_certain({Column.REFERENCE: "Claim", Column.PAID: "Amount"})
    False
    """
    has_answer = Column.STATUS in mapping or {Column.PAID, Column.PAID_ON} <= mapping.keys()
    return Column.REFERENCE in mapping and has_answer


def read_rows(table: ResultTable, mapping: Mapped) -> list[ResultRow]:
    """Return the rows that name a line; raise UnreadableFile where the mapping cannot hold.

    A row without a reference (a total, a blank line) is nobody's answer.
    """
    places = {}
    for column, name in mapping.items():
        if name not in table.header:
            raise UnreadableFile(f"This file has no column {name!r}.")
        places[column] = table.header.index(name)
    if Column.REFERENCE not in places:
        raise UnreadableFile("Choose the column that holds the claim references.")
    if not places.keys() & {Column.STATUS, Column.PAID}:
        raise UnreadableFile("Choose the column that holds the status, or what was paid.")
    rows = (
        _row({column: _cell(row, at) for column, at in places.items()}, place)
        for place, row in enumerate(table.rows, table.first_row)
    )
    return [row for row in rows if row is not None]


def _cell(row: Row, place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _row(cells: dict[Column, str], place: int) -> ResultRow | None:
    reference = cells[Column.REFERENCE]
    if not reference:
        return None
    paid_cents = _cents(cells.get(Column.PAID, ""), place)
    status = cells.get(Column.STATUS, "")
    return ResultRow(
        place=place,
        reference=reference,
        answer=_answer(status),
        paid_cents=paid_cents,
        reason=cells.get(Column.REASON) or None,
        code=cells.get(Column.CODE) or None,
        is_capped=_plain(cells.get(Column.CAPPED, "")) in {"y", "yes", "true", "1", "capped"},
        paid_on=_day(cells.get(Column.PAID_ON, ""), place),
        remittance=cells.get(Column.REMITTANCE) or None,
        unclear=_unclear(status) if paid_cents is None else None,
    )


def _answer(text: str) -> Answer:
    word = _plain(text)
    if word in SUCCESS:
        return Answer.SUCCESSFUL
    return Answer.ERROR if word in ERROR else Answer.UNSAID


def _unclear(status: str) -> str | None:
    word = _plain(status)
    if word in UNDECIDED:
        return "The agency has not decided yet."
    return f"Caddy does not know the status “{status[:60]}”." if _is_new(word) else None


def _is_new(word: str) -> bool:
    return bool(word) and word not in SUCCESS | ERROR


def _cents(text: str, place: int) -> int | None:
    if not text:
        return None
    try:
        return parse_cents(text)
    except ValueError as error:
        raise UnreadableFile(f"Row {place}: {error}.") from error


def _day(text: str, place: int) -> date | None:
    if not text:
        return None
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text[:11].strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise UnreadableFile(f"Row {place}: {text!r} is not a day, such as 21/11/2026.")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
