"""Whether a draft still says what would be claimed today: much can change after it is built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from caddy import clock
from caddy.domain.claim_checks import double_key, held_back_by
from caddy.domain.claim_lines import Candidate, DraftLine, claimed_as, lines_of
from caddy.domain.claims import HoldBack
from caddy.extensions import db
from caddy.models import Claim, ClaimLine
from caddy.queries import claim_candidates, organizations
from caddy.queries.claim_candidates import ClaimWanted, HeldBack


@dataclass(frozen=True, slots=True)
class Recheck:
    """The services of a draft that are held back now; whether its lines would be others."""

    held_back: tuple[HeldBack, ...]
    has_changed: bool


def recheck(claim: Claim) -> Recheck:
    """Check every service of a draft again, as if it were built now. Few reads, as for building."""
    wanted = ClaimWanted(claim.period_starts_on, claim.period_ends_on)
    found = claim_candidates.candidates(wanted, claim_candidates.on_claim(claim.id))
    held_back = tuple(_held_back(found, claim, wanted))
    if held_back:
        return Recheck(held_back, has_changed=False)
    stored = db.session.scalars(select(ClaimLine).where(ClaimLine.claim_id == claim.id))
    is_same = len(found) == claim.service_count and _as_drafted(lines_of(found)) == _as_stored(
        stored
    )
    return Recheck((), has_changed=not is_same)


def _held_back(found: list[Candidate], claim: Claim, wanted: ClaimWanted) -> Iterable[HeldBack]:
    organization = organizations.current()
    provider = claim_candidates.provider_of(organization)
    today = clock.today(organization.timezone)
    seen = claim_candidates.held_keys(wanted, but_claim_id=claim.id)
    for one in found:
        reasons = held_back_by(one, provider, today)
        key = double_key(one)
        if key is not None and key in seen:
            reasons.append(HoldBack.DUPLICATE)
        seen.add(key)
        if reasons:
            yield HeldBack(one, tuple(reasons))


def _as_drafted(lines: Iterable[DraftLine]) -> Counter[tuple[object, ...]]:
    return Counter(
        (
            line.first.participant_id,
            line.first.management,
            line.first.payer,
            line.first.item_number,
            line.first.service_on,
            *claimed_as(line.first),
            line.measure.minutes,
            line.measure.quantity_milli,
            line.measure.unit_price_cents,
            line.first.gst_code,
        )
        for line in lines
    )


def _as_stored(lines: Iterable[ClaimLine]) -> Counter[tuple[object, ...]]:
    return Counter(
        (
            line.participant_id,
            line.management,
            line.payer,
            line.item_number,
            line.service_on,
            line.claim_type,
            line.cancellation_reason,
            line.minutes,
            line.quantity_milli,
            line.unit_price_cents,
            line.gst_code,
        )
        for line in lines
    )
