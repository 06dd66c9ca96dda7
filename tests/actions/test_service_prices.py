"""What a service is charged at: the agreement of its day, claim types, groups, bands, trips."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from fractions import Fraction
from math import floor

import pytest
from sqlalchemy import func, select

from caddy import clock
from caddy.actions import agreements, services, teams
from caddy.domain.agreements import AgreedLine
from caddy.domain.bands import Band
from caddy.domain.claim_types import CancellationReason, ClaimType
from caddy.domain.errors import RuleBroken
from caddy.domain.participants import PriceZone
from caddy.domain.travel import Travel
from caddy.extensions import db
from caddy.models import Budget, Participant, Service
from caddy.queries import checks
from caddy.transaction import transaction
from tests import world
from tests.one_of_each import agreement

ZONE, STATE = world.ZONE, "NSW"
DAYTIME, EVENING, THERAPY = "01_011_0107_1_1", "01_015_0107_1_1", "15_617_0128_1_3"


@pytest.fixture
def day(people):
    """The last day of the bands' weekdays before today, with a weekday after it."""
    found = people.today - timedelta(days=1)
    while found.weekday() > 3 or any(
        clock.public_holiday(found + timedelta(days=n), STATE) for n in (0, 1)
    ):
        found -= timedelta(days=1)
    return found


@pytest.fixture
def entry(people, day):
    """Two hours of weekday self-care at the limit of $70.23: $140.46."""
    return services.ServiceEntry(
        participant_id=people.acacia.participant_id,
        service_on=day,
        start_time=time(9),
        end_time=time(11),
        item_number=DAYTIME,
        notes="Went to the library.",
    )


def agree(people, day, *lines, **more):
    made = agreements.add_agreement(
        people.acacia.participant_id,
        agreement(day - timedelta(days=1), *lines, days=60, **more),
        actor=people.alice,
    )
    agreements.sign_agreement(made, people.today, "Pat Green", actor=people.alice)
    return made


def log(people, entry):
    logged = services.log_service(entry, ZONE, STATE, actor=people.sam)
    assert list(checks.differences()) == []
    return logged


def estimate(entry):
    return services.estimate(entry, ZONE, STATE, seen_by=None)


def refusal(people, entry, log=services.log_service):
    with pytest.raises(RuleBroken) as caught:
        log(entry, ZONE, STATE, actor=people.sam)
    assert list(checks.differences()) == []
    return caught.value


def rows():
    return list(db.session.scalars(select(Service).order_by(Service.id)))


def count():
    return db.session.scalar(select(func.count(Service.id)))


def spent(category=1):
    return db.session.scalar(select(Budget.spent_cents).where(Budget.support_category == category))


class TestTheAgreementOfTheDay:
    def test_without_one_the_limit_is_charged_and_a_note_says_so(self, inside, entry):
        found = estimate(entry)
        assert (found.unit_price_cents, found.total_cents) == (70_23, 140_46)
        assert "no signed agreement" in found.notes[0]
        assert rows() == []
        log(inside, entry)
        assert rows()[0].agreement_id is None

    def test_its_price_is_charged_where_none_is_entered(self, inside, entry, day):
        made = agree(inside, day)
        found = estimate(entry)
        assert (found.unit_price_cents, found.limit_cents, found.total_cents, found.notes) == (
            65_00,
            70_23,
            130_00,
            (),
        )
        assert "Charged is $65.00 an hour." in found.quote.reason
        assert log(inside, entry).total_cents == 130_00
        (row,) = rows()
        assert (row.agreement_id, row.claim_type, row.people) == (made, "direct", 1)

    def test_a_price_above_it_is_refused_beside_the_price(self, inside, entry, day):
        agree(inside, day)
        broken = refusal(inside, replace(entry, unit_price_cents=70_00))
        assert (broken.field, broken.code) == ("unit_price", "over_agreed_price")
        assert broken.message == "$70.00 is above the $65.00 agreed with Pat for this item."
        assert count() == 0

    def test_a_price_above_the_limit_is_refused_by_the_limit(self, inside, entry, day):
        agree(inside, day, AgreedLine(DAYTIME))
        assert refusal(inside, replace(entry, unit_price_cents=70_24)).code == "over_price_limit"

    def test_an_item_without_a_price_of_its_own_is_charged_at_the_limit(self, inside, entry, day):
        agree(inside, day, AgreedLine(DAYTIME))
        assert log(inside, entry).total_cents == 140_46

    def test_an_item_that_is_not_agreed_is_refused(self, inside, entry, day):
        agree(inside, day, AgreedLine(EVENING))
        broken = refusal(inside, entry)
        assert (broken.field, broken.code) == ("item_number", "item_not_agreed")

    def test_a_draft_and_another_day_refuse_nothing(self, inside, entry, day):
        whom = inside.acacia.participant_id
        agreements.add_agreement(whom, agreement(day, AgreedLine(EVENING)), actor=inside.alice)
        agree(inside, day + timedelta(days=2), AgreedLine(EVENING))
        assert log(inside, entry).total_cents == 140_46


