"""What goes to the bookkeeping: lines of claims sent in a period, their sums, whom they are to.

What was rejected or credited is no income: it is left out, in the sums as in the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select

from caddy.domain.books import BookLine, Contact
from caddy.domain.claims import CLOSED_LINES, GST_SHARE, SENT, GstCode, claim_number
from caddy.domain.participants import PlanManagement
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, Participant, PlanManager
from caddy.queries import plan_managers
from caddy.queries.receivables import day_begins

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class BookSum:
    """What a support category comes to under one GST code; the total includes the GST."""

    support_category: int
    gst_code: GstCode
    lines: int
    total_cents: int
    gst_cents: int


@dataclass(frozen=True, slots=True)
class BookSums:
    """What a period's files come to, in cents."""

    by_category: tuple[BookSum, ...]
    claims: int
    invoices: int
    contacts: int

    @property
    def lines(self) -> int:
        return sum(one.lines for one in self.by_category)

    @property
    def total_cents(self) -> int:
        return sum(one.total_cents for one in self.by_category)

    @property
    def gst_cents(self) -> int:
        return sum(one.gst_cents for one in self.by_category)


def sent_within(first: date, last: date, zone: str) -> Condition:
    """Return the condition of claims that were sent on some local days."""
    return and_(
        Claim.status.in_(SENT),
        Claim.submitted_at >= day_begins(first, zone),
        Claim.submitted_at < day_begins(last + timedelta(days=1), zone),
    )


def _is_income() -> Condition:
    return ClaimLine.status.not_in(CLOSED_LINES)


def sums(which: Condition) -> BookSums:
    """Return what the files of some claims come to, worked out in the database."""
    # Half up, once a line, as a line of the books has it.
    gst = case(
        (
            ClaimLine.gst_code == GstCode.TAXABLE,
            (2 * ClaimLine.total_cents + GST_SHARE) // (2 * GST_SHARE),
        ),
        else_=0,
    )
    rows = db.session.execute(
        select(
            ClaimLine.support_category,
            ClaimLine.gst_code,
            func.count(ClaimLine.id),
            func.sum(ClaimLine.total_cents),
            func.sum(gst),
        )
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(which, _is_income())
        .group_by(ClaimLine.support_category, ClaimLine.gst_code)
        .order_by(ClaimLine.support_category, ClaimLine.gst_code)
    )
    by_category = tuple(
        BookSum(category, code, count, int(total), int(tax))
        for category, code, count, total, tax in rows
    )
    is_ndia = ClaimLine.management == PlanManagement.NDIA_MANAGED
    invoices = (
        # The agency's lines are one invoice a claim, the others one a participant.
        select(
            ClaimLine.claim_id,
            ClaimLine.payer,
            case((is_ndia, None), else_=ClaimLine.participant_id).label("whom"),
        )
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(which, _is_income())
        .distinct()
        .subquery()
    )
    claims, count, payers = db.session.execute(
        select(
            func.count(func.distinct(invoices.c.claim_id)),
            func.count(),
            func.count(func.distinct(invoices.c.payer)),
        )
    ).one()
    return BookSums(by_category, claims, count, payers)


def lines(which: Condition, zone: str) -> list[BookLine]:
    """Return the lines of some claims as the books take them, in the order of the claims."""
    numbers = _invoice_numbers(which)
    clock = ZoneInfo(zone)
    rows = db.session.execute(
        select(
            ClaimLine,
            Claim.number,
            Claim.submitted_at,
            Participant.first_name,
            Participant.last_name,
        )
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Participant, Participant.id == ClaimLine.participant_id)
        .where(which, _is_income())
        .order_by(Claim.number, ClaimLine.position)
    )
    return [
        _book_line(
            row,
            numbers.get(
                (row.ClaimLine.claim_id, row.ClaimLine.payer, row.ClaimLine.participant_id),
                claim_number(row.number),
            ),
            row.submitted_at.astimezone(clock).date(),
        )
        for row in rows
    ]


def _book_line(row: Any, invoice_number: str, invoice_on: date) -> BookLine:
    line: ClaimLine = row.ClaimLine
    return BookLine(
        invoice_number=invoice_number,
        invoice_on=invoice_on,
        payer=line.payer,
        participant=f"{row.first_name} {row.last_name}",
        reference=line.claim_reference,
        description=line.item_name,
        item_number=line.item_number,
        support_category=line.support_category,
        service_on=line.service_on,
        total_cents=line.total_cents,
        gst_code=line.gst_code,
    )


def _invoice_numbers(which: Condition) -> dict[tuple[UUID, str, UUID], str]:
    """Return the number of each invoice, by the order of its claim's lines as they were sent."""
    rows = db.session.execute(
        select(Claim.id, Claim.number, ClaimLine.payer, ClaimLine.participant_id)
        .join_from(ClaimLine, Claim, Claim.id == ClaimLine.claim_id)
        .where(which, ClaimLine.management != PlanManagement.NDIA_MANAGED)
        .group_by(Claim.id, Claim.number, ClaimLine.payer, ClaimLine.participant_id)
        .order_by(Claim.number, func.min(ClaimLine.position))
    )
    return _numbered(rows)


def _numbered(rows: Iterable[Any]) -> dict[tuple[UUID, str, UUID], str]:
    found: dict[tuple[UUID, str, UUID], str] = {}
    places: dict[UUID, int] = {}
    for claim_id, number, payer, whom in rows:
        places[claim_id] = places.get(claim_id, 0) + 1
        found[claim_id, payer, whom] = f"{claim_number(number)}-{places[claim_id]:02}"
    return found


def contacts(which: Condition) -> Sequence[Contact]:
    """Return everyone whom claims are addressed to; participants with their addresses."""
    own = (
        select(ClaimLine.payer, ClaimLine.management, ClaimLine.participant_id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(which, _is_income())
        .distinct()
        .subquery()
    )
    rows = db.session.execute(
        select(own.c.payer, own.c.management, Participant)
        .join(Participant, Participant.id == own.c.participant_id)
        .order_by(own.c.payer, Participant.id)
    )
    found: dict[str, Contact] = {}
    people = rows.all()
    managers = plan_managers.by_name({row.payer for row in people})
    for payer, management, whom in people:
        if management is PlanManagement.SELF_MANAGED:
            found[payer] = Contact(
                payer,
                account_number=whom.ndis_number,
                email=whom.email or "",
                first_name=whom.first_name,
                last_name=whom.last_name,
                street=whom.street or "",
                city=whom.suburb or "",
                state=whom.state or "",
                postcode=whom.postcode or "",
            )
        else:
            found.setdefault(payer, _contact(payer, managers.get(payer)))
    return list(found.values())


def _contact(payer: str, manager: PlanManager | None) -> Contact:
    """Return a plan manager as the books know them; who is not kept has a name alone."""
    if manager is None:
        return Contact(payer)
    return Contact(
        payer,
        email=manager.email or "",
        street=manager.street or "",
        city=manager.suburb or "",
        state=manager.state or "",
        postcode=manager.postcode or "",
    )
