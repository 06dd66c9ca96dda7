"""A budget's page: its numbers are the sums of what it lists, and it is adjusted by entries."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from caddy.blueprints.panel import render_budgets
from caddy.domain.funding import ReleasePattern
from caddy.domain.money import dollars, parse_cents
from caddy.domain.participants import NewBudget
from caddy.domain.services import ServiceStatus
from caddy.domain.words import say_date, say_minutes
from caddy.extensions import db
from caddy.models import AuditLog, Budget, BudgetAdjustment, BudgetAlert, OrganizationTotal
from caddy.queries import budget_pages, budgets, checks
from caddy.queries.budget_pages import Shown
from caddy.tenancy import scope
from tests import money
from tests.web import growth

COMPLETED, SCHEDULED = ServiceStatus.COMPLETED, ServiceStatus.SCHEDULED


@pytest.fixture
def budget_id(people):
    with scope(people.acacia.id):
        return money.budget_of(people.acacia.participant_id)


def spend(people, budget_id, *amounts, status=COMPLETED, days=-1):
    with scope(people.acacia.id):
        for at, cents in enumerate(amounts):
            on = people.today + timedelta(days=days * (at + 1))
            money.service(people.alice, budget_id, on, cents, status)


def stored(people, budget_id):
    with scope(people.acacia.id):
        assert list(checks.differences()) == []
        return db.session.get_one(Budget, budget_id)


def figure(page, name):
    found = re.search(rf"<dt>{name}</dt><dd[^>]*>(?:<a[^>]*>)?([^<]+)<", page)
    assert found, name
    return found[1].strip()


def listed(client, address):
    """Return the sum and number of the services on all pages of a list."""
    count = cents = 0
    while address:
        text = client.get(address).text
        table = text.partition('id="services"')[2].partition("</section>")[0]
        amounts = re.findall(r'data-label="Amount">([^<]+)<', table)
        count, cents = count + len(amounts), cents + sum(map(parse_cents, amounts))
        following = re.search(r'rel="next" href="([^"]+)"', table)
        address = following[1].replace("&amp;", "&") if following else None
    return count, cents


def test_the_numbers_on_the_page_are_the_sums_of_the_services_that_it_lists(
    people, sign_in, budget_id
):
    spend(people, budget_id, *range(10_00, 10_31))
    spend(people, budget_id, 11_00, 12_34, status=SCHEDULED, days=3)
    spend(people, budget_id, 7_00, status=ServiceStatus.CANCELLED)
    client = sign_in("vic")
    address = f"/budgets/{budget_id}"
    page = client.get(address).text
    spent, committed = sum(range(10_00, 10_31)) + 7_00, 23_34
    assert parse_cents(figure(page, "Spent")) == spent
    assert parse_cents(figure(page, "Committed")) == committed
    assert parse_cents(figure(page, "Remaining")) == 1_000_00 - spent - committed
    assert figure(page, "Days left") == "264"  # of 365, 100 are over and today has begun
    assert listed(client, f"{address}?show=spent") == (32, spent)
    assert listed(client, f"{address}?show=committed") == (2, committed)
    assert stored(people, budget_id).spent_cents == spent


def test_finance_sees_the_services_but_no_way_to_what_it_may_not_open(people, sign_in, budget_id):
    spend(people, budget_id, 10_00)
    page = sign_in("fin").get(f"/budgets/{budget_id}").text
    assert "$10.00" in page
    assert "/services/" not in page
    assert "/participants/" not in page
    assert "Adjust" not in page


def test_the_page_shows_the_parts_that_a_budget_is_released_in(people, sign_in):
    participant_id = money.one_with(
        people, "430000100", NewBudget(1, 1_200_00), release=ReleasePattern.QUARTERLY
    )
    with scope(people.acacia.id):
        budget_id = money.budget_of(participant_id)
        money.service(people.alice, budget_id, people.today - timedelta(days=99), 100_00, COMPLETED)
        money.service(people.alice, budget_id, people.today, 50_00, SCHEDULED)
        view = budgets.one(budget_id, people.today)
    page = sign_in("vic").get(f"/budgets/{budget_id}").text
    assert "Funding periods" in page
    assert page.count(">Current</span>") == 1
    # The first 300.00 left 200.00 to the second: 500.00, of which 50.00 is promised.
    assert figure(page, "Available now") == "$450.00"
    assert view.available_cents == 450_00
    assert (view.period_cents, view.period_spent_cents) == (500_00, 0)
    assert view.days_left == (view.period_ends_on - people.today).days
    assert view.pace_basis_points == -view.expected_basis_points
    card = sign_in("vic").get("/panel").text
    assert "Available now" in card


def test_an_adjustment_is_an_entry_that_moves_the_allocation_and_says_why(
    people, sign_in, budget_id
):
    client = sign_in("cora")
    address = f"/budgets/{budget_id}/adjustments"
    assert client.get(f"{address}/new").status_code == 200
    form = {"effective_on": people.today.isoformat(), "reason": "Reassessed"}
    response = client.post(address, form | {"amount": "+250.50"})
    assert response.status_code == 303
    client.post(address, form | {"amount": "-$100", "reason": "Taken back"})
    budget = stored(people, budget_id)
    assert budget.allocated_cents == 1_150_50
    page = client.get(f"/budgets/{budget_id}").text
    assert "+$250.50" in page
    assert "-$100.00" in page
    assert "Taken back" in page
    assert "Cora Acacia" in page
    with scope(people.acacia.id):
        lines = budget_pages.adjustments(budget_id)
        assert lines[-1].sum_cents == 1_150_50
        assert db.session.scalars(select(OrganizationTotal.allocated_cents)).one() == 3_150_50
        fact = db.session.scalars(
            select(AuditLog)
            .where(AuditLog.action == "budget.adjusted")
            .order_by(AuditLog.id)
            .limit(1)
        ).one()
        assert fact.changes["reason"] == "Reassessed"


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"amount": ""}, "amount", "Enter an amount"),
        ({"amount": "0"}, "amount", "above or below zero"),
        ({"amount": "ten"}, "amount", "Enter an amount in dollars"),
        ({"amount": "-901"}, "amount", "Only $900.00"),
        ({"reason": " "}, "reason", "Say why"),
        ({"effective_on": "2001-01-01"}, "effective_on", "lies within the plan"),
    ],
)
def test_an_adjustment_that_cannot_be_is_refused_beside_its_field(
    people, sign_in, budget_id, change, field, sentence
):
    spend(people, budget_id, 100_00)
    form = {"amount": "5", "effective_on": people.today.isoformat(), "reason": "A test"}
    response = sign_in("cora").post(f"/budgets/{budget_id}/adjustments", form | change)
    assert response.status_code == 422
    assert sentence in response.text.partition(f'id="{field}-error"')[2][:300]
    assert stored(people, budget_id).allocated_cents == 1_000_00
    with scope(people.acacia.id):
        entries = select(BudgetAdjustment.id).where(BudgetAdjustment.budget_id == budget_id)
        assert len(db.session.scalars(entries).all()) == 1


def test_a_budget_has_thresholds_of_its_own_and_gives_them_back(people, sign_in, budget_id):
    spend(people, budget_id, 300_00)
    client = sign_in("cora")
    address = f"/budgets/{budget_id}/thresholds"
    alerts = {"warning_percent": "20", "critical_percent": "50"}
    assert client.post(address, alerts | {"amber_percent": "10", "red_percent": "25"}).status_code
    with scope(people.acacia.id):
        view = budgets.one(budget_id, people.today)
        assert (view.light, view.amber_percent, view.red_percent) == ("red", 10, 25)
        percents = budget_pages.alert_percents(budget_id)
        assert (percents["warning"], percents["critical"]) == (20, 50)
        fact = db.session.scalars(
            select(AuditLog).where(AuditLog.action == "budget_thresholds.changed")
        ).one()
        assert fact.changes["alert_warning_percent"] == [75, 20]
    assert "At risk" in client.get("/panel?light=red").text
    assert client.post(address, alerts).status_code == 303
    with scope(people.acacia.id):
        assert budgets.one(budget_id, people.today).light == "green"
        assert db.session.get_one(Budget, budget_id).version == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amber_percent": "10"}, "red_percent"),
        ({"amber_percent": "30", "red_percent": "20"}, "red_percent"),
        ({"warning_percent": "60"}, "critical_percent"),
        ({"critical_percent": ""}, "critical_percent"),
    ],
)
def test_thresholds_that_make_no_sense_are_refused(people, sign_in, budget_id, change, field):
    form = {"warning_percent": "20", "critical_percent": "50"} | change
    response = sign_in("cora").post(f"/budgets/{budget_id}/thresholds", form)
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    with scope(people.acacia.id):
        percents = set(db.session.scalars(select(BudgetAlert.threshold_percent)))
    assert percents == {15, 75, 90}


def test_what_if_says_how_much_a_week_the_budget_carries(people, sign_in, budget_id):
    client = sign_in("vic")
    address = f"/budgets/{budget_id}/what-if?item={money.ITEM}"
    page = client.get(f"{address}&price=50&a_week=7:30").text
    with scope(people.acacia.id):
        days = budgets.one(budget_id, people.today).days_left
    minutes = 1_000_00 * 60 * 7 // (50_00 * days) // 15 * 15
    assert f"{say_minutes(minutes)} a week" in page
    assert "20 h in" in page.partition('id="what-if"')[2]
    covered = 1_000_00 * 60 * 7 // (50_00 * 450)
    last = people.today + timedelta(days=covered)
    assert f"{last.day} {last:%b %Y}" in page.partition("7:30 hours a week")[2][:200]
    short = (50_00 * 450 * days * 2 + 60 * 7) // (60 * 7 * 2) - 1_000_00
    assert f"{dollars(short)} short" in page
    part = client.get(f"{address}&a_week=1", fragment=True)
    assert part.text.strip().startswith('<section class="card stack-small" id="what-if"')


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("item=", "item"),
        ("item=nothing", "item"),
        ("item=15_043_0128_1_3", "item"),
        (f"item={money.ITEM}&a_week=lots", "a_week"),
        (f"item={money.ITEM}&a_week=0", "a_week"),
        (f"item={money.ITEM}&price=999", "price"),
        (f"item={money.ITEM}&price=0", "price"),
    ],
)
def test_what_if_says_what_it_cannot_answer(people, sign_in, budget_id, query, field):
    response = sign_in("vic").get(f"/budgets/{budget_id}/what-if?{query}")
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text


@pytest.mark.both_databases
def test_a_budgets_page_and_the_groups_ask_no_more_for_more(app, people, sign_in, budget_id):
    client = sign_in("alice")
    paths = (
        f"/budgets/{budget_id}",
        f"/budgets/{budget_id}?show=committed",
        *(f"/panel/groups?by={kind}" for kind in ("site", "coordinator", "category")),
        "/panel?sort=pace_under",
        "/panel?coordinator=none",
    )
    spend(people, budget_id, 1_00)
    few = {path: growth.queries(app, client, path) for path in paths}
    growth.many_participants(people, 6)
    spend(people, budget_id, *[1_00] * 12)
    spend(people, budget_id, *[1_00] * 5, status=SCHEDULED, days=2)
    many = {path: growth.queries(app, client, path) for path in paths}
    assert many == few


def test_the_sums_behind_a_budget_stay_apart_by_day(people, budget_id):
    spend(people, budget_id, 1_00, 2_00)
    spend(people, budget_id, 4_00, status=SCHEDULED)
    with scope(people.acacia.id):
        behind = budget_pages.behind(budget_id)
    yesterday = people.today - timedelta(days=1)
    assert behind[Shown.SPENT].by_day == {yesterday: 1_00, yesterday - timedelta(days=1): 2_00}
    assert behind[Shown.COMMITTED].by_day == {yesterday: 4_00}
    assert (behind[Shown.SPENT].count, behind[Shown.SPENT].cents) == (2, 3_00)


def test_a_live_card_shows_pace_and_what_is_released_in_few_bytes(app, people):
    participant_id = money.one_with(
        people, "430000101", NewBudget(1, 1_200_00), release=ReleasePattern.QUARTERLY
    )
    with scope(people.acacia.id), app.test_request_context():
        budget_id = money.budget_of(participant_id)
        money.service(people.alice, budget_id, people.today, 480_00, COMPLETED)
        fragments = {one.target: one.html for one in render_budgets([budget_id])}
    card = " ".join(fragments[f"budget-{budget_id}"].split())
    assert "Available now" in card
    assert "$120.00" in card
    assert "Overspending" in card
    assert len(card) < 2_700
    assert f"participant-totals-{participant_id}" in fragments
    assert "organization-totals" in fragments


def test_in_the_first_days_of_a_part_the_whole_plan_says_what_is_spent_a_day(people, sign_in):
    starts_on = people.today - timedelta(days=59)
    participant_id = money.one_with(
        people,
        "430000102",
        NewBudget(1, 900_00),
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=99),
        release=ReleasePattern.DATES,
        release_dates=(people.today - timedelta(days=2),),
    )
    with scope(people.acacia.id):
        budget_id = money.budget_of(participant_id)
        money.service(people.alice, budget_id, starts_on, 60_00, COMPLETED)
        money.service(people.alice, budget_id, people.today, 60_00, COMPLETED)
        view = budgets.one(budget_id, people.today)
    assert view.burn_cents_per_day == 2_00  # 120.00 in 60 days, not 60.00 in 3
    assert view.period_cents == 840_00
    assert view.runs_out_on is None
    text = sign_in("cora").get(f"/budgets/{budget_id}").text
    assert f"counts the days since {say_date(starts_on)}, when the plan began." in text
    assert "This funding period is less than two weeks old" in text
    with scope(people.acacia.id):
        view = budgets.one(budget_id, people.today + timedelta(days=11))
    assert (view.burn_since_on, view.burn_cents_per_day) == (view.period_starts_on, 60_00 // 14)


def test_the_wall_of_a_second_screen_has_no_menu_and_keeps_to_itself(people, sign_in):
    client = sign_in("cora")
    cora = people.acacia.people["cora"]
    page = client.get(f"/panel?wall=1&light=green&coordinator={cora}")
    assert "data-theme" in page.text
    assert 'aria-label="Main"' not in page.text
    assert 'name="wall" value="1"' in page.text
    assert f'<option value="{cora}" selected' in page.text
    assert f'href="/panel?light=green&amp;coordinator={cora}"' in page.text
    own = client.get("/panel?wall=1", fragment=True).text
    assert "Pat Green" in own
    assert 'hx-get="/panel?wall=1"' in own
