"""Budgets: adjusted with a reason, released in parts, pooled, stated, rolled on each day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from caddy import clock
from caddy.actions import budgets, participants, services
from caddy.actions.budgets import Adjustment
from caddy.domain.errors import RuleBroken
from caddy.domain.funding import ReleasePattern
from caddy.domain.ndis.categories import CORE_POOL
from caddy.domain.participants import NewBudget
from caddy.extensions import db
from caddy.models import AuditLog, Budget, BudgetAdjustment, FundingPeriod, OrganizationTotal, Plan
from caddy.queries import checks
from tests import snapshot, world
from tests.one_of_each import entry


def add(people, plan):
    number = "430000777"
    return participants.add_participant(
        world.profile("Rae", "Red", number), plan, actor=people.alice
    )


def budget_of(participant_id, category):
    return db.session.scalars(
        select(Budget).where(
            Budget.participant_id == participant_id, Budget.support_category == category
        )
    ).one()


def log(people, participant_id, days_ago=1, **changes):
    one = replace(entry(people, participant_id, days_ago), **changes)
    return services.log_service(one, world.ZONE, "NSW", actor=people.alice)


def adjust(people, budget, cents, days_ago=0, reason="Plan review"):
    day = people.today - timedelta(days=days_ago)
    return budgets.adjust_budget(budget.id, Adjustment(cents, day, reason), actor=people.alice)


def no_differences():
    assert list(checks.differences()) == []


def test_an_adjustment_is_an_entry_and_moves_every_sum(people, acacia):
    budget = budget_of(acacia.participant_id, 1)
    before = db.session.scalars(select(OrganizationTotal)).one().allocated_cents
    assert adjust(people, budget, 250_00) == 1_250_00
    assert adjust(people, budget, -50_00, reason="Returned to the NDIA") == 1_200_00
    entries = db.session.execute(
        select(BudgetAdjustment.amount_cents, BudgetAdjustment.reason)
        .where(BudgetAdjustment.budget_id == budget.id)
        .order_by(BudgetAdjustment.id)
    ).all()
    assert entries == [
        (1_000_00, "The plan as it was entered"),
        (250_00, "Plan review"),
        (-50_00, "Returned to the NDIA"),
    ]
    assert db.session.scalars(select(OrganizationTotal)).one().allocated_cents == before + 200_00
    assert db.session.get(Plan, budget.plan_id).total_cents == 3_200_00
    log_entry = db.session.scalars(
        select(AuditLog).where(AuditLog.action == "budget.adjusted").order_by(AuditLog.id)
    ).first()
    assert log_entry.changes["allocated_cents"] == [1_000_00, 1_250_00]
    no_differences()


def test_what_is_spent_cannot_be_taken_away(people, acacia):
    log(people, acacia.participant_id)
    budget = budget_of(acacia.participant_id, 1)
    with pytest.raises(RuleBroken, match=r"Only \$964.88 of Assistance with Daily Life"):
        adjust(people, budget, -964_89)
    with pytest.raises(RuleBroken, match=r"Only \$964.88"):  # more than the whole plan holds
        adjust(people, budget, -9_000_00)
    assert adjust(people, budget, -964_88) == 0
    no_differences()


@pytest.fixture
def quarterly(people, acacia):
    """Return a participant whose $400.00 is released by the quarter; the second one runs."""
    plan = replace(world.plan(people.today, (1, 400_00)), release=ReleasePattern.QUARTERLY)
    return add(people, plan)


# Columns that are moved by hand, each with what it is bent by.
MOVED = (
    (Budget, "allocated_cents", 1),
    (Budget, "committed_cents", 1),
    (Budget, "spent_cents", 1),
    (Budget, "period_cents", 1),
    (Budget, "period_spent_cents", 1),
    (Budget, "expected_basis_points", 1),
    (Budget, "is_released_in_parts", -1),
    (Budget, "period_starts_on", timedelta(days=1)),
    (Budget, "period_ends_on", timedelta(days=-1)),
    (FundingPeriod, "released_cents", 1),
    (FundingPeriod, "committed_cents", 1),
    (FundingPeriod, "spent_cents", 1),
    (Plan, "total_cents", 1),
)


def bent(row, **columns):
    """Put something else into a row behind Caddy's back, and return what the check finds."""
    table, row_id = type(row).__mapper__.local_table, row.id
    snapshot.write_by_hand()
    db.session.execute(table.update().where(table.c.id == row_id).values(**columns))
    found = [(one.what, one.id, one.column) for one in checks.differences()]
    db.session.rollback()
    return found


def test_a_difference_is_found_in_every_column_that_is_moved_by_hand(people, quarterly):
    log(people, quarterly)
    budget = budget_of(quarterly, 1)
    period = db.session.scalars(
        select(FundingPeriod).where(FundingPeriod.starts_on == budget.period_starts_on)
    ).one()
    rows = {Budget: budget, FundingPeriod: period, Plan: db.session.get(Plan, budget.plan_id)}
    no_differences()
    for model, column, more in MOVED:
        found = bent(rows[model], **{column: getattr(rows[model], column) + more})
        what = {Budget: "budget", FundingPeriod: "funding period", Plan: "plan"}[model]
        own = {one for one in found if one[0] != "organization"}
        assert own == {(what, str(rows[model].id), column)}, f"{column} was bent"