class TestClaimTypes:
    def test_a_flag_of_the_catalogue_refuses(self, inside, entry):
        broken = refusal(inside, replace(entry, claim_type=ClaimType.NDIA_REPORT))
        assert (broken.field, broken.code) == ("claim_type", "claim_type_not_allowed")

    def test_the_agreement_refuses_what_the_catalogue_allows(self, inside, entry, day):
        indirect = replace(entry, claim_type=ClaimType.NON_FACE_TO_FACE)
        made = agree(inside, day)
        assert refusal(inside, indirect).code == "claim_type_not_agreed"
        agreements.end_agreement(made, day - timedelta(days=1), actor=inside.alice)
        assert log(inside, indirect).total_cents == 140_46
        assert rows()[0].claim_type == "non_face_to_face"

    def test_telehealth_needs_no_flag(self, inside, entry):
        log(inside, replace(entry, claim_type=ClaimType.TELEHEALTH))
        assert rows()[0].claim_type == "telehealth"

    @pytest.mark.parametrize("kind", [ClaimType.TRAVEL, ClaimType.TRAVEL_COSTS])
    def test_travel_alone_is_refused(self, inside, entry, kind):
        assert refusal(inside, replace(entry, claim_type=kind)).field == "claim_type"

    def test_a_group_shares_the_limit_and_the_agreed_price(self, inside, entry, day):
        shared = replace(entry, people=3)
        assert estimate(shared).total_cents == 46_82  # $23.41 an hour for each
        assert refusal(inside, replace(shared, unit_price_cents=23_42)).code == "over_price_limit"
        agree(inside, day)
        assert log(inside, shared).total_cents == 43_34  # $65.00 by three: $21.67
        assert (rows()[0].people, rows()[0].unit_price_cents) == (3, 21_67)

    @pytest.mark.parametrize("size", [-1, 0, 100])
    def test_a_group_of_nobody_or_of_a_crowd_is_refused(self, inside, entry, size):
        assert refusal(inside, replace(entry, people=size)).field == "people"


class TestCancellations:
    @pytest.fixture
    def cancelled(self, entry):
        return replace(
            entry,
            claim_type=ClaimType.CANCELLATION,
            notified_at=entry.start - timedelta(days=6),
            cancellation_reason=CancellationReason.NSDH,
        )

    def test_the_agreed_share_is_charged_and_the_row_is_cancelled(self, inside, cancelled, day):
        agree(inside, day, cancellation_percent=80)
        assert log(inside, cancelled).total_cents == 104_00  # 80 % of $130.00
        (row,) = rows()
        assert (row.status, row.fee_percent, row.cancellation_reason) == ("cancelled", 80, "NSDH")
        assert spent() == 104_00

    def test_without_an_agreement_all_of_it_is_charged(self, inside, cancelled):
        assert log(inside, cancelled).total_cents == 140_46

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"notified_at": None}, "notified_at"),
            ({"cancellation_reason": None}, "cancellation_reason"),
            ({"notified_at": datetime(2020, 1, 1, 9)}, "notified_at"),  # in good time
        ],
    )
    def test_what_is_missing_or_was_told_in_time_is_refused(self, inside, cancelled, change, field):
        assert refusal(inside, replace(cancelled, **change)).field == field


