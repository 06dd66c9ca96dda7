"""Weekly supports: all of them are committed or none, and all after one can be moved or ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from caddy.actions import schedules, shifts
from caddy.actions.shifts import Times
from caddy.domain.errors import RuleBroken
from caddy.extensions import db
from caddy.models import AuditLog, Budget, Schedule, Service, ServiceChange
from caddy.queries import checks
from caddy.tenancy import scope
from tests import world
from tests.web.calls import weekly


@pytest.fixture
def act(people):
    """Do something as Alice, and see that every stored total is what its rows say."""

    def do(action, *arguments, **options):
        with scope(people.acacia.id):
            try:
                return action(*arguments, actor=people.alice, **options)
            finally:
                db.session.rollback()
                assert list(checks.differences()) == []

    return do


@pytest.fixture
def wanted(people):
    """Four half hours of $35.12 (35.115, half up), a week from now and weekly after."""
    return weekly(people, people.acacia, weeks=4)


def committed(people):
    with scope(people.acacia.id):
        return db.session.scalar(select(func.sum(Budget.committed_cents)))


def planned(people):
    with scope(people.acacia.id):
        db.session.expire_all()
        return list(db.session.scalars(select(Service).order_by(Service.service_on)))


def test_every_shift_is_made_and_committed(people, act, wanted):
    made = act(schedules.create_schedule, wanted)
    assert (made.count, made.total_cents) == (4, 4 * 35_12)
    assert committed(people) == 4 * 35_12
    rows = planned(people)
    assert [row.service_on for row in rows] == [
        people.today + timedelta(days=7 * week) for week in (1, 2, 3, 4)
    ]
    assert {row.status for row in rows} == {"scheduled"}
    assert {row.schedule_id for row in rows} == {made.schedule_id}
    with scope(people.acacia.id):
        assert db.session.scalar(select(func.count(ServiceChange.id))) == 4
        fact = db.session.scalars(select(AuditLog).where(AuditLog.action == "schedule.added")).one()
        assert fact.changes["services"] == 4


def test_the_first_day_that_the_budget_does_not_carry_is_named(people, act, wanted):
    """7 hours are $491.61: the third does not fit into $1,000.00."""
    long = replace(wanted, pattern=replace(wanted.pattern, end=time(16)))
    with pytest.raises(RuleBroken) as caught:
        act(schedules.create_schedule, long)
    third = people.today + timedelta(days=21)
    assert caught.value.code == "insufficient_budget"
    assert caught.value.details["on"] == third.isoformat()
    assert caught.value.message.startswith(f"{third.day} {third:%b %Y} cannot be planned.")
    assert planned(people) == []
    with scope(people.acacia.id):
        assert db.session.scalar(select(func.count(Schedule.id))) == 0


def test_a_qualification_that_lapses_on_the_way_refuses_all(people, act, wanted):
    world.screened(people.alice, wanted.worker_id, people.today + timedelta(days=10))
    with pytest.raises(RuleBroken, match="lapsed on"):
        act(schedules.create_schedule, wanted, save_anyway=True)
    assert planned(people) == []


def test_a_clash_on_the_way_is_said_with_its_day(people, act, wanted):
    act(schedules.create_schedule, wanted)
    other = world.participant(people.alice, "Kim", "Lee", "430000010", people.today)
    with pytest.raises(RuleBroken) as caught:
        act(schedules.create_schedule, replace(wanted, participant_id=other))
    second = people.today + timedelta(days=14)
    assert f"{second.day} {second:%b %Y}: Sam is with Pat Green" in caught.value.message


def test_public_holidays_are_skipped(people, act, wanted):
    """Every day around Christmas, but for the 25th, 26th and 28th of December 2026."""
    if people.today >= date(2026, 12, 20):
        pytest.skip("the tests' plans begin around today")
    pattern = replace(
        wanted.pattern,
        weekdays=frozenset(range(7)),
        starts_on=date(2026, 12, 24),
        ends_on=date(2026, 12, 29),
        skips_holidays=True,
    )
    act(schedules.create_schedule, replace(wanted, pattern=pattern))
    assert [row.service_on.day for row in planned(people)] == [24, 27, 29]


def test_ending_it_frees_this_one_and_all_after(people, act, wanted):
    made = act(schedules.create_schedule, wanted)
    second = planned(people)[1].service_on
    freed = act(schedules.end_schedule, made.schedule_id, second, "Moved away")
    assert (freed.count, freed.total_cents) == (3, 3 * 35_12)
    assert committed(people) == 35_12
    rows = planned(people)
    assert [row.status for row in rows] == ["scheduled", *["cancelled"] * 3]
    assert {row.fee_percent for row in rows[1:]} == {0}
    with scope(people.acacia.id):
        schedule = db.session.get_one(Schedule, made.schedule_id)
        assert (schedule.ends_on, schedule.ended_at is None) == (second - timedelta(days=1), False)


def test_moving_all_after_one_gives_them_new_times_and_worker(people, act, wanted):
    cora = people.acacia.people["cora"]
    world.screened(people.alice, cora, people.today + timedelta(days=400))
    made = act(schedules.create_schedule, wanted)
    second = planned(people)[1].service_on
    moved = act(
        schedules.move_schedule,
        made.schedule_id,
        second,
        Times(time(9, 15), time(10, 15)),
        cora,
        reason="Asked for an hour",
    )
    assert (moved.count, moved.total_cents) == (3, 3 * 70_23)
    assert committed(people) == 35_12 + 3 * 70_23
    rows = planned(people)
    assert [row.support_worker_id for row in rows] == [wanted.worker_id, cora, cora, cora]
    assert [row.version for row in rows] == [1, 2, 2, 2]


def test_a_move_that_does_not_fit_moves_none(people, act, wanted):
    made = act(schedules.create_schedule, wanted)
    with pytest.raises(RuleBroken, match="cannot be planned"):
        act(
            schedules.move_schedule,
            made.schedule_id,
            people.today,
            Times(time(9), time(16)),
            wanted.worker_id,
        )
    assert committed(people) == 4 * 35_12


def test_one_of_them_is_cancelled_alone(people, act, wanted):
    from caddy import clock
    from caddy.domain.shifts import Cancellation

    act(schedules.create_schedule, wanted)
    second = planned(people)[1]
    act(shifts.cancel_service, second.id, 1, Cancellation("Away that day", clock.now()))
    assert committed(people) == 3 * 35_12
    assert [row.status for row in planned(people)].count("scheduled") == 3
