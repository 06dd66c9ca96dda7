"""A shift's life: each step moves the budget by exactly what it takes, and says who and when."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from caddy import clock
from caddy.actions import corrections, plans, services, shifts
from caddy.actions.shifts import NewTime, Times
from caddy.actions.steps import Place
from caddy.domain.actor import Actor
from caddy.domain.claim_types import CancellationReason
from caddy.domain.errors import Conflict, Forbidden, NotFound, RuleBroken
from caddy.domain.shifts import Cancellation
from caddy.extensions import db
from caddy.models import (
    AuditLog,
    Budget,
    Participant,
    Service,
    ServiceChange,
    WorkerAvailability,
    WorkerLeave,
)
from caddy.queries import checks, roster
from caddy.queue import Outbox
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import claims as claimed
from tests import world

PLACE = Place(-33.87, 151.21)


def weekday_after(day: date, days: int = 1) -> date:
    """Return a Monday to Friday some days after: the item of these tests is for weekdays."""
    day += timedelta(days=days)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


@pytest.fixture
def entry(people):
    """90 minutes at $70.23 an hour: $105.35."""
    return services.ServiceEntry(
        participant_id=people.acacia.participant_id,
        service_on=weekday_after(people.today),
        start_time=time(9),
        end_time=time(10, 30),
        item_number="01_011_0107_1_1",
        notes="",
    )


@pytest.fixture
def sam(people):
    return people.acacia.people["sam"]


@pytest.fixture
def act(people):
    """Do something as Alice, and see that every stored total is what its rows say."""

    def do(action, *arguments, actor: Actor | None = None, **options):
        with scope(people.acacia.id):
            try:
                return action(*arguments, actor=actor or people.alice, **options)
            finally:
                db.session.rollback()
                assert list(checks.differences()) == []

    return do


def money(people, category=1):
    with scope(people.acacia.id):
        found = select(Budget).where(Budget.support_category == category)
        budget = db.session.scalars(found).one()
        return budget.committed_cents, budget.spent_cents


def add_plan(people, act, starts_on, ends_on, cents):
    plan = replace(world.plan(people.today, (1, cents)), starts_on=starts_on, ends_on=ends_on)
    act(plans.add_plan, people.acacia.participant_id, plan)


def by_plan(people):
    """Return what is committed and spent of the budgets of each plan, one after another."""
    with scope(people.acacia.id):
        rows = select(Budget.committed_cents, Budget.spent_cents)
        rows = rows.where(Budget.support_category == 1).order_by(Budget.starts_on)
        return [tuple(row) for row in db.session.execute(rows)]


def stored(people, service_id):
    with scope(people.acacia.id):
        db.session.expire_all()
        return db.session.get_one(Service, service_id)


def begun(people, act, entry, sam):
    """Return a shift of Sam's that is under way, begun two hours ago."""
    at = clock.local(clock.now(), world.ZONE) - timedelta(hours=2)
    planned = act(shifts.schedule_service, entry, sam)
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        row = db.session.get_one(Service, planned.id)
        row.service_on, row.start_time = at.date(), at.time().replace(second=0, microsecond=0)
        row.started_at = at
        row.ended_at = at + timedelta(hours=6)
    return act(shifts.start_shift, planned.id, 1, place=PLACE, actor=people.sam)


def ended(people, minutes: int = 60) -> Times:
    at = clock.local(clock.now(), world.ZONE) - timedelta(hours=2)
    end = at + timedelta(minutes=minutes)
    return Times(
        at.time().replace(second=0, microsecond=0),
        end.time().replace(second=0, microsecond=0),
        ends_next_day=end.date() > at.date(),
        on=at.date(),
    )