class TestBands:
    @pytest.fixture
    def crossing(self, entry):
        """7 pm to 9 pm: an hour of daytime and an hour of evening."""
        return replace(entry, start_time=time(19), end_time=time(21), idempotency_key="phone-0001")

    def split(self, people, entry):
        return services.log_split(entry, ZONE, STATE, actor=people.sam)

    def test_the_estimate_proposes_both_ways_and_says_why(self, inside, crossing):
        found = estimate(crossing).quote
        assert found.band is None
        assert "crosses 8:00 pm" in found.reason
        assert found.proposal.total_cents == 70_23 + 77_38
        assert found.proposal.single.item.item_number == EVENING

    def test_the_right_item_is_suggested_for_one_band(self, inside, entry):
        late = replace(entry, start_time=time(20), end_time=time(21))
        (right,) = estimate(late).quote.proposal.split
        assert (right.item.item_number, right.band) == (EVENING, Band.WEEKDAY_EVENING)

    def test_the_split_is_stored_as_two_services_in_one_transaction(self, inside, crossing):
        logged = self.split(inside, crossing)
        assert [one.total_cents for one in logged] == [70_23, 77_38]
        assert [(row.item_number, row.start_time, row.end_time) for row in rows()] == [
            (DAYTIME, time(19), time(20)),
            (EVENING, time(20), time(21)),
        ]
        assert spent() == 147_61
        assert list(checks.differences()) == []

    def test_the_same_split_twice_is_stored_once(self, inside, crossing):
        self.split(inside, crossing)
        again = self.split(inside, crossing)
        assert all(one.was_there for one in again)
        assert count() == 2

    def test_a_night_is_cut_at_the_days_and_goes_over_midnight(self, inside, crossing, day):
        friday = day - timedelta(days=(day.weekday() - 4) % 7)
        if any(clock.public_holiday(friday + timedelta(days=n), STATE) for n in (0, 1)):
            friday -= timedelta(days=7)
        night = replace(
            crossing,
            service_on=friday,
            start_time=time(22),
            end_time=time(1),
            ends_next_day=True,
        )
        assert [one.minutes for one in self.split(inside, night)] == [120, 60]
        assert [row.service_on for row in rows()] == [friday, friday + timedelta(days=1)]

    def test_the_split_is_at_agreed_prices(self, inside, crossing, day):
        agree(inside, day, AgreedLine(DAYTIME, 65_00), AgreedLine(EVENING, 75_00))
        assert estimate(crossing).quote.proposal.total_cents == 140_00
        assert [one.total_cents for one in self.split(inside, crossing)] == [65_00, 75_00]

    def test_where_one_part_is_refused_nothing_is_stored(self, inside, crossing, day):
        agree(inside, day)  # the evening is not agreed
        assert refusal(inside, crossing, services.log_split).code == "item_not_agreed"
        assert count() == 0
        assert spent() == 0

    def test_what_fits_is_not_split(self, inside, entry):
        assert refusal(inside, entry, services.log_split).code == "nothing_to_split"


