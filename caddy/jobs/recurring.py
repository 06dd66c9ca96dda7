"""Checks that come back: found in each organization's own time zone, once a minute."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.actions import alerts as alert_actions
from caddy.actions import recurring
from caddy.domain.actor import Actor, Source, system_actor
from caddy.domain.recurring import Hours, Recurring, last_due_on
from caddy.extensions import db
from caddy.models import Organization, PeriodicRun
from caddy.queries import alerts
from caddy.tenancy import scope, unscoped

AT_ONCE = 500
LOOKED_BACK = timedelta(days=40)


def find_checks_due() -> int:
    """Leave a job for each check that is due and was not begun; return how many it left.

    Read from the database: a schedule that was down catches up with the latest of each kind,
    and of several schedules one begins it.
    """
    left, after = 0, None
    while True:
        with unscoped("each organization's hours are looked at in turn"):
            statement = (
                select(Organization)
                .where(Organization.verified_at.is_not(None))
                .order_by(Organization.id)
                .limit(AT_ONCE)
            )
            batch = db.session.scalars(
                statement.where(Organization.id > after) if after else statement
            ).all()
            begun = _begun([one.id for one in batch])
            due = [found for one in batch for found in _due_of(one) if found not in begun]
            after = batch[-1].id if batch else None
        for organization_id, kind, day in due:
            actor = system_actor(organization_id, "Schedule", Source.JOB)
            with scope(organization_id):
                left += recurring.begin(kind, day, actor=actor)
        if len(batch) < AT_ONCE:
            return left


def _begun(organization_ids: list[UUID]) -> set[tuple[Any, ...]]:
    since = clock.now().date() - LOOKED_BACK
    rows = db.session.execute(
        select(PeriodicRun.organization_id, PeriodicRun.kind, PeriodicRun.due_on).where(
            PeriodicRun.organization_id.in_(organization_ids),
            PeriodicRun.due_on >= since,
            PeriodicRun.kind.in_(list(Recurring)),
        )
    )
    return {(row.organization_id, Recurring(row.kind), row.due_on) for row in rows}


def _due_of(organization: Organization) -> list[tuple[Any, ...]]:
    now = clock.local(clock.now(), organization.timezone)
    hours = Hours(
        organization.daily_check_hour,
        organization.weekly_check_weekday,
        organization.weekly_check_hour,
        organization.monthly_notice_day,
        organization.monthly_notice_hour,
    )
    return [(organization.id, kind, last_due_on(kind, now, hours)) for kind in Recurring]


def daily_check(subject_id: UUID, *, actor: Actor) -> None:
    """Bring every alert in line with its budget, then send the day's summary."""
    after = None
    while found := alerts.budgets_to_check(after, AT_ONCE):
        for budget_id in found:
            alert_actions.check_budget(budget_id, actor=actor)
        after = found[-1]
    recurring.daily_digest(subject_id, actor=actor)


def weekly_compliance(subject_id: UUID, *, actor: Actor) -> None:
    recurring.weekly_compliance(subject_id, actor=actor)


def monthly_retention(subject_id: UUID, *, actor: Actor) -> None:
    recurring.monthly_retention(subject_id, actor=actor)


def monthly_plan_expiry(subject_id: UUID, *, actor: Actor) -> None:
    recurring.monthly_plan_expiry(subject_id, actor=actor)