class TestScheduling:
    def test_it_commits_its_cost(self, people, act, entry, sam):
        made = act(shifts.schedule_service, entry, sam)
        assert (made.status, made.total_cents, made.version) == ("scheduled", 105_35, 1)
        assert money(people) == (105_35, 0)
        with scope(people.acacia.id):
            fact = db.session.scalars(
                select(AuditLog).where(AuditLog.action == "service.scheduled")
            ).one()
            assert fact.user_id == people.alice.user_id
            change = db.session.scalars(select(ServiceChange)).one()
            assert (change.from_status, change.to_status) == (None, "scheduled")
            assert db.session.scalars(select(Outbox.job)).all() == ["check_budget"]

    def test_it_commits_the_money_of_the_plan_of_its_day(self, people, act, entry, sam):
        """The plan ends in 264 days; what comes after is of the one that is prepared."""
        ends_on = people.today + timedelta(days=264)
        after = replace(entry, service_on=weekday_after(ends_on))
        with pytest.raises(RuleBroken, match="plan"):
            act(shifts.schedule_service, after, sam)
        add_plan(people, act, ends_on + timedelta(days=1), ends_on + timedelta(days=200), 200_00)
        planned = act(shifts.schedule_service, after, sam)
        assert by_plan(people) == [(0, 0), (105_35, 0)]
        sooner = NewTime(entry.service_on, Times(time(9), time(10)), sam)
        moved = act(shifts.move_service, planned.id, 1, sooner)
        assert by_plan(people) == [(70_23, 0), (0, 0)]
        later = NewTime(after.service_on, Times(time(9), time(13)), sam)
        with pytest.raises(RuleBroken) as caught:
            act(shifts.move_service, planned.id, moved.version, later)
        assert caught.value.details == {"needed_cents": 280_92, "available_cents": 200_00}
        assert by_plan(people) == [(70_23, 0), (0, 0)]

    def test_what_is_over_is_logged_instead(self, people, act, entry, sam):
        with pytest.raises(RuleBroken, match="Log the service instead"):
            act(
                shifts.schedule_service,
                replace(entry, service_on=people.today - timedelta(days=1)),
                sam,
            )

    def test_more_than_the_budget_holds_is_refused(self, people, act, entry, sam):
        with pytest.raises(RuleBroken) as caught:
            act(shifts.schedule_service, replace(entry, end_time=time(23, 30)), sam)
        assert caught.value.code == "insufficient_budget"
        assert money(people) == (0, 0)

    def test_a_stranger_is_no_worker(self, people, act, entry):
        with pytest.raises(RuleBroken, match="Choose a worker"):
            act(shifts.schedule_service, entry, people.banksia.people["charlie"])

    def test_nor_is_someone_who_does_not_support(self, people, act, entry):
        with pytest.raises(RuleBroken, match="Choose a worker"):
            act(shifts.schedule_service, entry, people.acacia.people["fin"])


class TestAssigning:
    def test_without_a_screening_nobody_is_assigned(self, people, act, entry):
        with pytest.raises(RuleBroken) as caught:
            act(shifts.schedule_service, entry, people.acacia.people["cora"], save_anyway=True)
        assert caught.value.message == "Cora's worker screening is not recorded."

    def test_nor_with_one_that_lapsed_before_the_day(self, people, act, entry, sam):
        world.screened(people.alice, sam, people.today)
        with pytest.raises(RuleBroken, match=r"Sam's worker screening lapsed on"):
            act(shifts.schedule_service, entry, sam, save_anyway=True)

    def test_a_worker_is_never_in_two_places(self, people, act, entry, sam):
        act(shifts.schedule_service, entry, sam)
        other = world.participant(people.alice, "Kim", "Lee", "430000010", people.today)
        clashing = replace(entry, participant_id=other, start_time=time(10), end_time=time(11))
        with pytest.raises(RuleBroken) as caught:
            act(shifts.schedule_service, clashing, sam, save_anyway=True)
        assert caught.value.message == "Sam is with Pat Green from 9:00 am to 10:30 am."
        touching = replace(clashing, start_time=time(10, 30), end_time=time(11))
        assert act(shifts.schedule_service, touching, sam).total_cents > 0

    def test_a_participant_met_twice_is_said_and_may_be_meant(self, people, act, entry, sam):
        cora = people.acacia.people["cora"]
        world.screened(people.alice, cora, people.today + timedelta(days=400))
        act(shifts.schedule_service, entry, cora)
        with pytest.raises(RuleBroken) as caught:
            act(shifts.schedule_service, entry, sam)
        assert (caught.value.code, caught.value.field) == ("clashes", "save_anyway")
        assert caught.value.message == "Pat Green is with Cora from 9:00 am to 10:30 am."
        act(shifts.schedule_service, entry, sam, save_anyway=True)
        assert money(people) == (2 * 105_35, 0)

    def test_two_to_one_meets_two_without_a_word(self, people, act, entry, sam):
        cora = people.acacia.people["cora"]
        world.screened(people.alice, cora, people.today + timedelta(days=400))
        with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
            db.session.get_one(Participant, entry.participant_id).needs_two_workers = True
        act(shifts.schedule_service, entry, cora)
        act(shifts.schedule_service, entry, sam)

    def test_leave_and_hours_are_said_before_saving(self, people, act, entry, sam):
        day = entry.service_on
        with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
            owner = {"organization_id": people.acacia.id, "user_id": sam}
            db.session.add(WorkerLeave(starts_on=day, ends_on=day, **owner))
            db.session.add(
                WorkerAvailability(
                    weekday=day.weekday(), start_time=time(12), end_time=time(18), **owner
                )
            )
        with pytest.raises(RuleBroken) as caught:
            act(shifts.schedule_service, entry, sam)
        assert "Sam is away on" in caught.value.message
        assert f"not available from 9:00 am to 10:30 am on {day:%A}" in caught.value.message
        act(shifts.schedule_service, entry, sam, save_anyway=True)


