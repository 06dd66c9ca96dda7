"""The report of a claim and its tax invoices, made from what the database holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from caddy.domain import reports
from caddy.domain.claims import SENT
from caddy.domain.errors import NotFound
from caddy.domain.reports import Paper
from caddy.domain.spreadsheets import Cents, Table
from caddy.domain.tasks import TaskRefused
from caddy.jobs import paper
from caddy.models import Claim
from caddy.queries import letterheads, report_claims


def make_claim(
    params: Mapping[str, str],
    progress: Callable[[int, int], None],
    *,
    seen_by: UUID | None,
) -> Paper:
    """Make the report of a claim. A claim is of all participants: only those who see all get it."""
    claim = _claim(params, seen_by)
    made = report_claims.report(claim)
    pdf = paper.claim_pdf(made, letterheads.head(), assets=letterheads.assets(), progress=progress)
    return Paper(
        f"Claim {made.number}",
        pdf,
        (
            reports.lines_table(f"Claim {made.number}", made.lines),
            reports.sums_table("By category", reports.by_category(made.lines)),
        ),
    )


def make_invoices(
    params: Mapping[str, str],
    progress: Callable[[int, int], None],
    *,
    seen_by: UUID | None,
) -> Paper:
    """Make the tax invoices of a claim that was sent, one after the other."""
    claim = _claim(params, seen_by)
    if claim.status not in SENT:
        raise TaskRefused(f"{claim.shown_number} was not sent yet: its invoices come with that.")
    invoices = report_claims.invoices(claim)
    if not invoices:
        raise TaskRefused(f"{claim.shown_number} has no invoices: the NDIA pays all of it.")
    title = f"Tax invoices {claim.shown_number}"
    pdf = paper.invoices_pdf(
        title, invoices, letterheads.head(), assets=letterheads.assets(), progress=progress
    )
    header = ("Invoice", "Issued", "Due", "To", "Participant", "NDIS number", "GST", "Total")
    rows = [
        (
            one.number,
            one.issued_on,
            one.due_on,
            one.to.name,
            one.participant,
            one.ndis_number,
            Cents(one.gst_cents),
            Cents(one.total_cents),
        )
        for one in invoices
    ]
    lines = [line for one in invoices for line in one.lines]
    return Paper(title, pdf, (Table(title, header, rows), reports.lines_table("Lines", lines)))


def _claim(params: Mapping[str, str], seen_by: UUID | None) -> Claim:
    claim = report_claims.one(UUID(params["claim_id"]))
    if claim is None or seen_by is not None:
        raise NotFound("claim")
    return claim
