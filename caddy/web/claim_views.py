"""What the pages of claims say of a claim: its way so far, and the form that frees a service."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app, request, url_for

from caddy import clock
from caddy.domain.claim_lines import Candidate
from caddy.domain.claims import SENT, ClaimStatus, HoldBack
from caddy.domain.services import ServiceStatus
from caddy.queries import claim_files, claim_pages
from caddy.queries.claim_candidates import HeldBack
from caddy.queries.claim_pages import Unsigned
from caddy.web.access import access_of, actor


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a claim's way; `at` is when it was taken."""

    label: str
    at: datetime | None = None
    is_done: bool = False
    is_now: bool = False


def sums(claim: Any, zone: str) -> dict[str, Any]:
    """Return what the top of a claim's page shows, at once and over the stream."""
    return {
        "claim": claim,
        "steps": timeline(claim),
        "open_cents": claim_pages.open_cents([claim.id]).get(claim.id, 0),
        "zone": zone,
    }


def files(claim: Any, zone: str) -> list[dict[str, Any]]:
    """Return a claim's files as the page lists them; a draft's are what would be sent today."""
    if claim.status is ClaimStatus.WITHDRAWN:
        return []
    if claim.status is not ClaimStatus.DRAFT:
        return [
            {
                "file": one,
                "size": one.size_bytes,
                "url": url_for("claims.file", claim_id=claim.id, claim_file_id=one.id),
            }
            for one in claim_files.kept_names(claim.id)
        ]
    return [
        {
            "file": one,
            "size": len(one.content),
            "url": url_for("claims.preview", claim_id=claim.id, file_name=one.file_name),
        }
        for one in claim_files.rendered(claim, clock.today(zone))
    ]


def timeline(claim: Any) -> list[Step]:
    """Return a claim's way: what was, what is, what is still to come."""
    status = claim.status
    drafted = Step("Draft", claim.created_at, is_done=True, is_now=status is ClaimStatus.DRAFT)
    if status is ClaimStatus.WITHDRAWN:
        return [drafted, Step("Withdrawn", claim.withdrawn_at, is_done=True, is_now=True)]
    sent = Step(
        "Submitted",
        claim.submitted_at,
        is_done=status in SENT,
        is_now=status is ClaimStatus.SUBMITTED,
    )
    if status is ClaimStatus.REJECTED:
        return [drafted, sent, Step("Rejected", claim.processed_at, is_done=True, is_now=True)]
    is_answered = status in {ClaimStatus.ACCEPTED, ClaimStatus.PAID}
    return [
        drafted,
        sent,
        Step(
            "Accepted",
            claim.processed_at if is_answered else None,
            is_done=is_answered,
            is_now=status is ClaimStatus.ACCEPTED,
        ),
        Step("Paid", is_done=status is ClaimStatus.PAID, is_now=status is ClaimStatus.PAID),
    ]


@dataclass(frozen=True, slots=True)
class Fix:
    """The one link that leads to the form which frees a service."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """A held back service and its fix: None where it cannot be mended, or not by this person."""

    held: HeldBack
    fix: Fix | None

    @property
    def is_fixable(self) -> bool:
        return any(reason.is_fixable for reason in self.held.reasons)


def blocked(held: Collection[HeldBack]) -> list[Blocked]:
    """Return held back services with the link that frees each, for the signed-in person."""
    drafts = claim_pages.drafted_agreements(held) if held else {}
    return [Blocked(one, _fix(one, drafts)) for one in held]


def _fix(held: HeldBack, drafts: Mapping[UUID, Collection[Unsigned]]) -> Fix | None:
    reason = next((one for one in held.reasons if one.is_fixable), None)
    if reason is None or not all(one.is_fixable for one in held.reasons):
        return None
    label, endpoint, values = _form_of(reason, held, drafts)
    access = access_of(current_app, endpoint)
    if access is None or (access.permission and not actor.may(access.permission)):
        return None
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return Fix(label, url_for(endpoint, **values, back=here.replace("/submission", "")))


def _form_of(
    reason: HoldBack, held: HeldBack, drafts: Mapping[UUID, Collection[Unsigned]]
) -> tuple[str, str, dict[str, Any]]:
    """Return the words, the page and its ids of the form that mends one reason."""
    service = held.service
    whom = {"participant_id": service.participant_id}
    simple: dict[str | None, tuple[str, str, dict[str, Any]]] = {
        "organization": (
            "Enter the ABN and number",
            "settings.show",
            {"_anchor": "provider"},
        ),
        "participant": ("Correct the NDIS number", "participants.edit", whom),
        "plan": ("Add a plan", "participants.new_plan", whom),
    }
    if reason.fixed_at in simple:
        return simple[reason.fixed_at]
    if reason is HoldBack.NOT_AGREED:
        return "See the agreements", "agreements.index", whom
    if reason.fixed_at == "agreement":
        return _agreement_form(service, drafts)
    one = {"service_id": service.id}
    if service.status is ServiceStatus.COMPLETED:
        return "Correct the service", "shifts.correcting", one
    return "Open the service", "services.show", one


def _agreement_form(
    service: Candidate, drafts: Mapping[UUID, Collection[Unsigned]]
) -> tuple[str, str, dict[str, Any]]:
    """Return the draft that only has to be signed, or else the form of a new one."""
    for one in drafts.get(service.participant_id, ()):
        if one.starts_on <= service.service_on <= one.ends_on:
            return "Sign the agreement", "agreements.show", {"agreement_id": one.id}
    values = {"participant_id": service.participant_id, "from": service.service_on}
    return "Add an agreement", "agreements.new", values
