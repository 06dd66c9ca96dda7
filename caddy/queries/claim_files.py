"""The files of a claim: as they would be sent, made from its lines, or as they were sent."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from caddy.domain.books import safe_cell
from caddy.domain.claims import FileKind
from caddy.domain.ndis.bulk_file import BulkRow, hours, quantity, write_files
from caddy.domain.participants import PlanManagement
from caddy.extensions import db
from caddy.models import Claim, ClaimFile, ClaimLine, Participant
from caddy.queries import organizations

INVOICE_HEADER = (
    "Invoice",
    "Invoice date",
    "Provider",
    "ABN",
    "Bill to",
    "Participant",
    "NDIS number",
    "Service date",
    "Item number",
    "Item name",
    "Claim type",
    "Claim reference",
    "Quantity",
    "Hours",
    "Unit price",
    "GST code",
    "GST included",
    "Amount",
)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file's name and bytes, whom it goes to and what its rows come to."""

    kind: FileKind
    file_name: str
    addressee: str
    row_count: int
    total_cents: int
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def kept(claim_id: UUID) -> list[SentFile]:
    """Return a claim's files byte for byte as they were sent."""
    rows = db.session.scalars(
        select(ClaimFile).where(ClaimFile.claim_id == claim_id).order_by(ClaimFile.file_name)
    )
    return [_sent(row) for row in rows]


def one(claim_id: UUID, file_id: UUID) -> SentFile | None:
    """Return one of a claim's files byte for byte as it was sent."""
    found = db.session.get(ClaimFile, file_id)
    return _sent(found) if found is not None and found.claim_id == claim_id else None


def _sent(one: ClaimFile) -> SentFile:
    return SentFile(
        one.kind, one.file_name, one.addressee, one.row_count, one.total_cents, one.content
    )


def kept_names(claim_id: UUID) -> list[Any]:
    """Return a claim's files without their bytes, for its page."""
    return list(
        db.session.execute(
            select(
                ClaimFile.id,
                ClaimFile.kind,
                ClaimFile.file_name,
                ClaimFile.addressee,
                ClaimFile.row_count,
                ClaimFile.total_cents,
                ClaimFile.sha256,
                ClaimFile.created_at,
                func.length(ClaimFile.content).label("size_bytes"),
            )
            .where(ClaimFile.claim_id == claim_id)
            .order_by(ClaimFile.file_name)
        )
    )


def rendered(claim: Claim, day: date) -> list[SentFile]:
    """Return the files that a claim's lines make, dated a day; the same lines, the same bytes.

    NDIA-managed lines go to the agency's bulk files. The others are invoiced, an invoice a
    participant, to the plan manager or to the participant.
    """
    lines = _lines(claim.id)
    organization = organizations.current()
    files = _bulk_files(claim, [one for one in lines if _is_ndia(one)])
    invoices: dict[str, list[Any]] = defaultdict(list)
    numbers = invoice_numbers(claim)
    for one in lines:
        if not _is_ndia(one):
            number = numbers[one.ClaimLine.payer, one.ClaimLine.participant_id]
            invoices[number].append(one)
    for name, some in invoices.items():
        payer = some[0].ClaimLine.payer
        head = (name, day.isoformat(), organization.name, organization.abn or "", payer)
        content = _invoice(head, some)
        cents = sum(one.ClaimLine.total_cents for one in some)
        files.append(
            SentFile(FileKind.INVOICE_CSV, f"{name}.csv", payer, len(some), cents, content)
        )
    return files


def invoice_numbers(claim: Claim) -> dict[tuple[str, UUID], str]:
    """Return the invoice number of each payer and participant who is invoiced.

    By the order of the lines, which never changes: the same in the files and in the books.
    """
    pairs = db.session.execute(
        select(ClaimLine.payer, ClaimLine.participant_id)
        .where(ClaimLine.claim_id == claim.id)
        .where(ClaimLine.management != PlanManagement.NDIA_MANAGED)
        .group_by(ClaimLine.payer, ClaimLine.participant_id)
        .order_by(func.min(ClaimLine.position))
    )
    return {
        (payer, whom): f"{claim.shown_number}-{place:02}"
        for place, (payer, whom) in enumerate(pairs, 1)
    }


def _lines(claim_id: UUID) -> list[Any]:
    return list(
        db.session.execute(
            select(
                ClaimLine, Participant.ndis_number, Participant.first_name, Participant.last_name
            )
            .join(Participant, Participant.id == ClaimLine.participant_id)
            .where(ClaimLine.claim_id == claim_id)
            .order_by(ClaimLine.position)
        )
    )


def _is_ndia(row: Any) -> bool:
    return bool(row.ClaimLine.management is PlanManagement.NDIA_MANAGED)


def _bulk_files(claim: Claim, lines: Sequence[Any]) -> list[SentFile]:
    organization = organizations.current()
    files = write_files(
        organization.ndis_registration or "",
        organization.abn or "",
        [_bulk_row(one.ClaimLine, one.ndis_number) for one in lines],
        claim.number,
    )
    cents = {one.ClaimLine.claim_reference: one.ClaimLine.total_cents for one in lines}
    return [
        SentFile(
            FileKind.BULK_CSV,
            one.name,
            "NDIA",
            len(one.references),
            sum(cents[reference] for reference in one.references),
            one.content,
        )
        for one in files
    ]


def _bulk_row(line: ClaimLine, ndis_number: str) -> BulkRow:
    return BulkRow(
        ndis_number=ndis_number,
        service_on=line.service_on,
        item_number=line.item_number,
        claim_reference=line.claim_reference,
        minutes=line.minutes,
        quantity_milli=line.quantity_milli,
        unit_price_cents=line.unit_price_cents,
        claim_type=line.claim_type.ndia_code,
        cancellation_reason=line.cancellation_reason.value if line.cancellation_reason else "",
        gst_code=line.gst_code.value,
    )


def _invoice(head: tuple[str, ...], rows: Sequence[Any]) -> bytes:
    written = io.StringIO(newline="")
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(INVOICE_HEADER)
    for row in rows:
        line = row.ClaimLine
        table.writerow(
            [
                *(safe_cell(cell) for cell in head),
                safe_cell(f"{row.first_name} {row.last_name}"),
                row.ndis_number,
                line.service_on.isoformat(),
                line.item_number,
                safe_cell(line.item_name),
                line.claim_type.label,
                line.claim_reference,
                "" if line.quantity_milli is None else quantity(line.quantity_milli),
                "" if line.minutes is None else hours(line.minutes),
                _amount(line.unit_price_cents),
                line.gst_code.value,
                _amount(line.gst_cents),
                _amount(line.total_cents),
            ]
        )
    return written.getvalue().encode("utf-8-sig")


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
