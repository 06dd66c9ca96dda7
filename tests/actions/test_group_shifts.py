"""Groups on the roster: one worker, several participants, a part of the price for each of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from caddy import clock
from caddy.actions import agreements, group_moves, group_shifts, previews, schedules, series, shifts
from caddy.actions.services import ServiceEntry
from caddy.actions.shifts import NewTime, Times
from caddy.domain.agreements import AgreedLine
from caddy.domain.claim_types import CancellationReason, ClaimType
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.services import ServiceStatus
from caddy.domain.shifts import Cancellation
from caddy.extensions import db
from caddy.models import Budget, Schedule, Service
from caddy.queries import checks, roster
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world
from tests.actions.test_shifts import ended, weekday_after
from tests.one_of_each import agreement, weekly

AFTERNOON = Times(time(14), time(16))
THIRD = 46_82  # two hours at $23.41: a third of $70.23 an hour


@pytest.fixture
def entry(people):
    """Two hours at $70.23 an hour; a third of it is $23.41 an hour."""
    return ServiceEntry(
        participant_id=people.acacia.participant_id,
        service_on=weekday_after(people.today),
        start_time=time(9),
        end_time=time(11),
        item_number="01_011_0107_1_1",
        notes="",
    )


@pytest.fixture
def sam(people):
    return people.acacia.people["sam"]


@pytest.fixture
def others(people):
    """Two more people with budgets of their own: Kim Lee and Jo Bell."""
    return [
        world.participant(people.alice, first, last, number, people.today)
        for first, last, number in (("Kim", "Lee", "430000010"), ("Jo", "Bell", "430000011"))
    ]


@pytest.fixture
def act(people):
    """Do something as Alice, and see that every stored total is what its rows say."""

    def do(action, *arguments, **options):
        with scope(people.acacia.id):
            try:
                return action(*arguments, **{"actor": people.alice, **options})
            finally:
                db.session.rollback()
                assert list(checks.differences()) == []

    return do


def rows(people):
    with scope(people.acacia.id):
        db.session.expire_all()
        return list(db.session.scalars(select(Service).order_by(Service.service_on, Service.id)))


def committed(people):
    """Return what each participant's budget of the category has promised, by participant."""
    with scope(people.acacia.id):
        found = select(Budget.participant_id, Budget.committed_cents, Budget.spent_cents)
        return {
            row.participant_id: (row.committed_cents, row.spent_cents)
            for row in db.session.execute(found.where(Budget.support_category == 1))
        }


def test_each_of_a_group_commits_a_part_from_a_budget_of_their_own(people, act, entry, sam, others):
    made = act(group_shifts.schedule_group, entry, others, sam)
    assert (made.people, made.total_cents, len(made.ids)) == (3, 3 * THIRD, 3)
    stored = rows(people)
    assert {row.participant_id for row in stored} == {entry.participant_id, *others}
    assert {(row.people, row.total_cents, row.status) for row in stored} == {
        (3, THIRD, "scheduled")
    }
    (key,) = {row.group_key for row in stored}
    assert key is not None
    assert set(committed(people).values()) == {(THIRD, 0)}
    with scope(people.acacia.id):
        shift = roster.shift(made.ids[0], seen_by=None)
        assert [one.first_name for one in roster.of_group(shift, seen_by=None)] == ["Jo", "Kim"]


def test_more_may_share_than_are_planned_but_never_fewer(people, act, entry, sam, others):
    made = act(group_shifts.schedule_group, entry, others[:1], sam, people=3)
    assert made.total_cents == 2 * THIRD
    later = replace(entry, start_time=time(12), end_time=time(14))
    with pytest.raises(RuleBroken, match="You chose 3 people, but the group is for 2") as caught:
        act(group_shifts.schedule_group, later, others, sam, people=2)
    assert caught.value.field == "people"
    alone = act(group_shifts.schedule_group, later, (), sam, people=3)
    assert alone.total_cents == THIRD
    assert {row.group_key is None for row in rows(people) if row.id in alone.ids} == {True}


