"""Checks that come back: each organization's own hours, once each, caught up after a pause."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from caddy import clock
from caddy.actions import services
from caddy.domain.recurring import Hours, Recurring, last_due_on
from caddy.extensions import db
from caddy.jobs import recurring
from caddy.models import (
    BudgetAlert,
    EmailLog,
    Notification,
    Organization,
    ParticipantWatcher,
    PeriodicRun,
    Plan,
)
from caddy.queue import Job, Outbox
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction
from tests import world
from tests.one_of_each import entry


@pytest.fixture
def at(monkeypatch):
    """Set the clock to an instant."""

    def go(*parts):
        instant = datetime(*parts, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: instant)
        return instant

    return go


def runs():
    with unscoped("a test looks at all"):
        return {
            (row.organization_id, row.kind, row.due_on)
            for row in db.session.scalars(select(PeriodicRun))
        }


def jobs():
    with unscoped("a test looks at all"):
        statement = select(Outbox.job, func.count()).where(Outbox.job.in_(list(recurring_jobs)))
        return dict(db.session.execute(statement.group_by(Outbox.job)).all())


recurring_jobs = [
    *(Job.DAILY_CHECK, Job.WEEKLY_COMPLIANCE, Job.WEEKLY_AUDIT),
    *(Job.MONTHLY_PLAN_EXPIRY, Job.MONTHLY_RETENTION),
]


@pytest.mark.parametrize(
    ("kind", "moment", "day"),
    [
        (Recurring.DAILY_CHECK, datetime(2026, 11, 21, 8, 0), date(2026, 11, 21)),
        (Recurring.DAILY_CHECK, datetime(2026, 11, 21, 7, 59), date(2026, 11, 20)),
        (Recurring.WEEKLY_COMPLIANCE, datetime(2026, 11, 23, 8, 59), date(2026, 11, 16)),
        (Recurring.WEEKLY_COMPLIANCE, datetime(2026, 11, 23, 9, 0), date(2026, 11, 23)),
        (Recurring.MONTHLY_PLAN_EXPIRY, datetime(2026, 1, 1, 7, 59), date(2025, 12, 1)),
        (Recurring.MONTHLY_PLAN_EXPIRY, datetime(2026, 1, 1, 8, 0), date(2026, 1, 1)),
    ],
)
def test_a_check_is_due_from_its_hour_on(kind, moment, day):
    assert last_due_on(kind, moment, Hours()) == day


def test_each_organization_has_its_own_hour_in_its_own_zone(people, at):
    with unscoped("a test sets an organization up"), transaction(people.alice, unrecorded="test"):
        db.session.execute(
            update(Organization)
            .where(Organization.id == people.banksia.id)
            .values(timezone="Australia/Perth", daily_check_hour=6)
        )
    at(2026, 11, 20, 21, 30)  # 8:30 on the 21st in Sydney, 5:30 in Perth
    recurring.find_checks_due()
    daily = {(one, day) for one, kind, day in runs() if kind == Recurring.DAILY_CHECK}
    assert daily == {
        (people.acacia.id, date(2026, 11, 21)),
        (people.banksia.id, date(2026, 11, 20)),
    }


def test_it_is_left_once_and_again_the_next_day(people, at):
    at(2026, 11, 20, 22, 0)
    assert recurring.find_checks_due() == 10
    assert recurring.find_checks_due() == 0
    assert jobs() == dict.fromkeys(recurring_jobs, 2)
    at(2026, 11, 21, 22, 0)
    assert recurring.find_checks_due() == 2


def test_a_schedule_that_was_down_catches_up_with_the_latest_of_each(people, at):
    at(2026, 11, 2, 22, 0)
    recurring.find_checks_due()
    at(2026, 11, 19, 22, 0)
    assert recurring.find_checks_due() == 6  # a day and two of the week, of each organization
    days = {day for _, kind, day in runs() if kind == Recurring.WEEKLY_COMPLIANCE}
    assert days == {date(2026, 11, 2), date(2026, 11, 16)}


def test_of_several_schedules_at_once_each_check_is_begun_by_one(app, people, at, monkeypatch):
    """All have read that nothing was begun before the first of them begins anything."""
    at(2026, 11, 20, 22, 0)
    gate, left, begun = threading.Barrier(3, timeout=30), [], recurring._begun

    def read_and_wait(organization_ids):
        found = begun(organization_ids)
        gate.wait()
        return found

    def schedule():
        with app.app_context():
            try:
                left.append(recurring.find_checks_due())
            finally:
                db.session.remove()

    monkeypatch.setattr(recurring, "_begun", read_and_wait)
    threads = [threading.Thread(target=schedule) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(left) == 3
    assert sum(left) == len(runs()) == 10
    assert jobs() == dict.fromkeys(recurring_jobs, 2)


def test_the_week_and_the_month_keep_the_hours_that_an_organization_chose(people, at):
    """In Perth, eight hours ahead: Fridays from 15:00, and the 15th of a month from 17:00."""
    with unscoped("a test sets an organization up"), transaction(people.alice, unrecorded="test"):
        db.session.execute(
            update(Organization)
            .where(Organization.id == people.banksia.id)
            .values(
                timezone="Australia/Perth",
                daily_check_hour=6,
                weekly_check_weekday=4,
                weekly_check_hour=15,
                monthly_notice_day=15,
                monthly_notice_hour=17,
            )
        )

    def days_of(kind):
        return {day for one, found, day in runs() if (one, found) == (people.banksia.id, kind)}

    at(2026, 11, 13, 6, 59)  # Friday 14:59 in Perth, 17:59 in Sydney
    recurring.find_checks_due()
    assert days_of(Recurring.WEEKLY_COMPLIANCE) == {date(2026, 11, 6)}
    assert days_of(Recurring.WEEKLY_AUDIT) == {date(2026, 11, 6)}
    assert days_of(Recurring.MONTHLY_RETENTION) == {date(2026, 10, 15)}
    at(2026, 11, 13, 7, 0)
    assert recurring.find_checks_due() == 2
    assert days_of(Recurring.WEEKLY_COMPLIANCE) == {date(2026, 11, 6), date(2026, 11, 13)}
    at(2026, 11, 15, 8, 59)  # the 15th, 16:59
    recurring.find_checks_due()
    assert days_of(Recurring.MONTHLY_PLAN_EXPIRY) == {date(2026, 10, 15)}
    at(2026, 11, 15, 9, 0)
    assert recurring.find_checks_due() == 2
    assert days_of(Recurring.MONTHLY_PLAN_EXPIRY) == {date(2026, 10, 15), date(2026, 11, 15)}
    # Down for a month and a half: the latest of each kind is caught up with, and once.
    at(2027, 1, 3, 20, 0)  # Monday the 4th, 4:00
    recurring.find_checks_due()
    assert recurring.find_checks_due() == 0
    assert days_of(Recurring.DAILY_CHECK) == {
        *(date(2026, 11, 13), date(2026, 11, 15), date(2027, 1, 3)),
    }
    assert days_of(Recurring.WEEKLY_AUDIT) == {
        *(date(2026, 11, 6), date(2026, 11, 13), date(2027, 1, 1)),
    }
    assert days_of(Recurring.MONTHLY_RETENTION) == {
        *(date(2026, 10, 15), date(2026, 11, 15), date(2026, 12, 15)),
    }


def run_of(people, kind):
    with scope(people.acacia.id):
        return db.session.scalars(
            select(PeriodicRun.id).where(PeriodicRun.kind == kind.value)
        ).one()


def told(people, template):
    with scope(people.acacia.id):
        return sorted(
            db.session.scalars(select(EmailLog.to_address).where(EmailLog.template == template))
        )


def test_the_daily_check_finds_an_alert_that_was_missed_and_sends_one_summary(people):
    with scope(people.acacia.id):
        services.log_service(
            entry(people, people.acacia.participant_id), world.ZONE, "NSW", actor=people.sam
        )
        with transaction(people.alice, unrecorded="a test"):
            db.session.execute(update(BudgetAlert).values(threshold_percent=3))
    recurring.find_checks_due()
    run_id = run_of(people, Recurring.DAILY_CHECK)
    for _ in range(2):  # a worker may run it twice
        with scope(people.acacia.id):
            recurring.daily_check(run_id, actor=people.alice)
    assert told(people, "budget_alert") == ["cora@acacia.example"] * 2  # warning and critical
    assert told(people, "daily_digest") == ["alice@acacia.example", "cora@acacia.example"]


def test_those_who_asked_for_it_are_told_of_a_pace_too(people):
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.add(
            ParticipantWatcher(
                participant_id=people.acacia.participant_id,
                user_id=people.acacia.people["fin"],
            )
        )
    recurring.find_checks_due()
    with scope(people.acacia.id):
        recurring.daily_check(run_of(people, Recurring.DAILY_CHECK), actor=people.alice)
    # 100 days of 365 are gone and nothing is spent: 27 points behind, over the 15 allowed.
    assert set(told(people, "underspending")) == {"cora@acacia.example", "fin@acacia.example"}
    with scope(people.acacia.id):
        kinds = set(db.session.scalars(select(Notification.kind)))
    assert "budget_pace_under" in kinds


def test_the_monthly_notice_tells_of_plans_that_end_with_none_after_them(people):
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.execute(update(Plan).values(ends_on=people.today + timedelta(days=30)))
    recurring.find_checks_due()
    run_id = run_of(people, Recurring.MONTHLY_PLAN_EXPIRY)
    for _ in range(2):
        with scope(people.acacia.id):
            recurring.monthly_plan_expiry(run_id, actor=people.alice)
    assert told(people, "plan_expiry") == ["cora@acacia.example"]
