"""What the pages of claims need besides the claims: services behind lines, money still open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from caddy.domain.claims import ClaimStatus, LineStatus
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import (
    AgreementStatus,
    Claim,
    ClaimLine,
    ClaimService,
    Participant,
    Payment,
    Service,
    ServiceAgreement,
    User,
)
from caddy.queries.claim_candidates import ClaimWanted, HeldBack
from caddy.queries.receivables import owed

MOST_PEOPLE = 1_000
MOST_TRANSFERS = 200


def open_cents(claim_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return what is still to come for some claims, in cents, in one read."""
    rows = db.session.execute(
        select(ClaimLine.claim_id, func.sum(owed()))
        .where(ClaimLine.claim_id.in_(claim_ids))
        .group_by(ClaimLine.claim_id)
    )
    return {claim_id: int(cents) for claim_id, cents in rows}


def lines_by_status(claim_id: UUID) -> dict[LineStatus, int]:
    """Return how many lines of a claim stand where, in the order of the states."""
    rows = db.session.execute(
        select(ClaimLine.status, func.count(ClaimLine.id))
        .where(ClaimLine.claim_id == claim_id)
        .group_by(ClaimLine.status)
    )
    found = {status: int(count) for status, count in rows}
    return {status: found[status] for status in LineStatus if status in found}


def services_behind(line_ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    """Return the services of some lines with their workers, by line, in one read."""
    rows = db.session.execute(
        select(
            ClaimService.claim_line_id,
            ClaimService.total_cents,
            Service.id,
            Service.service_on,
            Service.start_time,
            Service.end_time,
            User.first_name,
            User.last_name,
        )
        .join(Service, Service.id == ClaimService.service_id)
        .join(User, User.id == Service.support_worker_id)
        .where(ClaimService.claim_line_id.in_(line_ids))
        .order_by(Service.service_on, Service.start_time, Service.id)
    )
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.claim_line_id].append(row)
    return found


def transfers(claim_id: UUID) -> list[Any]:
    """Return what each transfer paid of a claim, the latest first: day, reference, cents, lines."""
    return list(
        db.session.execute(
            select(
                Payment.paid_on,
                Payment.reference,
                func.sum(Payment.cents).label("cents"),
                func.count(Payment.id).label("lines"),
            )
            .join(ClaimLine, ClaimLine.id == Payment.claim_line_id)
            .where(ClaimLine.claim_id == claim_id)
            .group_by(Payment.paid_on, Payment.reference)
            .order_by(Payment.paid_on.desc(), Payment.reference)
            .limit(MOST_TRANSFERS)
        )
    )


def people_to_claim_for(first: date, last: date) -> list[Any]:
    """Return the participants with services in a period that are not billed, by name."""
    wanted = (
        select(Service.participant_id)
        .where(Service.service_on.between(first, last))
        .where(Service.status.in_((ServiceStatus.COMPLETED, ServiceStatus.CANCELLED)))
    )
    return list(
        db.session.execute(
            select(Participant.id, Participant.first_name, Participant.last_name)
            .where(Participant.id.in_(wanted))
            .order_by(Participant.sort_name)
            .limit(MOST_PEOPLE)
        )
    )


def draft_holding(wanted: ClaimWanted) -> Claim | None:
    """Return the newest draft with a service of the days and people that are wanted, if any."""
    statement = (
        select(Claim)
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .where(Claim.status == ClaimStatus.DRAFT)
        .where(ClaimLine.service_on.between(wanted.starts_on, wanted.ends_on))
        .order_by(Claim.number.desc())
        .limit(1)
    )
    if wanted.participant_ids is not None:
        statement = statement.where(ClaimLine.participant_id.in_(wanted.participant_ids))
    if wanted.management is not None:
        statement = statement.where(ClaimLine.management == wanted.management)
    return db.session.scalars(statement).one_or_none()


@dataclass(frozen=True, slots=True)
class Unsigned:
    """An agreement that is drafted for some days and only has to be signed."""

    id: UUID
    starts_on: date
    ends_on: date


def drafted_agreements(held: Collection[HeldBack]) -> dict[UUID, list[Unsigned]]:
    """Return the drafts there are of agreements with the people of held back services."""
    people = {one.service.participant_id for one in held}
    rows = db.session.execute(
        select(
            ServiceAgreement.participant_id,
            ServiceAgreement.id,
            ServiceAgreement.starts_on,
            ServiceAgreement.ends_on,
        )
        .where(ServiceAgreement.participant_id.in_(people))
        .where(ServiceAgreement.status == AgreementStatus.DRAFT)
        .order_by(ServiceAgreement.starts_on)
    )
    found: defaultdict[UUID, list[Unsigned]] = defaultdict(list)
    for row in rows:
        found[row.participant_id].append(Unsigned(row.id, row.starts_on, row.ends_on))
    return found