class TestStartingAndFinishing:
    def test_start_keeps_who_when_and_where(self, people, act, entry, sam):
        started = begun(people, act, entry, sam)
        assert (started.status, started.version) == ("in_progress", 2)
        with scope(people.acacia.id):
            last = roster.changes_of(started.id)[-1]
        assert (last.from_status, last.to_status) == ("scheduled", "in_progress")
        assert (last.latitude, last.longitude) == (PLACE.latitude, PLACE.longitude)
        assert last.first_name == "Sam"
        assert money(people) == (105_35, 0)

    def test_a_shift_of_another_day_cannot_be_started(self, people, act, entry, sam):
        far = replace(entry, service_on=weekday_after(people.today, 5))
        planned = act(shifts.schedule_service, far, sam)
        with pytest.raises(RuleBroken, match="can be started on that day"):
            act(shifts.start_shift, planned.id, 1)

    def test_finish_spends_what_it_really_was(self, people, act, entry, sam):
        started = begun(people, act, entry, sam)
        done = act(
            shifts.finish_shift, started.id, 2, ended(people), "Went well.", actor=people.sam
        )
        assert (done.status, done.minutes, done.total_cents) == ("completed", 60, 70_23)
        assert money(people) == (0, 70_23)
        assert stored(people, done.id).notes == "Went well."

    def test_one_that_began_after_midnight_is_of_the_next_day(self, people, act, entry, sam):
        """Planned for a minute before midnight, begun after it: another day, the same money."""
        started = begun(people, act, entry, sam)
        times = ended(people)
        with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
            db.session.get_one(Service, started.id).service_on = times.on - timedelta(days=1)
        done = act(shifts.finish_shift, started.id, 2, times, "x", actor=people.sam)
        row = stored(people, done.id)
        assert (row.service_on, row.total_cents) == (times.on, 70_23)
        assert money(people) == (0, 70_23)

    def test_another_day_than_the_planned_is_another_shift(self, people, act, entry, sam):
        started = begun(people, act, entry, sam)
        far = replace(ended(people), on=people.today - timedelta(days=3))
        with pytest.raises(RuleBroken, match="was planned for"):
            act(shifts.finish_shift, started.id, 2, far, "x", actor=people.sam)

    def test_a_colleagues_shift_is_left_alone(self, people, act, entry, sam):
        cora = people.acacia.people["cora"]
        world.screened(people.alice, cora, people.today + timedelta(days=400))
        planned = act(shifts.schedule_service, entry, cora)
        for action, arguments in (
            (shifts.start_shift, ()),
            (shifts.finish_shift, (ended(people), "x")),
            (shifts.cancel_service, (Cancellation("x", clock.now()),)),
        ):
            with pytest.raises(Forbidden):
                act(action, planned.id, 1, *arguments, actor=people.sam)

    def test_a_stale_version_is_a_conflict_and_changes_nothing(self, people, act, entry, sam):
        started = begun(people, act, entry, sam)
        with pytest.raises(Conflict, match="Sam Acacia changed this shift in the meantime"):
            act(shifts.finish_shift, started.id, 1, ended(people), "x")
        assert stored(people, started.id).status == "in_progress"

    def test_only_legal_steps(self, people, act, entry, sam):
        planned = act(shifts.schedule_service, entry, sam)
        with pytest.raises(RuleBroken, match="is scheduled: it cannot be finished"):
            act(shifts.finish_shift, planned.id, 1, ended(people), "x")
        act(shifts.cancel_service, planned.id, 1, Cancellation("Rain", clock.now()))
        for action, arguments in (
            (shifts.start_shift, ()),
            (shifts.finish_shift, (ended(people), "x")),
            (shifts.cancel_service, (Cancellation("x", clock.now()),)),
            (shifts.move_service, (NewTime(entry.service_on, Times(time(9), time(10)), sam),)),
        ):
            with pytest.raises(RuleBroken, match="is cancelled: it cannot be"):
                act(action, planned.id, 2, *arguments)

    def test_another_organizations_shift_is_not_there(self, people, act, entry, sam):
        planned = act(shifts.schedule_service, entry, sam)
        with scope(people.banksia.id), pytest.raises(NotFound):
            shifts.start_shift(planned.id, 1, actor=people.charlie)


