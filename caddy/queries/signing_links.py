"""Links to sign by: those that were sent, and the one that an address opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from caddy import clock
from caddy.config import load_settings
from caddy.domain.signings import LinkState, SubjectKind, state_of, token_hash, token_of
from caddy.extensions import db
from caddy.models import SigningLink
from caddy.queries import signings
from caddy.queries.signings import AgreementToSign, ServiceToSign
from caddy.tenancy import unscoped

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class SentLink:
    """A link as a list shows it: to whom it went, and what became of it."""

    link: SigningLink
    state: LinkState


@dataclass(frozen=True, slots=True)
class OpenLink:
    """What a link opens. `is_changed` where it says something else than when it was sent."""

    link: SigningLink
    kind: SubjectKind
    text: str
    sha256: str | None
    is_changed: bool


def of_agreement(agreement_id: UUID) -> list[SentLink]:
    return _of(SigningLink.agreement_id == agreement_id)


def of_service(service_id: UUID) -> list[SentLink]:
    return _of(SigningLink.service_id == service_id)


def _of(condition: ColumnElement[bool]) -> list[SentLink]:
    rows: Sequence[SigningLink] = db.session.scalars(
        select(SigningLink).where(condition).order_by(SigningLink.id.desc()).limit(MOST_LISTED)
    ).all()
    return [SentLink(one, state(one)) for one in rows]


def subject_of(link_id: UUID) -> SigningLink | None:
    """Return a link, to see whose it is, or None where it is not there."""
    return db.session.get(SigningLink, link_id)


def state(link: SigningLink) -> LinkState:
    return state_of(link.used_at, link.revoked_at, link.expires_at, clock.now())


def owner_of(token: str) -> Any | None:
    """Return a link's id and organization by the secret of its address, whatever its state."""
    with unscoped("a link brings no session: its organization is the link's own"):
        return db.session.execute(
            select(SigningLink.id, SigningLink.organization_id).where(
                SigningLink.token_hash == token_hash(token)
            )
        ).one_or_none()


def opened(link_id: UUID) -> OpenLink | None:
    """Return what a link opens, or None where it opens nothing any more."""
    link = db.session.get(SigningLink, link_id)
    if link is None or state(link) is not LinkState.WAITING:
        return None
    return _of_agreement(link) if link.agreement_id else _of_service(link)


def _of_agreement(link: SigningLink) -> OpenLink | None:
    found: AgreementToSign | None = (
        signings.agreement(link.agreement_id, seen_by=None) if link.agreement_id else None
    )
    if found is None:
        return None
    is_changed = (
        found.text_checksum != link.text_checksum or found.record.agreement.status.value != "draft"
    )
    sha256 = found.paper.sha256 if found.paper else None
    return OpenLink(link, SubjectKind.AGREEMENT, found.text, sha256, is_changed)


def _of_service(link: SigningLink) -> OpenLink | None:
    found: ServiceToSign | None = (
        signings.service(link.service_id, seen_by=None) if link.service_id else None
    )
    if found is None:
        return None
    is_changed = found.sha256 != link.text_checksum or not found.is_delivered
    return OpenLink(link, SubjectKind.SERVICE, found.text, found.sha256, is_changed)


def for_mail(context: Mapping[str, Any]) -> dict[str, str]:
    """Return the address that a mail asking for a signature names: it is stored nowhere."""
    link_id = context.get("signing_link_id")
    link = db.session.get(SigningLink, UUID(str(link_id))) if link_id else None
    if link is None:
        return {}
    secret = load_settings().secret_key.get_secret_value()
    return {"link": f"/signing/{token_of(link.seed, secret)}"}
