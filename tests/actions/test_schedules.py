"""Weekly supports: all of them are committed or none, and all after one can be moved or ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from caddy import clock
from caddy.actions import agreements, schedules, series, shifts
from caddy.actions.series import SeriesMove
from caddy.actions.shifts import Times
from caddy.domain.claim_types import CancellationReason
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.shifts import Cancellation
from caddy.extensions import db
from caddy.models import AuditLog, Budget, Schedule, Service, ServiceChange
from caddy.queries import checks
from caddy.tenancy import scope
from tests import world
from tests.one_of_each import agreement, weekly


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
    """Anzac Day and Christmas Day are holidays in New South Wales on whatever day they fall."""
    soon = people.today + timedelta(days=7)
    days = [date(soon.year + later, *day) for later in (0, 1) for day in ((4, 25), (12, 25))]
    holiday = min(day for day in days if day > soon)
    eve = holiday - timedelta(days=1)
    pattern = replace(
        wanted.pattern,
        weekdays=frozenset(range(7)),
        starts_on=eve,
        ends_on=holiday,
        skips_holidays=True,
    )
    act(schedules.create_schedule, replace(wanted, pattern=pattern))
    assert [row.service_on for row in planned(people)] == [eve]
    kept = replace(pattern, skips_holidays=False, starts_on=holiday)
    act(schedules.create_schedule, replace(wanted, pattern=kept))
    assert [row.service_on for row in planned(people)] == [eve, holiday]


def test_ending_it_frees_this_one_and_all_after(people, act, wanted):
    made = act(schedules.create_schedule, wanted)
    second = planned(people)[1].service_on
    moved_away = Cancellation("Moved away", clock.now())
    freed = act(series.end_schedule, made.schedule_id, second, moved_away)
    assert (freed.count, freed.freed_cents, freed.cents) == (3, 3 * 35_12, 0)
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
        series.move_schedule,
        made.schedule_id,
        second,
        SeriesMove(Times(time(9, 15), time(10, 15)), cora, {}),
        reason="Asked for an hour",
    )
    assert (moved.count, moved.cents) == (3, 3 * 70_23)
    assert committed(people) == 35_12 + 3 * 70_23
    rows = planned(people)
    assert [row.support_worker_id for row in rows] == [wanted.worker_id, cora, cora, cora]
    assert [row.version for row in rows] == [1, 2, 2, 2]


def test_a_move_that_does_not_fit_moves_none(people, act, wanted):
    made = act(schedules.create_schedule, wanted)
    with pytest.raises(RuleBroken, match="cannot be planned"):
        act(
            series.move_schedule,
            made.schedule_id,
            people.today,
            SeriesMove(Times(time(9), time(16)), wanted.worker_id, {}),
        )
    assert committed(people) == 4 * 35_12


def test_one_of_them_is_cancelled_alone(people, act, wanted):
    act(schedules.create_schedule, wanted)
    second = planned(people)[1]
    act(shifts.cancel_service, second.id, 1, Cancellation("Away that day", clock.now()))
    assert committed(people) == 3 * 35_12
    assert [row.status for row in planned(people)].count("scheduled") == 3


HALF_HOUR = Times(time(9), time(9, 30))


def test_all_after_one_go_to_another_weekday_and_the_pattern_with_them(people, act, wanted):
    made = act(schedules.create_schedule, wanted)
    before = [row.service_on for row in planned(people)]
    days = {before[0].weekday(): 2}
    to = SeriesMove(HALF_HOUR, wanted.worker_id, days)
    tried = act(series.move_schedule, made.schedule_id, before[1], to, is_trial=True)
    assert [row.service_on for row in planned(people)] == before
    assert {row.version for row in planned(people)} == {1}
    moved = act(series.move_schedule, made.schedule_id, before[1], to)
    assert moved == tried
    two = timedelta(days=2)
    after = [row.service_on for row in planned(people)]
    assert after == [before[0], *(day + two for day in before[1:])]
    with scope(people.acacia.id):
        schedule = db.session.get_one(Schedule, made.schedule_id)
        assert schedule.weekdays == [(before[0].weekday() + 2) % 7]
        assert schedule.ends_on == before[-1] + two


def test_a_weekday_that_is_a_public_holiday_is_skipped_where_the_schedule_skips_them(
    people, act, wanted, monkeypatch
):
    pattern = replace(wanted.pattern, skips_holidays=True)
    made = act(schedules.create_schedule, replace(wanted, pattern=pattern))
    before = [row.service_on for row in planned(people)]
    holiday = before[2] + timedelta(days=1)
    monkeypatch.setattr(clock, "public_holiday", lambda day, _: "A day" if day == holiday else None)
    to = SeriesMove(HALF_HOUR, wanted.worker_id, {before[0].weekday(): 1})
    moved = act(series.move_schedule, made.schedule_id, people.today, to)
    assert (moved.count, moved.cancelled, moved.cents) == (4, 1, 3 * 35_12)
    assert [row.status for row in planned(people)].count("cancelled") == 1
    assert committed(people) == 3 * 35_12


def test_ending_charges_the_fee_of_those_told_too_late_and_of_no_others(people, act, wanted):
    """Told now: the shift in exactly a week is told seven days ahead less some hours."""
    made = act(schedules.create_schedule, wanted)
    first = planned(people)[0]
    told_at = clock.local(first.started_at, world.ZONE) - timedelta(days=6)
    fee = Cancellation("Ill", told_at, CancellationReason.NSDH, 50)
    tried = act(series.end_schedule, made.schedule_id, people.today, fee, is_trial=True)
    assert committed(people) == 4 * 35_12
    ended = act(series.end_schedule, made.schedule_id, people.today, fee)
    assert ended == tried
    assert [one.cents for one in ended.steps] == [17_56, 0, 0, 0]
    rows = planned(people)
    assert [(row.fee_percent, row.cancellation_reason) for row in rows] == [
        (50, "NSDH"),
        *[(0, None)] * 3,
    ]
    assert committed(people) == 0


def test_a_fee_where_every_notice_came_in_time_ends_nothing(people, act, wanted):
    made = act(schedules.create_schedule, wanted)
    early = Cancellation("Ill", clock.now() - timedelta(days=30), CancellationReason.NSDH, 50)
    with pytest.raises(RuleBroken, match="in time for every one"):
        act(series.end_schedule, made.schedule_id, people.today, early)
    assert committed(people) == 4 * 35_12


def test_who_saw_an_older_shift_moves_none_of_them(people, act, wanted):
    made = act(schedules.create_schedule, wanted)
    first = planned(people)[0]
    to = SeriesMove(HALF_HOUR, wanted.worker_id, {first.service_on.weekday(): 1})
    with pytest.raises(Conflict):
        act(series.move_schedule, made.schedule_id, people.today, to, seen=(first.id, 9))
    assert planned(people)[0].service_on == first.service_on


def test_no_fee_goes_over_what_the_agreement_allows(people, act, wanted):
    with scope(people.acacia.id):
        terms = agreement(people.today, cancellation_percent=40)
        made = agreements.add_agreement(wanted.participant_id, terms, actor=people.alice)
        agreements.sign_agreement(made, people.today, "Pat", actor=people.alice)
    act(schedules.create_schedule, wanted)
    first = planned(people)[0]
    late = clock.local(first.started_at, world.ZONE) - timedelta(days=1)
    fee = Cancellation("Ill", late, CancellationReason.NSDH, 50)
    with pytest.raises(RuleBroken, match="a fee of up to 40 %"):
        act(shifts.cancel_service, first.id, 1, fee)
    done = act(shifts.cancel_service, first.id, 1, replace(fee, fee_percent=40))
    assert done.total_cents == (first.total_cents * 40 + 50) // 100
