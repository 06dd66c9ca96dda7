"""What a subscription holds, and what it still allows in each state: the one table of plans.

No state locks anyone out: everything stays readable, and taking one's data along always works.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from caddy.domain.errors import Forbidden, RuleBroken
from caddy.domain.files import MEBIBYTE

GIGABYTE = 1_000_000_000


class SubscriptionPlan(StrEnum):
    FREE = "free"
    PRO = "pro"
    ENTERPRISE = "enterprise"


class SubscriptionStatus(StrEnum):
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {"past_due": "Payment is late"}.get(self.value, self.value.capitalize())


class Feature(StrEnum):
    """What not every plan has. Reading what was made with it is never taken away."""

    IMPORTS = "imports"
    LETTERHEAD = "letterhead"

    @property
    def label(self) -> str:
        return {"imports": "Imports from other systems", "letterhead": "Your own letterhead"}[self]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan comes with; an organization's own number of participants may differ.

    `storage_bytes` holds for all its files together, `file_bytes` for each document.
    """

    participants: int
    storage_bytes: int
    file_bytes: int
    features: frozenset[Feature]


PLANS: dict[SubscriptionPlan, Plan] = {
    SubscriptionPlan.FREE: Plan(10, GIGABYTE, 10 * MEBIBYTE, frozenset()),
    SubscriptionPlan.PRO: Plan(100, 50 * GIGABYTE, 25 * MEBIBYTE, frozenset(Feature)),
    SubscriptionPlan.ENTERPRISE: Plan(2_000, 1_000 * GIGABYTE, 100 * MEBIBYTE, frozenset(Feature)),
}


@dataclass(frozen=True, slots=True)
class Subscription:
    """An organization's subscription. One that was cancelled runs to its end, if it has one."""

    plan: SubscriptionPlan
    status: SubscriptionStatus
    ends_at: datetime | None
    participant_limit: int
    added: frozenset[str] = frozenset()

    @property
    def storage_bytes(self) -> int:
        return PLANS[self.plan].storage_bytes

    @property
    def file_bytes(self) -> int:
        return PLANS[self.plan].file_bytes

    @property
    def features(self) -> frozenset[Feature]:
        """Return what the plan has and what was added to it; words of no feature give nothing."""
        own = {feature for feature in Feature if feature.value in self.added}
        return PLANS[self.plan].features | own

    def is_read_only(self, now: datetime) -> bool:
        """Say whether it is over: cancelled, and the time that was paid for has passed."""
        if self.status is not SubscriptionStatus.CANCELLED:
            return False
        return self.ends_at is None or self.ends_at <= now

    def notice(self, now: datetime) -> str:
        """Return what everyone of the organization should know of it, or nothing."""
        if self.is_read_only(now):
            return (
                "The subscription has ended. Everything can still be read, exported and printed, "
                "and nothing can be changed."
            )
        if self.status is SubscriptionStatus.PAST_DUE:
            return "A payment for the subscription is late. Everything still works."
        return ""


def refuse_write(
    subscription: Subscription, feature: Feature | None, now: datetime, *, always_works: bool
) -> None:
    """Refuse a change that the subscription does not allow; says what to do instead.

    `always_works` are one's own things, such as signing out, and whatever takes data along.
    """
    if subscription.is_read_only(now) and not always_works:
        raise Forbidden(
            "subscription_ended",
            "The subscription has ended, so nothing was changed. Everything can still be read and "
            "exported. To change things again, ask an administrator to renew the subscription.",
        )
    if feature is not None and feature not in subscription.features:
        raise Forbidden(
            "not_in_plan",
            f"The {subscription.plan.value.capitalize()} plan does not include this: "
            f"{feature.label.lower()}. What is there already stays. Ask an administrator to "
            "change the subscription.",
        )


def check_room(
    stored_bytes: int, more_bytes: int, subscription: Subscription, field: str = "file"
) -> None:
    """Refuse files for which the plan has no room; what is kept already stays readable.

    `stored_bytes` are those of all files there are: documents, attachments, signed papers.
    """
    if stored_bytes + more_bytes > subscription.storage_bytes:
        raise RuleBroken(
            field,
            "storage_limit",
            f"Your subscription has room for {subscription.storage_bytes // GIGABYTE:,} GB of "
            "files, and this does not fit any more. Ask an administrator to change the "
            "subscription.",
            {"stored": stored_bytes, "limit": subscription.storage_bytes},
        )
