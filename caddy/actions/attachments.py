"""Putting a file beside a service or an agreement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import func, select

from caddy import audit, storage
from caddy.actions.refused_files import noted
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.files import clean_name
from caddy.domain.subscriptions import check_room
from caddy.extensions import db
from caddy.models import AgreementStatus, Attachment, Service, ServiceAgreement
from caddy.queries import subscriptions
from caddy.storage import StoredFile
from caddy.transaction import transaction

MOST_OF_ONE = 50


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in, with the name its sender gave it."""

    stream: BinaryIO
    name: str


def attach_to_service(service_id: UUID, upload: Upload, *, actor: Actor) -> UUID:
    """Keep a file with a service: a receipt, a signed sheet, a photograph."""
    if db.session.get(Service, service_id) is None:
        raise NotFound("service")
    with noted(upload.name, actor):
        stored = storage.store(upload.stream)
    with transaction(actor):
        service = db.session.get(Service, service_id)
        if service is None:
            raise NotFound("service")
        held = select(func.count(Attachment.id)).where(Attachment.service_id == service_id)
        if (db.session.scalar(held) or 0) >= MOST_OF_ONE:
            raise RuleBroken("file", "too_many_files", "A service has 50 files at the most.")
        row = add(stored, upload.name, service_id=service_id)
        audit.record(
            Fact.ATTACHMENT_ADDED,
            row,
            changes={"service_id": service_id, "file_name": row.file_name, "sha256": row.sha256},
            participant_id=service.participant_id,
        )
        return row.id


def attach_to_agreement(agreement_id: UUID, upload: Upload, *, actor: Actor) -> UUID:
    """Keep a signed document, or a further version of it, with an agreement that is signed.

    What was kept before stays: each version is a file of its own.
    """
    if db.session.get(ServiceAgreement, agreement_id) is None:
        raise NotFound("agreement")
    with noted(upload.name, actor):
        stored = storage.store(upload.stream)
    with transaction(actor):
        agreement = db.session.get(ServiceAgreement, agreement_id)
        if agreement is None:
            raise NotFound("agreement")
        if agreement.status is AgreementStatus.DRAFT:
            raise RuleBroken("file", "not_signed", "Add the document when you sign the agreement.")
        held = select(func.count(Attachment.id)).where(Attachment.agreement_id == agreement_id)
        if (db.session.scalar(held) or 0) >= MOST_OF_ONE:
            raise RuleBroken("file", "too_many_files", "An agreement has 50 files at the most.")
        row = add(stored, upload.name, agreement_id=agreement_id)
        audit.record(
            Fact.ATTACHMENT_ADDED,
            row,
            changes={
                "agreement_id": agreement_id,
                "file_name": row.file_name,
                "sha256": row.sha256,
            },
            participant_id=agreement.participant_id,
        )
        return row.id


def add(
    stored: StoredFile,
    name: str,
    *,
    service_id: UUID | None = None,
    agreement_id: UUID | None = None,
) -> Attachment:
    """Store the row of a file that is kept already, inside an open transaction.

    Refused where the subscription has no room for it.
    """
    check_room(subscriptions.stored_bytes(), stored.size_bytes, subscriptions.current())
    row = Attachment(
        service_id=service_id,
        agreement_id=agreement_id,
        file_name=clean_name(name, stored.kind),
        content_type=stored.kind.value,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
    )
    db.session.add(row)
    db.session.flush()  # the audit entry names its id
    return row
