"""The invoices of a claim that was sent, as PDF: made after the commit, kept once."""

from __future__ import annotations

from uuid import UUID

from caddy.actions import claim_invoices
from caddy.domain.actor import Actor
from caddy.extensions import db
from caddy.jobs import paper
from caddy.queries import letterheads, report_claims


def make_invoices(subject_id: UUID, *, actor: Actor) -> None:
    """Make the invoices that a claim still lacks, and keep all of them together.

    A worker killed before the end has kept none; the outbox runs this again.
    """
    claim = report_claims.one(subject_id)
    invoices = report_claims.invoices_missing(claim) if claim else []
    if not invoices:
        return
    head, assets = letterheads.head(), letterheads.assets()
    db.session.close()  # nothing of the database is held while they are made
    made = {one.number: paper.invoice_pdf(one, head, assets=assets) for one in invoices}
    claim_invoices.keep_invoices(subject_id, invoices, made, actor=actor)
