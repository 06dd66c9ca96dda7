"""Answers that came in: which files, what each changed, and where each line is put right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy.columns import Rows
from caddy.domain.claims import LineStatus, claim_number
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, ClaimService, Participant, ResultFile, Service

PAGE = 50
COUNTS = ("rows", "paid", "part_paid", "accepted", "rejected", "unknown_rows", "paid_cents")


@dataclass(frozen=True, slots=True)
class Answer:
    """A file that came in. `report` is empty until its columns are known and it was read."""

    id: UUID
    file_name: str
    sha256: str
    mapping: dict[str, str]
    report: dict[str, Any]
    created_at: Any

    @property
    def is_read(self) -> bool:
        return bool(self.report)


def one(result_id: UUID) -> Answer | None:
    """Return an answer with its whole report."""
    return _answer(_whole().where(ResultFile.id == result_id))


def by_sha256(sha256: str) -> Answer | None:
    """Return the answer with these bytes."""
    return _answer(_whole().where(ResultFile.sha256 == sha256))


def _whole() -> Rows:
    return select(
        ResultFile.id,
        ResultFile.file_name,
        ResultFile.sha256,
        ResultFile.mapping,
        ResultFile.report,
        ResultFile.created_at,
    )


def _answer(statement: Rows) -> Answer | None:
    row = db.session.execute(statement).one_or_none()
    return Answer(*tuple(row)) if row else None


def page(after: UUID | None = None) -> tuple[list[Any], UUID | None]:
    """Return up to 50 answers with their counts, newest first, and the key of the page after.

    `rows` is None for a file whose columns are still to be chosen. The reports themselves,
    which hold every line, stay where they are.
    """
    counts = (ResultFile.report[name].as_integer().label(name) for name in COUNTS)
    statement = (
        select(ResultFile.id, ResultFile.file_name, ResultFile.created_at, *counts)
        .order_by(ResultFile.id.desc())  # ids sort by the time they were made
        .limit(PAGE + 1)
    )
    if after is not None:
        statement = statement.where(ResultFile.id < after)
    rows = list(db.session.execute(statement))
    shown = rows[:PAGE]
    return shown, shown[-1].id if len(rows) > PAGE else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands now, and what it was claimed for."""

    claim_id: UUID
    claim_number: str
    line_id: UUID
    participant_id: UUID
    participant: str
    service_on: date
    item_name: str
    status: LineStatus
    is_free: bool
    service_ids: tuple[UUID, ...]


def places(references: Collection[str]) -> dict[str, Place]:
    """Return the lines of some claim references; at most those of one page are asked for.

    `is_free` says that a service of the line is on no live claim: it can be claimed again.
    """
    lines = db.session.execute(
        select(
            ClaimLine,
            Claim.number,
            Claim.id.label("claim_id"),
            Participant.first_name,
            Participant.last_name,
        )
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Participant, Participant.id == ClaimLine.participant_id)
        .where(ClaimLine.claim_reference.in_(sorted(references)))
    ).all()
    services = _services([row.ClaimLine.id for row in lines])
    held = _held({one for some in services.values() for one in some})
    return {
        row.ClaimLine.claim_reference: Place(
            row.claim_id,
            claim_number(row.number),
            row.ClaimLine.id,
            row.ClaimLine.participant_id,
            f"{row.first_name} {row.last_name}",
            row.ClaimLine.service_on,
            row.ClaimLine.item_name,
            row.ClaimLine.status,
            any(one not in held for one in services.get(row.ClaimLine.id, ())),
            tuple(services.get(row.ClaimLine.id, ())),
        )
        for row in lines
    }


def _services(line_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for line_id, service_id in db.session.execute(
        select(ClaimService.claim_line_id, ClaimService.service_id)
        .join(Service, Service.id == ClaimService.service_id)
        .where(ClaimService.claim_line_id.in_(line_ids))
        .order_by(Service.start_time, Service.id)
    ):
        found.setdefault(line_id, []).append(service_id)
    return found


def _held(service_ids: Collection[UUID]) -> set[UUID]:
    """Return which of some services a live claim holds."""
    return set(
        db.session.scalars(
            select(ClaimService.service_id).where(
                ClaimService.service_id.in_(sorted(service_ids)), ClaimService.is_live.is_(True)
            )
        )
    )
