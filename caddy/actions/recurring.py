"""Checks that come back: begun once for each day they are due, and done once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock, queue
from caddy.actions import expiries, scores
from caddy.actions.notifications import notify
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.facts import Fact
from caddy.domain.ndis.categories import category_name
from caddy.domain.permissions import Role
from caddy.domain.recurring import Recurring
from caddy.domain.retention import RetentionKind
from caddy.domain.words import say_date
from caddy.extensions import db
from caddy.models import OrganizationTotal, PeriodicRun
from caddy.queries import alerts, organizations, retention, retention_staff
from caddy.tenancy import insert_missing
from caddy.transaction import transaction

ENDS_WITHIN_DAYS = 60
JOBS = {
    Recurring.DAILY_CHECK: queue.Job.DAILY_CHECK,
    Recurring.WEEKLY_AUDIT: queue.Job.WEEKLY_AUDIT,
    Recurring.WEEKLY_COMPLIANCE: queue.Job.WEEKLY_COMPLIANCE,
    Recurring.MONTHLY_PLAN_EXPIRY: queue.Job.MONTHLY_PLAN_EXPIRY,
    Recurring.MONTHLY_RETENTION: queue.Job.MONTHLY_RETENTION,
}


def begin(kind: Recurring, due_on: date, *, actor: Actor) -> bool:
    """Leave the job of a check, unless someone has left it for that day; say whether it did.

    Of several schedules the database lets one insert the row, so that each runs once.
    """
    instant = clock.now()
    with transaction(actor, unrecorded="work was left, nothing changed"):
        row: dict[str, Any] = {
            "id": new_id(),
            "kind": kind.value,
            "due_on": due_on,
            "result": {},
            "created_at": instant,
            "updated_at": instant,
        }
        stored = insert_missing(PeriodicRun, ("kind", "due_on"), [row])
        for run_id in stored:
            queue.later(JOBS[kind], run_id)
    return bool(stored)


def due_on(run_id: UUID) -> date | None:
    """Return the day of a run that is not finished, or None."""
    return db.session.scalar(
        select(PeriodicRun.due_on).where(
            PeriodicRun.id == run_id, PeriodicRun.finished_at.is_(None)
        )
    )


def _finish(run_id: UUID, result: Mapping[str, int]) -> None:
    run = db.session.get_one(PeriodicRun, run_id)
    run.finished_at = clock.now()
    run.result = dict(result)
    audit.record(Fact.RECURRING_CHECK_DONE, run, changes={"kind": run.kind, **result})


def daily_digest(run_id: UUID, *, actor: Actor) -> None:
    """Tell people what ends soon, and coordinators and administrators of yesterday."""
    day = due_on(run_id)
    if day is None:
        return
    expiries.tell(run_id, day, actor=actor)
    with transaction(actor):
        total = db.session.scalars(select(OrganizationTotal)).one()
        services, minutes, cents = alerts.delivered_on(day - timedelta(days=1))
        raised = alerts.alerts_raised_since(clock.now() - timedelta(days=1))
        today = _read_on(day)
        ending = alerts.plans_ending(today, 14)[: alerts.MOST_LISTED]
        context: dict[str, Any] = {
            "day_on": day - timedelta(days=1),
            "services": services,
            "minutes": minutes,
            "delivered_cents": cents,
            "unclaimed_services": total.unclaimed_services,
            "unclaimed_cents": total.unclaimed_cents,
            "alerts": [_alert_row(row) for row in raised],
            "plans": [_plan_row(row, today) for row in ending],
            "organization_name": organizations.current().name,
        }
        told = 0
        if services or raised or ending:
            told = notify(
                alerts.people_of_roles([Role.ADMIN, Role.COORDINATOR]),
                kind="daily_check",
                title="Your daily summary",
                body=f"{services} services yesterday, {len(raised)} budgets to look at, "
                f"{len(ending)} plans end soon.",
                link="/panel",
                subject=total,
                dedupe_key=f"daily:{run_id}",
                email_template=EmailTemplate.DAILY_DIGEST,
                context=context,
            )
        _finish(run_id, {"told": told, "alerts": len(raised), "plans": len(ending)})


def _read_on(day: date) -> date:
    """Return the day on which what a check of a day says is read: one made late is read late."""
    return max(day, clock.today(organizations.current().timezone))


def _alert_row(row: Any) -> dict[str, Any]:
    return {
        "participant_first_name": row.first_name,
        "budget_name": category_name(row.support_category),
        "percent_used": row.used_basis_points // 100,
        "remaining_cents": row.remaining_cents,
        "link": f"/participants/{row.participant_id}",
    }


def _plan_row(row: Any, day: date) -> dict[str, Any]:
    return {
        "participant_first_name": row.first_name,
        "ends_on": row.ends_on,
        "days_left": (row.ends_on - day).days,
        "link": f"/participants/{row.participant_id}",
    }


def weekly_compliance(run_id: UUID, *, actor: Actor) -> None:
    """Compute and store everyone's compliance score, and tell people what ends soon."""
    day = due_on(run_id)
    if day is None:
        return
    points = scores.compute(day, actor=actor)
    told = expiries.tell(run_id, day, actor=actor)
    with transaction(actor):
        _finish(run_id, {"told": told, "score": points})


