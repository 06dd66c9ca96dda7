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
    "error rejected failed failure declined unsuccessful denied invalid cancelled".split()
)


class Answer(StrEnum):
    SUCCESSFUL = "successful"
    ERROR = "error"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What one row says of one line; `place` is its row in the file, counted from 1."""

    place: int
    reference: str
    answer: Answer
    paid_cents: int | None = None
    reason: str | None = None
    code: str | None = None
    is_capped: bool = False
    paid_on: date | None = None
    remittance: str | None = None

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

    Where none has, the first row of the first sheet is the header: the mapping is then entered.
    """
    sheets = read_tables(stream, file_name)
    for _, rows in sheets:
        for place, row in enumerate(rows[:HEADER_WITHIN]):
            if Column.REFERENCE in guess(row) and len([cell for cell in row if cell.strip()]) > 1:
                return _table(rows, place)
    rows = sheets[0][1]
    if not rows:
        raise UnreadableFile("This file has no rows.")
    return _table(rows, 0)


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
    return ResultRow(
        place=place,
        reference=reference,
        answer=_answer(cells.get(Column.STATUS, "")),
        paid_cents=paid_cents,
        reason=cells.get(Column.REASON) or None,
        code=cells.get(Column.CODE) or None,
        is_capped=_plain(cells.get(Column.CAPPED, "")) in {"y", "yes", "true", "1", "capped"},
        paid_on=_day(cells.get(Column.PAID_ON, "")),
        remittance=cells.get(Column.REMITTANCE) or None,
    )


def _answer(text: str) -> Answer:
    word = _plain(text)
    if word in SUCCESS:
        return Answer.SUCCESSFUL
    return Answer.ERROR if word in ERROR else Answer.UNSAID


def _cents(text: str, place: int) -> int | None:
    if not text:
        return None
    try:
        return parse_cents(text)
    except ValueError as error:
        raise UnreadableFile(f"Row {place}: {error}.") from error


def _day(text: str) -> date | None:
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text[:11].strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


@dataclass(frozen=True, slots=True)
class Explanation:
    """An error in plain words, and what to do about it."""

    means: str
    to_do: str


# Words of the agency's reasons, the first that is found counts (general; vendors' manuals).
_EXPLANATIONS: tuple[tuple[str, Explanation], ...] = tuple(
    (pattern, Explanation(means, to_do))
    for pattern, means, to_do in (
        (
            r"duplicate|already (been )?(claimed|paid|submitted)",
            "The agency already holds a payment request for this support.",
            "Look for the earlier claim. Claim again only if that one was not paid.",
        ),
        (
            r"insufficient|exceed\w* (the )?(available|budget|plan|funds|fund)|no funds|not enough",
            "The plan has not enough money left in this category.",
            "Ask the participant or their support coordinator; claim again after a plan change.",
        ),
        (
            r"price|rate|limit|unit amount",
            "The unit price is over the agency's price limit.",
            "Correct the price of the service, then claim it again.",
        ),
        (
            r"service booking|booking",
            "There is no service booking that covers this support.",
            "Check the service booking with the agency, then claim again.",
        ),
        (
            r"endorse|not (the )?(my )?provider|relationship|not linked",
            "The participant has not named you as a provider of this support.",
            "Ask the participant to endorse you for this category, then claim again.",
        ),
        (
            r"plan.*(date|period|end|expired|active|approved)|outside.*plan|no (\w+ )?plan",
            "The participant had no plan with the agency on this day.",
            "Check the dates of the plan with the participant, correct them, then claim again.",
        ),
        (
            r"participant|ndis ?number|client",
            "The agency does not know this participant's NDIS number.",
            "Check the NDIS number against the plan, correct it, then claim again.",
        ),
        (
            r"registration|provider|abn",
            "The agency does not accept the registration number or the ABN.",
            "Check both in the organization's settings; see that the registration is current.",
        ),
        (
            r"cancel",
            "The cancellation is not accepted for this support.",
            "Check that the item allows it, how late it was, and the reason; then claim again.",
        ),
        (
            r"claim ?type",
            "The claim type is not allowed for this support item.",
            "Choose another claim type for the service, then claim it again.",
        ),
        (
            r"support (item|number|category)|item number|invalid item",
            "The support item is not valid on this day.",
            "Choose an item that holds on the day of the service, then claim it again.",
        ),
        (
            r"future|older|2 years|two years|date",
            "The day of the support cannot be claimed.",
            "Check the day of the service. Nothing older than two years is paid.",
        ),
        (
            r"hours|quantity",
            "The hours or the quantity are not accepted.",
            "Check the length or the quantity of the service, then claim it again.",
        ),
        (
            r"gst",
            "The GST code is not accepted.",
            "Nearly all supports are GST free; correct it, then claim again.",
        ),
    )
)
_UNKNOWN = Explanation(
    "The agency refused this line without a reason that Caddy knows.",
    "Read the agency's own words below, or ask the agency, before you claim it again.",
)


def explain(code: str | None, reason: str | None) -> Explanation:
    """Return what an error means and what to do.

    >>> explain(None, "Duplicate claim").means
    'The agency already holds a payment request for this support.'
    """
    text = f"{reason or ''} {code or ''}".lower()
    found = (one for pattern, one in _EXPLANATIONS if re.search(pattern, text))
    return next(found, _UNKNOWN)
