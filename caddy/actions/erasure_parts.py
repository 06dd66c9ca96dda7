"""What names a participant outside their own row: notes, files, claims as sent, letters.

Everything here belongs inside the transaction of an erasure.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, Text, cast, delete, or_, select, update

from caddy.domain.claim_lines import MANAGER_OF
from caddy.domain.claims import FileKind
from caddy.domain.emails import EmailStatus
from caddy.domain.ndis.bulk_file import renumbered
from caddy.domain.participants import PlanManagement
from caddy.domain.retention import ERASED_TEXT
from caddy.extensions import db
from caddy.models import (
    Attachment,
    Budget,
    BudgetAdjustment,
    Claim,
    ClaimFile,
    ClaimLine,
    ComplianceScore,
    Conversation,
    Document,
    DocumentVersion,
    EmailLog,
    IdMapping,
    ImportRow,
    Notification,
    Participant,
    Plan,
    Service,
    ServiceAgreement,
    ServiceChange,
    Task,
    TaskFile,
)
from caddy.queries import claim_files

INVOICES = (FileKind.INVOICE_PDF, FileKind.INVOICE_CSV)


@dataclass(frozen=True, slots=True)
class Named:
    """By what a participant is known from now on."""

    id: UUID
    ndis_number: str
    name: str


def erase_files(participant_id: UUID) -> dict[str, datetime]:
    """Delete documents and the files of services, agreements and reports.

    Return by checksum when each was stored.
    """
    owned = or_(
        Attachment.service_id.in_(_services(participant_id)),
        Attachment.agreement_id.in_(
            select(ServiceAgreement.id).where(ServiceAgreement.participant_id == participant_id)
        ),
    )
    papers = select(Document.id).where(Document.participant_id == participant_id)
    tasks = list(
        db.session.scalars(
            select(Task.id).where(Task.params["participant_id"].as_string() == str(participant_id))
        )
    )
    found: dict[str, datetime] = {}
    for model, condition in (
        (Attachment, owned),
        (TaskFile, TaskFile.task_id.in_(tasks)),
        (DocumentVersion, DocumentVersion.document_id.in_(papers)),
    ):
        rows = db.session.execute(select(model.sha256, model.created_at).where(condition))
        for sha256, created_at in rows:
            found[sha256] = max(created_at, found.get(sha256, created_at))
        _run(delete(model).where(condition))
    _run(delete(Document).where(Document.participant_id == participant_id))
    _run(delete(Task).where(Task.id.in_(tasks)))
    _run(delete(Notification).where(Notification.link.in_([f"/tasks/{one}" for one in tasks])))
    return found


def erase_words(participant_id: UUID) -> None:
    """Empty what people wrote: notes, reasons, goals, terms, and where services took place."""
    _run(
        update(Service)
        .where(Service.participant_id == participant_id)
        .values(
            notes="",
            latitude=None,
            longitude=None,
            location_address=None,
            idempotency_key=None,
            signed_by=None,
            signed_at=None,
        )
    )
    _run(
        update(ServiceChange)
        .where(ServiceChange.service_id.in_(_services(participant_id)))
        .values(reason=None, changes={}, latitude=None, longitude=None)
    )
    _run(
        update(Plan)
        .where(Plan.participant_id == participant_id)
        .values(plan_number=None, plan_manager=None, goals=[])
    )
    _run(
        update(BudgetAdjustment)
        .where(
            BudgetAdjustment.budget_id.in_(
                select(Budget.id).where(Budget.participant_id == participant_id)
            )
        )
        .values(reason=ERASED_TEXT)
    )
    _run(
        update(ServiceAgreement)
        .where(ServiceAgreement.participant_id == participant_id)
        .values(signed_by=None, terms=None)
    )


def erase_imports(participant_id: UUID) -> None:
    """Empty what imports remember of a participant, and forget their ids in the old system."""
    owned = [
        select(model.id).where(model.participant_id == participant_id)
        for model in (Plan, Service, ServiceAgreement)
    ]
    for some in (select(Participant.id).where(Participant.id == participant_id), *owned):
        _run(
            update(ImportRow)
            .where(ImportRow.subject_id.in_(some))
            .values(before={}, errors=[], cells=[])
        )
        _run(delete(IdMapping).where(IdMapping.new_id.in_(some)))


def erase_claims(will: Named) -> None:
    """Take the name and the NDIS number out of claims: lines, invoices, files as they were sent.

    An invoice is of one participant, and goes; its lines stay. A bulk file is of many: their
    rows stay as they were sent, and in theirs another number of nine letters stands.
    """
    claims = db.session.scalars(
        select(Claim).where(
            Claim.id.in_(select(ClaimLine.claim_id).where(ClaimLine.participant_id == will.id))
        )
    ).all()
    for claim in claims:
        _erase_invoices(claim, will)
        _erase_number(claim, will)
    _rename_payers(will)
    _run(
        update(ClaimLine)
        .where(ClaimLine.participant_id == will.id)
        .values(error_text=None, credit_reason=None)
    )


def _erase_invoices(claim: Claim, will: Named) -> None:
    numbers = [
        number
        for (_, whom), number in claim_files.invoice_numbers(claim).items()
        if whom == will.id
    ]
    names = [f"{number}.{ending}" for number in numbers for ending in ("csv", "pdf")]
    _run(
        delete(ClaimFile).where(
            ClaimFile.claim_id == claim.id,
            ClaimFile.kind.in_(INVOICES),
            ClaimFile.file_name.in_(names),
        )
    )


def _erase_number(claim: Claim, will: Named) -> None:
    """Put the anonymous number into a claim's bulk files, one file in memory at a time."""
    lines = select(ClaimLine.claim_reference).where(
        ClaimLine.claim_id == claim.id, ClaimLine.participant_id == will.id
    )
    references = set(db.session.scalars(lines))
    own = ClaimFile.claim_id == claim.id
    files = db.session.scalars(select(ClaimFile.id).where(own, ClaimFile.kind == FileKind.BULK_CSV))
    for file_id in files.all():
        sent = db.session.scalars(select(ClaimFile.content).where(ClaimFile.id == file_id)).one()
        content = renumbered(sent, references, will.ndis_number)
        if content != sent:
            sha256 = hashlib.sha256(content).hexdigest()
            changed = update(ClaimFile).where(ClaimFile.id == file_id)
            _run(changed.values(content=content, sha256=sha256))


