"""Money in any order: whatever happens to plans and services, every sum agrees after each step.

A machine does what people do, right and wrong, in any order, on SQLite and on PostgreSQL.
What is refused changes nothing; what is done is in the audit log; no sum falls below zero
(the database's own constraints would refuse it) and `caddy check` never finds a difference.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from caddy import clock
from caddy.actions import budgets, corrections, participants, services, shifts
from caddy.actions.budgets import Adjustment
from caddy.domain.claim_types import CancellationReason
from caddy.domain.errors import CaddyError
from caddy.domain.funding import ReleasePattern
from caddy.domain.participants import NewBudget
from caddy.domain.permissions import Role
from caddy.domain.services import ServiceStatus
from caddy.domain.shifts import Cancellation
from caddy.extensions import db
from caddy.models import AuditLog, Budget, Plan, Service
from caddy.queries import checks
from caddy.tenancy import scope
from tests import world
from tests.web.calls import entry

ITEMS = ("01_011_0107_1_1", "01_013_0107_1_1", "04_104_0125_6_1", "15_617_0128_1_3")
CENTS = st.integers(1_00, 900_00)
DAYS_AGO = st.integers(0, 120)
PLACE = st.integers(0, 30)
MINUTES = st.sampled_from((15, 30, 50, 60, 120, 240))


class Money(RuleBasedStateMachine):
    """One provider of its own for each run, with one participant at the beginning."""

    def __init__(self, people, monkeypatch):
        super().__init__()
        self.people = people
        self.monkeypatch = monkeypatch
        number = Money.number = getattr(Money, "number", 0) + 1
        staff = ((f"owner{number}", Role.ADMIN),)
        self.provider = world.provider(f"Machine{number}", staff)
        self.actor = self.provider.actor(f"owner{number}", Role.ADMIN)
        world.screened(self.actor, self.actor.user_id, people.today + timedelta(days=3_000))
        self.today = people.today
        self.hour = 12
        monkeypatch.setattr(clock, "today", lambda _zone: self.today)
        monkeypatch.setattr(clock, "now", self.now)
        self.whom = None

    def teardown(self):
        self.monkeypatch.undo()

    @initialize(
        cents=st.tuples(CENTS, CENTS, CENTS),
        is_pooled=st.booleans(),
        is_stated=st.booleans(),
        release=st.sampled_from(
            (ReleasePattern.AT_ONCE, ReleasePattern.MONTHLY, ReleasePattern.QUARTERLY)
        ),
    )
    def begin(self, cents, is_pooled, is_stated, release):
        lines = [NewBudget(category, one) for category, one in zip((1, 4, 15), cents, strict=True)]
        if is_stated:
            lines.append(NewBudget(1, 120_00, ITEMS[0]))
        plan = replace(
            world.plan(self.today),
            budgets=tuple(lines),
            is_core_pooled=is_pooled,
            release=release,
        )
        profile = world.profile("Max", "Machine", "430000009")
        with self.scope():
            self.whom = participants.add_participant(profile, plan, actor=self.actor)

    def scope(self):
        return scope(self.provider.id)

    def picture(self):
        with self.scope():
            return (
                db.session.execute(
                    select(
                        Budget.id,
                        Budget.allocated_cents,
                        Budget.committed_cents,
                        Budget.spent_cents,
                        Budget.period_cents,
                        Budget.period_spent_cents,
                    ).order_by(Budget.id)
                ).all(),
                db.session.execute(
                    select(Service.id, Service.status, Service.total_cents).order_by(Service.id)
                ).all(),
                db.session.scalar(select(func.count()).select_from(AuditLog)),
            )

    def act(self, what):
        """Do something that may be refused; what changes money is in the audit log."""
        before = self.picture()
        try:
            with self.scope():
                what()
        except CaddyError:
            assert self.picture() == before, "what was refused changed something"
            return
        after = self.picture()
        assert after[:2] == before[:2] or after[2] > before[2], "a change nobody wrote down"

    def now(self):
        """Return an hour of the machine's day in Sydney."""
        zone = ZoneInfo(world.ZONE)
        return datetime.combine(self.today, time(self.hour), zone).astimezone(UTC)

    def pick(self, at, *statuses):
        """Return a service of some states, or give this step up."""
        with self.scope():
            found = db.session.execute(
                select(Service.id, Service.version, Service.service_on)
                .where(Service.status.in_(statuses))
                .order_by(Service.id)
            ).all()
        assume(found)
        return found[at % len(found)]

    def budget(self, at):
        with self.scope():
            found = db.session.scalars(select(Budget.id).order_by(Budget.id)).all()
        return found[at % len(found)]

    def entry(self, days, minutes, item):
        one = entry(self.people, self.whom, days)
        one = replace(one, service_on=self.today - timedelta(days=days))
        end = datetime(2026, 1, 1, 9) + timedelta(minutes=minutes)
        return replace(one, end_time=end.time(), item_number=item)

    @rule(days=DAYS_AGO, minutes=MINUTES, item=st.sampled_from(ITEMS))
    def log(self, days, minutes, item):
        one = self.entry(days, minutes, item)
        self.act(lambda: services.log_service(one, world.ZONE, "NSW", actor=self.actor))

    @rule(ahead=st.integers(1, 90), minutes=MINUTES, item=st.sampled_from(ITEMS))
    def schedule(self, ahead, minutes, item):
        one = self.entry(-ahead, minutes, item)
        self.act(
            lambda: shifts.schedule_service(
                one, self.actor.user_id, save_anyway=True, actor=self.actor
            )
        )

    @rule(at=PLACE)
    def start(self, at):
        """The day of a shift has come, and its hour."""
        service = self.pick(at, ServiceStatus.SCHEDULED)
        self.come(max(self.today, service.service_on))
        self.hour = 9
        self.act(lambda: shifts.start_shift(service.id, service.version, actor=self.actor))

    @rule(at=PLACE, minutes=MINUTES)
    def finish(self, at, minutes):
        service = self.pick(at, ServiceStatus.IN_PROGRESS)
        self.hour = 22
        end = (datetime(2026, 1, 1, 9) + timedelta(minutes=minutes)).time()
        times = shifts.Times(time(9), end)
        self.act(
            lambda: shifts.finish_shift(
                service.id, service.version, times, "Done.", actor=self.actor
            )
        )

    @rule(at=PLACE, fee=st.sampled_from((0, 50, 100)))
    def cancel(self, at, fee):
        service = self.pick(
            at, ServiceStatus.SCHEDULED, ServiceStatus.IN_PROGRESS, ServiceStatus.COMPLETED
        )
        told_at = clock.local(self.now(), world.ZONE)
        why = Cancellation("They were ill.", told_at, CancellationReason.NSDH, fee)
        self.act(lambda: shifts.cancel_service(service.id, service.version, why, actor=self.actor))

    @rule(at=PLACE, days=DAYS_AGO, minutes=MINUTES, item=st.sampled_from(ITEMS))
    def correct(self, at, days, minutes, item):
        service = self.pick(at, ServiceStatus.COMPLETED)
        one = self.entry(days, minutes, item)
        self.act(
            lambda: corrections.correct_service(
                service.id, service.version, one, "A slip of the pen.", actor=self.actor
            )
        )

    @rule(at=PLACE, ahead=st.integers(1, 90), minutes=MINUTES)
    def put_off(self, at, ahead, minutes):
        service = self.pick(at, ServiceStatus.SCHEDULED)
        one = self.entry(-ahead, minutes, ITEMS[0])
        times = shifts.Times(one.start_time, one.end_time)
        to = shifts.NewTime(one.service_on, times, self.actor.user_id)
        self.act(
            lambda: shifts.move_service(
                service.id, service.version, to, save_anyway=True, actor=self.actor
            )
        )

    @rule(at=st.integers(0, 9), cents=st.integers(-600_00, 600_00), days=st.integers(-260, 100))
    def adjust(self, at, cents, days):
        change = Adjustment(cents, self.today - timedelta(days=days), "A review")
        self.act(lambda: budgets.adjust_budget(self.budget(at), change, actor=self.actor))

    @rule(days=st.integers(1, 70))
    def a_later_day_comes(self, days):
        """Days go by: funding periods begin, plans end."""
        self.come(self.today + timedelta(days=days))

    def come(self, day):
        """Let a day come: the schedule rolls the budgets at its midnight."""
        self.today = day
        with self.scope():
            while budgets.roll_budgets(actor=self.actor):
                pass

    @invariant()
    def every_sum_agrees(self):
        if self.whom is None:
            return
        with self.scope():
            assert list(checks.differences()) == []
            totals = db.session.execute(
                select(Plan.total_cents, func.sum(Budget.allocated_cents))
                .join(Budget, Budget.plan_id == Plan.id)
                .group_by(Plan.id)
            ).all()
            assert all(total == summed for total, summed in totals)


def test_money_agrees_after_every_step(people, monkeypatch):
    run_state_machine_as_test(
        lambda: Money(people, monkeypatch),
        settings=settings(
            max_examples=6,
            stateful_step_count=25,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
