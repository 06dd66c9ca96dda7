"""The NDIA bulk payment request file: its 16 columns, formats and limits. The only place.

A correction of the layout is a one-line change here. Lines end with CR LF (RFC 4180), as
spreadsheets write them; text is plain ASCII by its nature.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from caddy.domain.ndis.identifiers import digits

HEADER = (
    "RegistrationNumber",
    "NDISNumber",
    "SupportsDeliveredFrom",
    "SupportsDeliveredTo",
    "SupportNumber",
    "ClaimReference",
    "Quantity",
    "Hours",
    "UnitPrice",
    "GSTCode",
    "AuthorisedBy",
    "ParticipantApproved",
    "InKindFundingProgram",
    "ClaimType",
    "CancellationReason",
    "ABN of Support Provider",
)
CANCELLATION = "CANC"
GST_FREE = "P2"
MOST_ROWS = 5_000
LONGEST_FILE_NAME = 19  # "under 20 characters", the ending counted
LONGEST_REFERENCE = 50
REFERENCE = re.compile(r"[A-Za-z0-9/_-]+")
MOST_HOURS = 999
MINUTES_AN_HOUR = 60
MILLI = 1000


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One line of the file: minutes or a quantity in thousandths of a unit, never both.

    Claim type, reason and GST are the file's own codes; direct support has no claim type.
    """

    ndis_number: str
    service_on: date
    item_number: str
    claim_reference: str
    minutes: int | None
    quantity_milli: int | None
    unit_price_cents: int
    claim_type: str = ""
    cancellation_reason: str = ""
    gst_code: str = GST_FREE


@dataclass(frozen=True, slots=True)
class BulkFile:
    name: str
    content: bytes
    references: tuple[str, ...]


def write_files(
    registration: str, abn: str, rows: Sequence[BulkRow], claim_number: int
) -> list[BulkFile]:
    """Return the files of a claim, of at most 5,000 rows each; no rows, no file.

    >>> [one.name for one in write_files("4050 000 123", "83914571673", [], 7)]
    []
    """
    files = []
    for place, start in enumerate(range(0, len(rows), MOST_ROWS), 1):
        part = rows[start : start + MOST_ROWS]
        content = _content(digits(registration), digits(abn), part)
        references = tuple(row.claim_reference for row in part)
        files.append(BulkFile(file_name(claim_number, place), content, references))
    return files


def file_name(claim_number: int, part: int) -> str:
    """Return a file's name, under 20 characters with `.CSV`.

    >>> file_name(123, 1)
    'C000123-01.CSV'
    """
    name = f"C{claim_number:06}-{part:02}.CSV"
    if len(name) > LONGEST_FILE_NAME:
        raise ValueError(f"{name} is longer than {LONGEST_FILE_NAME} characters")
    return name


def _content(registration: str, abn: str, rows: Sequence[BulkRow]) -> bytes:
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(HEADER)
    table.writerows(_cells(registration, abn, row) for row in rows)
    return written.getvalue().encode("ascii")


def _cells(registration: str, abn: str, row: BulkRow) -> list[str]:
    if (row.minutes is None) == (row.quantity_milli is None):
        raise ValueError("a row has hours or a quantity, never both")
    if (row.claim_type == CANCELLATION) != bool(row.cancellation_reason):
        raise ValueError("a reason belongs to a cancellation, and only to one")
    if len(row.claim_reference) > LONGEST_REFERENCE:
        raise ValueError("a claim reference has at most 50 characters")
    if not REFERENCE.fullmatch(row.claim_reference):
        raise ValueError("a claim reference is letters, digits, - _ and /")
    return [
        registration,
        digits(row.ndis_number),
        row.service_on.isoformat(),
        row.service_on.isoformat(),
        row.item_number,
        row.claim_reference,
        "" if row.quantity_milli is None else quantity(row.quantity_milli),
        "" if row.minutes is None else hours(row.minutes),
        f"{row.unit_price_cents // 100}.{row.unit_price_cents % 100:02}",
        row.gst_code,
        "",
        "",
        "",
        row.claim_type,
        row.cancellation_reason,
        abn,
    ]


def hours(minutes: int) -> str:
    """Return minutes as `HHH:MM`.

    >>> hours(90), hours(1500)
    ('001:30', '025:00')
    """
    whole, rest = divmod(minutes, MINUTES_AN_HOUR)
    if minutes <= 0 or whole > MOST_HOURS:
        raise ValueError(f"{minutes} minutes cannot be written as HHH:MM")
    return f"{whole:03}:{rest:02}"


def quantity(milli: int) -> str:
    """Return thousandths of a unit as a number without noughts at its end.

    >>> quantity(21_500), quantity(1000), quantity(125)
    ('21.5', '1', '0.125')
    """
    whole, part = divmod(milli, MILLI)
    return f"{whole}.{part:03}".rstrip("0").rstrip(".")


def renumbered(content: bytes, references: Collection[str], number: str) -> bytes:
    """Return a file with another NDIS number in the rows of some claim references.

    Every other byte stays. No cell before those two holds a comma.

    >>> row = b"405,430123456,2026-01-05,2026-01-05,01_011_0107_1_1,C-000001-0001,,000:30"
    >>> renumbered(row, {"C-000001-0001"}, "X12345678")[:20]
    b'405,X12345678,2026-0'
    """
    place, reference = HEADER.index("NDISNumber"), HEADER.index("ClaimReference")
    rows = content.split(b"\n")
    for index, row in enumerate(rows):
        cells = row.split(b",")
        if len(cells) > reference and cells[reference].decode() in references:
            cells[place] = number.encode()
            rows[index] = b",".join(cells)
    return b"\n".join(rows)
