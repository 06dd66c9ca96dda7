"""Everything that moves money at once: nothing is lost, nothing below zero, nobody stuck."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from caddy import clock
from caddy.actions import budgets, claims, corrections, participants, plan_changes, services, shifts
from caddy.actions.budgets import Adjustment
from caddy.domain.errors import CaddyError
from caddy.domain.funding import ReleasePattern
from caddy.domain.participants import PlanChange
from caddy.domain.shifts import Cancellation
from caddy.extensions import db
from caddy.models import Budget, BudgetAdjustment, Plan, Service
from caddy.queries import checks
from caddy.tenancy import scope
from tests import claims as claimed
from tests import world
from tests.one_of_each import entry

DAILY_LIFE, SOCIAL = "01_011_0107_1_1", "04_104_0125_6_1"
TIMES = 5


class Office:
    """Eleven people of one provider, each with a kind of work, on one participant's money."""

    def __init__(self, people, app):
        self.people, self.app, self.actor = people, app, people.alice
        plan = replace(
            world.plan(people.today, (1, 4_000_00), (4, 4_000_00)),
            release=ReleasePattern.QUARTERLY,
        )
        profile = world.profile("Mika", "Many", "430000777", needs_two_workers=True)
        with scope(people.acacia.id):
            self.whom = participants.add_participant(profile, plan, actor=self.actor)
            self.plan = db.session.scalars(
                select(Plan).where(Plan.participant_id == self.whom)
            ).one()
            self.budgets = db.session.scalars(
                select(Budget.id).where(Budget.participant_id == self.whom).order_by(Budget.id)
            ).all()
        claimed.ready(people, participant_id=self.whom)
        self.there = [self.log(DAILY_LIFE, 5) for _ in range(2)]
        self.back = [self.log(SOCIAL, 6) for _ in range(2)]
        self.planned = [self.schedule(ahead).id for ahead in range(20, 20 + 2 * TIMES)]
        self.outcomes = Counter()
        self.mistakes = []

    def one(self, item, days, **changes):
        return replace(entry(self.people, self.whom, days), item_number=item, **changes)

    def within(self, act):
        with scope(self.people.acacia.id):
            return act()

    def log(self, item, days):
        one = self.one(item, days)
        return self.within(
            lambda: services.log_service(one, world.ZONE, "NSW", actor=self.actor).id
        )

    def schedule(self, ahead):
        one = self.one(DAILY_LIFE, -ahead)
        sam = self.people.acacia.people["sam"]
        return self.within(
            lambda: shifts.schedule_service(one, sam, save_anyway=True, actor=self.actor)
        )

    def correct(self, service_id, turn, first, second):
        """Enter a service for the other budget and another day, and back again."""
        item, days = (second, first)[turn % 2]
        one = self.one(item, days, notes=f"Turn {turn}")
        self.within(
            lambda: corrections.correct_service(
                service_id, turn + 1, one, "A slip of the pen.", actor=self.actor
            )
        )

    def move(self, service_id):
        times = shifts.Times(time(13), time(14))
        day = self.people.today + timedelta(days=60)
        to = shifts.NewTime(day, times, self.people.acacia.people["sam"])
        self.within(
            lambda: shifts.move_service(service_id, 1, to, save_anyway=True, actor=self.actor)
        )

    def cancel(self, service_id):
        why = Cancellation("They were ill.", clock.now())
        self.within(lambda: shifts.cancel_service(service_id, 1, why, actor=self.actor))

    def adjust(self, turn):
        change = Adjustment((70_00, -30_00)[turn % 2], self.people.today, "A review")
        self.within(lambda: budgets.adjust_budget(self.budgets[0], change, actor=self.actor))

    def claim(self):
        wanted = claims.ClaimWanted(self.people.today - timedelta(days=9), self.people.today)
        built = self.within(lambda: claims.build_claim(wanted, actor=self.actor))
        if built.id:
            self.within(lambda: claims.withdraw_claim(built.id, actor=self.actor))

    def change_the_plan(self, turn):
        plan = self.plan
        change = PlanChange(
            plan.starts_on - timedelta(days=turn % 2 + 1),
            plan.ends_on + timedelta(days=turn + 1),
            plan.management,
            reason="A review",
        )
        self.within(lambda: plan_changes.change_plan(plan.id, change, actor=self.actor))

    def roll(self, day):
        """Let another day come: the third turn is in the next funding period."""
        day[0] += timedelta(days=40)
        self.within(lambda: budgets.roll_budgets(actor=self.actor))

    def work(self, begin, kind, act):
        begin.wait()
        for turn in range(TIMES):
            with self.app.app_context():
                try:
                    act(turn)
                    self.outcomes[kind] += 1
                except CaddyError as error:
                    self.outcomes[f"{kind}: {error.code}"] += 1
                except Exception as error:  # noqa: BLE001 - a deadlock above all
                    self.mistakes.append(f"{kind}: {error!r}")
                finally:
                    db.session.remove()


@pytest.fixture
def day(people, monkeypatch):
    """The day of the budgets, which one of the writers moves on."""
    day: list[date] = [people.today]
    monkeypatch.setattr(clock, "today", lambda _zone: day[0])
    return day


def test_whoever_moves_money_at_once_loses_none_of_it_and_none_waits_in_a_circle(app, people, day):
    office = Office(people, app)
    life, social = (DAILY_LIFE, 5), (SOCIAL, 6)
    kinds = {
        "log": lambda _turn: office.log(DAILY_LIFE, 6),
        "log social": lambda _turn: office.log(SOCIAL, 5),
        "schedule": lambda turn: office.schedule(40 + turn),
        "correct there": lambda turn: office.correct(office.there[0], turn, life, social),
        "correct back": lambda turn: office.correct(office.back[0], turn, social, life),
        "move": lambda turn: office.move(office.planned[turn]),
        "cancel": lambda turn: office.cancel(office.planned[TIMES + turn]),
        "adjust": office.adjust,
        "claim": lambda _turn: office.claim(),
        "plan": office.change_the_plan,
        "roll": lambda _turn: office.roll(day),
    }
    begin = threading.Barrier(len(kinds))
    threads = [
        threading.Thread(target=office.work, args=(begin, kind, act)) for kind, act in kinds.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not office.mistakes
    assert all(office.outcomes[kind] for kind in kinds), office.outcomes
    stored = (
        4 + 2 * TIMES + sum(office.outcomes[kind] for kind in ("log", "log social", "schedule"))
    )
    adjusted = office.outcomes["adjust"]
    with scope(people.acacia.id):
        assert list(checks.differences()) == []
        own = Service.participant_id == office.whom
        assert db.session.scalar(select(func.count(Service.id)).where(own)) == stored
        entries = select(func.count(BudgetAdjustment.id)).where(
            BudgetAdjustment.reason == "A review"
        )
        assert db.session.scalar(entries) == adjusted
