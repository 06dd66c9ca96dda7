"""Service agreements: a participant's list, one with its items, and what holds on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from caddy.domain.agreements import AgreedTerms
from caddy.extensions import db
from caddy.models import AgreedItem, AgreementStatus, Participant, ServiceAgreement, SupportItem
from caddy.queries import visibility

MOST_LISTED = 50
MOST_ITEMS = 200
BINDING = (AgreementStatus.SIGNED, AgreementStatus.ENDED)


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An agreed item with its name, or only its number where the catalogue has it no more."""

    item_number: str
    name: str
    unit_price_cents: int | None


@dataclass(frozen=True, slots=True)
class AgreementRecord:
    """An agreement as its page shows it."""

    agreement: ServiceAgreement
    participant_name: str
    items: Sequence[ShownItem]


def of_participant(participant_id: UUID) -> list[Any]:
    """Return a participant's agreements, the latest first, with the number of their items."""
    items = (
        select(func.count(AgreedItem.id))
        .where(AgreedItem.agreement_id == ServiceAgreement.id)
        .correlate(ServiceAgreement)
        .scalar_subquery()
    )
    return list(
        db.session.execute(
            select(
                ServiceAgreement.id,
                ServiceAgreement.status,
                ServiceAgreement.starts_on,
                ServiceAgreement.ends_on,
                ServiceAgreement.review_on,
                ServiceAgreement.signed_on,
                items.label("items"),
            )
            .where(ServiceAgreement.participant_id == participant_id)
            .order_by(ServiceAgreement.starts_on.desc(), ServiceAgreement.id.desc())
            .limit(MOST_LISTED)
        )
    )


def record(agreement_id: UUID, *, seen_by: UUID | None) -> AgreementRecord | None:
    agreement = db.session.get(ServiceAgreement, agreement_id)
    if agreement is None or not visibility.is_seen(agreement.participant_id, seen_by):
        return None
    participant = db.session.get_one(Participant, agreement.participant_id)
    rows = db.session.execute(
        select(AgreedItem.item_number, AgreedItem.unit_price_cents)
        .where(AgreedItem.agreement_id == agreement_id)
        .order_by(AgreedItem.item_number)
        .limit(MOST_ITEMS)
    ).all()
    names = _names([row.item_number for row in rows])
    return AgreementRecord(
        agreement,
        participant.name,
        [ShownItem(number, names.get(number, number), cents) for number, cents in rows],
    )


def _names(numbers: Sequence[str]) -> dict[str, str]:
    """Return items' names; where a number stands on several lines, the one that began last."""
    rows = db.session.execute(
        select(SupportItem.item_number, SupportItem.name)
        .where(SupportItem.item_number.in_(numbers))
        .order_by(SupportItem.starts_on)
    )
    return {row.item_number: row.name for row in rows}


def terms_on(participant_id: UUID, day: date) -> AgreedTerms | None:
    """Return what was signed for a day, or None; one that has ended holds for the days before."""
    found = db.session.execute(
        select(
            ServiceAgreement,
            func.coalesce(Participant.preferred_name, Participant.first_name).label("name"),
        )
        .join(Participant, Participant.id == ServiceAgreement.participant_id)
        .where(
            ServiceAgreement.participant_id == participant_id,
            ServiceAgreement.status.in_(BINDING),
            ServiceAgreement.starts_on <= day,
            ServiceAgreement.ends_on >= day,
        )
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    agreement, name = found
    rows = db.session.execute(
        select(AgreedItem.item_number, AgreedItem.unit_price_cents)
        .where(AgreedItem.agreement_id == agreement.id)
        .limit(MOST_ITEMS)
    )
    return AgreedTerms(
        agreement_id=agreement.id,
        name=name,
        prices_cents={row.item_number: row.unit_price_cents for row in rows},
        allows_travel=agreement.allows_travel,
        allows_non_face_to_face=agreement.allows_non_face_to_face,
        allows_ndia_reports=agreement.allows_ndia_reports,
        allows_irregular_sil=agreement.allows_irregular_sil,
        cancellation_percent=agreement.cancellation_percent,
    )
