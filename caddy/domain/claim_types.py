"""The ways of claiming against a support item, and what each may come to.

The catalogue's flags say which ways an item allows. Amounts are cents, trips are minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from caddy.domain.bands import SATURDAY, IsHoliday
from caddy.domain.errors import RuleBroken
from caddy.domain.money import divide_half_up
from caddy.domain.ndis.catalogue import Unit
from caddy.domain.ndis.identifiers import ItemNumber, parse_item_number
from caddy.domain.ndis.items import Item, PricedItem
from caddy.domain.sentences import sentence

# Items that disability support workers deliver: 7 days' notice of a cancellation (PAPL 2025-26
# "Short notice cancellations"). The catalogue has no column for it, so it goes by what the
# registration groups are for: daily personal activities (0107, high intensity 0104, in shared
# living 0115), household tasks (0120), community (0125) and group activities (0136), supported
# employment (0133).
SUPPORT_WORKER_GROUPS = frozenset({"0104", "0107", "0115", "0120", "0125", "0133", "0136"})

# Items whose travel time is claimed at half the limit (PAPL 2025-26 "Provider travel"): the
# groups that the catalogue names for therapy, which are early childhood supports (0118), exercise
# physiology (0126) and therapeutic supports (0128). Nursing, hearing services, behaviour support
# and support coordination have groups of their own and keep the whole limit.
THERAPY_GROUPS = frozenset({"0118", "0126", "0128"})

TRAVEL_COSTS_SEQUENCE = "799"
NOTICE = timedelta(days=7)
NOTICE_BUSINESS_DAYS = 2
ALL = 100  # percent


class ClaimType(StrEnum):
    """What is claimed: the support itself, or something around it."""

    DIRECT = "direct"
    NON_FACE_TO_FACE = "non_face_to_face"
    TRAVEL = "travel"
    TRAVEL_COSTS = "travel_costs"
    CANCELLATION = "cancellation"
    NDIA_REPORT = "ndia_report"
    TELEHEALTH = "telehealth"
    IRREGULAR_SIL = "irregular_sil"

    @property
    def label(self) -> str:
        return {
            "direct": "Direct support",
            "non_face_to_face": "Non-face-to-face support",
            "travel": "Provider travel time",
            "travel_costs": "Travel costs (kilometres and tolls)",
            "cancellation": "Short notice cancellation",
            "ndia_report": "NDIA requested report",
            "telehealth": "Telehealth",
            "irregular_sil": "Irregular SIL support",
        }[self.value]

    @property
    def is_travel(self) -> bool:
        """Say whether it is a line of the trip to a support, not a support."""
        return self in {ClaimType.TRAVEL, ClaimType.TRAVEL_COSTS}

    @property
    def ndia_code(self) -> str:
        """Return the word in the bulk file's ClaimType column; empty for direct support."""
        return {
            "direct": "",
            "non_face_to_face": "NF2F",
            "travel": "TRAN",
            "travel_costs": "TRAN",
            "cancellation": "CANC",
            "ndia_report": "REPW",
            "telehealth": "THLT",
            "irregular_sil": "IRSS",
        }[self.value]


class CancellationReason(StrEnum):
    """Why a support was cancelled, by the bulk file's own codes."""

    NSDH = "NSDH"
    NSDF = "NSDF"
    NSDT = "NSDT"
    NSDO = "NSDO"

    @property
    def label(self) -> str:
        return {
            "NSDH": "Health reason",
            "NSDF": "Family issues",
            "NSDT": "No transport",
            "NSDO": "Other reason",
        }[self.value]


def check_claim_type(claim_type: ClaimType, item: PricedItem) -> None:
    """Refuse a way of claiming that the catalogue does not allow for an item.

    Allowed is what the flag says Y to; N and NA both refuse (PAPL 2025-26, catalogue). Direct
    support and telehealth have no flag. Kilometres and tolls go with the travel that they are
    part of, so they ask for the travel flag of the item they belong to.
    """
    is_allowed = {
        ClaimType.NON_FACE_TO_FACE: item.allows_non_face_to_face,
        ClaimType.TRAVEL: item.allows_provider_travel,
        ClaimType.TRAVEL_COSTS: item.allows_provider_travel,
        ClaimType.CANCELLATION: item.allows_short_notice_cancellation,
        ClaimType.NDIA_REPORT: item.allows_ndia_reports,
        ClaimType.IRREGULAR_SIL: item.allows_irregular_sil,
    }.get(claim_type, True)
    if is_allowed is not True:
        raise RuleBroken(
            "claim_type",
            "claim_type_not_allowed",
            sentence(
                "{way} cannot be claimed for {item}: the Support Catalogue does not allow it.",
                way=claim_type.label,
                item=item.name,
            ),
            {"claim_type": claim_type.value, "item_number": item.item_number},
        )


def travel_cap_minutes(mmm: int) -> int | None:
    """Return the most travel minutes each way, by Modified Monash Model area; None: no limit.

    PAPL 2025-26 "Provider travel": 30 minutes in MMM 1-3, 60 in MMM 4-5, none in MMM 6-7.

    >>> travel_cap_minutes(3), travel_cap_minutes(4), travel_cap_minutes(6)
    (30, 60, None)
    """
    if mmm not in range(1, 8):
        raise RuleBroken("mmm", "unknown_mmm", "A Modified Monash area is a number from 1 to 7.")
    return (30, 30, 30, 60, 60, None, None)[mmm - 1]


