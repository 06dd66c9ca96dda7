"""The PDFs of agreements: asked for, kept as they are made, and kept once more when signed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from caddy import audit, pdf, storage
from caddy.actions import attachments
from caddy.actions.signings import paper_name
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict, NotFound
from caddy.domain.facts import Fact
from caddy.domain.files import FileKind
from caddy.extensions import db
from caddy.models import AgreementPaper, Attachment
from caddy.queries import signings
from caddy.queries.signings import AgreementToSign
from caddy.queue import Job, later
from caddy.storage import StoredFile
from caddy.transaction import transaction


def ask_for_paper(agreement_id: UUID, *, actor: Actor) -> None:
    """Have the PDF of an agreement made as it stands now, where there is none of it yet."""
    found = signings.agreement(agreement_id, seen_by=actor.seen_by)
    if found is None:
        raise NotFound("agreement")
    if found.paper is None:
        check_can_print()
        with transaction(actor, unrecorded="a copy of a draft is nobody's history"):
            later(Job.MAKE_AGREEMENT_PAPER, agreement_id)


def check_can_print() -> None:
    """Refuse where no PDF can be made here: then paper is signed by hand."""
    if pdf.is_switched_off():
        raise Conflict(
            "no_pdf", "PDFs are switched off here. Have the agreement signed on paper instead."
        )


def keep_paper(found: AgreementToSign, content: bytes, *, actor: Actor) -> None:
    """Keep the PDF of an agreement's words; one that is there already stays as it is."""
    kept = storage.keep_bytes(content)
    with transaction(actor, unrecorded="a copy of a draft is nobody's history"):
        row = AgreementPaper(
            agreement_id=found.record.agreement.id,
            text_checksum=found.text_checksum,
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
        )
        there = select(AgreementPaper.id).where(
            AgreementPaper.agreement_id == row.agreement_id,
            AgreementPaper.text_checksum == row.text_checksum,
        )
        if db.session.scalar(there) is None:
            db.session.add(row)


def signed_name(found: AgreementToSign) -> str:
    return f"{paper_name(found.record.participant_name)}, signed.pdf"


def has_signed_paper(found: AgreementToSign) -> bool:
    """Say whether the PDF with the signature's page is kept."""
    return (
        db.session.scalar(
            select(Attachment.id).where(
                Attachment.agreement_id == found.record.agreement.id,
                Attachment.file_name == signed_name(found),
            )
        )
        is not None
    )


def keep_signed_paper(found: AgreementToSign, content: bytes, *, actor: Actor) -> None:
    """Keep the PDF with the signature's page beside what was signed, once."""
    kept = storage.keep_bytes(content)
    with transaction(actor, unrecorded="another worker may have kept it before"):
        if has_signed_paper(found):
            return
        row = attachments.add(
            StoredFile(kept.sha256, kept.size_bytes, FileKind.PDF),
            signed_name(found),
            agreement_id=found.record.agreement.id,
        )
        audit.record(
            Fact.ATTACHMENT_ADDED,
            row,
            changes={
                "agreement_id": found.record.agreement.id,
                "file_name": row.file_name,
                "sha256": row.sha256,
            },
        )
