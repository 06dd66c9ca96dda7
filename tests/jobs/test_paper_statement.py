"""A participant's statement: agrees with the database to the cent, whatever its length."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from sqlalchemy import func, insert, select

from caddy import clock
from caddy.actions.budgets import Adjustment, adjust_budget
from caddy.columns import new_id
from caddy.domain import spreadsheets
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.money import dollars
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.jobs.paper_statement import make
from caddy.models import Budget, Service, SupportItem
from caddy.transaction import transaction
from tests import money, paper, world

DONE, OFF = ServiceStatus.COMPLETED, ServiceStatus.CANCELLED


def asked(people, days=30, **params):
    first = people.today - timedelta(days=days - 1)
    whom = people.acacia.participant_id
    found = {"participant_id": whom, "starts_on": first, "ends_on": people.today, **params}
    return {name: str(value) for name, value in found.items()}


def made(people, days=30, seen_by=None, **params):
    return make(asked(people, days, **params), lambda _done, _of: None, seen_by=seen_by)


def deliver(people, category, days_ago, amount, status=DONE):
    budget_id = money.budget_of(people.acacia.participant_id, category)
    on = people.today - timedelta(days=days_ago)
    return money.service(people.sam, budget_id, on, amount, status)


def line_amounts(text):
    """Return the amounts at the end of the services' lines."""
    found = re.findall(r"^\d+ \w{3} \d{4} .* 1 h \$[\d,.]+ (\$[\d,]+\.\d\d)$", text, re.MULTILINE)
    return [paper.cents(one) for one in found]


def test_it_says_what_each_budget_began_with_took_and_left(people, acacia):
    deliver(people, 1, 60, 200_00)
    for days_ago, amount in ((20, 65_47), (10, 12_05), (0, 1_00)):
        deliver(people, 1, days_ago, amount)
    deliver(people, 15, 5, 193_99)
    deliver(people, 15, 4, 90_00, OFF)
    deliver(people, 15, 3, 0, OFF)
    deliver(people, 15, -5, 77_00, ServiceStatus.SCHEDULED)
    core = money.budget_of(acacia.participant_id, 1)
    change = Adjustment(50_00, people.today, "=A1 <img src='http://127.0.0.1:9/x'>")
    adjust_budget(core, change, actor=people.alice)
    report = made(people)
    services, budgets, changes = report.tables
    text = paper.text(report.pdf)
    assert line_amounts(text) == [65_47, 12_05, 1_00, 193_99, 90_00]
    rows = {row[0]: [cell.value for cell in row[3:]] for row in budgets.rows}
    assert rows == {
        "Assistance with Daily Life": [800_00, 50_00, 78_52, 771_48],
        "Improved Daily Living Skills": [2_000_00, 0, 283_99, 1_716_01],
    }
    left = select(func.sum(Budget.allocated_cents - Budget.spent_cents))
    assert db.session.scalar(left) == sum(row[3] for row in rows.values())
    for said in (*rows["Assistance with Daily Life"], 283_99, 362_51, 2_487_49):
        assert dollars(said) in text
    assert "Cancelled, 100 % fee" in text
    # What people typed is shown and does nothing, on paper and in a sheet.
    assert "=A1 <img src='http://127.0.0.1:9/x'>" in text
    assert b"'=A1 <img" in spreadsheets.as_csv(changes)
    assert sum(row[-1].value for row in services.rows) == 362_51
    paper.is_accessible(report.pdf, "Statement for Pat Green")
    assert {"Statement for Pat Green", *rows} <= set(paper.bookmarks(report.pdf))
    assert any("$78.52 spent of $850.00" in alt for alt in paper.pictures(report.pdf))


def test_it_is_made_without_services_and_without_a_plan(people, acacia):
    report = made(people)
    assert "No service was delivered" in paper.text(report.pdf)
    assert len(paper.pages(report.pdf)) == 1
    before = people.today - timedelta(days=400)
    report = made(people, starts_on=before, ends_on=before)
    assert "There was no plan with money on these days." in paper.text(report.pdf)
    assert [len(table.rows) for table in report.tables] == [0, 0, 0]


def test_the_days_at_its_ends_belong_to_it_and_no_other_day(people, acacia):
    for days_ago, amount in ((11, 1_00), (10, 2_00), (4, 4_00), (3, 8_00)):
        deliver(people, 1, days_ago, amount)
    first, last = (people.today - timedelta(days=days) for days in (10, 4))
    report = made(people, starts_on=first, ends_on=last)
    assert line_amounts(paper.text(report.pdf)) == [2_00, 4_00]
    assert [cell.value for cell in report.tables[1].rows[0][3:]] == [999_00, 0, 6_00, 993_00]


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"participant_id": "x"}, NotFound),
        ({"participant_id": new_id()}, NotFound),
        ({"starts_on": "31/12/2026"}, RuleBroken),
        ({"ends_on": "2000-01-01"}, RuleBroken),
        ({"starts_on": "1990-01-01"}, RuleBroken),
    ],
)
def test_what_makes_no_sense_is_refused(people, acacia, params, error):
    with pytest.raises(error):
        made(people, **params)


def test_a_participant_whom_one_may_not_see_is_not_there(people, acacia):
    olly, sam = world.olly(people), acacia.people["sam"]
    assert made(people, seen_by=sam)
    for whom in (olly, people.banksia.participant_id):
        with pytest.raises(NotFound):
            made(people, seen_by=sam, participant_id=whom)
    with pytest.raises(NotFound):
        made(people, participant_id=people.banksia.participant_id)


def many(people, count):
    """Store services without their pages, as an import would."""
    budget_id = money.budget_of(people.acacia.participant_id, 15)
    item = db.session.scalars(select(SupportItem).where(SupportItem.item_number == money.ITEM))
    item_id, began = item.first().id, clock.now() - timedelta(hours=2)
    rows = [
        {
            "organization_id": people.acacia.id,
            "participant_id": people.acacia.participant_id,
            "budget_id": budget_id,
            "support_worker_id": people.acacia.people["sam"],
            "support_item_id": item_id,
            "item_number": money.ITEM,
            "item_name": "Assistance With Self-Care Activities - Standard - Weekday Daytime",
            "service_on": people.today - timedelta(days=number % 90),
            "start_time": time(9),
            "end_time": time(10),
            "started_at": began,
            "ended_at": began + timedelta(hours=1),
            "duration_minutes": 60,
            "unit_price_cents": 65_47,
            "total_cents": 1 + number * 37 % 9_000,
            "notes": "A test.",
            "status": DONE,
            "created_at": began,
            "updated_at": began,
        }
        for number in range(count)
    ]
    with transaction(people.alice, unrecorded="a test"):
        db.session.execute(insert(Service), rows)
    return sum(row["total_cents"] for row in rows)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.both_databases
def test_five_hundred_services_take_no_more_queries_than_one(people, acacia):
    deliver(people, 15, 1, 1_00)
    with paper.statements() as for_one:
        made(people, 91)
    total = many(people, 500) + 1_00
    told = []
    with paper.statements() as for_many:
        report = make(asked(people, 91), lambda *step: told.append(step), seen_by=None)
    assert 0 < len(for_many) <= len(for_one)
    text = paper.text(report.pdf)
    amounts = line_amounts(text)
    assert (len(amounts), sum(amounts)) == (501, total)
    assert dollars(total) in text
    assert told[-1][0] == told[-1][1] > 1
