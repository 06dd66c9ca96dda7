"""Checks that come back: each organization's own hours, once each, caught up after a pause."""

from __future__ import annotations

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
from tests.web.calls import entry


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


def test_it_is_left_once_also_by_several_schedules_and_again_the_next_day(people, at):
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
