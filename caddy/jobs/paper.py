"""Reports on paper: their templates filled in, cut into parts, and handed to the door of PDFs.

Needs an app context, for its templates. Reads no table: it is told what to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from caddy.domain import reports
from caddy.domain.money import dollars
from caddy.domain.reports import ClaimReport, Invoice, Letterhead, Line
from caddy.jobs.paper_parts import fill, line, made
from caddy.pdf import Progress

COLUMNS = (
    (8_000, False),
    (11_000, False),
    (15_000, False),
    (6_000, True),
    (7_000, True),
    (8_800, True),
)
HEAD = ("Date", "Support item", "Reference", "Quantity", "Unit price", "Total")


def claim_pdf(
    claim: ClaimReport,
    letterhead: Letterhead,
    *,
    assets: Mapping[str, bytes] | None = None,
    progress: Progress | None = None,
) -> bytes:
    """Return the report of a claim: its totals, then every line, participant by participant."""
    people = reports.by_participant(claim.lines)
    first = fill(
        "claim.html",
        letterhead=letterhead,
        claim=claim,
        categories=reports.by_category(claim.lines),
        people=len(people),
    )
    title = f"Claim {claim.number}"
    parts = [first, *_line_parts(claim.lines)]
    return made(parts, title, letterhead, assets=assets, progress=progress)


def invoice_pdf(
    invoice: Invoice,
    letterhead: Letterhead,
    *,
    assets: Mapping[str, bytes] | None = None,
    progress: Progress | None = None,
) -> bytes:
    """Return a tax invoice: whom it is for and what is due, then every line."""
    title = f"Tax invoice {invoice.number}"
    parts = _invoice_parts(invoice, letterhead)
    return made(parts, title, letterhead, assets=assets, progress=progress)


def invoices_pdf(
    title: str,
    invoices: Sequence[Invoice],
    letterhead: Letterhead,
    *,
    assets: Mapping[str, bytes] | None = None,
    progress: Progress | None = None,
) -> bytes:
    """Return several tax invoices in one document, each beginning on a page of its own."""
    parts = [part for one in invoices for part in _invoice_parts(one, letterhead)]
    return made(parts, title, letterhead, assets=assets, progress=progress)


def _invoice_parts(invoice: Invoice, letterhead: Letterhead) -> list[str]:
    first = fill(
        "invoice.html",
        letterhead=letterhead,
        invoice=invoice,
        categories=reports.by_category(invoice.lines),
    )
    # Its lines begin below the head, so that a short invoice is one page.
    beginning, *others = _line_parts(invoice.lines) or [""]
    return [first + beginning, *others]


def _line_parts(lines: Sequence[Line]) -> list[str]:
    parts = []
    for number, groups in enumerate(reports.in_parts(reports.by_participant(lines))):
        shown = [
            {
                "participant": group.participant,
                "ndis_number": group.ndis_number,
                "is_continued": group.is_continued,
                "total_cents": group.total_cents,
                "texts": [_text(one) for one in group.lines],
            }
            for group in groups
        ]
        head = line(HEAD, COLUMNS)
        parts.append(fill("lines.html", groups=shown, head=head, is_first=number == 0))
    return parts


def _text(one: Line) -> str:
    cells = (
        f"{one.service_on:%d/%m/%Y}",
        one.item_number,
        one.reference,
        one.shown_quantity,
        dollars(one.unit_price_cents),
        f"{dollars(one.total_cents)}{'*' if one.gst_cents else ''}",
    )
    return line(cells, COLUMNS)


def short_pdf(
    template: str,
    title: str,
    letterhead: Letterhead,
    *,
    assets: Mapping[str, bytes] | None = None,
    **context: Any,
) -> bytes:
    """Return a report of a few pages: one template, filled in."""
    parts = [fill(template, letterhead=letterhead, **context)]
    return made(parts, title, letterhead, assets=assets)