def check_travel(minutes: int, mmm: int) -> None:
    """Refuse travel time, one way, that is longer than its area allows."""
    if minutes < 1:
        raise RuleBroken("minutes", "no_travel", "Enter at least one minute of travel.")
    cap = travel_cap_minutes(mmm)
    if cap is not None and minutes > cap:
        raise RuleBroken(
            "minutes",
            "over_travel_cap",
            sentence(
                "In MMM {mmm} at most {cap} minutes of travel each way can be claimed, "
                "not {minutes}.",
                mmm=mmm,
                cap=cap,
                minutes=minutes,
            ),
            {"minutes": minutes, "cap_minutes": cap},
        )


def check_travel_unit(item: PricedItem) -> None:
    """Refuse travel time to a support that is not sold by the hour: it has no hourly price."""
    if item.unit is not Unit.HOUR:
        raise RuleBroken(
            "claim_type",
            "travel_not_hourly",
            f"{item.name} is not sold by the hour, nor is its travel.",
        )


def is_therapy(item: PricedItem) -> bool:
    """Say whether an item's travel time is claimed at half its limit."""
    return item.registration_group_number in THERAPY_GROUPS


def travel_price(limit_cents: int, is_therapy: bool) -> int:
    """Return the hourly limit of travel time: the item's, or half of it for therapy.

    PAPL 2025-26 "Provider travel". Half cents are rounded up.

    >>> travel_price(193_99, True), travel_price(70_23, False)
    (9700, 7023)
    """
    return divide_half_up(limit_cents, 2) if is_therapy else limit_cents


def travel_cost_item(item_number: str, items: Iterable[Item]) -> Item | None:
    """Return the "Provider travel - non-labour costs" item of an item, or None.

    It has the same support category and registration group (`CC_799_GGGG_…`). Outcome domain
    and purpose differ for some; where more than one item fits, these decide. Two items that
    allow travel have none (catalogue 2025-26: category 10, group 0106).
    """
    own = _parsed(item_number)
    if own is None:
        return None
    fits = [
        (parts, item)
        for item in items
        if (parts := _parsed(item.item_number))
        and parts.sequence == TRAVEL_COSTS_SEQUENCE
        and (parts.category, parts.registration_group) == (own.category, own.registration_group)
    ]
    fits.sort(
        key=lambda one: (
            one[0].outcome_domain != own.outcome_domain,
            one[0].purpose != own.purpose,
            one[1].item_number,
        )
    )
    return fits[0][1] if fits else None


def _parsed(item_number: str) -> ItemNumber | None:
    try:
        return parse_item_number(item_number)
    except ValueError:
        return None


def apportion(cents: int, weights: Sequence[int]) -> list[int]:
    """Share an amount by weights, so that the parts sum to it: by the largest remainder.

    Shared trips are apportioned among their participants (PAPL 2025-26 "Provider travel"). Each
    part is its exact share rounded down or up; cents left over go to the largest remainders, the
    first of equal ones.

    >>> apportion(100_00, [1, 1, 1]), apportion(41_67, [2, 1])
    ([3334, 3333, 3333], [2778, 1389])
    """
    whole = sum(weights)
    if cents < 0 or whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("an amount is shared by weights that are not negative and not all zero")
    parts = [cents * weight // whole for weight in weights]
    remainders = [-(cents * weight % whole) for weight in weights]
    by_remainder = sorted(range(len(weights)), key=remainders.__getitem__)
    for place in by_remainder[: cents - sum(parts)]:
        parts[place] += 1
    return parts


def short_notice(
    item: PricedItem, notified_at: datetime, starts_at: datetime, is_holiday: IsHoliday
) -> bool:
    """Say whether a cancellation came so late that it may be claimed.

    PAPL 2025-26 "Short notice cancellations": under 7 days' notice for what disability support
    workers deliver, under 2 clear business days for anything else. Clear days lie between the day
    of the notice and the day of the support; neither counts. Both times are local.
    """
    if item.registration_group_number in SUPPORT_WORKER_GROUPS:
        return starts_at - notified_at < NOTICE
    day, clear = notified_at.date() + timedelta(days=1), 0
    while day < starts_at.date() and clear < NOTICE_BUSINESS_DAYS:
        clear += day.weekday() < SATURDAY and not is_holiday(day)
        day += timedelta(days=1)
    return clear < NOTICE_BUSINESS_DAYS


def cancellation_fee(agreed_total_cents: int, percent: int) -> int:
    """Return the fee for a short notice cancellation: up to all of what was agreed.

    PAPL 2025-26 "Short notice cancellations". Half cents are rounded up.

    >>> cancellation_fee(140_46, 100), cancellation_fee(140_45, 50)
    (14046, 7023)
    """
    if not 0 <= percent <= ALL:
        raise RuleBroken(
            "percent",
            "cancellation_percent",
            "A cancellation fee is 0 % to 100 % of the agreed price.",
        )
    return divide_half_up(agreed_total_cents * percent, ALL)


def group_limit(limit_cents: int, people: int) -> int:
    """Return each participant's limit in a group: the item's limit ÷ the people in it.

    PAPL 2025-26 "Group-based supports", for 1:2, 1:3 and on; one person has all of it. Half
    cents are rounded up.

    >>> [group_limit(70_23, people) for people in (1, 2, 3)]
    [7023, 3512, 2341]
    """
    if people < 1:
        raise RuleBroken("people", "no_people", "A group has at least one participant.")
    return divide_half_up(limit_cents, people)
