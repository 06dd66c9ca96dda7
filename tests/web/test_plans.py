"""The form of a plan: pooled or apart, stated or flexible, released in parts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from caddy.extensions import db
from caddy.models import Budget, BudgetAdjustment, FundingPeriod, Plan
from caddy.queries import checks
from caddy.tenancy import scope


@pytest.fixture
def address(people):
    return f"/participants/{people.acacia.participant_id}/plans"


def form(people, *rows, **more):
    starts_on = people.today + timedelta(days=300)
    fields = {
        "starts_on": starts_on.isoformat(),
        "ends_on": (starts_on + timedelta(days=364)).isoformat(),
        "management": "ndia_managed",
        "release": "at_once",
        **more,
    }
    for at, row in enumerate(rows):
        fields |= {f"budgets-{at}-{name}": value for name, value in row.items()}
    return fields


def row(category, amount, **more):
    return {"support_category": str(category), "amount": amount, **more}


def stored(people):
    with scope(people.acacia.id):
        plan = db.session.scalars(select(Plan).order_by(Plan.starts_on.desc()).limit(1)).one()
        budgets = db.session.scalars(select(Budget).where(Budget.plan_id == plan.id)).all()
        assert list(checks.differences()) == []
        return plan, {(one.support_category, one.stated_for): one for one in budgets}


def test_flexible_core_money_becomes_one_pool_and_stated_money_stays_apart(
    people, sign_in, address
):
    response = sign_in("cora").post(
        address,
        form(
            people,
            row(1, "1000"),
            row(4, "500"),
            row(3, "200", stated="*"),
            row(1, "300", stated="item", stated_item="01_011_0107_1_1"),
            row(15, "700"),
            is_core_pooled="y",
        ),
    )
    assert response.status_code == 302
    plan, budgets = stored(people)
    assert plan.is_core_pooled
    assert plan.total_cents == 2_700_00
    assert {key: one.allocated_cents for key, one in budgets.items()} == {
        (0, ""): 1_500_00,
        (3, "*"): 200_00,
        (1, "01_011_0107_1_1"): 300_00,
        (15, ""): 700_00,
    }


def test_a_plan_is_released_by_the_quarter_and_one_budget_on_its_own_dates(
    people, sign_in, address
):
    starts_on = people.today + timedelta(days=300)
    first, second = starts_on + timedelta(days=30), starts_on + timedelta(days=60)
    own = f"{first.day}/{first.month}/{first.year}\n{second.isoformat()}\n"
    response = sign_in("cora").post(
        address,
        form(
            people,
            row(1, "1000"),
            row(15, "100", release="dates", release_dates=own),
            row(5, "50", release="at_once"),
            release="quarterly",
        ),
    )
    assert response.status_code == 302
    _, budgets = stored(people)
    with scope(people.acacia.id):

        def parts(category):
            return db.session.execute(
                select(FundingPeriod.starts_on, FundingPeriod.released_cents)
                .where(FundingPeriod.budget_id == budgets[category, ""].id)
                .order_by(FundingPeriod.starts_on)
            ).all()

        assert [cents for _, cents in parts(1)] == [250_00] * 4
        assert [tuple(one) for one in parts(15)] == [
            (starts_on, 33_34),
            (first, 33_33),
            (second, 33_33),
        ]
        assert parts(5) == []
        entered = db.session.scalar(select(func.count(BudgetAdjustment.id)))
    assert entered == 2 + 4 + 3 + 1  # Pat's first plan has two


@pytest.mark.parametrize(
    ("rows", "more", "field", "sentence"),
    [
        ([row(1, "100", stated="item")], {}, "budgets-0-stated_item", "number of the item"),
        (
            [row(1, "100", stated_item="01_011_0107_1_1")],
            {},
            "budgets-0-stated",
            "Choose “Stated for one item”",
        ),
        (
            [row(1, "100", release="dates")],
            {},
            "budgets-0-release_dates",
            "Enter the dates on which",
        ),
        (
            [row(1, "100", release="dates", release_dates="31/2/2027")],
            {},
            "budgets-0-release_dates",
            "31/2/2027 is not a date",
        ),
        (
            [row(1, "100", release="dates", release_dates="1/1/2001")],
            {},
            "budgets-0-release_dates",
            "lies within the plan",
        ),
        ([row(1, "100", release_dates="1/1/2027")], {}, "budgets-0-release", "Choose “On dates"),
        ([row(1, "100")], {"release": "dates"}, "release_dates", "Enter the dates on which"),
        ([row(1, "100")], {"release": "never"}, "release", "Not a valid choice"),
        ([row(1, "")], {}, "budgets-0-amount", "Enter an amount"),
        (
            [row(1, "100", release="monthly"), row(4, "100")],
            {"is_core_pooled": "y"},
            "is_core_pooled",
            "not one pool",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    people, sign_in, address, rows, more, field, sentence
):
    response = sign_in("cora").post(address, form(people, *rows, **more))
    assert response.status_code == 422
    _, _, beside = response.text.partition(f'id="{field}-error"')
    assert sentence in beside[:300]
    with scope(people.acacia.id):
        assert db.session.scalar(select(func.count(Plan.id))) == 1


def test_the_next_plan_begins_the_day_after_the_last_and_the_page_shows_them_over_time(
    people, sign_in, address
):
    client = sign_in("cora")
    page = client.get(f"{address}/new")
    last = people.today - timedelta(days=100) + timedelta(days=364)
    assert f'value="{(last + timedelta(days=1)).isoformat()}"' in page.text
    client.post(address, form(people, row(1, "123.45"), goals="Cook for friends"))
    shown = client.get(f"/participants/{people.acacia.participant_id}?tab=plans").text
    assert "Plans over time" in shown
    assert shown.count(">Current</span>") == 1
    assert shown.count(">To come</span>") == 1
    assert "$123.45" in shown
    assert "Cook for friends" in shown


def test_a_plan_of_one_day_is_taken_and_its_budget_has_a_chart(people, sign_in, address):
    client, day = sign_in("cora"), people.today + timedelta(days=300)
    one_day = {"starts_on": day.isoformat(), "ends_on": day.isoformat(), "release": "quarterly"}
    assert client.post(address, form(people, row(1, "100"), **one_day)).status_code == 302
    plan, budgets = stored(people)
    assert plan.starts_on == plan.ends_on == day
    shown = client.get(f"/budgets/{budgets[1, ''].id}")
    assert shown.status_code == 200
    assert "<svg" in shown.text
    before = {**one_day, "ends_on": (day - timedelta(days=1)).isoformat()}
    assert "The plan ends before it starts." in client.post(address, form(people, **before)).text