class TestCancelling:
    def local(self, people, days_before, entry):
        at = datetime.combine(entry.service_on, time(9), ZoneInfo(world.ZONE))
        return at - timedelta(days=days_before)

    def test_without_a_fee_the_money_is_free_again(self, people, act, entry, sam):
        planned = act(shifts.schedule_service, entry, sam)
        act(shifts.cancel_service, planned.id, 1, Cancellation("Rain", clock.now()))
        assert money(people) == (0, 0)
        row = stored(people, planned.id)
        assert (row.status, row.fee_percent, row.total_cents) == ("cancelled", 0, 0)

    def test_at_short_notice_the_fee_is_spent(self, people, act, entry, sam):
        planned = act(shifts.schedule_service, entry, sam)
        late = self.local(people, 1, entry)
        some = Cancellation("Ill", late, CancellationReason.NSDH, 50)
        assert act(shifts.cancel_service, planned.id, 1, some).total_cents == 52_68
        assert money(people) == (0, 52_68)
        row = stored(people, planned.id)
        assert (row.fee_percent, row.cancellation_reason) == (50, "NSDH")

    def test_in_time_there_is_no_fee(self, people, act, entry, sam):
        planned = act(shifts.schedule_service, entry, sam)
        early = Cancellation("Ill", self.local(people, 8, entry), CancellationReason.NSDH, 50)
        with pytest.raises(RuleBroken, match="came in time"):
            act(shifts.cancel_service, planned.id, 1, early)
        assert money(people) == (105_35, 0)

    def test_a_fee_needs_the_reason_it_is_claimed_with(self, people, act, entry, sam):
        planned = act(shifts.schedule_service, entry, sam)
        with pytest.raises(RuleBroken) as caught:
            act(
                shifts.cancel_service,
                planned.id,
                1,
                Cancellation("Ill", self.local(people, 1, entry), None, 100),
            )
        assert caught.value.field == "code"

    def test_what_took_place_is_cancelled_without_a_fee_only(self, people, act, entry, sam):
        yesterday = replace(entry, service_on=people.today - timedelta(days=1))
        logged = act(services.log_service, yesterday, world.ZONE, "NSW", actor=people.sam)
        late = self.local(people, 1, yesterday)
        with pytest.raises(RuleBroken, match="took place"):
            act(
                shifts.cancel_service,
                logged.id,
                1,
                Cancellation("x", late, CancellationReason.NSDO, 100),
            )
        act(shifts.cancel_service, logged.id, 1, Cancellation("Entered twice", late))
        assert money(people) == (0, 0)


class TestMoving:
    def test_a_move_within_the_budget_commits_what_it_costs_now(self, people, act, entry, sam):
        planned = act(shifts.schedule_service, entry, sam)
        day = weekday_after(entry.service_on)
        to = NewTime(day, Times(time(13), time(15)), sam)
        moved = act(shifts.move_service, planned.id, 1, to, reason="Asked for the afternoon")
        assert (moved.total_cents, moved.version) == (140_46, 2)
        assert money(people) == (140_46, 0)
        with scope(people.acacia.id):
            last = roster.changes_of(planned.id)[-1]
        assert last.changes["service_on"] == [entry.service_on.isoformat(), day.isoformat()]
        assert last.reason == "Asked for the afternoon"

    def test_it_clashes_with_others_but_not_with_itself(self, people, act, entry, sam):
        planned = act(shifts.schedule_service, entry, sam)
        later = replace(entry, start_time=time(12), end_time=time(13))
        act(shifts.schedule_service, later, sam)
        onto = NewTime(entry.service_on, Times(time(11), time(12, 30)), sam)
        with pytest.raises(RuleBroken, match="Sam is with Pat Green from 12:00 pm"):
            act(shifts.move_service, planned.id, 1, onto, save_anyway=True)
        nearer = NewTime(entry.service_on, Times(time(9, 30), time(11)), sam)
        act(shifts.move_service, planned.id, 1, nearer)


