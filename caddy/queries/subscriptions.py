"""The subscription of the organization in scope, and how much of it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from caddy.domain.subscriptions import Subscription
from caddy.extensions import db
from caddy.models import (
    AgreementPaper,
    Attachment,
    DocumentVersion,
    Organization,
    OrganizationTotal,
)
from caddy.tenancy import current_organization_id


def subscription_columns() -> tuple[Any, ...]:
    """Return what a statement selects for `subscription_of`."""
    return (
        Organization.subscription_plan,
        Organization.subscription_status,
        Organization.subscription_ends_at,
        Organization.participant_limit,
        Organization.features,
    )


def subscription_of(row: Any) -> Subscription:
    """Return the subscription from an organization, or from a row with its columns."""
    return Subscription(
        plan=row.subscription_plan,
        status=row.subscription_status,
        ends_at=row.subscription_ends_at,
        participant_limit=row.participant_limit,
        added=frozenset(row.features),
    )


def current() -> Subscription:
    return subscription_of(db.session.get_one(Organization, current_organization_id()))


def stored_bytes() -> int:
    """Return how much room all files of the organization take, each counted where it is kept.

    Documents with all their versions, files of services and agreements, and papers to sign.
    """
    parts = [
        select(func.coalesce(func.sum(model.size_bytes), 0)).scalar_subquery()
        for model in (DocumentVersion, Attachment, AgreementPaper)
    ]
    return sum(int(part) for part in db.session.execute(select(*parts)).one())


@dataclass(frozen=True, slots=True)
class Use:
    """What of a subscription is used."""

    participants: int
    stored_bytes: int


def use() -> Use:
    active = db.session.scalar(select(OrganizationTotal.active_participants)) or 0
    return Use(participants=active, stored_bytes=stored_bytes())