def test_money_that_was_used_before_it_was_released_is_found(people, quarterly):
    log(people, quarterly)
    budget = budget_of(quarterly, 1)
    entries = select(BudgetAdjustment).where(BudgetAdjustment.budget_id == budget.id)
    snapshot.write_by_hand()
    for one in db.session.scalars(entries):
        one.effective_on = budget.ends_on
    db.session.flush()
    found = {one.column: one.stored for one in checks.differences() if one.id == str(budget.id)}
    assert found[f"free until {budget.period_ends_on}"] == -35_12


def test_a_day_that_no_funding_period_holds_is_found(people, quarterly):
    budget = budget_of(quarterly, 1)
    period = db.session.scalars(
        select(FundingPeriod).where(FundingPeriod.ends_on == budget.ends_on)
    ).one()
    found = bent(period, ends_on=period.ends_on - timedelta(days=1))
    assert found == [("budget", str(budget.id), "days of its funding periods")]


def test_what_is_not_released_cannot_be_spent_and_the_sentence_says_when_it_is(people, quarterly):
    budget = budget_of(quarterly, 1)
    assert (budget.is_released_in_parts, budget.period_cents) == (True, 200_00)
    half_an_hour = 35_12
    for _ in range(5):
        log(people, quarterly)
    with pytest.raises(RuleBroken, match="The next part is released on") as refused:
        log(people, quarterly)
    assert refused.value.details == {
        "needed_cents": half_an_hour,
        "available_cents": 200_00 - 5 * half_an_hour,
    }
    assert budget_of(quarterly, 1).period_spent_cents == 5 * half_an_hour
    no_differences()


def test_a_service_of_an_earlier_period_takes_from_what_went_on_to_this_one(people, quarterly):
    log(people, quarterly, days_ago=98)
    budget = budget_of(quarterly, 1)
    assert (budget.period_cents, budget.period_spent_cents) == (200_00 - 35_12, 0)
    with pytest.raises(RuleBroken, match="released and free until"):
        log(
            people,
            quarterly,
            days_ago=98,
            unit_price_cents=70_00,
            ends_next_day=False,
            end_time=entry(people, quarterly).start_time.replace(hour=10),
        )
    no_differences()


def test_more_money_in_a_period_can_be_spent_in_it(people, quarterly):
    for _ in range(5):
        log(people, quarterly)
    adjust(people, budget_of(quarterly, 1), 100_00)
    log(people, quarterly)
    periods = db.session.scalars(
        select(FundingPeriod.released_cents)
        .where(FundingPeriod.budget_id == budget_of(quarterly, 1).id)
        .order_by(FundingPeriod.starts_on)
    ).all()
    assert periods == [100_00, 200_00, 100_00, 100_00]
    no_differences()


def test_the_next_funding_period_begins_with_what_was_left(people, quarterly, monkeypatch):
    log(people, quarterly)
    ends_on = budget_of(quarterly, 1).period_ends_on
    monkeypatch.setattr(clock, "today", lambda _zone: ends_on + timedelta(days=1))
    budgets.roll_budgets(actor=people.alice)
    assert budgets.roll_budgets(actor=people.alice) == 0
    budget = budget_of(quarterly, 1)
    assert budget.period_starts_on == ends_on + timedelta(days=1)
    assert (budget.period_cents, budget.period_spent_cents) == (300_00 - 35_12, 0)
    assert budget.expected_basis_points < 200
    no_differences()


def test_each_day_moves_what_should_have_been_spent(people, acacia, monkeypatch):
    budget = budget_of(acacia.participant_id, 1)
    assert budget.expected_basis_points == 101 * 10_000 // 365
    monkeypatch.setattr(clock, "today", lambda _zone: people.today + timedelta(days=10))
    budgets.roll_budgets(actor=people.alice)
    budget = budget_of(acacia.participant_id, 1)
    assert budget.expected_basis_points == 111 * 10_000 // 365
    assert budget.pace_basis_points == -budget.expected_basis_points


def test_flexible_core_money_is_one_pool_where_the_plan_says_so(people, acacia):
    """PAPL 2025-26: core funding is flexible across core categories."""
    plan = world.plan(people.today, (1, 300_00), (4, 200_00), (15, 100_00))
    whom = add(people, replace(plan, is_core_pooled=True))
    pool = budget_of(whom, CORE_POOL)
    assert pool.allocated_cents == 500_00
    log(people, whom)
    log(people, whom, item_number="04_104_0125_6_1")
    assert budget_of(whom, CORE_POOL).spent_cents == 2 * 35_12
    no_differences()


def test_stated_money_is_taken_for_its_item_only(people, acacia):
    """PAPL 2025-26: a stated support is paid from its own money alone."""
    plan = world.plan(people.today)
    lines = (NewBudget(1, 50_00, "01_011_0107_1_1"), NewBudget(1, 500_00))
    whom = add(people, replace(plan, budgets=lines))
    log(people, whom)
    log(people, whom, days_ago=2, item_number="01_013_0107_1_1", unit_price_cents=70_00)
    spent = dict(
        db.session.execute(
            select(Budget.stated_for, Budget.spent_cents).where(Budget.participant_id == whom)
        ).all()
    )
    assert spent == {"01_011_0107_1_1": 35_12, "": 35_00}
    with pytest.raises(RuleBroken, match="remains"):
        log(people, whom)
