"""Changing a plan that is there: what goes with its dates, what refuses them, what is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from caddy.actions import budgets, plan_changes, plans, services
from caddy.actions.budgets import Adjustment
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.funding import ReleasePattern
from caddy.domain.participants import NewBudget, PlanChange, PlanManagement
from caddy.extensions import db
from caddy.models import AuditLog, Budget, BudgetAdjustment, FundingPeriod, Plan
from caddy.queries import checks
from tests import world
from tests.one_of_each import entry

DAY = timedelta(days=1)


def plan_of(people):
    db.session.expire_all()
    return db.session.scalars(
        select(Plan)
        .where(Plan.participant_id == people.acacia.participant_id)
        .order_by(Plan.starts_on)
    ).first()


def changed(plan, **values):
    kept = {
        name: getattr(plan, name)
        for name in PlanChange.__dataclass_fields__
        if name not in {"reason", "goals"}
    }
    return PlanChange(**{**kept, "goals": tuple(plan.goals), "reason": "A review", **values})


def change(people, **values):
    plan = plan_of(people)
    plan_changes.change_plan(plan.id, changed(plan, **values), actor=people.alice)
    assert list(checks.differences()) == []
    return plan_of(people)


def refusal(people, **values):
    before = plan_of(people).updated_at
    with pytest.raises(RuleBroken) as caught:
        change(people, **values)
    db.session.rollback()
    assert plan_of(people).updated_at == before
    return caught.value.field, caught.value.message


def test_new_dates_take_budgets_and_what_they_began_with_along(inside):
    plan = plan_of(inside)
    first, last = plan.starts_on - 10 * DAY, plan.ends_on + 20 * DAY
    plan = change(inside, starts_on=first, ends_on=last)
    for budget in db.session.scalars(select(Budget).where(Budget.plan_id == plan.id)):
        assert (budget.starts_on, budget.ends_on) == (first, last)
        assert (budget.period_starts_on, budget.period_ends_on) == (first, last)
        assert budget.version == 2
    entries = db.session.execute(
        select(BudgetAdjustment.effective_on, BudgetAdjustment.amount_cents)
    ).all()
    assert {(on, cents) for on, cents in entries} == {(first, 1_000_00), (first, 2_000_00)}
    said = db.session.scalars(select(AuditLog).where(AuditLog.action == "plan.changed")).one()
    assert said.changes["reason"] == "A review"
    assert said.changes["ends_on"] == [
        (last - 20 * DAY).isoformat(),
        last.isoformat(),
    ]


def test_a_plan_that_no_longer_holds_today_leaves_the_panels_and_comes_back(inside):
    plan = plan_of(inside)
    change(inside, ends_on=inside.today - DAY)
    assert not any(db.session.scalars(select(Budget.is_current)))
    change(inside, ends_on=plan.ends_on)
    assert all(db.session.scalars(select(Budget.is_current)))


def test_dates_that_leave_out_a_service_or_an_adjustment_are_refused(inside):
    logged = entry(inside, inside.acacia.participant_id, 5)
    services.log_service(logged, world.ZONE, "NSW", actor=inside.sam)
    on = inside.today - 5 * DAY
    field, sentence = refusal(inside, ends_on=on - DAY)
    assert field == "ends_on"
    assert f"A service is on {on:%-d %b %Y}" in sentence
    assert refusal(inside, starts_on=on + DAY)[0] == "starts_on"
    change(inside, starts_on=on, ends_on=on)
    change(inside, ends_on=on + 90 * DAY)
    budget_id = db.session.scalars(select(Budget.id)).first()
    later = Adjustment(5_00, on + 30 * DAY, "More")
    budgets.adjust_budget(budget_id, later, actor=inside.alice)
    assert refusal(inside, ends_on=on + 29 * DAY)[0] == "ends_on"


def test_money_released_in_parts_keeps_its_days(inside):
    starts_on = inside.today + 400 * DAY
    released = replace(
        world.plan(inside.today),
        starts_on=starts_on,
        ends_on=starts_on + 99 * DAY,
        release=ReleasePattern.MONTHLY,
        budgets=(NewBudget(1, 100_00),),
    )
    made = plans.add_plan(inside.acacia.participant_id, released, actor=inside.alice)

    def try_it(**values):
        wanted = changed(db.session.get_one(Plan, made), **values)
        plan_changes.change_plan(made, wanted, actor=inside.alice)
        assert list(checks.differences()) == []
        return db.session.execute(
            select(FundingPeriod.starts_on, FundingPeriod.ends_on).order_by(FundingPeriod.starts_on)
        ).all()

    before = try_it(goals=("Swim",))
    after = try_it(starts_on=starts_on - 7 * DAY, ends_on=before[-1].starts_on)
    assert after[0] == (starts_on - 7 * DAY, before[0].ends_on)
    assert after[-1] == (before[-1].starts_on, before[-1].starts_on)
    for values in (
        {"starts_on": before[1].starts_on},
        {"ends_on": before[-1].starts_on - DAY},
    ):
        with pytest.raises(RuleBroken) as caught:
            try_it(**values)
        assert caught.value.field == next(iter(values))


def test_another_plans_days_stay_its_own(inside):
    ends_on = plan_of(inside).ends_on
    following = replace(
        world.plan(inside.today), starts_on=ends_on + DAY, ends_on=ends_on + 30 * DAY
    )
    plans.add_plan(inside.acacia.participant_id, following, actor=inside.alice)
    field, sentence = refusal(inside, ends_on=ends_on + 2 * DAY)
    assert field == "starts_on"
    assert "Another plan already covers" in sentence


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": " ", "management": PlanManagement.SELF_MANAGED}, "reason"),
        ({"review_on": None, "reason": ""}, None),
        ({"goals": ("Cook for friends",), "reason": ""}, None),
    ],
)
def test_a_reason_is_asked_for_where_money_is_touched(inside, values, field):
    if field:
        assert refusal(inside, **values)[0] == field
        return
    plan = change(inside, **values)
    assert plan.goals == list(values.get("goals", ()))


def test_who_saw_an_older_plan_does_not_write_over_a_newer(inside):
    plan = plan_of(inside)
    seen, wanted = plan.updated_at, changed(plan, goals=("Swim",))
    change(inside, goals=("Walk",))
    with pytest.raises(Conflict, match="Alice Acacia changed this plan in the meantime"):
        plan_changes.change_plan(plan_of(inside).id, wanted, seen=seen, actor=inside.alice)
    assert plan_of(inside).goals == ["Walk"]