@pytest.mark.parametrize("refusal", ["budget", "agreement"])
def test_nothing_is_stored_unless_each_can_pay_and_it_says_who_cannot(
    people, act, entry, sam, others, refusal
):
    if refusal == "budget":
        with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
            budget = select(Budget).where(
                Budget.participant_id == others[1], Budget.support_category == 1
            )
            db.session.scalars(budget).one().allocated_cents = THIRD - 1
    else:
        with scope(people.acacia.id):
            other = AgreedLine("15_617_0128_1_3", None)
            made = agreements.add_agreement(
                others[1], agreement(people.today, other), actor=people.alice
            )
            agreements.sign_agreement(made, people.today, "Jo Bell", actor=people.alice)
    with scope(people.acacia.id):
        before = list(checks.differences())
    with scope(people.acacia.id), pytest.raises(RuleBroken) as caught:
        group_shifts.schedule_group(entry, others, sam, actor=people.alice)
    assert caught.value.message.startswith("Jo Bell cannot be in this group. ")
    assert rows(people) == []
    with scope(people.acacia.id):
        assert list(checks.differences()) == before


def test_a_group_clashes_with_what_is_not_of_it(people, act, entry, sam, others):
    act(group_shifts.schedule_group, entry, others[:1], sam)
    late = replace(entry, participant_id=others[1], start_time=time(10), end_time=time(12))
    with pytest.raises(RuleBroken, match=r"Sam is with (Pat Green|Kim Lee) from 9:00 am") as caught:
        act(group_shifts.schedule_group, late, (), sam, save_anyway=True)
    assert caught.value.code == "worker_twice"
    # The worker is said once for each shift that is met, not once for each who is planned.
    with pytest.raises(RuleBroken) as caught:
        act(group_shifts.schedule_group, late, [entry.participant_id], sam, save_anyway=True)
    assert caught.value.message.count("Sam is with Pat Green") == 1
    found = act(previews.preview, late, sam, [entry.participant_id])
    assert [one.name for one in found.shares] == ["Jo Bell", "Pat Green"]
    assert found.total_cents == sum(one.worked_out.total_cents for one in found.shares)
    assert found.against.count("Sam is with Kim Lee from 9:00 am to 11:00 am.") == 1


def test_one_of_a_group_is_finished_moved_or_cancelled_and_the_others_stay(
    people, act, entry, sam, others
):
    made = act(group_shifts.schedule_group, entry, others, sam)
    by_person = {row.participant_id: row for row in rows(people)}
    kim, jo, pat = by_person[others[0]], by_person[others[1]], by_person[entry.participant_id]
    moved = act(
        shifts.move_service, kim.id, 1, NewTime(kim.service_on, Times(time(10), time(13)), sam)
    )
    assert moved.total_cents == 70_23  # three hours, a third of the price of each
    told = Cancellation("Unwell", clock.local(clock.now(), world.ZONE))
    assert act(shifts.cancel_service, jo.id, 1, told).total_cents == 0
    at = clock.local(clock.now(), world.ZONE) - timedelta(hours=2)
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        row = db.session.get_one(Service, pat.id)
        row.service_on, row.start_time = at.date(), at.time().replace(second=0, microsecond=0)
        row.started_at, row.ended_at = at, at + timedelta(hours=6)
    act(shifts.start_shift, pat.id, 1)
    done = act(shifts.finish_shift, pat.id, 2, ended(people), "A walk.")
    stored = {row.id: row for row in rows(people)}
    assert len(stored) == len(made.ids) == 3
    assert (done.total_cents, stored[pat.id].people) == (23_41, 3)
    assert {one: stored[one].status for one in (kim.id, jo.id, pat.id)} == {
        kim.id: ServiceStatus.SCHEDULED,
        jo.id: ServiceStatus.CANCELLED,
        pat.id: ServiceStatus.COMPLETED,
    }
    assert committed(people)[others[0]] == (70_23, 0)


def test_a_price_below_the_share_stays_and_the_share_itself_follows_the_catalogue(
    people, act, entry, sam, others
):
    """The share of the limit is no price that was agreed on: another day may have another."""
    act(group_shifts.schedule_group, entry, others[:1], sam)
    later = replace(entry, start_time=time(12), end_time=time(13), unit_price_cents=20_00)
    act(group_shifts.schedule_group, later, others[:1], sam)
    with scope(people.acacia.id):
        prices = {roster.agreed_price(row, "NSW") for row in rows(people)}
    assert prices == {None, 20_00}


