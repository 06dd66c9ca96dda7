"""Adding participants with plans and budgets: whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from caddy.actions import budgets, plans
from caddy.actions import participants as actions
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.ndis.categories import CategoryKind
from caddy.domain.participants import NewBudget
from caddy.extensions import db
from caddy.models import Budget, BudgetAlert, Organization, OrganizationTotal, Participant, Plan
from caddy.queries import checks, participants
from caddy.queries.participants import ParticipantFilter, Sums
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


def add(people, number="430000100", **changes):
    plan = replace(world.plan(people.today, (1, 500_00), (15, 700_00)), **changes)
    profile = world.profile("Nia", "New", number)
    return actions.add_participant(profile, plan, actor=people.alice)


def test_it_stores_plan_budgets_alerts_and_totals_together(people):
    participant_id = add(people)
    budgets = db.session.scalars(
        select(Budget).where(Budget.participant_id == participant_id)
    ).all()
    assert {(one.support_category, one.category, one.allocated_cents) for one in budgets} == {
        (1, "core", 500_00),
        (15, "capacity_building", 700_00),
    }
    assert all(one.is_current for one in budgets)
    alerts = db.session.execute(
        select(BudgetAlert.threshold_percent).where(BudgetAlert.budget_id == budgets[0].id)
    )
    assert {row[0] for row in alerts} == {15, 75, 90}
    total = db.session.scalars(select(OrganizationTotal)).one()
    assert (total.active_participants, total.allocated_cents) == (2, 4_200_00)
    assert list(checks.differences()) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": date(2020, 1, 1)}, "ends_on"),
        ({"budgets": ()}, "budgets"),
        ({"budgets": (NewBudget(1, 100), NewBudget(1, 100))}, "budgets"),
        ({"budgets": (NewBudget(22, 100),)}, "budgets"),
        ({"budgets": (NewBudget(1, 0),)}, "budgets"),
    ],
)
def test_a_plan_that_cannot_be_right_is_refused_whole(people, changes, field):
    with pytest.raises(RuleBroken) as caught:
        add(people, **changes)
    assert caught.value.field == field
    assert db.session.scalar(select(func.count(Participant.id))) == 1
    assert list(checks.differences()) == []


def test_an_ndis_number_stands_once_in_an_organization_and_says_whose_it_is(people):
    with pytest.raises(RuleBroken, match="Pat Green already has this NDIS number"):
        add(people, "430000001")
    add(people, "430000002")  # Banksia's Quinn has it: that is nobody's business here


def test_a_coordinator_of_another_organization_is_unknown(people):
    with pytest.raises(RuleBroken) as caught:
        add(people, support_coordinator_id=people.banksia.people["charlie"])
    assert caught.value.field == "support_coordinator_id"


def test_plans_of_one_person_do_not_overlap_and_a_later_one_can_be_prepared(people):
    participant_id = add(people)
    again = world.plan(people.today, (1, 1_00))
    with pytest.raises(RuleBroken, match="Another plan already covers"):
        plans.add_plan(participant_id, again, actor=people.alice)
    later = replace(
        again, starts_on=again.ends_on + timedelta(days=1), ends_on=again.ends_on + timedelta(365)
    )
    plans.add_plan(participant_id, later, actor=people.alice)
    coming = db.session.scalars(
        select(Budget).join(Plan, Plan.id == Budget.plan_id).where(Plan.starts_on > people.today)
    ).one()
    assert coming.is_current is False
    assert list(checks.differences()) == []


def test_budgets_begin_and_end_at_the_organizations_midnight(people):
    """A plan that ended is rolled out of the totals, once, however often it is looked at."""
    add(people)
    with transaction(people.alice, unrecorded="a test"):
        first = people.today - timedelta(days=400)
        db.session.execute(
            update(Budget).values(
                starts_on=first, ends_on=first, period_starts_on=first, period_ends_on=first
            )
        )
    assert budgets.roll_budgets(actor=people.alice) == 4
    assert budgets.roll_budgets(actor=people.alice) == 0
    total = db.session.scalars(select(OrganizationTotal)).one()
    assert total.allocated_cents == 0
    assert list(checks.differences()) == []


def test_the_subscription_has_room_for_so_many_and_says_so(people):
    with transaction(people.alice, unrecorded="a test"):
        db.session.get_one(Organization, people.acacia.id).participant_limit = 1
    with pytest.raises(RuleBroken, match="room for 1 active participants"):
        add(people)


def test_archiving_and_restoring_move_the_count_and_keep_everything(people):
    participant_id = add(people)
    actions.archive_participant(participant_id, "moved away", actor=people.alice)
    assert db.session.scalars(select(OrganizationTotal.active_participants)).one() == 1
    actions.restore_participant(participant_id, actor=people.alice)
    assert db.session.scalars(select(OrganizationTotal.active_participants)).one() == 2
    assert list(checks.differences()) == []


def test_a_foreign_participant_is_not_there(people):
    with pytest.raises(NotFound):
        actions.archive_participant(people.banksia.participant_id, "x", actor=people.alice)


def test_the_list_pages_by_key_in_both_directions(people):
    for number in range(7):
        profile = world.profile("A", f"Name{number}", f"43000020{number}")
        actions.add_participant(profile, world.plan(people.today), actor=people.alice)

    def page(**edges):
        return participants.page(
            ParticipantFilter(**edges), with_budgets=True, seen_by=None, size=3
        )

    first = page()
    second = page(after=first.after)
    third = page(after=second.after)
    names = [row.name for one in (first, second, third) for row in one.rows]
    assert names == ["Pat Green", *(f"A Name{number}" for number in range(7))]
    assert (first.before, third.after) == (None, None)
    back = page(before=third.before)
    assert [row.name for row in back.rows] == [row.name for row in second.rows]
    assert page(before=second.before).before is None


def test_the_list_says_what_current_budgets_hold_and_how_many_people_there_are(people):
    mari = world.participant(people.alice, "Mari", "Zed", "430000301", people.today)
    with transaction(people.alice, unrecorded="a test"):
        old = update(Budget).where(Budget.participant_id == mari).values(is_current=False)
        db.session.execute(old)

    def page(**wanted):
        return participants.page(ParticipantFilter(**wanted), with_budgets=True, seen_by=None)

    everyone = page()
    pat, without = everyone.rows
    kept = db.session.scalars(
        select(Budget).where(Budget.participant_id == people.acacia.participant_id)
    ).all()
    for sums, is_core in ((pat.core, True), (pat.other, False)):
        own = [one for one in kept if (one.category is CategoryKind.CORE) is is_core]
        assert sums.allocated_cents == sum(one.allocated_cents for one in own)
        assert sums.spent_cents == sum(one.spent_cents for one in own)
        assert sums.remaining_cents == sum(one.remaining_cents for one in own)
    assert pat.core.allocated_cents > 0
    assert pat.plan_ends_on == max(one.ends_on for one in kept)
    assert (without.name, without.plan_ends_on) == ("Mari Zed", None)
    assert without.core == without.other == Sums(0, 0, 0)
    assert everyone.count == page(status=None).count == 2
    assert page(search="zed").count == page(search="zed", status=None).count == 1
    actions.archive_participant(mari, "Moved away", actor=people.alice)
    assert (page().count, page(status=None).count) == (1, 2)
    assert (page(search="nobody").rows, page(search="nobody").count) == ([], 0)