class TestTrips:
    TRIP = Travel(minutes_there=20, minutes_back=10, kilometres_milli=12_500, tolls_cents=3_40)

    @pytest.fixture
    def trip(self, entry):
        return replace(entry, travel=replace(self.TRIP, cents_per_kilometre=99))

    def test_it_is_stored_with_its_support_in_one_transaction(self, inside, trip):
        logged = log(inside, trip)
        # 20 and 10 minutes at $70.23: $23.41 and $11.71; 12.5 km at $0.99 and $3.40: $15.78
        assert logged.travel_cents == 23_41 + 11_71 + 15_78
        main, *lines = rows()
        assert [(one.claim_type, one.total_cents) for one in lines] == [
            ("travel", 23_41),
            ("travel", 11_71),
            ("travel_costs", 15_78),
        ]
        assert {one.main_service_id for one in lines} == {main.id}
        assert lines[2].item_number == "01_799_0107_1_1"
        assert (lines[2].unit_price_cents, lines[2].quantity_milli) == (1_00, 15_780)
        assert (lines[0].start_time, lines[0].end_time) == (time(8, 40), time(9))
        assert spent() == 140_46 + logged.travel_cents
        assert logged.remaining_cents == 1_000_00 - spent()

    def test_the_area_of_the_participant_caps_it(self, inside, trip):
        far = replace(trip, travel=Travel(minutes_there=45))
        broken = refusal(inside, far)
        assert (broken.field, broken.code) == ("minutes_there", "over_travel_cap")
        assert count() == 0
        with transaction(inside.alice, unrecorded="a test"):
            db.session.get_one(Participant, trip.participant_id).mmm = 4
        assert log(inside, far).travel_cents == 52_67

    def test_a_remote_price_zone_caps_nothing(self, inside, trip):
        with transaction(inside.alice, unrecorded="a test"):
            whom = db.session.get_one(Participant, trip.participant_id)
            whom.price_zone = PriceZone.REMOTE
        far = replace(trip, travel=Travel(minutes_there=120))
        assert log(inside, far).travel_cents == 196_64

    def test_travel_to_therapy_is_at_half(self, inside, entry):
        therapy = replace(entry, item_number=THERAPY, travel=Travel(minutes_there=30))
        logged = log(inside, therapy)
        assert rows()[1].unit_price_cents == (rows()[0].unit_price_cents + 1) // 2
        assert logged.travel_cents == (rows()[1].unit_price_cents + 1) // 2

    def test_the_agreement_must_allow_it(self, inside, trip, day):
        made = agree(inside, day)
        broken = refusal(inside, trip)
        assert (broken.field, broken.code) == ("minutes_there", "claim_type_not_agreed")
        agreements.end_agreement(made, day - timedelta(days=1), actor=inside.alice)
        agree(inside, day + timedelta(days=1), allows_travel=True)
        log(inside, trip)
        assert rows()[1].unit_price_cents == 65_00

    def test_too_little_money_for_the_trip_stores_nothing_of_it(self, inside, trip):
        long = replace(trip, start_time=time(0), end_time=time(14))  # $983.22 of $1,000.00
        assert refusal(inside, long).code == "insufficient_budget"
        assert count() == 0
        assert spent() == 0

    def test_a_trip_shared_by_three_loses_no_cent(self, inside, trip):
        others = [
            world.participant(
                inside.alice, name, "Trip", f"43000010{number}", inside.today, (1, 1_000_00)
            )
            for number, name in enumerate(("Una", "Vera"))
        ]
        for whom in others:
            teams.add_to_team(whom, inside.sam.user_id, actor=inside.alice)
        shared = replace(trip, travel=Travel(minutes_there=20, tolls_cents=10_00, people=3))
        preview = services.estimate(shared, ZONE, STATE, inside.sam.user_id, seen_by=None)
        assert [one.total_cents for one in preview.travel] == [7_80, 3_33]
        for whom in (trip.participant_id, *others):
            log(inside, replace(shared, participant_id=whom))
        lines = [row for row in rows() if row.main_service_id]
        times = [row.total_cents for row in lines if row.claim_type == "travel"]
        costs = [row.total_cents for row in lines if row.claim_type == "travel_costs"]
        assert times == [7_80, 7_81, 7_80]
        assert sum(times) == 23_41
        assert costs == [3_33, 3_34, 3_33]
        assert {row.people for row in lines} == {3}
        assert len({row.group_key for row in lines}) == 2

    def test_people_with_different_items_share_a_trip_and_no_cent_is_lost(self, inside, trip):
        una = world.participant(
            inside.alice, "Una", "Trip", "430000101", inside.today, (15, 2_000_00)
        )
        teams.add_to_team(una, inside.sam.user_id, actor=inside.alice)
        with transaction(inside.alice, unrecorded="a test"):
            for whom in db.session.scalars(select(Participant)):
                whom.mmm = 4
        shared = replace(trip, travel=Travel(minutes_there=35, people=2))
        log(inside, shared)
        log(inside, replace(shared, participant_id=una, item_number=THERAPY))
        first, second = [row for row in rows() if row.claim_type == "travel"]
        therapy = next(row for row in rows() if row.item_number == THERAPY)
        half = (therapy.unit_price_cents + 1) // 2
        whole = Fraction((70_23 + half) * 35, 60 * 2)
        assert first.group_key == second.group_key
        assert first.total_cents + second.total_cents == floor(whole + Fraction(1, 2))

    def test_the_same_key_twice_stores_the_trip_once(self, inside, trip):
        keyed = replace(trip, idempotency_key="phone-0009")
        log(inside, keyed)
        assert log(inside, keyed).was_there
        assert count() == 4