def _rename_payers(will: Named) -> None:
    """Call those who pay by the participant's name by the anonymous one."""
    lines = update(ClaimLine).where(ClaimLine.participant_id == will.id)
    by_name = ClaimLine.payer.startswith(MANAGER_OF)
    _run(lines.where(ClaimLine.management == PlanManagement.SELF_MANAGED).values(payer=will.name))
    _run(
        lines.where(ClaimLine.management == PlanManagement.PLAN_MANAGED, by_name).values(
            payer=f"{MANAGER_OF}{will.name}"
        )
    )


def erase_letters(participant_id: UUID) -> None:
    """Empty the mails that speak of a participant and delete what people were told in Caddy.

    Mails name participants inside what their template was told; they are read through.
    """
    _run(
        update(EmailLog)
        .where(
            EmailLog.status != EmailStatus.QUEUED,
            cast(EmailLog.context, Text).contains(str(participant_id)),
        )
        .values(subject=ERASED_TEXT, context={})
    )
    _run(delete(Notification).where(Notification.link == f"/participants/{participant_id}"))


def erase_messages(participant_id: UUID) -> None:
    """Delete the conversations about a participant, and what people were told of them."""
    own = select(Conversation.id).where(Conversation.participant_id == participant_id)
    links = [f"/messages/{one}" for one in db.session.scalars(own)]
    _run(delete(Notification).where(Notification.link.in_(links)))
    _run(delete(Conversation).where(Conversation.participant_id == participant_id))


def erase_scores(participant_id: UUID) -> None:
    """Delete a participant's compliance scores: without the person they say nothing."""
    _run(delete(ComplianceScore).where(ComplianceScore.subject_id == participant_id))


def _services(participant_id: UUID) -> Select[UUID]:
    return select(Service.id).where(Service.participant_id == participant_id)


def _run(statement: object) -> None:
    db.session.execute(
        statement,  # type: ignore[call-overload] # an update or a delete
        execution_options={"synchronize_session": False},
    )
