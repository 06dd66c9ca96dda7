"""Setting an organization's subscription. Only who runs the installation does, by a command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caddy import audit
from caddy.domain.actor import Actor
from caddy.domain.facts import Fact
from caddy.domain.subscriptions import PLANS, Feature, SubscriptionPlan, SubscriptionStatus
from caddy.queries import organizations
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription is to be; what is None stays as it is."""

    plan: SubscriptionPlan | None = None
    status: SubscriptionStatus | None = None
    participant_limit: int | None = None
    ends_at: datetime | None = None
    features: frozenset[Feature] | None = None


def subscribe(wanted: Wanted, *, actor: Actor) -> None:
    """Change the subscription of the actor's organization.

    A new plan brings its own number of participants, unless one is given. A subscription
    that is not cancelled has no end.
    """
    with transaction(actor):
        organization = organizations.current()
        limit = wanted.participant_limit
        if limit is None and wanted.plan is not None:
            limit = PLANS[wanted.plan].participants
        status = wanted.status or organization.subscription_status
        is_cancelled = status is SubscriptionStatus.CANCELLED
        values = {
            "subscription_plan": wanted.plan or organization.subscription_plan,
            "subscription_status": status,
            "subscription_ends_at": (wanted.ends_at or organization.subscription_ends_at)
            if is_cancelled
            else None,
            "participant_limit": organization.participant_limit if limit is None else limit,
            "features": organization.features
            if wanted.features is None
            else sorted(feature.value for feature in wanted.features),
        }
        changes = {}
        for name, after in values.items():
            before = getattr(organization, name)
            if before != after:
                changes[name] = (before, after)
                setattr(organization, name, after)
        audit.record(Fact.SUBSCRIPTION_CHANGED, organization, changes=changes)
