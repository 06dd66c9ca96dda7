"""The first page: each role finds what is theirs, and more rows cost no more questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from caddy.actions import schedules, staff
from caddy.domain.schedules import WeeklyPattern
from caddy.domain.services import ServiceStatus
from caddy.domain.staff import Leave
from caddy.extensions import db
from caddy.models import Service
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import one_of_each, world
from tests.web import growth

# Of the page and its frame; the admin's asks every register what is due.
MOST_QUERIES = 45
CARDS = {
    "alice": ("The office", "Staff without a second step", "Budgets at risk", "Due within"),
    "cora": ("Roster gaps this week", "Plans that end", "Alerts of the last", "Budgets at risk"),
    "sam": ("My shifts", "Your last services", "Who is online"),
    "fin": ("Owed, by age", "Twelve weeks", "Held back", "To claim"),
    "vic": ("The whole organization", "Services this week", "Budgets at risk"),
}
NOT_THEIRS = {
    "alice": ("Owed, by age",),
    "cora": ("The office", "Owed, by age"),
    "sam": ("The whole organization", "Roster gaps", "$"),
    "fin": ("Roster gaps", "My shifts", "The office"),
    "vic": ("Who is online", "Roster gaps", "Held back", "Log a service"),
}


def every_day(people, days=range(1, 7)):
    """Plan a shift of Sam's on each of the next days."""
    first = people.today + timedelta(days=days[0])
    wanted = one_of_each.weekly(people, people.acacia)
    pattern = WeeklyPattern(
        frozenset(range(7)),
        wanted.pattern.start,
        wanted.pattern.end,
        first,
        people.today + timedelta(days=days[-1]),
    )
    with scope(people.acacia.id):
        schedules.create_schedule(replace(wanted, pattern=pattern), actor=people.alice)


def test_each_role_finds_its_own_cards_and_nothing_of_the_others(people, sign_in):
    for who, cards in CARDS.items():
        page = sign_in(who).get("/").text
        for words in cards:
            assert words in page, (who, words)
        main = page.partition('id="dashboard"')[2]
        for words in NOT_THEIRS[who]:
            assert words not in main, (who, words)


def test_planned_shifts_that_nobody_can_do_are_said_with_the_way_to_change_them(people, sign_in):
    every_day(people)
    client = sign_in("cora")
    assert "has a worker who can do it" in client.get("/").text
    away = people.today + timedelta(days=2)
    with scope(people.acacia.id):
        leave = Leave(away, away + timedelta(days=1))
        staff.add_leave(people.acacia.people["sam"], leave, actor=people.alice)
    page = client.get("/").text
    assert "2 planned shifts need another worker" in page
    assert "Sam is on leave" in page
    world.screened(people.alice, people.acacia.people["sam"], people.today + timedelta(days=4))
    page = client.get("/").text
    assert "4 planned shifts need another worker" in page
    assert "Sam has no worker screening" in page
    assert page.count("/move") >= 4


def test_a_worker_sees_the_next_shift_and_what_was_left_open(people, sign_in):
    client = sign_in("sam")
    assert "No shift is planned for you" in client.get("/").text
    every_day(people)
    page = client.get("/").text
    assert "My next shift" in page
    assert page.count("See the shift") == 1
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        row = db.session.query(Service).order_by(Service.service_on).first()
        row.service_on -= timedelta(days=3)
        row.started_at -= timedelta(days=3)
        row.ended_at -= timedelta(days=3)
        assert row.status is ServiceStatus.SCHEDULED
    page = client.get("/").text
    assert "1 of your last shifts has no notes or was not finished" in page
    assert "Not started" in page
    world.screened(people.alice, people.acacia.people["sam"], people.today + timedelta(days=30))
    assert "Yours to renew" in client.get("/").text


@pytest.mark.both_databases
def test_the_first_page_asks_no_more_for_more_rows(app, people, sign_in):
    clients = {who: sign_in(who) for who in CARDS}
    every_day(people)
    few = {who: growth.queries(app, client, "/") for who, client in clients.items()}
    growth.many_participants(people, 4)
    with scope(people.acacia.id):
        days = Leave(people.today, people.today + timedelta(days=20))
        staff.add_leave(people.acacia.people["sam"], days, actor=people.alice)
    many = {who: growth.queries(app, client, "/") for who, client in clients.items()}
    assert many == few
    assert max(few.values()) <= MOST_QUERIES, few