def test_what_is_planned_may_be_claimed_as_what_its_item_allows(people, act, entry, sam, others):
    telehealth = replace(entry, claim_type=ClaimType.TELEHEALTH)
    act(group_shifts.schedule_group, telehealth, others[:1], sam)
    assert {row.claim_type for row in rows(people)} == {ClaimType.TELEHEALTH}
    irregular = replace(telehealth, claim_type=ClaimType.IRREGULAR_SIL)
    with pytest.raises(RuleBroken, match="the Support Catalogue does not allow it") as caught:
        act(group_shifts.schedule_group, irregular, (), sam)
    assert caught.value.field == "claim_type"


def test_a_participant_whom_the_planner_does_not_see_is_not_there(people, act, entry, sam):
    with pytest.raises(NotFound):
        act(group_shifts.schedule_group, entry, [people.banksia.participant_id], sam)
    assert rows(people) == []


class TestChangingAGroup:
    def test_who_joins_makes_it_cheaper_for_those_who_are_there(
        self, people, act, entry, sam, others
    ):
        alone = act(shifts.schedule_service, entry, sam)
        assert alone.total_cents == 140_46
        act(group_shifts.change_group, alone.id, 1, others[:1])
        assert {row.total_cents for row in rows(people)} == {70_24}
        seen = next(row for row in rows(people) if row.participant_id == others[0])
        made = act(group_shifts.change_group, seen.id, seen.version, others[1:])
        assert (made.people, made.total_cents) == (3, 3 * THIRD)
        stored = rows(people)
        assert len({row.group_key for row in stored}) == 1
        assert set(committed(people).values()) == {(THIRD, 0)}
        with scope(people.acacia.id):
            last = roster.changes_of(alone.id)[-1]
            assert last.changes["people"] == [2, 3]
        # A group of more than are planned here: the price goes down, nobody is added.
        version = next(row.version for row in stored if row.id == alone.id)
        fewer = act(group_shifts.change_group, alone.id, version, people=4)
        assert (fewer.people, fewer.total_cents) == (4, 3 * 35_12)

    def test_all_of_it_or_nothing_and_a_stale_version_is_told(
        self, people, act, entry, sam, others
    ):
        made = act(group_shifts.schedule_group, entry, others[:1], sam)
        with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
            budget = select(Budget).where(
                Budget.participant_id == others[1], Budget.support_category == 1
            )
            db.session.scalars(budget).one().allocated_cents = 1
        with scope(people.acacia.id), pytest.raises(RuleBroken, match="Jo Bell cannot be in this"):
            group_shifts.change_group(made.ids[0], 1, others[1:], actor=people.alice)
        assert [(row.people, row.total_cents) for row in rows(people)] == [(2, 70_24)] * 2
        with scope(people.acacia.id), pytest.raises(Conflict):
            group_shifts.change_group(made.ids[0], 2, people=3, actor=people.alice)

    def test_a_typed_price_stays_and_an_agreed_one_is_shared_anew(
        self, people, act, entry, sam, others
    ):
        with scope(people.acacia.id):
            agreed = agreements.add_agreement(
                entry.participant_id, agreement(people.today), actor=people.alice
            )
            agreements.sign_agreement(agreed, people.today, "Pat Green", actor=people.alice)
        made = act(group_shifts.schedule_group, entry, others[:1], sam)
        later = replace(entry, start_time=time(12), end_time=time(13), unit_price_cents=20_00)
        typed = act(group_shifts.schedule_group, later, others[:1], sam)
        for one in (made, typed):
            act(group_shifts.change_group, one.ids[0], 1, people=3)
        prices = {
            (row.participant_id == entry.participant_id, row.start_time.hour): row.unit_price_cents
            for row in rows(people)
        }
        # $65.00 was agreed on with the first: a third of it; the other has the limit's third.
        assert prices == {
            (True, 9): 21_67,
            (False, 9): 23_41,
            (True, 12): 20_00,
            (False, 12): 20_00,
        }

    def test_what_stands_against_who_joins_is_said_and_may_be_meant(
        self, people, act, entry, sam, others
    ):
        made = act(shifts.schedule_service, entry, sam)
        cora = people.acacia.people["cora"]
        world.screened(people.alice, cora, people.today + timedelta(days=400))
        act(shifts.schedule_service, replace(entry, participant_id=others[0]), cora)
        with pytest.raises(RuleBroken, match="Kim Lee is with Cora from 9:00 am") as caught:
            act(group_shifts.change_group, made.id, 1, others[:1])
        assert caught.value.field == "save_anyway"
        act(group_shifts.change_group, made.id, 1, others[:1], save_anyway=True)
        assert len(rows(people)) == 3


