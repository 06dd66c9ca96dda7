"""Alerts on budgets: told once when a threshold is passed, again only after it was armed anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from caddy import clock
from caddy.actions import alerts, budgets, services, settings, teams
from caddy.actions.budget_thresholds import Thresholds, set_budget_thresholds
from caddy.domain.budgets import AlertType
from caddy.domain.funding import ReleasePattern
from caddy.domain.permissions import Role
from caddy.extensions import db
from caddy.models import AuditLog, Budget, BudgetAlert, EmailLog, Notification, User
from caddy.queries.alerts import budgets_to_check
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import money, world
from tests.one_of_each import entry

WARNINGS = ["critical", "warning"]


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


@pytest.fixture
def budget_id(people):
    """Pat's $1,000.00 for daily life, spent as evenly as its time goes."""
    found = money.budget_of(people.acacia.participant_id)
    stand(people, found, 300_00, 30_00)
    return found


def stand(people, budget_id, spent_cents, expected):
    """Have so much of the $1,000.00 be spent where so many basis points of the time are gone."""
    with transaction(people.alice, unrecorded="a test"):
        db.session.execute(
            update(Budget)
            .where(Budget.id == budget_id)
            .values(
                spent_cents=spent_cents,
                period_spent_cents=spent_cents,
                expected_basis_points=expected,
            )
        )


def check(people, budget_id):
    """Check a budget, and that the daily search finds it before and no more after that."""
    was_found = budget_id in budgets_to_check(None, 100)
    alerts.check_budget(budget_id, actor=people.alice)
    assert budget_id not in budgets_to_check(None, 100)
    return was_found


def raised(budget_id):
    return sorted(
        db.session.scalars(
            select(BudgetAlert.type).where(
                BudgetAlert.budget_id == budget_id, BudgetAlert.is_triggered.is_(True)
            )
        )
    )


def told(person="cora"):
    """Return what kinds someone was told of in Caddy, and how many mails they got."""
    kinds = db.session.scalars(
        select(Notification.kind)
        .join(User, User.id == Notification.user_id)
        .where(User.email == f"{person}@acacia.example")
        .order_by(Notification.kind)
    ).all()
    mails = db.session.scalar(
        select(func.count(EmailLog.id)).where(EmailLog.to_address == f"{person}@acacia.example")
    )
    return [kind.removeprefix("budget_") for kind in kinds], mails


def facts():
    return db.session.scalars(
        select(AuditLog.action)
        .where(AuditLog.action.in_(["budget_alert.raised", "budget_alert.rearmed"]))
        .order_by(AuditLog.id)
    ).all()


def test_an_alert_is_raised_one_cent_above_its_threshold_and_told_once(people, budget_id):
    stand(people, budget_id, 750_00, 75_00)
    assert not check(people, budget_id)
    assert (raised(budget_id), told()) == ([], ([], 0))
    stand(people, budget_id, 750_01, 75_00)
    assert check(people, budget_id)
    assert (raised(budget_id), told()) == (["warning"], (["warning"], 1))
    for spent in (750_01, 800_00):  # a second check, and more money within the same alert
        stand(people, budget_id, spent, 75_00)
        assert not check(people, budget_id)
    assert (told(), facts()) == ((["warning"], 1), ["budget_alert.raised"])


def test_an_alert_that_was_armed_again_is_told_again(people, budget_id):
    for spent in (760_00, 740_00, 760_00):
        stand(people, budget_id, spent, 75_00)
        assert check(people, budget_id)
    assert raised(budget_id) == ["warning"]
    assert told() == (["warning"] * 2, 2)
    assert facts() == ["budget_alert.raised", "budget_alert.rearmed", "budget_alert.raised"]


def test_who_watches_is_told_of_the_warning_and_of_the_critical_alert(people, budget_id):
    teams.watch(people.acacia.participant_id, actor=people.acacia.actor("vic", Role.VIEWER))
    stand(people, budget_id, 900_01, 85_00)
    check(people, budget_id)
    assert raised(budget_id) == WARNINGS
    assert told("vic") == told("cora") == (WARNINGS, 2)
    assert told("fin") == told("sam") == ([], 0)


