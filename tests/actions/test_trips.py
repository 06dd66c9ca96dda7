"""A trip goes where its support goes, to the cent, and each line of it can be put right."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from caddy import clock
from caddy.actions import corrections, schedules, service_notes, services, shifts, teams, trips
from caddy.actions.shifts import Times
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.services import ServiceStatus
from caddy.domain.shifts import Cancellation
from caddy.domain.travel import Travel
from caddy.extensions import db
from caddy.models import AuditLog, Budget, Service, ServiceChange
from caddy.queries import checks
from caddy.transaction import transaction
from tests import claims, world
from tests.one_of_each import weekly

DAYTIME = "01_011_0107_1_1"
# 20 and 10 minutes at $70.23: $23.41 and $11.71; 12.5 km at $0.99 and $3.40: $15.78
TRIP = Travel(20, 10, kilometres_milli=12_500, cents_per_kilometre=99, tolls_cents=3_40)
MISTAKE = Cancellation("Entered twice", clock.now())


@pytest.fixture
def entry(people):
    """Two hours of self-care on a weekday: $140.46."""
    day = people.today - timedelta(days=2)
    while day.weekday() > 4 or clock.public_holiday(day, "NSW"):
        day -= timedelta(days=1)
    return services.ServiceEntry(
        participant_id=people.acacia.participant_id,
        service_on=day,
        start_time=time(9),
        end_time=time(11),
        item_number=DAYTIME,
        notes="Went to the library.",
        travel=TRIP,
    )


def log(people, entry):
    """Return the support and the lines of the trip to it."""
    made = services.log_service(entry, world.ZONE, "NSW", actor=people.sam).id
    return made, lines_of(made)


def lines_of(main_id):
    db.session.expire_all()
    wanted = select(Service).where(Service.main_service_id == main_id).order_by(Service.id)
    return list(db.session.scalars(wanted))


def spent():
    """Return what is spent of Pat's budget, who was there before everyone else."""
    assert list(checks.differences()) == []
    core = select(Budget.spent_cents).where(Budget.support_category == 1)
    return db.session.scalar(core.order_by(Budget.id).limit(1))


def shared_by_three(people, entry):
    """Return three supports that share a trip at $7.80, $7.81 and $7.80, and $3.33 or $3.34."""
    whom = [
        world.participant(people.alice, name, "Trip", number, people.today, (1, 1_000_00))
        for name, number in (("Una", "430000100"), ("Vera", "430000101"))
    ]
    for one in whom:
        teams.add_to_team(one, people.sam.user_id, actor=people.alice)
    shared = replace(entry, travel=Travel(20, tolls_cents=10_00, people=3))
    return [
        (log(people, replace(shared, participant_id=one))[0], replace(shared, participant_id=one))
        for one in (entry.participant_id, *whom)
    ]


def costs(*main_ids):
    """Return what the lines of trips that are not cancelled cost, support by support."""
    return [
        [one.total_cents for one in lines_of(main) if one.status is not ServiceStatus.CANCELLED]
        for main in main_ids
    ]


class TestFinishing:
    @pytest.fixture
    def begun(self, inside):
        """A shift of Sam's that began two hours ago, and the times that it then took."""
        at = clock.local(clock.now(), world.ZONE) - timedelta(hours=2)
        plan = schedules.create_schedule(weekly(inside, inside.acacia), actor=inside.alice)
        wanted = select(Service.id).where(Service.schedule_id == plan.schedule_id)
        service_id = db.session.scalars(wanted).one()
        with transaction(inside.alice, unrecorded="a test"):
            row = db.session.get_one(Service, service_id)
            row.service_on, row.started_at, row.ended_at = at.date(), at, at + timedelta(hours=6)
        shifts.start_shift(service_id, 1, actor=inside.sam)
        end = at + timedelta(hours=1)
        over = end.date() > at.date()
        return service_id, Times(
            at.time().replace(second=0), end.time().replace(second=0), over, at.date()
        )

    def test_the_travel_of_a_shift_is_stored_with_its_end(self, inside, begun):
        shift_id, times = begun
        done = shifts.finish_shift(shift_id, 2, times, "x", travel=TRIP, actor=inside.alice)
        assert (done.total_cents, done.travel_cents) == (70_23, 23_41 + 11_71 + 15_78)
        assert spent() == 70_23 + done.travel_cents
        lines = lines_of(shift_id)
        assert [one.claim_type for one in lines] == ["travel", "travel", "travel_costs"]
        assert {one.support_worker_id for one in lines} == {inside.sam.user_id}, "whose shift it is"
        assert {one.service_on for one in lines} == {times.on}

    def test_what_the_trip_may_not_be_leaves_the_shift_under_way(self, inside, begun):
        shift_id, times = begun
        with pytest.raises(RuleBroken) as caught:
            shifts.finish_shift(
                shift_id, 2, times, "x", travel=Travel(minutes_back=31), actor=inside.sam
            )
        assert (caught.value.field, caught.value.code) == ("minutes_back", "over_travel_cap")
        dear = Travel(tolls_cents=950_00)
        with pytest.raises(RuleBroken, match=r"costs \$950.00, but only \$929.77 remains"):
            shifts.finish_shift(shift_id, 2, times, "x", travel=dear, actor=inside.sam)
        db.session.rollback()
        assert db.session.get_one(Service, shift_id).status == "in_progress"
        assert (lines_of(shift_id), spent()) == ([], 0)


