"""What is there to be signed, in which words, and who has signed it so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from caddy.domain.services import ServiceStatus
from caddy.domain.signed_texts import (
    AgreementWords,
    Between,
    ServiceWords,
    agreement_text,
    service_text,
)
from caddy.domain.signings import text_checksum
from caddy.extensions import db
from caddy.models import AgreementPaper, AgreementStatus, Participant, Service, Signing, User
from caddy.queries import agreements, organizations, visibility
from caddy.queries.agreements import AgreementRecord

MOST_LISTED = 50
DELIVERED = frozenset({ServiceStatus.COMPLETED, ServiceStatus.BILLED})


@dataclass(frozen=True, slots=True)
class AgreementToSign:
    """An agreement in the words of now; `paper` is the PDF of just these words, if it is made."""

    record: AgreementRecord
    participant: Participant
    text: str
    text_checksum: str
    paper: AgreementPaper | None

    @property
    def participant_id(self) -> UUID:
        return self.record.agreement.participant_id

    @property
    def needs_paper(self) -> bool:
        """Say whether it is a draft whose words of now have no PDF yet."""
        return self.record.agreement.status is AgreementStatus.DRAFT and self.paper is None


@dataclass(frozen=True, slots=True)
class ServiceToSign:
    """A service in the words of now: the text itself is what is signed."""

    service: Service
    participant: Participant
    text: str
    sha256: str

    @property
    def is_delivered(self) -> bool:
        return self.service.status in DELIVERED


def agreement(agreement_id: UUID, *, seen_by: UUID | None) -> AgreementToSign | None:
    """Return an agreement as it is to be signed, or None where it is not there to see."""
    record = agreements.record(agreement_id, seen_by=seen_by)
    if record is None:
        return None
    row = record.agreement
    whom = db.session.get_one(Participant, row.participant_id)
    text = agreement_text(
        AgreementWords(
            between=_between(whom),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            review_on=row.review_on,
            items=[(one.item_number, one.name, one.unit_price_cents) for one in record.items],
            allowed=(
                ("Provider travel", row.allows_travel),
                ("Non-face-to-face support", row.allows_non_face_to_face),
                ("NDIA requested reports", row.allows_ndia_reports),
                ("Irregular SIL supports", row.allows_irregular_sil),
            ),
            cancellation_percent=row.cancellation_percent,
            terms=row.terms,
        )
    )
    words = text_checksum(text)
    paper = db.session.scalars(
        select(AgreementPaper).where(
            AgreementPaper.agreement_id == agreement_id, AgreementPaper.text_checksum == words
        )
    ).one_or_none()
    return AgreementToSign(record, whom, text, words, paper)


def service(service_id: UUID, *, seen_by: UUID | None) -> ServiceToSign | None:
    """Return a service as it is to be signed, or None where it is not there to see."""
    row = db.session.get(Service, service_id)
    if row is None or not visibility.is_seen(row.participant_id, seen_by):
        return None
    whom = db.session.get_one(Participant, row.participant_id)
    worker = db.session.get_one(User, row.support_worker_id)
    text = service_text(
        ServiceWords(
            between=_between(whom),
            worker=f"{worker.first_name} {worker.last_name}",
            on=row.service_on,
            start=row.start_time,
            end=row.end_time,
            minutes=row.duration_minutes,
            quantity_milli=row.quantity_milli,
            item_number=row.item_number,
            item_name=row.item_name,
            notes=row.notes,
        )
    )
    return ServiceToSign(row, whom, text, text_checksum(text))


def _between(whom: Participant) -> Between:
    own = organizations.current()
    name = f"{whom.first_name} {whom.last_name}"
    return Between(own.name, own.abn, name, whom.ndis_number)


def of_agreement(agreement_id: UUID) -> Sequence[Signing]:
    return _of(Signing.agreement_id == agreement_id)


def of_service(service_id: UUID) -> Sequence[Signing]:
    return _of(Signing.service_id == service_id)


def _of(condition: ColumnElement[bool]) -> Sequence[Signing]:
    """Return signatures, the latest first."""
    return db.session.scalars(
        select(Signing).where(condition).order_by(Signing.signed_at.desc()).limit(MOST_LISTED)
    ).all()


def signed(signing_id: UUID) -> tuple[Signing, AgreementToSign] | None:
    """Return a signature of an agreement with the agreement, or None where it is of none."""
    found = db.session.get(Signing, signing_id)
    if found is None or found.agreement_id is None:
        return None
    whole: Any = agreement(found.agreement_id, seen_by=None)
    return found, whole
