"""The wall: its orders visit every budget once, its groups sum what they hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from caddy.domain.budgets import Light, Pace
from caddy.domain.participants import NewBudget
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import Budget, Participant, Site
from caddy.queries import groups, wall
from caddy.queries.groups import GroupKind
from caddy.queries.wall import Scale, WallFilter, WallSort
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import money

SCALE = Scale(60, 80, 15)


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


@pytest.fixture
def many(people):
    """Eleven budgets at many shares of use, two with thresholds of their own, some alike."""
    for number, percent in enumerate((0, 20, 20, 40, 59, 60, 61, 80, 81, 99, 100)):
        led = {"support_coordinator_id": people.acacia.people["cora"]} if number % 2 else {}
        participant_id = money.one_with(
            people, f"4300001{number:02}", NewBudget(1, 1_000_00), **led
        )
        budget_id = money.budget_of(participant_id)
        if percent:
            on = people.today - timedelta(days=1)
            money.service(people.alice, budget_id, on, percent * 10_00, ServiceStatus.COMPLETED)
        if percent in {40, 99}:
            with transaction(people.alice, unrecorded="a test"):
                budget = db.session.get_one(Budget, budget_id)
                budget.light_amber_percent, budget.light_red_percent = (
                    (10, 30) if percent == 40 else (99, 100)
                )


def read(monkeypatch, people, **wanted):
    monkeypatch.setattr(wall, "PAGE", 3)
    found, after = [], None
    for _ in range(20):
        shown, after = wall.page(WallFilter(after=after, **wanted), people.today, SCALE)
        found += shown
        if after is None:
            return found
    raise AssertionError("the pages have no end")


ORDERS = {
    WallSort.RISK: lambda one: (list(wall.LIGHTS_BY_RISK).index(one.light), -one.pace_basis_points),
    WallSort.USED: lambda one: -one.used_basis_points,
    WallSort.PACE_OVER: lambda one: -one.pace_basis_points,
    WallSort.PACE_UNDER: lambda one: one.pace_basis_points,
}


def test_each_order_visits_every_budget_once(monkeypatch, people, many):
    current = set(db.session.scalars(select(Budget.id).where(Budget.is_current.is_(True))))
    for sort in WallSort:
        found = read(monkeypatch, people, sort=sort)
        assert len(found) == len(current), sort
        assert {one.id for one in found} == current, sort
        keys = [ORDERS[sort](one) for one in found]
        assert keys == sorted(keys), sort


def test_the_database_and_the_rules_agree_on_each_light(monkeypatch, people, many):
    everyone = read(monkeypatch, people)
    for light in Light:
        found = read(monkeypatch, people, light=light)
        assert {one.id for one in found} == {one.id for one in everyone if one.light is light}
        assert wall.sums(WallFilter(), SCALE).lights[light] == len(found) > 0


def test_the_sums_of_the_wall_are_those_of_its_budgets(monkeypatch, people, many):
    everyone = read(monkeypatch, people)
    sums = wall.sums(WallFilter(), SCALE)
    assert sums.count == len(everyone)
    assert sums.spent_cents == sum(one.spent_cents for one in everyone)
    assert sums.remaining_cents == sum(one.remaining_cents for one in everyone)
    for pace in Pace:
        assert sums.paces[pace] == sum(one.pace is pace for one in everyone)


def test_a_house_a_caseload_and_a_category_are_summed_and_can_be_walked(monkeypatch, people, many):
    with transaction(people.alice, unrecorded="a test"):
        house = Site(organization_id=people.acacia.id, name="Wattle House")
        db.session.add(house)
        db.session.flush()
        some = db.session.scalars(select(Participant).order_by(Participant.id).limit(4)).all()
        for participant in some:
            participant.site_id = house.id
        house_id = house.id
    cora = people.acacia.people["cora"]
    of = {
        GroupKind.SITE: lambda key: {"site_id": key, "without_site": key is None},
        GroupKind.COORDINATOR: lambda key: {"coordinator_id": key, "without_coordinator": not key},
        GroupKind.CATEGORY: lambda key: {"support_category": key},
    }
    names = {}
    for kind, narrowed in of.items():
        found, has_more = groups.listed(kind, SCALE)
        assert not has_more
        names[kind] = {group.key: group.name for group in found}
        assert sum(group.sums.count for group in found) == wall.sums(WallFilter(), SCALE).count
        for group in found:
            wanted = narrowed(group.key)
            own = read(monkeypatch, people, **wanted)
            assert wall.sums(WallFilter(**wanted), SCALE) == group.sums
            assert group.sums.count == len(own)
            assert group.sums.allocated_cents == sum(one.allocated_cents for one in own)
            assert group.sums.committed_cents == sum(one.committed_cents for one in own)
            assert group.sums.at_risk == sum(one.light is Light.RED for one in own)
            assert group.participants == len({one.participant_id for one in own})
    assert names[GroupKind.SITE] == {house_id: "Wattle House", None: "No site"}
    assert names[GroupKind.COORDINATOR] == {cora: "Cora Acacia", None: "No coordinator"}
    assert set(names[GroupKind.CATEGORY]) == {1, 15}


def test_groups_of_another_organization_are_not_there(people, many):
    with scope(people.banksia.id), transaction(people.charlie, unrecorded="a test"):
        db.session.add(Site(organization_id=people.banksia.id, name="Secret House"))
        db.session.flush()
        foreign = db.session.scalars(select(Site.id)).one()
    with scope(people.acacia.id):
        assert groups.name_of(GroupKind.SITE, foreign) is None
        assert groups.name_of(GroupKind.COORDINATOR, people.banksia.people["charlie"]) is None
        assert wall.sums(WallFilter(site_id=foreign), SCALE).count == 0