@pytest.mark.parametrize(
    ("variance", "spent", "expected", "alert"),
    [
        (15, 350_00, 20_00, []),  # 15 points ahead is what is allowed
        (15, 350_10, 20_00, ["pace_over"]),
        (15, 350_00, 50_00, []),
        (15, 349_90, 50_00, ["pace_under"]),
        (20, 350_10, 20_00, []),
        (20, 400_00, 20_00, []),
        (20, 400_10, 20_00, ["pace_over"]),
        (20, 300_00, 50_00, []),
        (20, 299_90, 50_00, ["pace_under"]),
        (3, 230_10, 20_00, ["pace_over"]),
    ],
)
def test_a_pace_is_told_from_beyond_the_variance_of_the_organization(
    people, budget_id, variance, spent, expected, alert
):
    settings.set_pace_variance(variance, actor=people.alice)
    stand(people, budget_id, spent, expected)
    assert check(people, budget_id) == bool(alert)
    assert (raised(budget_id), told()) == (alert, (alert, len(alert)))


def test_a_wider_variance_arms_what_it_allows_now(people, budget_id):
    stand(people, budget_id, 350_10, 20_00)
    check(people, budget_id)
    assert raised(budget_id) == ["pace_over"]
    settings.set_pace_variance(16, actor=people.alice)
    assert check(people, budget_id)
    assert raised(budget_id) == []


def test_what_is_over_still_is_told_anew_in_the_next_funding_period(people, monkeypatch):
    """Of $400.00 by the quarter $175.60 are spent in the second: past alerts at 30 % and 40 %."""
    settings.set_pace_variance(100, actor=people.alice)  # what is found is not found by its pace
    whom = money.one_with(
        people,
        "430000777",
        *world.plan(people.today, (1, 400_00)).budgets,
        release=ReleasePattern.QUARTERLY,
    )
    budget_id = money.budget_of(whom)
    set_budget_thresholds(budget_id, Thresholds(None, None, 30, 40), actor=people.alice)
    for _ in range(5):
        services.log_service(entry(people, whom), world.ZONE, "NSW", actor=people.alice)
    check(people, budget_id)
    first = period_of(budget_id)
    assert first == {AlertType.CRITICAL: starts(budget_id), AlertType.WARNING: starts(budget_id)}
    ends_on = db.session.get_one(Budget, budget_id).period_ends_on
    monkeypatch.setattr(clock, "today", lambda _zone: ends_on + timedelta(days=1))
    budgets.roll_budgets(actor=people.alice)
    for is_due in (True, False):
        assert check(people, budget_id) == is_due
    assert starts(budget_id) == ends_on + timedelta(days=1)
    assert set(period_of(budget_id).values()) == {starts(budget_id)}
    assert sorted(period_of(budget_id)) == WARNINGS
    assert told() == (["critical"] * 2 + ["warning"] * 2, 4)


def test_what_is_not_over_is_only_armed_when_the_next_funding_period_begins(people, budget_id):
    stand(people, budget_id, 350_10, 20_00)
    check(people, budget_id)
    with transaction(people.alice, unrecorded="a test"):  # it was raised in the period before
        db.session.execute(
            update(BudgetAlert)
            .where(BudgetAlert.is_triggered.is_(True))
            .values(period_starts_on=starts(budget_id) - timedelta(days=91))
        )
    stand(people, budget_id, 300_00, 30_00)
    assert check(people, budget_id)
    assert (raised(budget_id), told()) == ([], (["pace_over"], 1))


def starts(budget_id):
    return db.session.scalars(select(Budget.period_starts_on).where(Budget.id == budget_id)).one()


def period_of(budget_id):
    """Return in which funding period each alert of use was raised."""
    return dict(
        db.session.execute(
            select(BudgetAlert.type, BudgetAlert.period_starts_on).where(
                BudgetAlert.budget_id == budget_id,
                BudgetAlert.is_triggered.is_(True),
                BudgetAlert.type.in_(WARNINGS),
            )
        ).all()
    )
