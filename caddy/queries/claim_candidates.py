"""What could be claimed, and what is held back and why. Few reads, however many services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from caddy import clock
from caddy.columns import Rows
from caddy.domain.claim_checks import Provider, double_key, held_back_by
from caddy.domain.claim_lines import NEEDS_CONSENT, AgreedTerms, Candidate
from caddy.domain.claim_types import ClaimType, group_limit, is_therapy, travel_price
from caddy.domain.claims import HoldBack
from caddy.domain.ndis.identifiers import digits, parse_abn
from caddy.domain.participants import PlanManagement
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import (
    AgreedItem,
    AgreementStatus,
    ClaimService,
    Organization,
    Participant,
    Plan,
    Service,
    ServiceAgreement,
    SupportItem,
)
from caddy.queries import organizations, support_items


@dataclass(frozen=True, slots=True)
class ClaimWanted:
    """What to claim: the days, and whom, which management or services alone, if any."""

    starts_on: date
    ends_on: date
    participant_ids: tuple[UUID, ...] | None = None
    management: PlanManagement | None = None
    service_ids: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A service that is not claimed, with each of its reasons."""

    service: Candidate
    reasons: tuple[HoldBack, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it for programs and for the page that leads to each form."""
        return {
            "service_id": str(self.service.id),
            "participant_id": str(self.service.participant_id),
            "participant": self.service.participant_name,
            "service_on": self.service.service_on.isoformat(),
            "item_number": self.service.item_number,
            "total_cents": self.service.total_cents,
            "reasons": [
                {
                    "code": reason.value,
                    "sentence": reason.sentence,
                    "is_fixable": reason.is_fixable,
                    "fixed_at": reason.fixed_at,
                }
                for reason in self.reasons
            ],
        }


@dataclass(frozen=True, slots=True)
class Sorted:
    """Services that may be claimed and those that may not."""

    claimable: tuple[Candidate, ...]
    held_back: tuple[HeldBack, ...]


def sort_out(wanted: ClaimWanted) -> Sorted:
    """Return what a claim of these days would hold, and what is held back and why."""
    organization = organizations.current()
    today = clock.today(organization.timezone)
    provider = provider_of(organization)
    free = [one for one in candidates(wanted, _is_free()) if _is_wanted(one, wanted)]
    seen = held_keys(wanted) if free else set()
    claimable, held_back = [], []
    for one in free:
        reasons = held_back_by(one, provider, today)
        key = double_key(one)
        if key is not None and key in seen:
            reasons.append(HoldBack.DUPLICATE)
        if reasons:
            held_back.append(HeldBack(one, tuple(reasons)))
        else:
            claimable.append(one)
            seen.add(key)
    return Sorted(tuple(claimable), tuple(held_back))


def held_keys(wanted: ClaimWanted, but_claim_id: UUID | None = None) -> set[object]:
    """Return what doubles of services on claims would share, those of one claim left out."""
    everyone = replace(wanted, service_ids=None)
    return {double_key(one) for one in candidates(everyone, _is_held(but_claim_id))}


def provider_of(organization: Organization) -> Provider:
    """Return whether the organization's ABN and registration number can stand on a claim."""
    registration = digits(organization.ndis_registration or "")
    try:
        has_abn = bool(parse_abn(organization.abn or ""))
    except ValueError:
        has_abn = False
    return Provider(has_abn, registration.isdigit(), organization.is_signature_required)


def _is_wanted(one: Candidate, wanted: ClaimWanted) -> bool:
    """Narrow by management; a service outside any plan belongs to every answer."""
    return wanted.management is None or one.management in {wanted.management, None}


def _live() -> ColumnElement[bool]:
    return exists().where(
        ClaimService.service_id == Service.id,
        ClaimService.organization_id == Service.organization_id,
        ClaimService.is_live.is_(True),
    )


def _is_free() -> ColumnElement[bool]:
    """Delivered, or cancelled at a fee, worth something, and on no live claim."""
    return and_(
        Service.status.in_((ServiceStatus.COMPLETED, ServiceStatus.CANCELLED)),
        Service.total_cents > 0,
        ~_live(),
    )


def _is_held(but_claim_id: UUID | None = None) -> ColumnElement[bool]:
    is_held = or_(Service.status == ServiceStatus.BILLED, _live())
    return is_held if but_claim_id is None else and_(is_held, ~on_claim(but_claim_id))


def on_claim(claim_id: UUID) -> ColumnElement[bool]:
    """Return whether a service is held by one claim."""
    return exists().where(
        ClaimService.service_id == Service.id,
        ClaimService.organization_id == Service.organization_id,
        ClaimService.claim_id == claim_id,
        ClaimService.is_live.is_(True),
    )


def candidates(wanted: ClaimWanted, which: ColumnElement[bool]) -> list[Candidate]:
    """Return services of the wanted days with all that decides whether they may be claimed."""
    rows = list(db.session.execute(_narrowed(wanted, which)))
    if not rows:
        return []
    plans = _by_participant(_plans(wanted))
    agreements = _by_participant(_agreements(wanted))
    terms = _terms([one for some in agreements.values() for one in some])
    items = _items({row.Service.support_item_id for row in rows})
    state = organizations.current().state
    found = []
    for row in rows:
        service = row.Service
        plan = _on(plans[service.participant_id], service.service_on)
        agreement = _on(agreements[service.participant_id], service.service_on)
        item = items[service.support_item_id]
        one = _candidate(
            row,
            plan,
            terms[agreement.id] if agreement else None,
            _limit(service, item, row, state),
        )
        found.append(replace(one, gst_code=item.gst_code))
    return found


def _narrowed(wanted: ClaimWanted, which: ColumnElement[bool]) -> Rows:
    statement = (
        select(
            Service,
            Participant.first_name,
            Participant.last_name,
            Participant.ndis_number,
            Participant.state,
            Participant.price_zone,
            Participant.needs_two_workers,
        )
        .join(Participant, Participant.id == Service.participant_id)
        .where(Service.service_on.between(wanted.starts_on, wanted.ends_on), which)
        .order_by(Participant.sort_name, Service.service_on, Service.start_time, Service.id)
    )
    if wanted.participant_ids is not None:
        statement = statement.where(Service.participant_id.in_(wanted.participant_ids))
    if wanted.service_ids is not None:
        statement = statement.where(Service.id.in_(wanted.service_ids))
    return statement


def _plans(wanted: ClaimWanted) -> Iterable[Any]:
    return db.session.execute(
        select(
            Plan.participant_id, Plan.starts_on, Plan.ends_on, Plan.management, Plan.plan_manager
        ).where(Plan.starts_on <= wanted.ends_on, Plan.ends_on >= wanted.starts_on)
    )


def _agreements(wanted: ClaimWanted) -> Iterable[Any]:
    """Return agreements that were signed; one that has ended still covers its days."""
    return db.session.scalars(
        select(ServiceAgreement)
        .where(ServiceAgreement.status.in_((AgreementStatus.SIGNED, AgreementStatus.ENDED)))
        .where(ServiceAgreement.starts_on <= wanted.ends_on)
        .where(ServiceAgreement.ends_on >= wanted.starts_on)
        .order_by(ServiceAgreement.starts_on.desc())
    )


def _terms(agreements: Sequence[ServiceAgreement]) -> dict[UUID, AgreedTerms]:
    prices: dict[UUID, dict[str, int | None]] = defaultdict(dict)
    if agreements:
        first = min(one.starts_on for one in agreements)
        rows = db.session.execute(
            select(AgreedItem.agreement_id, AgreedItem.item_number, AgreedItem.unit_price_cents)
            .join(ServiceAgreement, ServiceAgreement.id == AgreedItem.agreement_id)
            .where(ServiceAgreement.starts_on >= first)
        )
        for agreement_id, number, cents in rows:
            prices[agreement_id][number] = cents
    return {one.id: AgreedTerms(prices[one.id], _allowed(one)) for one in agreements}


def _allowed(agreement: ServiceAgreement) -> frozenset[ClaimType]:
    allows = {
        ClaimType.TRAVEL: agreement.allows_travel,
        ClaimType.TRAVEL_COSTS: agreement.allows_travel,
        ClaimType.NON_FACE_TO_FACE: agreement.allows_non_face_to_face,
        ClaimType.NDIA_REPORT: agreement.allows_ndia_reports,
        ClaimType.IRREGULAR_SIL: agreement.allows_irregular_sil,
    }
    return frozenset(one for one in NEEDS_CONSENT if allows[one])


def _by_participant(rows: Iterable[Any]) -> defaultdict[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.participant_id].append(row)
    return found


def _on(rows: Sequence[Any], day: date) -> Any | None:
    return next((row for row in rows if row.starts_on <= day <= row.ends_on), None)


def _items(ids: set[UUID]) -> dict[UUID, SupportItem]:
    wanted = list(ids)
    found = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        for item in db.session.scalars(select(SupportItem).where(SupportItem.id.in_(part))):
            found[item.id] = item
    return found


def _limit(service: Service, item: SupportItem, row: Any, state: str) -> int | None:
    """Return the price limit of a unit: halved for therapy's travel, shared in a group."""
    limit = support_items.limit_cents(item, row.state or state, row.price_zone)
    if limit is None:
        return None
    if service.claim_type is ClaimType.TRAVEL:
        limit = travel_price(limit, is_therapy(item))
    return group_limit(limit, service.people)


def _candidate(row: Any, plan: Any, agreed: AgreedTerms | None, limit: int | None) -> Candidate:
    service = row.Service
    return Candidate(
        id=service.id,
        participant_id=service.participant_id,
        participant_name=f"{row.first_name} {row.last_name}",
        ndis_number=row.ndis_number,
        worker_id=service.support_worker_id,
        item_number=service.item_number,
        item_name=service.item_name,
        support_category=int(service.item_number[:2]),
        service_on=service.service_on,
        start_time=service.start_time,
        end_time=service.end_time,
        minutes=service.duration_minutes,
        quantity_milli=service.quantity_milli,
        unit_price_cents=service.unit_price_cents,
        total_cents=service.total_cents,
        status=service.status,
        claim_type=service.claim_type,
        cancellation_reason=service.cancellation_reason,
        fee_percent=service.fee_percent,
        has_notes=bool(service.notes.strip()),
        is_signed=service.signed_by is not None,
        needs_two_workers=row.needs_two_workers,
        management=plan.management if plan else None,
        plan_manager=plan.plan_manager if plan else None,
        limit_cents=limit,
        agreement=agreed,
    )