class TestCancelling:
    def test_the_trip_to_a_support_that_was_not_goes_with_it(self, inside, entry):
        main, lines = log(inside, entry)
        tried = shifts.cancel_service(main, 1, MISTAKE, is_trial=True, actor=inside.sam)
        assert tried.travel_cents == 50_90
        assert spent() == 140_46 + 50_90
        shifts.cancel_service(main, 1, MISTAKE, actor=inside.sam)
        assert spent() == 0
        assert {(one.status, one.fee_percent, one.total_cents) for one in lines_of(main)} == {
            ("cancelled", 0, 0)
        }
        own = [one.id for one in lines]
        said = select(AuditLog.entity_id).where(AuditLog.action == "service.cancelled")
        assert {str(one) for one in db.session.scalars(said)} == {str(one) for one in (main, *own)}
        reasons = select(ServiceChange.reason).where(ServiceChange.service_id.in_(own))
        assert set(db.session.scalars(reasons)) == {"Entered twice"}

    def test_travel_that_is_billed_is_credited_first(self, inside, entry):
        main, lines = log(inside, entry)
        claims.ready(inside)
        claims.submit(inside, claims.build(inside, service_ids=(lines[0].id,)).id)
        with pytest.raises(RuleBroken, match="travel is credited on its claim"):
            shifts.cancel_service(main, 1, MISTAKE, actor=inside.sam)
        other = replace(entry, travel=None, service_on=entry.service_on - timedelta(days=1))
        with pytest.raises(RuleBroken, match="cannot be corrected before its travel is credited"):
            corrections.correct_service(main, 1, other, "Wrong day", actor=inside.sam)
        db.session.rollback()
        assert spent() == 140_46 + 50_90
        assert [one.status for one in lines_of(main)] == ["billed", "completed", "completed"]

    def test_who_had_their_share_cancelled_leaves_it_to_the_next(self, inside, entry):
        made = shared_by_three(inside, entry)
        (first, own), (second, theirs), (third, _) = made
        assert costs(first, second, third) == [[7_80, 3_33], [7_81, 3_34], [7_80, 3_33]]
        shifts.cancel_service(second, 1, MISTAKE, actor=inside.sam)
        assert costs(second, log(inside, theirs)[0]) == [[], [7_81, 3_34]]
        shifts.cancel_service(first, 1, MISTAKE, actor=inside.sam)
        assert costs(first, log(inside, own)[0]) == [[], [7_80, 3_33]]
        assert spent() == 140_46 + 7_80 + 3_33


class TestMovingWithItsSupport:
    def test_another_day_other_times_and_another_price_take_the_trip_along(self, inside, entry):
        main, _ = log(inside, entry)
        day = entry.service_on - timedelta(days=7)
        to = replace(
            entry, service_on=day, start_time=time(13), end_time=time(14), travel=None, notes="Fair"
        )
        corrections.correct_service(main, 1, to, "Wrong day", actor=inside.sam)
        lines = lines_of(main)
        assert [(one.service_on, one.start_time, one.end_time) for one in lines] == [
            (day, time(12, 40), time(13)),
            (day, time(14), time(14, 10)),
            (day, time(13), time(14)),
        ]
        assert [one.total_cents for one in lines] == [23_41, 11_71, 15_78]
        assert {(one.version, one.notes) for one in lines} == {(2, "Fair")}
        assert spent() == 70_23 + 50_90
        cheaper = replace(to, unit_price_cents=60_00)
        corrections.correct_service(main, 2, cheaper, "Agreed on less", actor=inside.sam)
        assert costs(main) == [[20_00, 10_00, 15_78]]
        assert spent() == 60_00 + 45_78

    def test_a_day_without_a_plan_moves_nothing_of_it(self, inside, entry):
        main, _ = log(inside, entry)
        far = replace(entry, service_on=entry.service_on - timedelta(days=3_000), travel=None)
        with pytest.raises(RuleBroken):
            corrections.correct_service(main, 1, far, "Wrong day", actor=inside.sam)
        db.session.rollback()
        assert {one.service_on for one in lines_of(main)} == {entry.service_on}
        assert spent() == 140_46 + 50_90

    def test_a_shared_trip_that_moves_keeps_its_cents_and_its_others(self, inside, entry):
        made = shared_by_three(inside, entry)
        mains = [main for main, _ in made]
        day = entry.service_on - timedelta(days=7)
        for main, own in made:
            to = replace(own, service_on=day, travel=None)
            corrections.correct_service(main, 1, to, "Wrong day", actor=inside.sam)
        both = [one for main in mains for one in lines_of(main)]
        assert sum(one.total_cents for one in both) == 23_41 + 10_00
        assert {one.service_on for one in both} == {day}
        assert len({one.group_key for one in both}) == 2, "each part is still one trip of three"
        assert spent() == 140_46 + sum(costs(mains[0])[0])

    def test_other_notes_go_along_and_price_nothing_anew(self, inside, entry):
        main, _ = log(inside, entry)
        claims.agree(inside, entry.participant_id, allows_travel=False)  # refused if entered now
        same = replace(entry, travel=None, notes="Went to the zoo.")
        corrections.correct_service(main, 1, same, "Wrong place", actor=inside.sam)
        assert {(one.version, one.notes) for one in lines_of(main)} == {(1, "Went to the zoo.")}
        service_notes.correct_notes(main, 2, "At home.", "Wrong again", actor=inside.sam)
        assert {one.notes for one in lines_of(main)} == {"At home."}

    def test_what_was_forgotten_is_added_and_what_is_there_is_not_doubled(self, inside, entry):
        main, _ = log(inside, replace(entry, travel=Travel(minutes_there=20)))
        with pytest.raises(RuleBroken) as caught:
            corrections.correct_service(main, 1, entry, "Travel forgotten", actor=inside.sam)
        assert (caught.value.field, caught.value.code) == ("minutes_there", "travel_known")
        more = replace(entry, travel=replace(TRIP, minutes_there=0))
        corrections.correct_service(main, 1, more, "Travel forgotten", actor=inside.sam)
        assert costs(main) == [[23_41, 11_71, 15_78]]
        assert spent() == 140_46 + 50_90


