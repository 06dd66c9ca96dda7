"""After a claim was sent: crediting lines so that they can be claimed again, and payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock
from caddy.actions import claims
from caddy.actions.claim_rows import (
    free_services,
    hold_claim,
    record_for_each,
    refresh,
    topic_of,
)
from caddy.actions.claims import BuiltClaim
from caddy.domain.actor import Actor
from caddy.domain.claims import CLOSED_LINES, OPEN_LINES, SENT, LineStatus, paid_status
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.money import dollars
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, ClaimService, Payment, Service
from caddy.transaction import transaction


def credit_lines(claim_id: UUID, line_ids: Collection[UUID], reason: str, *, actor: Actor) -> int:
    """Take back lines of a claim that was sent; return the cents. Their services are free again.

    A claim that was sent is never edited: it is corrected by this and a new claim. Lines that
    are credited or rejected already stay as they are, so that doing it twice is doing it once.
    """
    _refuse_without_reason(reason)
    with transaction(actor):
        return _credit(_sent(claim_id), line_ids, reason.strip()[:1000])


@dataclass(frozen=True, slots=True)
class Reclaimed:
    """What was credited, in cents, and the draft of the same services."""

    credited_cents: int
    built: BuiltClaim


def reclaim_lines(
    claim_id: UUID, line_ids: Collection[UUID], reason: str, *, actor: Actor
) -> Reclaimed:
    """Credit lines and put their services, as they are now, onto a new draft: both or neither.

    What a service is held back for today is said in `built.held_back`. Lines that were
    credited or rejected before count too: what still holds their services is not taken away.
    """
    _refuse_without_reason(reason)
    with transaction(actor):
        counter = claims.hold_counter()
        claim = _sent(claim_id)
        cents = _credit(claim, line_ids, reason.strip()[:1000])
        days = db.session.execute(
            select(Service.id, Service.service_on)
            .join(ClaimService, ClaimService.service_id == Service.id)
            .where(ClaimService.claim_id == claim_id, ClaimService.claim_line_id.in_(line_ids))
        ).all()
        db.session.flush()
        db.session.expire_all()  # the services were freed by statements, not one by one
        wanted = claims.ClaimWanted(
            min(one.service_on for one in days),
            max(one.service_on for one in days),
            service_ids=tuple(one.id for one in days),
        )
        return Reclaimed(cents, claims.store_draft(counter, wanted))


def _refuse_without_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed", "Say why these lines are credited.")


def _credit(claim: Claim, line_ids: Collection[UUID], reason: str) -> int:
    if not line_ids:
        raise RuleBroken("lines", "no_lines", "Choose the lines to credit.")
    lines = [one for one in _lines(claim.id) if one.id in line_ids]
    if len(lines) != len(set(line_ids)):
        raise NotFound("claim line")
    credited = [one for one in lines if one.status not in CLOSED_LINES]
    if not credited:
        return 0
    for line in credited:
        line.status, line.credit_reason = LineStatus.CREDITED, reason
    cents = sum(line.total_cents for line in credited)
    free_services([line.id for line in credited], f"Credited: {reason}"[:1000])
    refresh(claim)
    audit.record(
        Fact.CLAIM_CREDITED,
        claim,
        changes={
            "number": claim.shown_number,
            "lines": [line.claim_reference for line in credited],
            "credited_cents": cents,
            "reason": reason,
        },
        live=[topic_of(claim)],
    )
    parts = dict.fromkeys((line.participant_id for line in credited), 0)
    for line in credited:
        parts[line.participant_id] += line.total_cents
    record_for_each(Fact.CLAIM_CREDITED_FOR, claim, "credited_cents", parts)
    return cents


@dataclass(frozen=True, slots=True)
class Received:
    """Money that came for a claim, as the bank or the payer's advice says it.

    For one invoice of it where `payer` and `participant_id` say whose.
    """

    cents: int
    paid_on: date
    reference: str
    payer: str | None = None
    participant_id: UUID | None = None

    def is_for(self, line: ClaimLine) -> bool:
        """Say whether the money may be for a line."""
        return self.payer in {None, line.payer} and self.participant_id in {
            None,
            line.participant_id,
        }


def record_payment(claim_id: UUID, received: Received, *, actor: Actor) -> int:
    """Put a payment on the open lines of a claim, in order; return what is still owed, in cents.

    More than is owed is refused. The same reference of the same day is recorded once; with
    another amount it is refused.
    """
    if received.cents <= 0:
        raise RuleBroken("amount", "no_amount", "Enter an amount above zero.")
    if not received.reference.strip():
        raise RuleBroken("reference", "reference_needed", "Enter the reference of the payment.")
    with transaction(actor):
        claim = _sent(claim_id)
        lines = [one for one in _lines(claim_id) if received.is_for(one)]
        owed = sum(_owed(line) for line in lines)
        if _is_known(lines, received):
            return owed
        if received.cents > owed:
            raise RuleBroken(
                "amount",
                "over_owed",
                f"{dollars(received.cents)} is more than the {dollars(owed)} that is owed.",
                {"owed_cents": owed},
            )
        parts = _spread(lines, received)
        refresh(claim)
        audit.record(
            Fact.CLAIM_PAID,
            claim,
            changes={
                "number": claim.shown_number,
                "cents": received.cents,
                "paid_on": received.paid_on,
                "reference": received.reference,
                "payer": received.payer,
            },
            live=[topic_of(claim)],
        )
        record_for_each(Fact.CLAIM_PAID_FOR, claim, "paid_cents", parts)
        return owed - received.cents


def _sent(claim_id: UUID) -> Claim:
    claim = hold_claim(claim_id)
    if claim.status not in SENT:
        raise Conflict("claim_not_sent", f"{claim.shown_number} was not sent.")
    return claim


def _lines(claim_id: UUID) -> list[ClaimLine]:
    return list(
        db.session.scalars(
            select(ClaimLine).where(ClaimLine.claim_id == claim_id).order_by(ClaimLine.position)
        )
    )


def _owed(line: ClaimLine) -> int:
    """Return what may still come for a line: until a transfer came, all that is expected."""
    if line.status not in OPEN_LINES | {LineStatus.PAID}:
        return 0
    return max(line.expected_cents - line.received_cents, 0)


def _is_known(lines: list[ClaimLine], received: Received) -> bool:
    """Say whether this transfer was recorded for these lines, or refuse another amount of it."""
    own = {line.id for line in lines}
    found = db.session.execute(
        select(Payment.claim_line_id, Payment.cents)
        .join(ClaimLine, ClaimLine.id == Payment.claim_line_id)
        .where(ClaimLine.claim_id.in_({line.claim_id for line in lines}))
        .where(Payment.paid_on == received.paid_on, Payment.reference == received.reference)
    )
    known = [cents for line_id, cents in found if line_id in own]
    if known and sum(known) != received.cents:
        raise RuleBroken(
            "reference",
            "reference_used",
            f"A payment of {dollars(sum(known))} with this reference is recorded for this day. "
            "Enter another reference for another payment.",
        )
    return bool(known)


def _spread(lines: list[ClaimLine], received: Received) -> dict[UUID, int]:
    """Put money on lines in their order; return how much of it is each participant's, in cents."""
    left, instant = received.cents, clock.now()
    parts: dict[UUID, int] = defaultdict(int)
    for line in lines:
        cents = min(_owed(line), left)
        if not cents:
            continue
        left -= cents
        parts[line.participant_id] += cents
        db.session.add(
            Payment(
                organization_id=line.organization_id,
                claim_line_id=line.id,
                paid_on=received.paid_on,
                reference=received.reference,
                cents=cents,
            )
        )
        line.received_cents += cents
        line.paid_cents = line.received_cents
        line.status = paid_status(line.total_cents, line.paid_cents)
        line.answered_at = line.answered_at or instant
    return parts