class TestTheWholeGroup:
    def test_all_that_is_planned_moves_or_nothing_does(self, people, act, entry, sam, others):
        made = act(group_shifts.schedule_group, entry, others, sam)
        apart = next(row for row in rows(people) if row.participant_id == others[1])
        act(shifts.move_service, apart.id, 1, NewTime(apart.service_on, AFTERNOON, sam))
        to = NewTime(weekday_after(entry.service_on), Times(time(10), time(13)), sam)
        tried = act(group_moves.move_group, made.ids[0], 1, to, is_trial=True)
        assert (tried.count, tried.before_cents, tried.cents) == (2, 2 * THIRD, 2 * 70_23)
        assert {row.service_on for row in rows(people)} == {entry.service_on}
        act(group_moves.move_group, made.ids[0], 1, to)
        moved = {row.participant_id: (row.service_on, row.start_time.hour) for row in rows(people)}
        assert moved == {
            entry.participant_id: (to.service_on, 10),
            others[0]: (to.service_on, 10),
            others[1]: (entry.service_on, 14),
        }
        clash = replace(entry, participant_id=others[1], service_on=to.service_on)
        act(shifts.schedule_service, replace(clash, start_time=time(6), end_time=time(8)), sam)
        early = NewTime(to.service_on, Times(time(7), time(9)), sam)
        with pytest.raises(RuleBroken, match="Sam is with Jo Bell from 6:00 am to 8:00 am"):
            act(group_moves.move_group, made.ids[0], 2, early, save_anyway=True)
        with pytest.raises(Conflict):
            act(group_moves.move_group, made.ids[0], 1, early)

    def test_all_that_is_planned_is_cancelled_with_the_fee_of_each(
        self, people, act, entry, sam, others
    ):
        made = act(group_shifts.schedule_group, entry, others, sam)
        told = Cancellation(
            "The bus broke down",
            clock.local(clock.now(), world.ZONE),
            CancellationReason.NSDT,
            50,
        )
        done = act(group_moves.cancel_group, made.ids[0], 1, told)
        assert (done.count, done.cents) == (3, 3 * THIRD // 2)
        assert {row.status for row in rows(people)} == {ServiceStatus.CANCELLED}
        assert set(committed(people).values()) == {(0, THIRD // 2)}


class TestByTheWeek:
    def test_each_has_a_schedule_and_each_day_is_one_group(self, people, act, sam, others):
        wanted = replace(weekly(people, people.acacia, weeks=3), others=tuple(others))
        made = act(schedules.create_schedule, wanted)
        assert (made.count, made.total_cents) == (9, 9 * 11_71)
        stored = rows(people)
        assert len({row.schedule_id for row in stored}) == 3
        by_day = {row.service_on: set() for row in stored}
        for row in stored:
            by_day[row.service_on].add(row.group_key)
        assert [len(keys) for keys in by_day.values()] == [1, 1, 1]
        assert len(set.union(*by_day.values())) == 3
        # One leaves: the shifts of the others stay as they are.
        kims = next(row for row in stored if row.participant_id == others[0])
        told = Cancellation("Moved away", clock.local(clock.now(), world.ZONE))
        ended = act(series.end_schedule, kims.schedule_id, kims.service_on, told)
        assert ended.count == 3
        assert sorted(committed(people).values()) == [(0, 0), (3 * 11_71, 0), (3 * 11_71, 0)]

    def test_all_of_it_or_nothing_and_it_says_whose_and_when(self, people, act, others):
        wanted = weekly(people, people.acacia, weeks=3)
        long = replace(wanted, others=tuple(others), pattern=replace(wanted.pattern, end=time(17)))
        with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
            budget = select(Budget).where(
                Budget.participant_id == others[0], Budget.support_category == 1
            )
            db.session.scalars(budget).one().allocated_cents = 200_00
        with scope(people.acacia.id), pytest.raises(RuleBroken) as caught:
            schedules.create_schedule(long, actor=people.alice)
        second = people.today + timedelta(days=14)
        assert caught.value.message.startswith(
            f"Kim Lee cannot be in this group. {second.day} {second:%b %Y} cannot be planned."
        )
        assert rows(people) == []
        with scope(people.acacia.id):
            assert db.session.scalar(select(func.count(Schedule.id))) == 0
