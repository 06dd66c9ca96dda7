"""What has to be in order before a delivered service is claimed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from caddy.domain.claim_lines import Candidate, claimed_as, measure
from caddy.domain.claim_types import ClaimType
from caddy.domain.claims import HoldBack
from caddy.domain.participants import PlanManagement
from caddy.domain.services import ServiceStatus

CLAIMING_YEARS = 2  # a claim should reach the NDIA within two years of the support


# What somebody is there for to confirm; trips, reports and fees are not.
SIGNED = frozenset({ClaimType.DIRECT, ClaimType.TELEHEALTH, ClaimType.IRREGULAR_SIL})


@dataclass(frozen=True, slots=True)
class Provider:
    """Whether what identifies the provider on a claim is valid, and what it asks for itself."""

    has_abn: bool
    has_registration: bool
    wants_signatures: bool = False


def oldest_claimable(today: date) -> date:
    """Return the first day whose services can still be claimed.

    >>> oldest_claimable(date(2028, 2, 29))
    datetime.date(2026, 2, 28)
    """
    year = today.year - CLAIMING_YEARS
    try:
        return today.replace(year=year)
    except ValueError:
        return today.replace(year=year, day=28)


def held_back_by(one: Candidate, provider: Provider, today: date) -> list[HoldBack]:
    """Return every reason that holds a service back, apart from being another's double."""
    agreed = one.agreement
    is_ndia = one.management is PlanManagement.NDIA_MANAGED
    checks = {
        HoldBack.OUTSIDE_PLAN: one.management is None,
        HoldBack.NO_AGREEMENT: agreed is None,
        HoldBack.NOT_AGREED: agreed is not None
        and not agreed.includes(one.item_number, one.claim_type),
        HoldBack.OVER_LIMIT: _is_over_limit(one),
        HoldBack.MISSING_NOTES: not one.has_notes and one.status is not ServiceStatus.CANCELLED,
        HoldBack.MISSING_SIGNATURE: provider.wants_signatures
        and not one.is_signed
        and claimed_as(one)[0] in SIGNED,
        HoldBack.NDIS_NUMBER_INVALID: not one.ndis_number.startswith("43"),
        HoldBack.ABN_INVALID: not provider.has_abn,
        HoldBack.REGISTRATION_INVALID: is_ndia and not provider.has_registration,
        HoldBack.TOO_OLD: one.service_on < oldest_claimable(today),
        HoldBack.NOT_EXACT: measure(one) is None,
    }
    return [reason for reason, holds in checks.items() if holds]


def _is_over_limit(one: Candidate) -> bool:
    agreed = one.agreement.prices.get(one.item_number) if one.agreement else None
    limits = [limit for limit in (one.limit_cents, agreed) if limit is not None]
    return any(one.unit_price_cents > limit for limit in limits)


def double_key(one: Candidate) -> tuple[object, ...] | None:
    """Return what two services share when one is the other entered twice, or None.

    Two workers may support one participant at once where it is so arranged (2:1), so there the
    worker counts. Trips are left out: there and back are alike.
    """
    if one.claim_type in {ClaimType.TRAVEL, ClaimType.TRAVEL_COSTS}:
        return None
    worker = one.worker_id if one.needs_two_workers else None
    return (
        one.participant_id,
        one.item_number,
        one.service_on,
        claimed_as(one)[0],
        one.start_time,
        one.end_time,
        one.quantity_milli,
        worker,
    )
