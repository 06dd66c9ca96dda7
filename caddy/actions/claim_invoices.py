"""Keeping a claim's invoices as PDF beside its other files, byte for byte, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from caddy import audit
from caddy.actions.claim_rows import hold_claim, keep_file, topic_of
from caddy.domain.actor import Actor
from caddy.domain.claims import SENT, FileKind
from caddy.domain.errors import Conflict
from caddy.domain.reports import Invoice
from caddy.extensions import db
from caddy.models import ClaimFile
from caddy.queries.claim_files import SentFile
from caddy.transaction import after_commit, transaction


def keep_invoices(
    claim_id: UUID, invoices: Sequence[Invoice], made: Mapping[str, bytes], *, actor: Actor
) -> int:
    """Keep the PDFs of a claim's invoices, all of them or none; return how many were new.

    `made` maps an invoice's number to its bytes. What is kept already is what was sent: a
    second worker that made it too changes nothing.
    """
    with transaction(actor, unrecorded="another worker may have kept them before"):
        claim = hold_claim(claim_id)
        if claim.status not in SENT:
            raise Conflict("claim_not_sent", f"{claim.shown_number} was not sent.")
        there = set(
            db.session.scalars(select(ClaimFile.file_name).where(ClaimFile.claim_id == claim_id))
        )
        new = [one for one in invoices if f"{one.number}.pdf" not in there]
        for one in new:
            keep_file(claim, sent_file(one, made[one.number]))
        if new:
            organization_id, topic = claim.organization_id, topic_of(claim)
            after_commit(lambda: audit.announce(organization_id, [topic]))
        return len(new)


def sent_file(invoice: Invoice, content: bytes) -> SentFile:
    return SentFile(
        FileKind.INVOICE_PDF,
        f"{invoice.number}.pdf",
        invoice.to.name,
        len(invoice.lines),
        invoice.total_cents,
        content,
    )
