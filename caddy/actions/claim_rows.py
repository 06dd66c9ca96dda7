"""What all actions on claims share: holding a claim, moving its services and its sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, select, update

from caddy import audit, clock
from caddy.actions import totals
from caddy.audit import Happened
from caddy.domain.claims import (
    SENT,
    LineStatus,
    claim_status,
    freed_status,
)
from caddy.domain.errors import NotFound
from caddy.domain.facts import Fact
from caddy.domain.services import ServiceStatus
from caddy.events import Topic
from caddy.extensions import db
from caddy.models import Claim, ClaimFile, ClaimLine, ClaimService, Service, ServiceChange
from caddy.queries.claim_files import SentFile
from caddy.queries.receivables import owed
from caddy.transaction import current_work

AT_ONCE = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def hold_claim(claim_id: UUID) -> Claim:
    """Return a claim with its row locked, so that whoever comes second sees what the first did."""
    claim = db.session.scalars(
        select(Claim).where(Claim.id == claim_id).with_for_update()
    ).one_or_none()
    if claim is None:
        raise NotFound("claim")
    return claim


def topic_of(claim: Claim) -> Topic:
    """Return what panels are told of a claim.

    Its version is the time: whoever changes a claim holds its row, so that later is newer.
    """
    return Topic("claim", claim.id, (clock.now() - _EPOCH) // timedelta(microseconds=1))


def record_for_each(fact: Fact, claim: Claim, name: str, cents: Mapping[UUID, int]) -> None:
    """Write a fact about a claim into the history of each participant whom it is about.

    `cents` says how much of it is each one's, `name` what that is called among the changes.
    """
    audit.record_many(
        [
            Happened(
                fact, Claim, claim.id, {"number": claim.shown_number, name: part}, participant_id
            )
            for participant_id, part in sorted(cents.items())
        ]
    )


def record_answers(
    lines: Iterable[ClaimLine],
    claims: Mapping[UUID, Claim],
    paid_before: Mapping[UUID, int],
    rejected: set[UUID],
) -> None:
    """Write what was paid and rejected into the history of each participant, by claim."""
    paid: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    refused: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        came = (line.paid_cents or 0) - paid_before[line.id]
        if came:
            paid[line.claim_id][line.participant_id] += came
        if line.id in rejected:
            refused[line.claim_id][line.participant_id] += line.total_cents
    for claim_id, parts in sorted(paid.items()):
        record_for_each(Fact.CLAIM_PAID_FOR, claims[claim_id], "paid_cents", parts)
    for claim_id, parts in sorted(refused.items()):
        record_for_each(Fact.CLAIM_REJECTED_FOR, claims[claim_id], "rejected_cents", parts)


def keep_file(claim: Claim, file: SentFile) -> ClaimFile:
    """Keep a file byte for byte as it is sent, inside an open transaction."""
    row = ClaimFile(
        organization_id=claim.organization_id,
        claim_id=claim.id,
        kind=file.kind,
        file_name=file.file_name,
        addressee=file.addressee,
        row_count=file.row_count,
        total_cents=file.total_cents,
        sha256=file.sha256,
        content=file.content,
    )
    db.session.add(row)
    db.session.flush()  # the audit entry names the file
    audit.record(
        Fact.CLAIM_FILE_KEPT,
        row,
        changes={"file_name": file.file_name, "sha256": file.sha256, "rows": file.row_count},
    )
    return row


def mark_services(
    services: Sequence[Service], after: Callable[[Service], ServiceStatus], reason: str
) -> None:
    """Move services, whose rows are locked, to a state; write each step and move the sums."""
    instant = clock.now()
    user_id = current_work().actor.user_id
    moves, by_state = [], dict[ServiceStatus, list[UUID]]()
    for service in services:
        status, is_fee = after(service), service.fee_percent is not None
        before = totals.taken(service.status, service.total_cents, is_fee=is_fee)
        moves.append(totals.taken(status, service.total_cents, is_fee=is_fee).minus(before))
        by_state.setdefault(status, []).append(service.id)
        db.session.add(
            ServiceChange(
                organization_id=service.organization_id,
                service_id=service.id,
                from_status=service.status,
                to_status=status,
                happened_at=instant,
                user_id=user_id,
                reason=reason,
            )
        )
    for status, ids in by_state.items():
        for start in range(0, len(ids), AT_ONCE):
            db.session.execute(
                update(Service)
                .where(Service.id.in_(ids[start : start + AT_ONCE]))
                .values(
                    status=status,
                    version=Service.version + 1,
                    updated_at=instant,
                    updated_by=user_id,
                )
                .execution_options(synchronize_session=False)
            )
    totals.move_claimed(moves)


def free_services(line_ids: Iterable[UUID], reason: str) -> int:
    """Let go of the services of lines that are closed: each is again what it was before."""
    wanted, freed = sorted(line_ids), list[Service]()
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        held = (ClaimService.claim_line_id.in_(part), ClaimService.is_live.is_(True))
        freed += db.session.scalars(
            select(Service)
            .join(ClaimService, ClaimService.service_id == Service.id)
            .where(*held)
            .order_by(Service.id)
            .with_for_update(of=Service)
        )
        db.session.execute(
            update(ClaimService)
            .where(*held)
            .values(is_live=False, updated_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    if freed:
        mark_services(freed, lambda service: freed_status(service.fee_percent), reason)
    return len(freed)


def refresh(claim: Claim) -> None:
    """Bring a sent claim's sums and state up to what its lines say."""
    db.session.flush()
    is_owed = case((owed() > 0, 1), else_=0).label("is_owed")
    rows = db.session.execute(
        select(
            ClaimLine.status,
            is_owed,
            func.sum(ClaimLine.total_cents),
            func.sum(ClaimLine.paid_cents),
        )
        .where(ClaimLine.claim_id == claim.id)
        .group_by(ClaimLine.status, "is_owed")
    ).all()
    states = []
    claim.paid_cents = claim.rejected_cents = claim.credited_cents = 0
    for status, owes, cents, paid_cents in rows:
        # What a price cap took off is not owed any more.
        is_settled = status is LineStatus.PART_PAID and not owes
        states.append(LineStatus.PAID if is_settled else status)
        claim.paid_cents += int(paid_cents)
        if status is LineStatus.REJECTED:
            claim.rejected_cents += int(cents)
        if status is LineStatus.CREDITED:
            claim.credited_cents += int(cents)
    if claim.status in SENT:
        claim.status = claim_status(states)
        claim.processed_at = claim.processed_at or clock.now()