def monthly_plan_expiry(run_id: UUID, *, actor: Actor) -> None:
    """Tell each participant's coordinator of a plan that ends soon with none after it."""
    day = due_on(run_id)
    if day is None:
        return
    with transaction(actor):
        today = _read_on(day)
        ending = alerts.plans_ending(today, ENDS_WITHIN_DAYS)
        told = sum(_tell_of_plan(row, today, run_id) for row in ending)
        _finish(run_id, {"told": told, "plans": len(ending)})


def _tell_of_plan(row: Any, day: date, run_id: UUID) -> int:
    allocated, remaining = alerts.budget_sums_of_plan(row.id)
    ends = say_date(row.ends_on)
    return notify(
        alerts.people_to_tell(row.participant_id, row.id),
        kind="plan_expiry",
        title=f"{row.first_name}: the plan ends on {ends}",
        body="Services after that day need the next plan.",
        link=f"/participants/{row.participant_id}",
        subject=db.session.get_one(PeriodicRun, run_id),
        dedupe_key=f"plan-expiry:{run_id}:{row.id}",
        email_template=EmailTemplate.PLAN_EXPIRY,
        context={
            **_plan_row(row, day),
            "allocated_cents": allocated,
            "remaining_cents": remaining,
        },
    )


def monthly_retention(run_id: UUID, *, actor: Actor) -> None:
    """Tell administrators how many participants' years are over; nothing is erased.

    The mail has numbers only: whom they are of is said to those who sign in.
    """
    day = due_on(run_id)
    if day is None:
        return
    with transaction(actor):
        found = retention.numbers(day, seen_by=None)
        staff = retention_staff.count(day)
        told = 0
        if found.due or found.kept_back or staff:
            told = notify(
                alerts.people_of_roles([Role.ADMIN]),
                kind="monthly_retention",
                title=f"{found.due} participants could be erased, {found.kept_back} are kept back",
                body="Their records are older than you keep them. Nothing is erased by itself.",
                link="/settings/retention",
                subject=db.session.get_one(PeriodicRun, run_id),
                dedupe_key=f"retention:{run_id}",
                email_template=EmailTemplate.RETENTION_REPORT,
                context={
                    "day_on": day,
                    "years": retention.years_of(RetentionKind.PARTICIPANTS),
                    "due": found.due,
                    "kept_back": found.kept_back,
                    "staff": staff,
                    "reasons": [
                        {"sentence": reason.sentence, "count": count}
                        for reason, count in found.by_reason.items()
                        if count
                    ],
                },
            )
        _finish(
            run_id, {"told": told, "due": found.due, "kept_back": found.kept_back, "staff": staff}
        )
