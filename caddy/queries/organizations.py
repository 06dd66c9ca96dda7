"""The organization in scope: its settings and its stored sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from caddy import clock
from caddy.extensions import db
from caddy.models import DailyTotal, Organization, OrganizationTotal
from caddy.tenancy import current_organization_id, unscoped

BURN_RATE_DAYS = 28


def current() -> Organization:
    """Return the organization in scope."""
    return db.session.get_one(Organization, current_organization_id())


@dataclass(frozen=True, slots=True)
class OrganizationTotals:
    """The sums of an organization's current budgets, and how long the money lasts.

    The burn rate is what was delivered in the last 28 days, a day. `runs_out_on` is empty
    where nothing is being spent.
    """

    allocated_cents: int
    committed_cents: int
    spent_cents: int
    remaining_cents: int
    used_basis_points: int
    active_participants: int
    unclaimed_services: int
    unclaimed_cents: int
    burn_cents_per_day: int
    runs_out_on: date | None

    @property
    def days_left(self) -> int | None:
        if not self.burn_cents_per_day:
            return None
        return self.remaining_cents // self.burn_cents_per_day


def totals(today: date) -> OrganizationTotals:
    """Return the stored sums as they are now."""
    row = db.session.execute(
        select(
            OrganizationTotal.allocated_cents,
            OrganizationTotal.committed_cents,
            OrganizationTotal.spent_cents,
            OrganizationTotal.remaining_cents,
            OrganizationTotal.active_participants,
            OrganizationTotal.unclaimed_services,
            OrganizationTotal.unclaimed_cents,
        )
    ).one()
    recent = db.session.scalar(
        select(func.coalesce(func.sum(DailyTotal.spent_cents), 0)).where(
            DailyTotal.service_on > today - timedelta(days=BURN_RATE_DAYS),
            DailyTotal.service_on <= today,
        )
    )
    burn = int(recent or 0) // BURN_RATE_DAYS
    allocated = row.allocated_cents
    return OrganizationTotals(
        allocated_cents=allocated,
        committed_cents=row.committed_cents,
        spent_cents=row.spent_cents,
        remaining_cents=row.remaining_cents,
        used_basis_points=row.spent_cents * 10_000 // allocated if allocated else 0,
        active_participants=row.active_participants,
        unclaimed_services=row.unclaimed_services,
        unclaimed_cents=row.unclaimed_cents,
        burn_cents_per_day=burn,
        runs_out_on=today + timedelta(days=min(row.remaining_cents // burn, 36_500))
        if burn
        else None,
    )


def services_between(first: date, last: date) -> tuple[int, int]:
    """Return how many services were delivered on these local days, and what they cost."""
    row = db.session.execute(
        select(
            func.coalesce(func.sum(DailyTotal.services), 0),
            func.coalesce(func.sum(DailyTotal.spent_cents), 0),
        ).where(DailyTotal.service_on >= first, DailyTotal.service_on <= last)
    ).one()
    return int(row[0]), int(row[1])


def services_this_week(timezone: str) -> tuple[int, int]:
    """Return the count and cost of this week's services, Monday to today."""
    today = clock.today(timezone)
    return services_between(today - timedelta(days=today.weekday()), today)


def by_slug(slug: str | None) -> UUID | None:
    """Return the organization with a slug; without one, the only organization there is."""
    statement = select(Organization.id).where(Organization.verified_at.is_not(None)).limit(2)
    if slug:
        statement = statement.where(Organization.slug == slug)
    with unscoped("a command names the organization it works for"):
        found = list(db.session.scalars(statement))
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class ListedOrganization:
    slug: str
    name: str
    participants: int


def listed() -> list[ListedOrganization]:
    """Return every organization of the installation, for the person at its terminal."""
    with unscoped("the person at the terminal runs all of them"):
        rows = db.session.execute(
            select(Organization.slug, Organization.name, OrganizationTotal.active_participants)
            .join(OrganizationTotal, OrganizationTotal.organization_id == Organization.id)
            .order_by(Organization.slug)
            .limit(10_000)
        )
        return [ListedOrganization(*row) for row in rows]


def ids() -> list[UUID]:
    """Return the ids of all organizations, for what is done to each in turn."""
    with unscoped("the person at the terminal runs all of them"):
        return list(db.session.scalars(select(Organization.id).order_by(Organization.id)))


def first() -> UUID | None:
    """Return the organization that was here first: what is of the whole installation is its."""
    with unscoped("the installation's own work is kept by its first organization"):
        return db.session.scalar(
            select(Organization.id)
            .where(Organization.verified_at.is_not(None))
            .order_by(Organization.id)
            .limit(1)
        )