class TestCorrecting:
    @pytest.fixture
    def logged(self, people, act, entry):
        yesterday = replace(entry, service_on=people.today - timedelta(days=1), notes="x")
        made = act(services.log_service, yesterday, world.ZONE, "NSW", actor=people.sam)
        return made, yesterday

    def test_the_budget_follows(self, people, act, logged):
        made, entry = logged
        longer = replace(entry, end_time=time(11))
        cost = act(
            corrections.correct_service, made.id, 1, longer, "Stayed longer", actor=people.sam
        )
        assert cost == 140_46
        assert money(people) == (0, 140_46)
        with scope(people.acacia.id):
            last = roster.changes_of(made.id)[-1]
        assert (last.from_status, last.to_status) == ("completed", "completed")
        assert last.changes["total_cents"] == [105_35, 140_46]

    def test_another_item_moves_it_to_another_budget_and_day(self, people, act, logged):
        made, entry = logged
        on = entry.service_on - timedelta(days=1)
        other = replace(entry, service_on=on, item_number="15_617_0128_1_3")
        cost = act(corrections.correct_service, made.id, 1, other, "Wrong item", actor=people.sam)
        assert money(people) == (0, 0)
        assert money(people, category=15) == (0, cost)

    def test_over_a_plans_end_it_moves_to_the_other_plans_budget(self, people, act, logged):
        """The plan began 100 days ago; another one, without much money, ended the day before."""
        made, entry = logged
        ends_on = people.today - timedelta(days=101)
        add_plan(people, act, ends_on - timedelta(days=30), ends_on, 80_00)
        before = replace(entry, service_on=ends_on)
        with pytest.raises(RuleBroken) as caught:
            act(corrections.correct_service, made.id, 1, before, "Wrong day", actor=people.sam)
        assert caught.value.code == "insufficient_budget"
        shorter = replace(before, end_time=time(10))
        act(corrections.correct_service, made.id, 1, shorter, "Wrong day", actor=people.sam)
        assert by_plan(people) == [(0, 70_23), (0, 0)]
        act(corrections.correct_service, made.id, 2, entry, "It was right", actor=people.sam)
        assert by_plan(people) == [(0, 0), (0, 105_35)]

    def test_it_needs_a_reason_and_a_service_that_took_place(self, people, act, logged, sam, entry):
        made, done = logged
        with pytest.raises(RuleBroken, match="Say why"):
            act(corrections.correct_service, made.id, 1, done, " ")
        planned = act(shifts.schedule_service, entry, sam)
        with pytest.raises(RuleBroken, match="is scheduled: it cannot be corrected"):
            act(corrections.correct_service, planned.id, 1, entry, "x")

    def test_a_billed_one_is_changed_through_its_claim(self, people, act, logged):
        made, entry = logged
        claimed.ready(people)
        with scope(people.acacia.id):
            claimed.submit(people, claimed.build(people).id)
            version = db.session.get_one(Service, made.id).version
        with pytest.raises(RuleBroken, match="through its claim"):
            act(corrections.correct_service, made.id, version, entry, "x")


class TestAtOnce:
    def together(self, app, people, *doings):
        """Do things at the same time and return how many were refused."""
        refused = []
        gate = threading.Barrier(len(doings))

        def run(action, arguments, options):
            with app.app_context(), scope(people.acacia.id):
                gate.wait()
                try:
                    action(*arguments, actor=people.alice, **options)
                except (RuleBroken, Conflict) as error:
                    refused.append(error)
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=run, args=one) for one in doings]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        with scope(people.acacia.id):
            db.session.rollback()
            assert list(checks.differences()) == []
        return refused

    def test_two_plans_for_one_worker_are_not_both_stored(self, app, people, entry, sam):
        other = world.participant(people.alice, "Kim", "Lee", "430000010", people.today)
        refused = self.together(
            app,
            people,
            (shifts.schedule_service, (entry, sam), {}),
            (shifts.schedule_service, (replace(entry, participant_id=other), sam), {}),
        )
        assert [error.code for error in refused] == ["worker_twice"]

    def test_two_who_cancel_and_move_the_same_shift(self, app, people, act, entry, sam):
        planned = act(shifts.schedule_service, entry, sam)
        to = NewTime(weekday_after(entry.service_on), Times(time(9), time(10)), sam)
        refused = self.together(
            app,
            people,
            (shifts.cancel_service, (planned.id, 1, Cancellation("x", clock.now())), {}),
            (shifts.move_service, (planned.id, 1, to), {}),
        )
        assert [error.code for error in refused] == ["changed_meanwhile"]
