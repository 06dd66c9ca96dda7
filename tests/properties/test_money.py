"""Money in any order: whatever happens to plans, services and claims, every sum agrees.

A machine does what people do, right and wrong, in any order, on SQLite and on PostgreSQL.
What is refused changes nothing; of what is done each changed row is explained by the audit
log; nothing falls below zero, no service is in two live claims, and `caddy check` never finds
a difference. What a funding period begins with is worked out beside it, from the stored sums.

CADDY_MONEY=100 tries that many lives of twice the length on SQLite, other ones each time.
"""

from __future__ import annotations

import os
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
from caddy.actions import (
    budgets,
    claims,
    corrections,
    participants,
    plan_changes,
    plans,
    services,
    shifts,
    trips,
)
from caddy.actions.budgets import Adjustment
from caddy.actions.claim_corrections import Received, credit_lines, record_payment
from caddy.domain.claim_types import CancellationReason
from caddy.domain.claims import SENT
from caddy.domain.errors import CaddyError
from caddy.domain.funding import ReleasePattern
from caddy.domain.participants import NewBudget, PlanChange
from caddy.domain.permissions import Role
from caddy.domain.services import ServiceStatus
from caddy.domain.shifts import Cancellation
from caddy.domain.travel import Travel
from caddy.extensions import db
from caddy.models import (
    AuditLog,
    Budget,
    Claim,
    Plan,
    Service,
)
from caddy.queries import organizations
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import claims as some
from tests import world
from tests.one_of_each import entry
from tests.properties import explained, sums

ITEMS = ("01_011_0107_1_1", "01_013_0107_1_1", "04_104_0125_6_1", "15_617_0128_1_3")
CENTS = st.integers(1_00, 900_00)
DAYS_AGO = st.integers(0, 120)
PLACE = st.integers(0, 30)
MINUTES = st.sampled_from((15, 30, 50, 60, 120, 240))
RELEASE = st.sampled_from(ReleasePattern)
# Days of a plan on which parts of its money are released, where it has dates of its own.
RELEASED_AFTER = st.lists(st.integers(1, 364), min_size=1, max_size=4)
DEEP = int(os.environ.get("CADDY_MONEY", "0"))
TRIPS = st.sampled_from((None, Travel(20, 10, tolls_cents=5_00), Travel(25, people=3)))


