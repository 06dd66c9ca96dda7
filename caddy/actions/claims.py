"""Claims from the first draft to what was sent: built, withdrawn, submitted.

One claim of an organization is built at a time, under its counter's lock: numbers have no gaps
and no service gets onto two claims. The database forbids the latter by itself too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from caddy import audit, clock
from caddy.actions.claim_rows import (
    hold_claim,
    keep_file,
    mark_services,
    record_for_each,
    topic_of,
)
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.claim_lines import DraftLine, claimed_as, lines_of
from caddy.domain.claims import SENT, ClaimStatus, line_reference
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.participants import PlanManagement
from caddy.domain.sentences import sentence
from caddy.domain.services import ServiceStatus
from caddy.domain.words import say_date
from caddy.extensions import db
from caddy.models import (
    Claim,
    ClaimCounter,
    ClaimFile,
    ClaimLine,
    ClaimService,
    Service,
)
from caddy.queries import claim_candidates, claim_files, claim_rechecks, organizations
from caddy.queries.claim_candidates import ClaimWanted, HeldBack
from caddy.queries.claim_files import SentFile
from caddy.queue import Job, later
from caddy.tenancy import insert_missing
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class BuiltClaim:
    """A draft and what is not on it. Without anything to claim there is no draft: no id."""

    id: UUID | None
    number: str | None
    lines: int
    services: int
    total_cents: int
    held_back: tuple[HeldBack, ...]


@dataclass(frozen=True, slots=True)
class SubmittedClaim:
    """A claim that was sent, with the names of the files that were kept."""

    id: UUID
    number: str
    status: ClaimStatus
    lines: int
    total_cents: int
    file_names: tuple[str, ...]
    was_submitted: bool = False


def build_claim(wanted: ClaimWanted, *, actor: Actor) -> BuiltClaim:
    """Put every service that may be claimed onto a draft with the next number.

    Pressed twice, or by two people at once, the second finds what the first has left: nothing,
    and then no number is used.
    """
    if wanted.ends_on < wanted.starts_on:
        raise RuleBroken("ends_on", "negative_period", "The period ends before it begins.")
    try:
        with transaction(actor):
            return store_draft(hold_counter(), wanted)
    except IntegrityError as error:
        raise Conflict("conflict", "Another claim took these services. Build it again.") from error


def store_draft(counter: ClaimCounter, wanted: ClaimWanted) -> BuiltClaim:
    """Do so inside an open transaction that holds the counter."""
    found = claim_candidates.sort_out(wanted)
    if not found.claimable:
        return BuiltClaim(None, None, 0, 0, 0, found.held_back)
    counter.last_number += 1
    claim = _store(counter.last_number, wanted, lines_of(found.claimable))
    return BuiltClaim(
        claim.id,
        claim.shown_number,
        claim.line_count,
        claim.service_count,
        claim.total_cents,
        found.held_back,
    )


def hold_counter() -> ClaimCounter:
    """Return the organization's counter with its row locked until the transaction ends."""
    instant = clock.now()
    row = {"id": new_id(), "last_number": 0, "created_at": instant, "updated_at": instant}
    insert_missing(ClaimCounter, (), [row])
    return db.session.scalars(select(ClaimCounter).with_for_update()).one()


def _store(number: int, wanted: ClaimWanted, lines: list[DraftLine]) -> Claim:
    organization = organizations.current()
    claim = Claim(
        id=new_id(),
        organization_id=organization.id,
        number=number,
        period_starts_on=wanted.starts_on,
        period_ends_on=wanted.ends_on,
        management=wanted.management,
        line_count=len(lines),
        service_count=sum(len(line.services) for line in lines),
        total_cents=sum(line.total_cents for line in lines),
    )
    db.session.add(claim)
    db.session.flush()  # the lines name the claim, their services the lines
    rows = [_line(claim, place, line) for place, line in enumerate(lines, 1)]
    db.session.add_all(rows)
    db.session.flush()
    db.session.add_all(
        ClaimService(
            organization_id=claim.organization_id,
            claim_id=claim.id,
            claim_line_id=row.id,
            service_id=service.id,
            total_cents=service.total_cents,
        )
        for row, line in zip(rows, lines, strict=True)
        for service in line.services
    )
    audit.record(
        Fact.CLAIM_BUILT,
        claim,
        changes={
            "number": claim.shown_number,
            "period": [wanted.starts_on, wanted.ends_on],
            "lines": claim.line_count,
            "services": claim.service_count,
            "total_cents": claim.total_cents,
        },
        live=[topic_of(claim)],
    )
    return claim


