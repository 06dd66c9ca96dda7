"""Claims as their reports and invoices say them: lines, participants, addresses, numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.columns import Rows
from caddy.domain.claims import SENT, ClaimStatus, FileKind
from caddy.domain.participants import PlanManagement
from caddy.domain.plan_managers import address_lines
from caddy.domain.reports import ClaimReport, Invoice, Line, Party
from caddy.extensions import db
from caddy.models import Claim, ClaimFile, ClaimLine, Participant, PlanManager
from caddy.queries import claim_files, letterheads, organizations, plan_managers

AT_ONCE = 1_000
MOST_CHOICES = 100


def to_choose() -> list[Any]:
    """Return the latest claims that a report can be asked of, by number, newest first."""
    return list(
        db.session.execute(
            select(Claim.id, Claim.number, Claim.status, Claim.total_cents, Claim.period_ends_on)
            .where(Claim.status != ClaimStatus.WITHDRAWN)
            .order_by(Claim.number.desc())
            .limit(MOST_CHOICES)
        )
    )


def one(claim_id: UUID) -> Claim | None:
    return db.session.get(Claim, claim_id)


def report(claim: Claim) -> ClaimReport:
    """Return a claim with all of its lines, which are read a thousand at a time."""
    return ClaimReport(
        number=claim.shown_number,
        starts_on=claim.period_starts_on,
        ends_on=claim.period_ends_on,
        payer=_payer(claim),
        lines=tuple(_line(row) for row in _rows(claim.id)),
    )


def _payer(claim: Claim) -> str:
    return {
        PlanManagement.NDIA_MANAGED: "the NDIA",
        PlanManagement.PLAN_MANAGED: "plan managers",
        PlanManagement.SELF_MANAGED: "participants who manage their own plan",
        None: "the NDIA, plan managers and participants",
    }[claim.management]


def invoices(claim: Claim) -> list[Invoice]:
    """Return the invoices of a claim that was sent, numbered as in its CSV and in the books."""
    numbers = claim_files.invoice_numbers(claim)
    found: dict[str, list[Any]] = {number: [] for number in numbers.values()}
    for row in _rows(claim.id, invoiced=True):
        found[numbers[row.ClaimLine.payer, row.ClaimLine.participant_id]].append(row)
    day, bank = _issued_on(claim), letterheads.bank()
    managers = plan_managers.by_name({payer for payer, _whom in numbers})
    due_on = day + timedelta(days=letterheads.due_days())
    return [
        Invoice(
            number=number,
            issued_on=day,
            due_on=due_on,
            to=_party(rows[0], managers),
            participant=_name(rows[0]),
            ndis_number=rows[0].ndis_number,
            lines=tuple(_line(row) for row in rows),
            bank=bank,
        )
        for number, rows in found.items()
    ]


def invoices_missing(claim: Claim) -> list[Invoice]:
    """Return the invoices of which no PDF is kept yet; none of a claim that was not sent."""
    if claim.status not in SENT:
        return []
    kept = set(
        db.session.scalars(
            select(ClaimFile.file_name).where(
                ClaimFile.claim_id == claim.id, ClaimFile.kind == FileKind.INVOICE_PDF
            )
        )
    )
    return [one for one in invoices(claim) if f"{one.number}.pdf" not in kept]


def _issued_on(claim: Claim) -> date:
    """Return the day a claim was sent, where the organization is; a draft's is today."""
    zone = organizations.current().timezone
    return clock.local(claim.submitted_at or clock.now(), zone).date()


def _rows(claim_id: UUID, *, invoiced: bool = False) -> Iterator[Any]:
    after = 0
    while True:
        statement: Rows = (
            select(
                ClaimLine,
                Participant.ndis_number,
                Participant.first_name,
                Participant.last_name,
                Participant.street,
                Participant.suburb,
                Participant.state,
                Participant.postcode,
            )
            .join(Participant, Participant.id == ClaimLine.participant_id)
            .where(ClaimLine.claim_id == claim_id, ClaimLine.position > after)
            .order_by(ClaimLine.position)
            .limit(AT_ONCE)
        )
        if invoiced:
            statement = statement.where(ClaimLine.management != PlanManagement.NDIA_MANAGED)
        rows = list(db.session.execute(statement))
        yield from rows
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].ClaimLine.position


def _name(row: Any) -> str:
    return f"{row.first_name} {row.last_name}"


def _party(row: Any, managers: Mapping[str, PlanManager]) -> Party:
    """Return whom an invoice is addressed to; of a plan manager who is not kept, the name alone."""
    name = row.ClaimLine.payer
    if row.ClaimLine.management is PlanManagement.SELF_MANAGED:
        return Party(name, address_lines(row))
    manager = managers.get(name)
    if manager is None:
        return Party(name)
    return Party(name, address_lines(manager), manager.email or "", manager.abn or "")


def _line(row: Any) -> Line:
    line = row.ClaimLine
    return Line(
        participant=_name(row),
        ndis_number=row.ndis_number,
        service_on=line.service_on,
        item_number=line.item_number,
        support_category=line.support_category,
        quantity_milli=line.quantity_milli or 0,
        unit="h" if line.minutes is not None else "units",
        unit_price_cents=line.unit_price_cents,
        total_cents=line.total_cents,
        reference=line.claim_reference,
        gst_cents=line.gst_cents,
        minutes=line.minutes,
        item_name=line.item_name,
    )
