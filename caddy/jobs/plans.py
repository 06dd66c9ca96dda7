"""Budgets that begin or end: found by each organization's own day, once a minute."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.actions import budgets
from caddy.domain.actor import Actor, Source, system_actor
from caddy.extensions import db
from caddy.models import Organization, OrganizationTotal
from caddy.queue import Job, later
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction

AT_ONCE = 500


def find_plans_to_roll() -> int:
    """Leave a job for each organization whose day has changed since its budgets were rolled.

    What is due is read from the database, so that a schedule that was down catches up.
    """
    with unscoped("each organization's day is looked at in turn"):
        rows = db.session.execute(
            select(Organization.id, Organization.timezone, OrganizationTotal.rolled_on)
            .join(OrganizationTotal, OrganizationTotal.organization_id == Organization.id)
            .order_by(OrganizationTotal.rolled_on)
            .limit(AT_ONCE)
        ).all()
    due = [row for row in rows if row.rolled_on < clock.today(row.timezone)]
    for row in due:
        actor = system_actor(row.id, "Schedule", Source.JOB)
        with scope(row.id), transaction(actor, unrecorded="work was left, nothing changed"):
            later(Job.ROLL_PLANS, row.id)
    return len(due)


def roll_plans(subject_id: UUID, *, actor: Actor) -> None:  # noqa: ARG001 - jobs take a subject
    while budgets.roll_budgets(actor=actor) == budgets.ROLLED_AT_ONCE:
        pass