def _line(claim: Claim, place: int, line: DraftLine) -> ClaimLine:
    first = line.first
    claim_type, reason = claimed_as(first)
    return ClaimLine(
        id=new_id(),
        organization_id=claim.organization_id,
        claim_id=claim.id,
        position=place,
        claim_reference=line_reference(claim.number, place),
        participant_id=first.participant_id,
        management=first.management or PlanManagement.NDIA_MANAGED,
        payer=first.payer,
        item_number=first.item_number,
        item_name=first.item_name,
        support_category=first.support_category,
        service_on=first.service_on,
        claim_type=claim_type,
        cancellation_reason=reason,
        minutes=line.measure.minutes,
        quantity_milli=line.measure.quantity_milli,
        unit_price_cents=line.measure.unit_price_cents,
        total_cents=line.total_cents,
        gst_code=first.gst_code,
    )


def withdraw_claim(claim_id: UUID, *, actor: Actor) -> None:
    """Give up a draft: its services can be claimed again, its number stays used."""
    with transaction(actor):
        claim = hold_claim(claim_id)
        if claim.status is ClaimStatus.WITHDRAWN:
            return
        if claim.status is not ClaimStatus.DRAFT:
            raise Conflict(
                "claim_was_sent",
                sentence(
                    "{claim} was sent. Correct it by a credit and a new claim.",
                    claim=claim.shown_number,
                ),
            )
        db.session.execute(
            update(ClaimService)
            .where(ClaimService.claim_id == claim_id)
            .values(is_live=False, updated_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        claim.status, claim.withdrawn_at = ClaimStatus.WITHDRAWN, clock.now()
        audit.record(
            Fact.CLAIM_WITHDRAWN,
            claim,
            changes={"number": claim.shown_number, "status": ("draft", "withdrawn")},
            live=[topic_of(claim)],
        )


def submit_claim(claim_id: UUID, *, actor: Actor) -> SubmittedClaim:
    """Make and keep the files of a draft and bill its services, whole or not at all.

    Done again it changes nothing and answers the same.
    """
    with transaction(actor):
        claim = hold_claim(claim_id)
        if claim.status in SENT:
            return _submitted(claim, was_submitted=True)
        if claim.status is ClaimStatus.WITHDRAWN:
            raise Conflict(
                "claim_withdrawn", sentence("{claim} was withdrawn.", claim=claim.shown_number)
            )
        organization = organizations.current()
        _refuse_invalid_provider(claim)
        services = _hold_services(claim)
        _refuse_outdated(claim)
        mark_services(
            services,
            lambda _service: ServiceStatus.BILLED,
            f"Claimed on {claim.shown_number}",
        )
        for file in claim_files.rendered(claim, clock.today(organization.timezone)):
            keep_file(claim, file)
        later(Job.MAKE_INVOICES, claim.id)
        claim.status, claim.submitted_at = ClaimStatus.SUBMITTED, clock.now()
        db.session.flush()
        done = _submitted(claim)
        audit.record(
            Fact.CLAIM_SUBMITTED,
            claim,
            changes={
                "number": claim.shown_number,
                "status": ("draft", "submitted"),
                "lines": claim.line_count,
                "total_cents": claim.total_cents,
                "files": list(done.file_names),
            },
            live=[topic_of(claim)],
        )
        record_for_each(Fact.CLAIMED_FOR, claim, "total_cents", _cents_of_each(claim))
        return done


def _cents_of_each(claim: Claim) -> dict[UUID, int]:
    """Return how much of a claim is each participant's."""
    rows = db.session.execute(
        select(ClaimLine.participant_id, func.sum(ClaimLine.total_cents))
        .where(ClaimLine.claim_id == claim.id)
        .group_by(ClaimLine.participant_id)
    )
    return {participant_id: int(cents) for participant_id, cents in rows}


def keep_claim_file(claim_id: UUID, file: SentFile, *, actor: Actor) -> UUID:
    """Keep one more file of a claim that was sent, such as an invoice as PDF; return its id.

    A name is kept once: what was sent is never replaced, and a job that runs again finds it.
    """
    with transaction(actor):
        claim = hold_claim(claim_id)
        if claim.status not in SENT:
            raise Conflict(
                "claim_not_sent", sentence("{claim} was not sent.", claim=claim.shown_number)
            )
        there = db.session.scalar(
            select(ClaimFile.id).where(
                ClaimFile.claim_id == claim_id, ClaimFile.file_name == file.file_name
            )
        )
        return there or keep_file(claim, file).id


def _refuse_invalid_provider(claim: Claim) -> None:
    provider = claim_candidates.provider_of(organizations.current())
    is_ndia = db.session.scalar(
        select(ClaimLine.id)
        .where(ClaimLine.claim_id == claim.id)
        .where(ClaimLine.management == PlanManagement.NDIA_MANAGED)
        .limit(1)
    )
    if not provider.has_abn or (is_ndia and not provider.has_registration):
        raise RuleBroken(
            None,
            "provider_invalid",
            "Enter the organization's ABN and NDIS registration number before you send a claim.",
        )


def _refuse_outdated(claim: Claim) -> None:
    """Refuse what could not be claimed today, or would be claimed otherwise than the draft says."""
    found = claim_rechecks.recheck(claim)
    if found.held_back:
        count = len(found.held_back)
        raise Conflict(
            "claim_not_ready",
            sentence(
                "{claim} was not sent: {count} of its services can no longer be claimed. Mend "
                "what is wrong, or withdraw the draft and build it again without them.",
                claim=claim.shown_number,
                count=count,
            ),
            {"held_back": [one.as_json() for one in found.held_back]},
        )
    if found.has_changed:
        raise Conflict(
            "claim_outdated",
            sentence(
                "{claim} was not sent: a plan, a payer or an item has changed since it was built. "
                "Withdraw it and build it again.",
                claim=claim.shown_number,
            ),
        )


def _hold_services(claim: Claim) -> list[Service]:
    """Return a draft's services, locked, or refuse where one is no longer what it holds."""
    rows = db.session.execute(
        select(Service, ClaimService.total_cents.label("held_cents"))
        .join(ClaimService, ClaimService.service_id == Service.id)
        .where(ClaimService.claim_id == claim.id, ClaimService.is_live.is_(True))
        .order_by(Service.id)
        .with_for_update(of=Service)
    ).all()
    for row in rows:
        if not _is_as_drafted(row):
            raise Conflict(
                "service_changed",
                sentence(
                    "A service of {day} has changed since {claim} was built. Withdraw it and "
                    "build it again.",
                    day=say_date(row.Service.service_on),
                    claim=claim.shown_number,
                ),
                {"service_id": str(row.Service.id)},
            )
    return [row.Service for row in rows]


def _is_as_drafted(row: Any) -> bool:
    may = (ServiceStatus.COMPLETED, ServiceStatus.CANCELLED)
    return bool(row.Service.status in may and row.Service.total_cents == row.held_cents)


def _submitted(claim: Claim, *, was_submitted: bool = False) -> SubmittedClaim:
    names = db.session.scalars(
        select(ClaimFile.file_name)
        .where(ClaimFile.claim_id == claim.id)
        .order_by(ClaimFile.file_name)
    )
    return SubmittedClaim(
        claim.id,
        claim.shown_number,
        claim.status,
        claim.line_count,
        claim.total_cents,
        tuple(names),
        was_submitted,
    )


__all__ = [
    "BuiltClaim",
    "ClaimWanted",
    "SubmittedClaim",
    "build_claim",
    "keep_claim_file",
    "submit_claim",
    "withdraw_claim",
]