class Money(RuleBasedStateMachine):
    """One provider of its own for each run, with one participant at the beginning."""

    def __init__(self, people, monkeypatch):
        super().__init__()
        self.monkeypatch = monkeypatch
        number = Money.number = getattr(Money, "number", 0) + 1
        staff = ((f"owner{number}", Role.ADMIN),)
        self.provider = world.provider(f"Machine{number}", staff)
        self.actor = self.provider.actor(f"owner{number}", Role.ADMIN)
        # Who the helpers of claims know as the one who does it all.
        self.provider.people |= dict.fromkeys(("alice", "sam"), self.actor.user_id)
        self.people = replace(people, acacia=self.provider)
        world.screened(self.actor, self.actor.user_id, people.today + timedelta(days=3_000))
        self.today = people.today
        self.hour = 12
        monkeypatch.setattr(clock, "today", lambda _zone: self.today)
        monkeypatch.setattr(clock, "now", self.now)
        self.whom = None
        self.rows = None  # as they were after the last step, or None where they may have moved

    def teardown(self):
        """Leave the business number, which is one provider's alone, to the next machine."""
        with self.scope(), transaction(self.actor, unrecorded="a test's end"):
            organizations.current().abn = None
        self.monkeypatch.undo()

    @initialize(
        cents=st.tuples(CENTS, CENTS, CENTS),
        is_pooled=st.booleans(),
        is_stated=st.booleans(),
        release=RELEASE,
        after=RELEASED_AFTER,
    )
    def begin(self, cents, is_pooled, is_stated, release, after):
        lines = [NewBudget(category, one) for category, one in zip((1, 4, 15), cents, strict=True)]
        if is_stated:
            lines.append(NewBudget(1, 120_00, ITEMS[0]))
        plan = self.released(world.plan(self.today), release, after)
        plan = replace(plan, budgets=tuple(lines), is_core_pooled=is_pooled)
        profile = world.profile("Max", "Machine", "430000009")
        with self.scope():
            self.whom = participants.add_participant(profile, plan, actor=self.actor)
            self.provider.participant_id = self.whom
            some.ready(self.people, self.provider, self.actor)

    @staticmethod
    def released(plan, release, after):
        dates = tuple(plan.starts_on + timedelta(days=days) for days in after)
        return replace(
            plan,
            release=release,
            release_dates=dates if release is ReleasePattern.DATES else (),
        )

    def scope(self):
        return scope(self.provider.id)

    def act(self, what):
        """Do something that may be refused; each row that it changes is in the audit log."""
        with self.scope():
            before = self.rows or explained.snapshot()
            last = db.session.scalar(select(AuditLog.id).order_by(AuditLog.id.desc()).limit(1))
        try:
            with self.scope():
                what()
        except CaddyError:
            with self.scope():
                db.session.rollback()
                assert explained.snapshot() == before, "what was refused changed something"
                assert not explained.entries_after(last)
            return
        with self.scope():
            after, entries = explained.snapshot(), explained.entries_after(last)
        self.rows = after
        assert explained.unexplained(before, after, entries) == [], "a change nobody wrote down"

    def now(self):
        """Return an hour of the machine's day in Sydney."""
        zone = ZoneInfo(world.ZONE)
        return datetime.combine(self.today, time(self.hour), zone).astimezone(UTC)

    def pick(self, at, *statuses):
        """Return a service of some states, or give this step up."""
        with self.scope():
            found = db.session.execute(
                select(Service.id, Service.version, Service.service_on, Service.claim_type)
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

    @rule(days=DAYS_AGO, minutes=MINUTES, item=st.sampled_from(ITEMS), trip=TRIPS)
    def log(self, days, minutes, item, trip):
        one = replace(self.entry(days, minutes, item), travel=trip)
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

    @rule(at=PLACE, minutes=MINUTES, trip=TRIPS)
    def finish(self, at, minutes, trip):
        service = self.pick(at, ServiceStatus.IN_PROGRESS)
        self.hour = 22
        end = (datetime(2026, 1, 1, 9) + timedelta(minutes=minutes)).time()
        times = shifts.Times(time(9), end)
        self.act(
            lambda: shifts.finish_shift(
                service.id, service.version, times, "Done.", travel=trip, actor=self.actor
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

    @rule(at=PLACE, days=DAYS_AGO, minutes=MINUTES, item=st.sampled_from(ITEMS), trip=TRIPS)
    def correct(self, at, days, minutes, item, trip):
        service = self.pick(at, ServiceStatus.COMPLETED)
        one = replace(self.entry(days, minutes, item), travel=trip)
        if service.claim_type.is_travel:
            self.act(
                lambda: trips.correct_trip(
                    service.id, service.version, trip or Travel(), "Misread.", actor=self.actor
                )
            )
            return
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

    @rule(at=PLACE, first=st.integers(-40, 40), last=st.integers(-120, 60), goal=st.booleans())
    def change_the_plan(self, at, first, last, goal):
        with self.scope():
            found = db.session.scalars(select(Plan).order_by(Plan.id)).all()
            plan = found[at % len(found)]
            change = PlanChange(
                plan.starts_on + timedelta(days=first),
                plan.ends_on + timedelta(days=last),
                plan.management,
                goals=("Swim",) if goal else (),
                reason="A review",
            )
            plan_id = plan.id
        self.act(lambda: plan_changes.change_plan(plan_id, change, actor=self.actor))

    @rule(
        cents=CENTS,
        days=st.integers(1, 400),
        is_pooled=st.booleans(),
        release=RELEASE,
        after=RELEASED_AFTER,
    )
    def prepare_the_next_plan(self, cents, days, is_pooled, release, after):
        with self.scope():
            ends_on = db.session.scalar(select(func.max(Plan.ends_on)))
        following = replace(
            world.plan(self.today, (1, cents), (4, cents), (15, cents)),
            starts_on=ends_on + timedelta(days=1),
            ends_on=ends_on + timedelta(days=days),
            is_core_pooled=is_pooled,
        )
        following = self.released(following, release, after)
        self.act(lambda: plans.add_plan(self.whom, following, actor=self.actor))

    def claim(self, at, *, is_sent):
        """Return a claim that was sent, or a draft; or give this step up."""
        with self.scope():
            wanted = Claim.status.in_(SENT) if is_sent else Claim.status == "draft"
            found = db.session.scalars(select(Claim.id).where(wanted).order_by(Claim.id)).all()
        assume(found)
        return found[at % len(found)]

    @rule(days=st.integers(0, 200))
    def build_a_claim(self, days):
        wanted = claims.ClaimWanted(self.today - timedelta(days=days), self.today)
        self.act(lambda: claims.build_claim(wanted, actor=self.actor))

    @rule(at=PLACE)
    def submit_a_claim(self, at):
        claim = self.claim(at, is_sent=False)
        self.act(lambda: claims.submit_claim(claim, actor=self.actor))

    @rule(at=PLACE, is_sent=st.booleans())
    def withdraw_a_claim(self, at, is_sent):
        claim = self.claim(at, is_sent=is_sent)
        self.act(lambda: claims.withdraw_claim(claim, actor=self.actor))

    @rule(at=PLACE, answers=st.lists(st.sampled_from(("paid", "half", "no")), min_size=3))
    def answer_a_claim(self, at, answers):
        claim = self.claim(at, is_sent=True)
        with self.scope():
            rows = [
                self.answer(line, answers[place % len(answers)])
                for place, line in enumerate(some.lines_of(claim))
            ]
        self.act(lambda: some.answer(self.people, *rows))

    @staticmethod
    def answer(line, what):
        cents = {"paid": line.total_cents, "half": line.total_cents // 2, "no": 0}[what]
        status = "ERROR" if what == "no" else "SUCCESSFUL"
        paid = f"{cents // 100}.{cents % 100:02}"
        return line.claim_reference, status, "Duplicate" if what == "no" else "", paid, "N"

    @rule(at=PLACE, cents=st.integers(1, 300_00), reference=st.integers(1, 5))
    def money_comes(self, at, cents, reference):
        claim = self.claim(at, is_sent=True)
        money = Received(cents, self.today, f"R{reference}")
        self.act(lambda: record_payment(claim, money, actor=self.actor))

    @rule(at=PLACE, line=PLACE)
    def credit_a_line(self, at, line):
        claim = self.claim(at, is_sent=True)
        with self.scope():
            ids = [one.id for one in some.lines_of(claim)]
        line_id = ids[line % len(ids)]
        self.act(lambda: credit_lines(claim, [line_id], "A test.", actor=self.actor))

    @rule(days=st.integers(1, 70))
    def a_later_day_comes(self, days):
        """Days go by: funding periods begin, plans end."""
        self.come(self.today + timedelta(days=days))

    def come(self, day):
        """Let a day come: the schedule rolls the budgets at its midnight, and says how many."""
        with self.scope():
            before = self.rows or explained.snapshot()
            last = db.session.scalar(select(AuditLog.id).order_by(AuditLog.id.desc()).limit(1))
        self.today = day
        with self.scope():
            while budgets.roll_budgets(actor=self.actor):
                pass
            after, entries = explained.snapshot(), explained.entries_after(last)
        self.rows = after
        assert explained.unexplained_by_the_day(before, after, entries) == []

    @invariant()
    def every_sum_agrees(self):
        if self.whom is not None:
            with self.scope():
                sums.agree(self.today)


def test_money_agrees_after_every_step(people, monkeypatch, request):
    kind = request.node.callspec.params["app"]
    deep = DEEP if kind == "sqlite" else 0
    usual = {"sqlite": 4, "postgresql": 3}[kind]  # other lives on each
    run_state_machine_as_test(
        lambda: Money(people, monkeypatch),
        settings=settings(
            max_examples=deep or usual,
            stateful_step_count=50 if deep else 25,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