class TestCorrectingALine:
    def correct(self, people, line, travel, reason="Read it wrong", version=1):
        return trips.correct_trip(line.id, version, travel, reason, actor=people.sam)

    def test_minutes_kilometres_and_tolls_are_put_right(self, inside, entry):
        main, (there, back, costly) = log(inside, entry)
        assert self.correct(inside, there, Travel(minutes_there=30)) == 35_12
        assert self.correct(inside, back, Travel(minutes_back=20)) == 23_41
        further = Travel(kilometres_milli=20_000, cents_per_kilometre=99, tolls_cents=1_00)
        assert self.correct(inside, costly, further) == 20_80
        there, back, costly = lines_of(main)
        assert (there.start_time, there.end_time) == (time(8, 30), time(9))
        assert (back.start_time, back.end_time) == (time(11), time(11, 20))
        assert costly.quantity_milli == 20_800
        assert spent() == 140_46 + 35_12 + 23_41 + 20_80
        change = db.session.scalars(
            select(ServiceChange).where(ServiceChange.service_id == there.id)
        ).one()
        assert change.reason == "Read it wrong"
        assert change.changes["total_cents"] == [23_41, 35_12]

    def test_it_may_turn_out_to_have_been_shared(self, inside, entry):
        _, (there, *_) = log(inside, entry)
        assert self.correct(inside, there, Travel(minutes_there=20, people=2)) == 11_71
        una = world.participant(
            inside.alice, "Una", "Trip", "430000100", inside.today, (1, 1_000_00)
        )
        teams.add_to_team(una, inside.sam.user_id, actor=inside.alice)
        both = replace(entry, participant_id=una, travel=Travel(minutes_there=20, people=2))
        other, _ = log(inside, both)
        assert costs(other) == [[11_70]]

    def test_it_needs_a_reason_a_trip_and_the_rules_of_one(self, inside, entry):
        main, (there, _, _) = log(inside, entry)
        for travel, reason, code in (
            (Travel(minutes_there=5), " ", "reason_needed"),
            (Travel(minutes_back=5), "x", "no_travel"),
            (Travel(minutes_there=31), "x", "over_travel_cap"),
        ):
            with pytest.raises(RuleBroken) as caught:
                self.correct(inside, there, travel, reason)
            assert caught.value.code == code
        with pytest.raises(Conflict):
            self.correct(inside, there, Travel(minutes_there=5), version=7)
        with pytest.raises(NotFound):
            trips.correct_trip(main, 1, Travel(minutes_there=5), "x", actor=inside.sam)
        with pytest.raises(RuleBroken, match="Correct it on its own page"):
            corrections.correct_service(there.id, 1, entry, "x", actor=inside.sam)
        db.session.rollback()
        assert spent() == 140_46 + 50_90

    def test_a_line_that_is_cancelled_or_billed_is_left_alone(self, inside, entry):
        main, (there, back, _) = log(inside, entry)
        shifts.cancel_service(there.id, 1, MISTAKE, actor=inside.sam)
        with pytest.raises(RuleBroken, match="is cancelled: it cannot be corrected"):
            self.correct(inside, there, Travel(minutes_there=5), version=2)
        claims.ready(inside)
        claims.submit(inside, claims.build(inside, service_ids=(main, back.id)).id)
        version = lines_of(main)[1].version
        with pytest.raises(RuleBroken, match="through its claim"):
            self.correct(inside, back, Travel(minutes_back=5), version=version)
        costly = lines_of(main)[2]
        assert self.correct(inside, costly, Travel(tolls_cents=5_00)) == 5_00, "of a billed support"
        assert spent() == 140_46 + 11_71 + 5_00
