"""Claims as lists, pages and finance's dashboard show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from caddy.domain.claims import ClaimStatus, HoldBack, LineStatus
from caddy.domain.ndis.result_file import Column
from caddy.domain.participants import PlanManagement
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, Participant, Payment, ResultMapping
from caddy.queries import claim_candidates
from caddy.queries.claim_candidates import ClaimWanted, HeldBack

PAGE = 50
MOST_LINES = 500
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """What a list of claims is narrowed to; `after` is the last number of the page before."""

    status: ClaimStatus | None = None
    management: PlanManagement | None = None
    after: int | None = None


def page(wanted: ClaimFilter, size: int = PAGE) -> tuple[list[Claim], int | None]:
    """Return up to 50 claims, newest first, and the key of the page after, if there is one."""
    statement = _narrowed(select(Claim), wanted).order_by(Claim.number.desc()).limit(size + 1)
    if wanted.after is not None:
        statement = statement.where(Claim.number < wanted.after)
    rows = list(db.session.scalars(statement))
    shown = rows[:size]
    return shown, shown[-1].number if len(rows) > size else None


def count(wanted: ClaimFilter) -> int:
    """Return how many claims the filter holds, counting no further than 1,000."""
    some = _narrowed(select(Claim.id), wanted).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _narrowed(statement: Any, wanted: ClaimFilter) -> Any:
    if wanted.status is not None:
        statement = statement.where(Claim.status == wanted.status)
    if wanted.management is not None:
        statement = statement.where(Claim.management == wanted.management)
    return statement


def one(claim_id: UUID) -> Claim | None:
    return db.session.get(Claim, claim_id)


def some(claim_ids: Sequence[UUID]) -> list[Claim]:
    """Return claims by their ids; what is not there is left out."""
    return list(db.session.scalars(select(Claim).where(Claim.id.in_(claim_ids))))


def by_number(text: str) -> Claim | None:
    """Return a claim by its number, written as `C-000123`, `c123` or `123`.

    >>> import re; re.sub(r"^C-?", "", "C-000123")
    '000123'
    """
    digits = text.strip().upper().removeprefix("C").removeprefix("-")
    if not digits.isascii() or not digits.isdigit():
        return None
    return db.session.scalars(select(Claim).where(Claim.number == int(digits))).one_or_none()


def lines(
    claim_id: UUID,
    *,
    status: LineStatus | None = None,
    after: int = 0,
    size: int = MOST_LINES,
) -> tuple[list[Any], int | None]:
    """Return a claim's lines with their participants, in order, and the key of the page after."""
    statement = (
        select(
            ClaimLine,
            Participant.first_name,
            Participant.last_name,
            Participant.ndis_number,
        )
        .join(Participant, Participant.id == ClaimLine.participant_id)
        .where(ClaimLine.claim_id == claim_id, ClaimLine.position > after)
        .order_by(ClaimLine.position)
        .limit(size + 1)
    )
    if status is not None:
        statement = statement.where(ClaimLine.status == status)
    rows = list(db.session.execute(statement))
    shown = rows[:size]
    return shown, shown[-1].ClaimLine.position if len(rows) > size else None


def payments(claim_id: UUID, limit: int = MOST_LINES) -> list[Any]:
    """Return the transfers that paid a claim's lines, by remittance."""
    return list(
        db.session.execute(
            select(Payment.paid_on, Payment.reference, Payment.cents, ClaimLine.claim_reference)
            .join(ClaimLine, ClaimLine.id == Payment.claim_line_id)
            .where(ClaimLine.claim_id == claim_id)
            .order_by(Payment.paid_on, Payment.reference, ClaimLine.position)
            .limit(limit)
        )
    )


def remembered_mapping(header_sha256: str) -> dict[Column, str] | None:
    """Return the mapping that was used last for a header, or None."""
    mapping = db.session.scalar(
        select(ResultMapping.mapping).where(ResultMapping.header_sha256 == header_sha256)
    )
    return {Column(word): name for word, name in mapping.items()} if mapping else None


@dataclass(slots=True)
class ParticipantPreview:
    """What would be claimed for one participant and what is held back, in cents."""

    participant_id: UUID
    name: str
    services: int = 0
    cents: int = 0
    held_back: int = 0
    held_back_cents: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """By management (None: no plan) the participants; and each held back service."""

    groups: dict[PlanManagement | None, list[ParticipantPreview]]
    held_back: tuple[HeldBack, ...]
    services: int
    cents: int

    @property
    def held_back_cents(self) -> int:
        return sum(one.service.total_cents for one in self.held_back)

    @property
    def reasons(self) -> dict[HoldBack, int]:
        """Return how many services each reason holds back, the most first."""
        found: dict[HoldBack, int] = defaultdict(int)
        for held in self.held_back:
            for reason in held.reasons:
                found[reason] += 1
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def preview(wanted: ClaimWanted) -> Preview:
    """Return what a claim would hold and what is held back, by management and participant."""
    found = claim_candidates.sort_out(wanted)
    groups: dict[PlanManagement | None, dict[UUID, ParticipantPreview]] = {}

    def place(service: Any) -> ParticipantPreview:
        return groups.setdefault(service.management, {}).setdefault(
            service.participant_id,
            ParticipantPreview(service.participant_id, service.participant_name),
        )

    for service in found.claimable:
        row = place(service)
        row.services += 1
        row.cents += service.total_cents
    for held in found.held_back:
        row = place(held.service)
        row.held_back += 1
        row.held_back_cents += held.service.total_cents
    return Preview(
        {management: list(rows.values()) for management, rows in groups.items()},
        found.held_back,
        len(found.claimable),
        sum(service.total_cents for service in found.claimable),
    )
