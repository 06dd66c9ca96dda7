"""What the demo's first organization has besides: agreements, a roster, claims, registers.

Made by the same actions as the pages, so that what one sees first is what Caddy does.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock
from caddy.actions import agreements, claims, plans, schedules, sites
from caddy.actions.sites import SiteEntry
from caddy.audit import Happened
from caddy.cli.demo_messages import add_messages
from caddy.cli.demo_papers import add_papers
from caddy.cli.demo_registers import add_registers
from caddy.domain.actor import Actor
from caddy.domain.agreements import AgreedLine, NewAgreement
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.funding import ReleasePattern
from caddy.domain.participants import NewBudget, NewPlan
from caddy.domain.permissions import ROLE_PERMISSIONS, Role
from caddy.domain.schedules import WeeklyPattern
from caddy.extensions import db
from caddy.models import Organization, Participant, Plan, SupportItem, User
from caddy.queries.claim_candidates import ClaimWanted
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction

AGREED, ROSTERED, HOUSED, REGISTERED = 6, 4, 3, 4
SELF_CARE = "01_011_0107_1_1"
WEEKS = 6
MOST_TOLD = 200
MOST_ORGANIZATIONS = 1_000


def add_more() -> None:
    """Begin every organization's history, and add the rest to the one that was made first.

    Refusals (a full budget) are left out.
    """
    with unscoped("the demo's organizations are looked for"):
        organizations = db.session.scalars(
            select(Organization).order_by(Organization.id).limit(MOST_ORGANIZATIONS)
        ).all()
    for number, organization in enumerate(organizations):
        with scope(organization.id):
            people = {
                user.role: user for user in db.session.scalars(select(User).order_by(User.id)).all()
            }
            admin = people[Role.ADMIN]
            actor = Actor(
                organization.id, admin.id, admin.name, Role.ADMIN, ROLE_PERMISSIONS[Role.ADMIN]
            )
            _tell_of_beginning(actor)
            if number == 0:
                _fill(people, actor, clock.today(organization.timezone))


def _fill(people: dict[Role, User], actor: Actor, today: date) -> None:
    worker_id = people[Role.SUPPORT_WORKER].id
    rows = _participants()
    for row in rows[:AGREED]:
        _agree(row, actor)
    for number, row in enumerate(rows[:ROSTERED]):
        _roster(row, worker_id, number, today, actor)
    if rows:
        _next_plan(rows[0], actor)
    _house([row.id for row in rows[:HOUSED]], actor)
    _claim([row.id for row in rows], today, actor)
    add_messages(people)
    if rows:
        add_papers(rows, worker_id, today, actor)
    add_registers(rows[:REGISTERED], today, actor)


def _tell_of_beginning(actor: Actor) -> None:
    """Begin the histories: what was written in bulk, without the actions, came in somehow."""
    rows = db.session.execute(
        select(
            Participant.id,
            Participant.ndis_number,
            Plan.id.label("plan_id"),
            Plan.starts_on,
            Plan.ends_on,
        )
        .join(Plan, Plan.participant_id == Participant.id)
        .order_by(Participant.id, Plan.starts_on)
        .limit(MOST_TOLD)
    ).all()
    told: dict[UUID, Happened] = {}
    for row in rows:
        said = {"ndis_number": row.ndis_number}
        told.setdefault(row.id, Happened(Fact.PARTICIPANT_ADDED, Participant, row.id, said))
        period = {"participant_id": row.id, "starts_on": row.starts_on, "ends_on": row.ends_on}
        told[row.plan_id] = Happened(Fact.PLAN_ADDED, Plan, row.plan_id, period)
    if told:
        with transaction(actor):
            audit.record_many(list(told.values()))


def _participants() -> list[Any]:
    """Return the first participants with the plan that they have."""
    return list(
        db.session.execute(
            select(
                Participant.id,
                Participant.first_name,
                Participant.last_name,
                Plan.starts_on,
                Plan.ends_on,
                Plan.management,
            )
            .join(Plan, Plan.participant_id == Participant.id)
            .order_by(Participant.id)
            .limit(AGREED)
        )
    )


def _agree(row: Any, actor: Actor) -> None:
    numbers = db.session.scalars(
        select(SupportItem.item_number).distinct().order_by(SupportItem.item_number).limit(100)
    ).all()
    agreed = NewAgreement(
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        items=tuple(AgreedLine(number, None) for number in numbers),
        review_on=row.ends_on - timedelta(days=30),
        allows_travel=True,
        allows_non_face_to_face=True,
    )
    made = agreements.add_agreement(row.id, agreed, actor=actor)
    agreements.sign_agreement(made, row.starts_on, f"{row.first_name} {row.last_name}", actor=actor)


def _roster(row: Any, worker_id: UUID, number: int, today: date, actor: Actor) -> None:
    starts_on = today + timedelta(days=1)
    pattern = WeeklyPattern(
        weekdays=frozenset({number % 5, (number + 2) % 5}),
        start=time(8 + 2 * number),
        end=time(9 + 2 * number, 30),
        starts_on=starts_on,
        ends_on=min(starts_on + timedelta(weeks=WEEKS), row.ends_on),
        skips_holidays=True,
    )
    wanted = schedules.NewSchedule(row.id, worker_id, SELF_CARE, pattern)
    try:
        schedules.create_schedule(wanted, actor=actor)
    except RuleBroken:
        return  # its budget is nearly used up, or its plan ends: as it is with some


def _next_plan(row: Any, actor: Actor) -> None:
    starts_on = row.ends_on + timedelta(days=1)
    plan = NewPlan(
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=364),
        management=row.management,
        budgets=(NewBudget(1, 24_000_00), NewBudget(4, 8_000_00), NewBudget(15, 6_000_00)),
        is_core_pooled=True,
        release=ReleasePattern.QUARTERLY,
    )
    plans.add_plan(row.id, plan, actor=actor)


def _claim(participant_ids: list[UUID], today: date, actor: Actor) -> None:
    """Send last month's claim of those who have an agreement, and draft this month's."""
    this_month = today.replace(day=1)
    last_day = this_month - timedelta(days=1)
    whom = tuple(participant_ids)
    sent = claims.build_claim(ClaimWanted(last_day.replace(day=1), last_day, whom), actor=actor)
    if sent.id is not None:
        claims.submit_claim(sent.id, actor=actor)
    claims.build_claim(ClaimWanted(this_month, today, whom), actor=actor)


def _house(participant_ids: list[UUID], actor: Actor) -> None:
    house = SiteEntry("Wattle House", "12 Wattle Street", "Dubbo", "NSW", "2830")
    site_id = sites.add_site(house, actor=actor)
    for participant_id in participant_ids:
        sites.move_in(site_id, participant_id, actor=actor)
