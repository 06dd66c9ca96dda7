"""Money that came: transfers by day and reference, and the invoices that wait for theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_

from caddy.domain.claims import SENT
from caddy.domain.participants import PlanManagement
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, Participant, Payment
from caddy.queries import claim_files
from caddy.queries.receivables import owed

PAGE = 50
Key = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer with what it paid and what its lines still owe, in cents."""

    paid_on: date
    reference: str
    cents: int
    lines: int
    claims: int
    payer: str
    payers: int
    short_cents: int


def page(
    first: date, last: date, after: Key | None = None, size: int = PAGE
) -> tuple[list[Transfer], Key | None]:
    """Return transfers of some days, newest first, and the key of the page after."""
    statement = (
        select(
            Payment.paid_on,
            Payment.reference,
            func.sum(Payment.cents),
            func.count(Payment.id),
            func.count(func.distinct(ClaimLine.claim_id)),
            func.min(ClaimLine.payer),
            func.count(func.distinct(ClaimLine.payer)),
            func.sum(owed()),
        )
        .join(ClaimLine, ClaimLine.id == Payment.claim_line_id)
        .where(Payment.paid_on.between(first, last))
        .group_by(Payment.paid_on, Payment.reference)
        .order_by(Payment.paid_on.desc(), Payment.reference.desc())
        .limit(size + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(Payment.paid_on, Payment.reference) < after)
    rows = [
        Transfer(on, reference, int(cents), lines, claims, payer, payers, int(short))
        for on, reference, cents, lines, claims, payer, payers, short in db.session.execute(
            statement
        )
    ]
    shown = rows[:size]
    last_one = shown[-1] if len(rows) > size else None
    return shown, (last_one.paid_on, last_one.reference) if last_one else None


def sum_cents(first: date, last: date) -> int:
    """Return what came in on some days, in cents."""
    cents = db.session.scalar(
        select(func.sum(Payment.cents)).where(Payment.paid_on.between(first, last))
    )
    return int(cents or 0)


def lines(
    paid_on: date, reference: str, after: str = "", size: int = PAGE
) -> tuple[Sequence[Any], str | None]:
    """Return what one transfer paid, line by line, and the key of the page after."""
    rows = list(
        db.session.execute(
            select(
                Payment.cents,
                ClaimLine,
                owed().label("owed_cents"),
                Claim.number,
                Participant.first_name,
                Participant.last_name,
            )
            .join(ClaimLine, ClaimLine.id == Payment.claim_line_id)
            .join(Claim, Claim.id == ClaimLine.claim_id)
            .join(Participant, Participant.id == ClaimLine.participant_id)
            .where(Payment.paid_on == paid_on, Payment.reference == reference)
            .where(ClaimLine.claim_reference > after)
            .order_by(ClaimLine.claim_reference)
            .limit(size + 1)
        )
    )
    shown = rows[:size]
    return shown, shown[-1].ClaimLine.claim_reference if len(rows) > size else None


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice that was sent and is not paid in full, in cents. `position` is its first line."""

    claim_id: UUID
    claim_number: int
    position: int
    payer: str
    participant_id: UUID
    participant: str
    submitted_at: datetime
    total_cents: int
    owed_cents: int


def open_invoices(after: tuple[int, int] | None = None) -> tuple[list[OpenInvoice], Any]:
    """Return up to 50 invoices that wait for money, the oldest first, and the next key."""
    position = func.min(ClaimLine.position)
    statement = (
        _invoices()
        .where(Claim.status.in_(SENT))
        .having(func.sum(owed()) > 0)
        .order_by(Claim.number, position)
        .limit(PAGE + 1)
    )
    if after is not None:
        statement = statement.having(tuple_(Claim.number, position) > after)
    rows = [_invoice(row) for row in db.session.execute(statement)]
    shown = rows[:PAGE]
    last = shown[-1] if len(rows) > PAGE else None
    return shown, (last.claim_number, last.position) if last else None


def open_invoice(claim_id: UUID, position: int) -> OpenInvoice | None:
    """Return the invoice that begins with a line of a claim, or None where there is none."""
    statement = (
        _invoices()
        .where(Claim.id == claim_id, Claim.status.in_(SENT))
        .having(func.min(ClaimLine.position) == position)
    )
    row = db.session.execute(statement).one_or_none()
    return _invoice(row) if row else None


def number_of(invoice: OpenInvoice) -> str:
    """Return an invoice's number, as its file and the books have it."""
    claim = db.session.get_one(Claim, invoice.claim_id)
    return claim_files.invoice_numbers(claim)[invoice.payer, invoice.participant_id]


def is_recorded(invoice: OpenInvoice, paid_on: date, reference: str) -> bool:
    """Say whether a transfer of that day and reference was recorded for an invoice."""
    found = db.session.scalar(
        select(Payment.id)
        .join(ClaimLine, ClaimLine.id == Payment.claim_line_id)
        .where(
            ClaimLine.claim_id == invoice.claim_id,
            ClaimLine.payer == invoice.payer,
            ClaimLine.participant_id == invoice.participant_id,
        )
        .where(Payment.paid_on == paid_on, Payment.reference == reference)
        .limit(1)
    )
    return found is not None


def _invoices() -> Any:
    return (
        select(
            Claim.id,
            Claim.number,
            func.min(ClaimLine.position),
            ClaimLine.payer,
            ClaimLine.participant_id,
            Participant.first_name,
            Participant.last_name,
            Claim.submitted_at,
            func.sum(ClaimLine.total_cents),
            func.sum(owed()),
        )
        .join_from(ClaimLine, Claim, Claim.id == ClaimLine.claim_id)
        .join(Participant, Participant.id == ClaimLine.participant_id)
        .where(ClaimLine.management != PlanManagement.NDIA_MANAGED)
        .group_by(
            Claim.id,
            Claim.number,
            Claim.submitted_at,
            ClaimLine.payer,
            ClaimLine.participant_id,
            Participant.first_name,
            Participant.last_name,
        )
    )


def _invoice(row: Any) -> OpenInvoice:
    claim_id, number, position, payer, whom, first, last, at, total, open_cents = row
    return OpenInvoice(
        claim_id,
        number,
        position,
        payer,
        whom,
        f"{first} {last}",
        at,
        int(total),
        int(open_cents),
    )
