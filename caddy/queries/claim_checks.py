"""Whether claims are what their lines sum to, and lines what their services and payments do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from caddy.domain.claims import CLOSED_LINES, ClaimStatus, LineStatus
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, ClaimService, Payment, Service


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored number that is not what its rows say."""

    what: str
    id: str
    column: str
    stored: Any
    summed: Any


def differences() -> Iterator[Difference]:
    """Yield every difference of the organization's claims."""
    yield from _claims()
    yield from _lines()
    yield from _services()


def _claims() -> Iterator[Difference]:
    def of(status: LineStatus) -> Any:
        cents = func.sum(case((ClaimLine.status == status, ClaimLine.total_cents), else_=0))
        return func.coalesce(cents, 0)

    rows = db.session.execute(
        select(
            Claim.id,
            *(getattr(Claim, name) for name in _SUMS),
            func.count(ClaimLine.id),
            func.coalesce(func.sum(ClaimLine.total_cents), 0),
            func.coalesce(func.sum(ClaimLine.paid_cents), 0),
            of(LineStatus.REJECTED),
            of(LineStatus.CREDITED),
        )
        .outerjoin(ClaimLine, ClaimLine.claim_id == Claim.id)
        .group_by(Claim.id)
    )
    for claim_id, *values in rows:
        half = len(_SUMS)
        for name, stored, summed in zip(_SUMS, values[:half], values[half:], strict=True):
            if stored != int(summed):
                yield Difference("claim", str(claim_id), name, stored, int(summed))


_SUMS = ("line_count", "total_cents", "paid_cents", "rejected_cents", "credited_cents")


def _lines() -> Iterator[Difference]:
    """Compare each line with the services that it groups and the transfers that came for it."""
    held = (
        select(func.coalesce(func.sum(ClaimService.total_cents), 0))
        .where(
            ClaimService.claim_line_id == ClaimLine.id,
            ClaimService.organization_id == ClaimLine.organization_id,
        )
        .scalar_subquery()
    )
    received = (
        select(func.coalesce(func.sum(Payment.cents), 0))
        .where(
            Payment.claim_line_id == ClaimLine.id,
            Payment.organization_id == ClaimLine.organization_id,
        )
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(ClaimLine.id, ClaimLine.total_cents, held, ClaimLine.received_cents, received)
    )
    for line_id, total, services, stored, paid in rows:
        if total != int(services):
            yield Difference("claim line", str(line_id), "total_cents", total, int(services))
        if stored != int(paid):
            yield Difference("claim line", str(line_id), "received_cents", stored, int(paid))


def _services() -> Iterator[Difference]:
    """See that what is billed is on a live, sent line, and that closed lines hold nothing."""
    billed = db.session.scalar(
        select(func.count(Service.id)).where(Service.status == ServiceStatus.BILLED)
    )
    rows = db.session.execute(
        select(Claim.status, ClaimLine.status, Service.status, func.count(ClaimService.id))
        .join(ClaimLine, ClaimLine.id == ClaimService.claim_line_id)
        .join(Claim, Claim.id == ClaimService.claim_id)
        .join(Service, Service.id == ClaimService.service_id)
        .where(ClaimService.is_live.is_(True))
        .group_by(Claim.status, ClaimLine.status, Service.status)
    )
    on_claims = 0
    for claim, line, service, count in rows:
        is_draft = claim is ClaimStatus.DRAFT
        if service is ServiceStatus.BILLED:
            on_claims += count
        if claim is ClaimStatus.WITHDRAWN or line in CLOSED_LINES:
            yield Difference("claim services", "all", "is_live", f"{count} held", "0 held")
        elif not is_draft and service is not ServiceStatus.BILLED:
            yield Difference("services", "all", "status", f"{count} not billed", "all billed")
    if on_claims != (billed or 0):
        yield Difference("services", "all", "billed", billed, on_claims)
