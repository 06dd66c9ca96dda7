"""Logging a service: right to the cent, whole or not at all."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from caddy import clock
from caddy.actions import plans
from caddy.actions import services as actions
from caddy.actions.participants import archive_participant
from caddy.domain.errors import NotFound, RuleBroken
from caddy.extensions import db
from caddy.models import AuditLog, Budget, DailyTotal, OrganizationTotal, Plan, Service
from caddy.queries import checks
from caddy.queue import Outbox
from caddy.tenancy import scope
from tests import world

ZONE, STATE = world.ZONE, "NSW"


@pytest.fixture
def yesterday(people):
    return people.today - timedelta(days=1)


@pytest.fixture
def entry(people, yesterday):
    """90 minutes of weekday self-care at the limit of $70.23: $105.345, so $105.35."""
    return actions.ServiceEntry(
        participant_id=people.acacia.participant_id,
        service_on=yesterday,
        start_time=time(9),
        end_time=time(10, 30),
        item_number="01_011_0107_1_1",
        notes="Went to the library.",
    )


def log(people, entry, actor=None):
    with scope(people.acacia.id):
        return actions.log_service(entry, ZONE, STATE, actor=actor or people.sam)


def refusal(people, entry):
    with pytest.raises(RuleBroken) as caught:
        log(people, entry)
    with scope(people.acacia.id):
        assert db.session.scalar(select(func.count(Service.id))) == 0
        assert db.session.scalar(select(func.sum(Budget.spent_cents))) == 0
        assert db.session.scalar(select(func.count(DailyTotal.id))) == 0
        assert list(checks.differences()) == []
    return caught.value


class TestLogging:
    def test_it_writes_service_budget_audit_and_outbox_together(self, people, entry):
        logged = log(people, entry)
        assert (logged.minutes, logged.total_cents, logged.remaining_cents) == (
            90,
            105_35,
            1_000_00 - 105_35,
        )
        with scope(people.acacia.id):
            service = db.session.get_one(Service, logged.id)
            assert service.unit_price_cents == 70_23
            assert service.support_worker_id == people.sam.user_id
            assert service.status == "completed"
            budget = db.session.get_one(Budget, service.budget_id)
            assert (budget.spent_cents, budget.remaining_cents, budget.version) == (
                105_35,
                894_65,
                2,
            )
            fact = db.session.scalars(
                select(AuditLog).where(AuditLog.action == "service.logged")
            ).one()
            assert fact.entity_id == logged.id
            assert fact.changes["budget_remaining_cents"] == [1_000_00, 894_65]
            assert fact.user_id == people.sam.user_id
            job = db.session.scalars(select(Outbox)).one()
            assert (job.job, job.subject_id) == ("check_budget", budget.id)
            total = db.session.scalars(select(OrganizationTotal)).one()
            assert (total.spent_cents, total.unclaimed_services) == (105_35, 1)
            assert list(checks.differences()) == []

    def test_the_same_key_twice_is_stored_once(self, people, entry):
        keyed = replace(entry, idempotency_key="phone-0001")
        first, second = log(people, keyed), log(people, keyed)
        assert first.id == second.id
        assert second.was_there
        with scope(people.acacia.id):
            assert db.session.scalar(select(func.sum(Budget.spent_cents))) == 105_35

    def test_a_night_counts_the_minutes_that_passed(self, people, entry, yesterday):
        """The clocks in Sydney went forward on 4 Oct 2026 at 2:00: that night had 7 hours."""
        on = date(2026, 10, 3)
        night = replace(
            entry, service_on=on, start_time=time(23), end_time=time(7), ends_next_day=True
        )
        assert log(people, night).minutes == 7 * 60

    def test_an_item_by_the_unit_costs_its_quantity(self, people, entry):
        travel = replace(entry, item_number="01_799_0107_1_1", quantity_milli=46_800)
        assert log(people, travel).total_cents == 46_80

    def test_a_lower_agreed_price_is_charged(self, people, entry):
        assert log(people, replace(entry, unit_price_cents=60_00)).total_cents == 90_00

    def test_a_remote_participant_has_the_remote_limit(self, people, entry):
        with scope(people.acacia.id):
            pass
        remote = world.participant(
            people.alice, "Remy", "Remote", "430000009", people.today, (1, 1_000_00)
        )
        with scope(people.acacia.id):
            from caddy.domain.participants import PriceZone
            from caddy.models import Participant
            from caddy.transaction import transaction

            with transaction(people.alice, unrecorded="a test"):
                db.session.get_one(Participant, remote).price_zone = PriceZone.REMOTE
        logged = log(people, replace(entry, participant_id=remote), actor=people.alice)
        assert logged.total_cents == 147_48  # 90 minutes at $98.32


class TestRefusals:
    def test_a_service_in_the_future(self, people, entry):
        tomorrow = people.today + timedelta(days=1)
        broken = refusal(people, replace(entry, service_on=tomorrow))
        assert (broken.field, broken.code) == ("service_on", "service_in_future")

    def test_a_service_that_has_not_ended(self, people, entry):
        now = clock.local(clock.now(), ZONE)
        start = (now - timedelta(minutes=2)).time().replace(second=0, microsecond=0)
        entry = replace(
            entry,
            service_on=(now - timedelta(minutes=2)).date(),
            start_time=start,
            end_time=time(23, 59),
        )
        assert refusal(people, entry).code == "service_in_future"

    def test_no_length(self, people, entry):
        broken = refusal(people, replace(entry, end_time=entry.start_time))
        assert (broken.field, broken.code) == ("end_time", "no_length")

    def test_negative_length(self, people, entry):
        broken = refusal(people, replace(entry, end_time=time(8)))
        assert (broken.field, broken.code) == ("end_time", "negative_length")

    def test_outside_the_plan(self, people, entry):
        broken = refusal(people, replace(entry, service_on=people.today - timedelta(days=101)))
        assert (broken.field, broken.code) == ("service_on", "outside_plan")

    def test_an_item_that_is_nowhere_in_the_catalogue(self, people, entry):
        broken = refusal(people, replace(entry, item_number="01_999_0107_1_1"))
        assert (broken.field, broken.code) == ("item_number", "unknown_item")

    def test_over_the_price_limit_names_the_limit(self, people, entry):
        broken = refusal(people, replace(entry, unit_price_cents=70_24))
        assert (broken.field, broken.code) == ("unit_price", "over_price_limit")
        assert "$70.23" in broken.message

    def test_a_quoted_item_without_a_price(self, people, entry):
        world_entry = replace(entry, item_number="02_050_0108_1_1")
        assert refusal(people, world_entry).code == "no_budget"

    def test_no_budget_for_the_category(self, people, entry):
        broken = refusal(people, replace(entry, item_number="04_104_0125_6_1"))
        assert (broken.field, broken.code) == ("item_number", "no_budget")

    def test_too_little_says_what_was_needed_and_what_is_there(self, people, entry):
        """15 hours and 24 hours at $70.23: the second does not fit any more."""
        broken = refusal(people, replace(entry, start_time=time(0), end_time=time(23, 30)))
        assert broken.code == "insufficient_budget"
        assert broken.details == {"needed_cents": 1_650_41, "available_cents": 1_000_00}
        assert "$1,650.41" in broken.message
        assert "$1,000.00" in broken.message

    def test_an_archived_participant(self, people, entry):
        with scope(people.acacia.id):
            archive_participant(entry.participant_id, "moved away", actor=people.alice)
        assert refusal(people, entry).code == "participant_inactive"

    def test_someone_elses_participant_is_not_there(self, people, entry):
        foreign = replace(entry, participant_id=people.banksia.participant_id)
        with scope(people.acacia.id), pytest.raises(NotFound):
            actions.log_service(foreign, ZONE, STATE, actor=people.sam)


class TestManyAtOnce:
    def test_a_budget_never_goes_below_zero_and_no_cent_is_lost(self, app, people, entry):
        """Eight writers want 48 services of $70.23 from $1,000.00: 14 fit, $16.78 stay."""
        hour = replace(entry, end_time=time(10))
        outcomes: list[str] = []

        def work() -> None:
            for _ in range(6):
                with app.app_context():
                    try:
                        log(people, hour)
                        outcomes.append("stored")
                    except RuleBroken as error:
                        outcomes.append(error.code)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(set(outcomes)) == ["insufficient_budget", "stored"]
        assert (outcomes.count("stored"), len(outcomes)) == (14, 48)
        with scope(people.acacia.id):
            budget = db.session.scalars(select(Budget).where(Budget.support_category == 1)).one()
            assert (budget.spent_cents, budget.remaining_cents) == (983_22, 16_78)
            assert db.session.scalar(select(func.count(Service.id))) == 14
            assert list(checks.differences()) == []

    def test_one_key_from_eight_phones_is_stored_once(self, app, people, entry):
        keyed = replace(entry, idempotency_key="phone-0002")
        ids = []

        def work() -> None:
            with app.app_context():
                ids.append(log(people, keyed).id)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ids) == 8
        assert len(set(ids)) == 1


def test_a_service_goes_to_the_plan_of_its_day(people, entry):
    """The plan began 100 days ago; another one ended the day before, and is not current."""
    first = people.today - timedelta(days=100)
    earlier = replace(
        world.plan(people.today, (1, 150_00)),
        starts_on=first - timedelta(days=30),
        ends_on=first - timedelta(days=1),
    )
    with scope(people.acacia.id):
        plans.add_plan(entry.participant_id, earlier, actor=people.alice)
    log(people, replace(entry, service_on=first))
    log(people, replace(entry, service_on=first - timedelta(days=1)))
    with pytest.raises(RuleBroken) as caught:  # each plan has money of its own
        log(people, replace(entry, service_on=first - timedelta(days=1)))
    assert caught.value.details == {"needed_cents": 105_35, "available_cents": 150_00 - 105_35}
    with pytest.raises(RuleBroken, match="plan"):
        log(people, replace(entry, service_on=first - timedelta(days=31)))
    with scope(people.acacia.id):
        found = db.session.execute(
            select(Service.service_on, Plan.starts_on, Budget.spent_cents, Budget.is_current)
            .join(Budget, Budget.id == Service.budget_id)
            .join(Plan, Plan.id == Budget.plan_id)
            .order_by(Service.service_on)
        ).all()
        assert found == [
            (earlier.ends_on, earlier.starts_on, 105_35, False),
            (first, first, 105_35, True),
        ]
        assert db.session.scalar(select(OrganizationTotal.spent_cents)) == 105_35
        assert list(checks.differences()) == []


def test_a_service_from_the_other_side_of_midnight_has_its_local_day(people, entry):
    """9:00 in Sydney is the day before in UTC: money is counted on the local day."""
    logged = log(people, entry)
    with scope(people.acacia.id):
        service = db.session.get_one(Service, logged.id)
        local = service.started_at.astimezone(ZoneInfo(ZONE))
        assert local == datetime.combine(entry.service_on, time(9), ZoneInfo(ZONE))
        assert db.session.scalars(select(DailyTotal.service_on)).one() == entry.service_on
