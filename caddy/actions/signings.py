"""Signing an agreement or a service on a screen: the one place where a signature is stored."""

from __future__ import annotations

from uuid import UUID

from caddy import audit, clock
from caddy.actions import agreements, attachments, steps
from caddy.domain import shifts as shift_rules
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.files import FileKind, clean_stem
from caddy.domain.signings import (
    Signature,
    SigningWay,
    SubjectKind,
    check_document,
    check_signature,
    statement,
)
from caddy.extensions import db
from caddy.models import Service, Signing
from caddy.queries import organizations, signings, visibility
from caddy.queue import Job, later
from caddy.storage import StoredFile
from caddy.transaction import current_work, transaction


def sign_agreement(agreement_id: UUID, signature: Signature, *, actor: Actor) -> UUID:
    """Have a draft signed on the screen of whoever is signed in. It binds from then on."""
    if signings.agreement(agreement_id, seen_by=actor.seen_by) is None:
        raise NotFound("agreement")
    with transaction(actor):
        return store_of_agreement(agreement_id, signature, None)


def sign_service(service_id: UUID, signature: Signature, *, actor: Actor) -> UUID:
    """Have a finished service signed on the screen of its worker, or of a coordinator."""
    with transaction(actor):
        service = _hold(service_id)
        if not visibility.is_seen(service.participant_id, actor.seen_by):
            raise NotFound("service")
        shift_rules.check_handles(actor, service.support_worker_id)
        return store_of_service(service_id, signature, None)


def store_of_agreement(agreement_id: UUID, signature: Signature, link_id: UUID | None) -> UUID:
    """Sign an agreement inside an open transaction, by the rules of any signing.

    What is signed is its PDF, byte for byte: it is kept beside the agreement from now on.
    """
    check_signature(signature)
    today = clock.today(organizations.current().timezone)
    agreement = agreements.bind(agreement_id, today, signature.name)
    found = signings.agreement(agreement_id, seen_by=None)
    if found is None or found.paper is None:
        raise Conflict("no_document", "The document is not made yet. Try again in a moment.")
    check_document(signature, found.paper.sha256)
    signing = _store(
        signature,
        SubjectKind.AGREEMENT,
        agreement_id=agreement_id,
        link_id=link_id,
        text=found.text,
    )
    kept = attachments.add(
        StoredFile(found.paper.sha256, found.paper.size_bytes, FileKind.PDF),
        f"{paper_name(found.record.participant_name)}.pdf",
        agreement_id=agreement_id,
    )
    audit.record(
        Fact.AGREEMENT_SIGNED,
        agreement,
        changes={
            "participant_id": agreement.participant_id,
            "signed_on": today,
            "signed_by": agreement.signed_by,
            "file_name": kept.file_name,
            "sha256": kept.sha256,
        },
    )
    later(Job.KEEP_SIGNED_PAPER, signing.id)
    return signing.id


def store_of_service(service_id: UUID, signature: Signature, link_id: UUID | None) -> UUID:
    """Sign a service inside an open transaction; its claim asks for no other name then."""
    check_signature(signature)
    service = _hold(service_id)
    found = signings.service(service_id, seen_by=None)
    if found is None:
        raise NotFound("service")
    if not found.is_delivered:
        raise RuleBroken(None, "not_finished", "Finish the shift before it is signed.")
    check_document(signature, found.sha256)
    if any(one.checksum == found.sha256 for one in signings.of_service(service_id)):
        raise Conflict("signed_already", "This support is signed already.")
    signing = _store(
        signature, SubjectKind.SERVICE, service_id=service_id, link_id=link_id, text=found.text
    )
    steps.sign(service, signature.name)
    service.version += 1
    return signing.id


def _hold(service_id: UUID) -> Service:
    service = db.session.get(Service, service_id, with_for_update=True)
    if service is None:
        raise NotFound("service")
    return service


def _store(
    signature: Signature,
    kind: SubjectKind,
    *,
    text: str,
    link_id: UUID | None,
    agreement_id: UUID | None = None,
    service_id: UUID | None = None,
) -> Signing:
    actor = current_work().actor
    row = Signing(
        agreement_id=agreement_id,
        service_id=service_id,
        link_id=link_id,
        name=signature.name.strip(),
        role=signature.role,
        way=SigningWay.BY_LINK if link_id else SigningWay.ON_SCREEN,
        statement=statement(kind, signature.role),
        text=text,
        checksum=signature.sha256,
        drawing=signature.drawing or None,
        signed_at=clock.now(),
        ip=actor.ip,
        user_agent=(actor.user_agent or "")[:400] or None,
    )
    db.session.add(row)
    db.session.flush()  # the audit entry and the job name its id
    audit.record(
        Fact.SIGNING_DONE,
        row,
        changes={
            f"{kind.value}_id": agreement_id or service_id,
            "name": row.name,
            "role": row.role,
            "way": row.way,
            "sha256": row.checksum,
        },
    )
    return row


def paper_name(participant_name: str) -> str:
    """Return what an agreement's PDF is called, without its ending."""
    return clean_stem(f"Service agreement with {participant_name}")
