"""The budget report of a plan meeting: every sum the budgets' own, and what they still pay for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from caddy.actions.plans import add_plan
from caddy.columns import new_id
from caddy.domain.errors import NotFound
from caddy.domain.money import dollars
from caddy.domain.participants import NewBudget
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.jobs.paper_budget import make
from caddy.models import Budget, Plan
from tests import money, paper, world


def made(participant_id, seen_by=None, **params):
    asked = {"participant_id": participant_id, **params}
    told = []
    report = make(
        {name: str(value) for name, value in asked.items()},
        lambda *step: told.append(step),
        seen_by=seen_by,
    )
    assert told[-1][0] == told[-1][1]
    return report


def test_its_sums_are_those_of_the_budgets_and_its_charts_are_told(people, acacia):
    goals = ("Cook <b>dinner</b>", "Meet friends")
    nia = money.one_with(
        people, "430000077", NewBudget(1, 1_000_00), NewBudget(15, 2_000_00), goals=goals
    )
    core = money.budget_of(nia)
    for days_ago, amount in ((50, 400_00), (20, 200_00)):
        on = people.today - timedelta(days=days_ago)
        money.service(people.sam, core, on, amount, ServiceStatus.COMPLETED)
    ahead = people.today + timedelta(days=3)
    money.service(people.sam, core, ahead, 100_00, ServiceStatus.SCHEDULED)
    report = made(nia)
    columns = ("allocated_cents", "spent_cents", "committed_cents", "remaining_cents")
    sums = db.session.execute(
        select(*(func.sum(getattr(Budget, name)) for name in columns)).where(
            Budget.participant_id == nia
        )
    ).one()
    assert [int(one) for one in sums] == [3_000_00, 600_00, 100_00, 2_300_00]
    budgets, items, days = report.tables
    for place, total in enumerate(sums, 3):
        assert sum(row[place].value for row in budgets.rows) == total
        assert dollars(int(total)) in paper.text(report.pdf)
    assert [row[-1].value for row in items.rows] == [600_00]
    assert {row[0] for row in days.rows} == {row[0] for row in budgets.rows}
    text = " ".join(paper.text(report.pdf).split())
    for said in (
        "Cook <b>dinner</b>",
        "Meet friends",
        "60 % of the money, with 27 % of the time gone",
        "At this rate, and with what is booked, the money lasts until",
        # $300.00 over 264 days, at the $400.00 of the dearest hour so far: no quarter hour.
        "What is free, $300.00, pays for 0 min a week of Assistance until",
        "Nothing has been spent yet.",
        "What was decided",
    ):
        assert said in text, said
    paper.is_accessible(report.pdf, "Budget report for Nia New")
    alts = paper.pictures(report.pdf)
    assert any("$600.00 spent and $100.00 committed of $1,000.00" in alt for alt in alts)
    assert "What is left of Improved Daily Living Skills, day by day" in alts
    assert {"Notes for the meeting", "Goals of this plan"} <= set(paper.bookmarks(report.pdf))


def test_it_is_of_the_plan_of_today_or_of_the_one_that_is_named(people, acacia):
    pat = acacia.participant_id
    old = db.session.scalars(select(Plan).where(Plan.participant_id == pat)).one()
    coming = replace(
        world.plan(people.today, (7, 555_00)),
        starts_on=old.ends_on + timedelta(days=1),
        ends_on=old.ends_on + timedelta(days=300),
    )
    add_plan(pat, coming, actor=people.alice)
    assert "$1,000.00" in paper.text(made(pat).pdf)
    later = db.session.scalars(select(Plan.id).where(Plan.starts_on > people.today)).one()
    text = paper.text(made(pat, plan_id=later).pdf)
    assert "$555.00" in text
    assert "This budget begins on" in text


def test_who_may_not_see_a_participant_gets_no_report_of_them(people, acacia):
    olly, sam = world.olly(people), acacia.people["sam"]
    theirs = db.session.scalars(select(Plan.id).where(Plan.participant_id == olly)).one()
    assert made(acacia.participant_id, seen_by=sam)
    for params in (
        {"participant_id": olly, "seen_by": sam},
        {"participant_id": people.banksia.participant_id},
        {"participant_id": acacia.participant_id, "plan_id": theirs},
        {"participant_id": acacia.participant_id, "plan_id": new_id()},
        {"participant_id": "x"},
    ):
        with pytest.raises(NotFound):
            made(**params)


@pytest.mark.both_databases
def test_more_budgets_take_no_more_queries(people, acacia):
    one = money.one_with(people, "430000078", NewBudget(1, 1_000_00))
    some = [NewBudget(number, 1_000_00) for number in (7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20)]
    more = money.one_with(people, "430000079", *some, first="Moe")
    made(one)
    with paper.statements() as for_one:
        made(one)
    with paper.statements() as for_more:
        report = made(more)
    assert 0 < len(for_more) <= len(for_one)
    assert len(report.tables[0].rows) == 11
