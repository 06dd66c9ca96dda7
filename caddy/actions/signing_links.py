"""Links to sign by: asked for and mailed, taken back, and signed through, once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from caddy import audit, clock
from caddy.actions import agreement_papers, letters, signings
from caddy.config import load_settings
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.signings import (
    LINK_LIVES,
    MOST_WAITING,
    LinkState,
    Signature,
    check_signature,
    token_hash,
    token_of,
)
from caddy.domain.words import say_date
from caddy.extensions import db
from caddy.models import AgreementStatus, Participant, Service, SigningLink
from caddy.queries import organizations, signing_links
from caddy.queries import signings as reads
from caddy.queue import Job, later
from caddy.transaction import current_work, transaction

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked to sign, and where their mail goes."""

    name: str
    address: str


def ask_for_agreement(agreement_id: UUID, asked: Asked, *, actor: Actor) -> UUID:
    """Mail someone a link to sign a draft. It dies with the next change of the draft."""
    if reads.agreement(agreement_id, seen_by=actor.seen_by) is None:
        raise NotFound("agreement")
    agreement_papers.check_can_print()
    with transaction(actor):
        found: Any = reads.agreement(agreement_id, seen_by=None)
        if found.record.agreement.status is not AgreementStatus.DRAFT:
            raise Conflict("agreement_status", "This agreement is signed already.")
        link = _new(asked, found.text_checksum, agreement_id=agreement_id)
        if found.paper is None:
            later(Job.MAKE_AGREEMENT_PAPER, agreement_id)
        _mail(link, found.participant, "the service agreement")
        return link.id


def ask_for_service(service_id: UUID, asked: Asked, *, actor: Actor) -> UUID:
    """Mail someone a link to sign a service that was delivered."""
    with transaction(actor):
        found = reads.service(service_id, seen_by=actor.seen_by)
        if found is None:
            raise NotFound("service")
        if not found.is_delivered:
            raise RuleBroken(None, "not_finished", "Finish the shift before it is signed.")
        link = _new(asked, found.sha256, service_id=service_id)
        _mail(link, found.participant, f"the support on {say_date(found.service.service_on)}")
        return link.id


def _new(
    asked: Asked,
    text_checksum: str,
    *,
    agreement_id: UUID | None = None,
    service_id: UUID | None = None,
) -> SigningLink:
    now = clock.now()
    waiting = select(func.count(SigningLink.id)).where(
        SigningLink.agreement_id == agreement_id
        if agreement_id
        else SigningLink.service_id == service_id,
        SigningLink.used_at.is_(None),
        SigningLink.revoked_at.is_(None),
        SigningLink.expires_at > now,
    )
    if (db.session.scalar(waiting) or 0) >= MOST_WAITING:
        raise RuleBroken(
            "to_address",
            "too_many_links",
            f"{MOST_WAITING} links are waiting already. Take one of them back first.",
        )
    seed = secrets.token_hex(SEED_BYTES)
    secret = load_settings().secret_key.get_secret_value()
    link = SigningLink(
        agreement_id=agreement_id,
        service_id=service_id,
        to_name=asked.name.strip(),
        to_address=asked.address.strip(),
        seed=seed,
        token_hash=token_hash(token_of(seed, secret)),
        text_checksum=text_checksum,
        expires_at=now + LINK_LIVES,
    )
    db.session.add(link)
    db.session.flush()  # the mail and the audit entry name its id
    audit.record(
        Fact.SIGNING_ASKED,
        link,
        changes={
            "agreement_id" if agreement_id else "service_id": agreement_id or service_id,
            "name": link.to_name,
            "address": link.to_address,
            "expires_at": link.expires_at,
        },
    )
    return link


def _mail(link: SigningLink, whom: Participant, what: str) -> None:
    actor = current_work().actor
    letters.write(
        link.to_address,
        EmailTemplate.SIGNING_REQUEST,
        {
            "signing_link_id": link.id,
            "to_name": link.to_name,
            "participant_first_name": whom.preferred_name or whom.first_name,
            "what": what,
            "asked_by": actor.name,
            "expires_on": clock.local(link.expires_at, organizations.current().timezone).date(),
        },
        subject=link,
        dedupe_key=f"signing:{link.id}",
    )


def revoke(link_id: UUID, *, actor: Actor) -> SigningLink:
    """Take a link back: it opens nothing any more. One that was used stays used."""
    with transaction(actor, unrecorded="a link that is dead already stays as it is"):
        link = _hold(link_id)
        if link is None:
            raise NotFound("link")
        if signing_links.state(link) is LinkState.WAITING:
            link.revoked_at = clock.now()
            audit.record(
                Fact.SIGNING_REVOKED,
                link,
                changes={"agreement_id": link.agreement_id, "service_id": link.service_id},
            )
        return link


def sign_by_link(link_id: UUID, signature: Signature, *, actor: Actor) -> UUID:
    """Sign what a link opens, and use the link up. Raises NotFound where it opens nothing."""
    check_signature(signature)
    with transaction(actor):
        link = _hold(link_id)
        found = signing_links.opened(link_id) if link else None
        if link is None or found is None:
            raise NotFound("link")
        if found.is_changed:
            raise Conflict("document_changed", "This was changed after the link was sent.")
        link.used_at = clock.now()
        if link.agreement_id is not None:
            return signings.store_of_agreement(link.agreement_id, signature, link.id)
        service: Service = db.session.get_one(Service, link.service_id)
        return signings.store_of_service(service.id, signature, link.id)


def _hold(link_id: UUID) -> SigningLink | None:
    """Return a link, its row held: of two who sign at once by it, one comes too late."""
    return db.session.get(SigningLink, link_id, with_for_update=True)
