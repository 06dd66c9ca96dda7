"""Teams: who supports whom, what that lets them see, and who asked to be told."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from caddy.actions import services, teams
from caddy.domain.actor import Actor, Source, system_actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.permissions import Permission, Role
from caddy.extensions import db
from caddy.models import AuditLog, ParticipantWatcher
from caddy.queries import participants, visibility
from caddy.queries import services as service_reads
from caddy.queries import teams as reads
from caddy.queries.participants import ParticipantFilter
from caddy.queries.services import ServiceFilter
from caddy.tenancy import scope
from tests import world
from tests.one_of_each import entry


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


def names(people, seen_by):
    found = participants.page(ParticipantFilter(), with_budgets=False, seen_by=seen_by)
    return [row.name for row in found.rows], found.count


def test_one_sees_ones_own_participants_and_the_others_see_all(people):
    world.olly(people)
    assert names(people, people.sam.seen_by) == (["Pat Green"], 1)
    assert names(people, people.alice.seen_by) == (["Pat Green", "Olly Hidden"], 2)


def test_an_actor_without_a_user_and_without_the_permission_sees_nothing(people):
    nobody = Actor(people.acacia.id, None, "Nobody", None)
    assert names(people, nobody.seen_by) == ([], 0)
    assert system_actor(people.acacia.id, "A job", Source.JOB).seen_by is None


def test_every_role_but_the_worker_sees_all(people):
    for role in Role:
        actor = people.acacia.actor("sam", role)
        assert (actor.seen_by is None) == (role is not Role.SUPPORT_WORKER)
        assert actor.may(Permission.PARTICIPANTS_ALL) == (actor.seen_by is None)


def test_joining_and_leaving_are_recorded_and_change_what_is_seen(people):
    olly, sam = world.olly(people), people.acacia.people["sam"]
    assert not visibility.is_seen(olly, sam)
    teams.add_to_team(olly, sam, actor=people.alice)
    assert visibility.is_seen(olly, sam)
    assert [row.id for row in reads.members(olly)] == [sam]
    assert str(sam) not in dict(reads.people_to_add(olly))
    teams.remove_from_team(olly, sam, actor=people.alice)
    assert not visibility.is_seen(olly, sam)
    facts = db.session.scalars(
        select(AuditLog.action).where(AuditLog.entity_id == olly).order_by(AuditLog.id)
    ).all()
    assert facts[-2:] == ["team.joined", "team.left"]


def test_nobody_joins_twice_and_nobody_of_another_organization_joins(people):
    pat = people.acacia.participant_id
    with pytest.raises(RuleBroken, match="Sam supports Pat already"):
        teams.add_to_team(pat, people.acacia.people["sam"], actor=people.alice)
    with pytest.raises(RuleBroken, match="from the list"):
        teams.add_to_team(pat, people.banksia.people["charlie"], actor=people.alice)
    with pytest.raises(NotFound):
        teams.add_to_team(
            people.banksia.participant_id, people.acacia.people["sam"], actor=people.alice
        )
    with pytest.raises(NotFound):
        teams.remove_from_team(pat, people.acacia.people["vic"], actor=people.alice)


def test_a_service_for_someone_elses_participant_is_not_logged(people):
    olly = world.olly(people)
    with pytest.raises(NotFound):
        services.log_service(entry(people, olly), world.ZONE, "NSW", actor=people.sam)
    with pytest.raises(NotFound):
        services.estimate(entry(people, olly), world.ZONE, "NSW", seen_by=people.sam.seen_by)


def test_what_one_delivered_stays_in_sight_after_leaving_the_team(people):
    pat, sam = people.acacia.participant_id, people.acacia.people["sam"]
    mine = services.log_service(entry(people, pat), world.ZONE, "NSW", actor=people.sam).id
    alices = services.log_service(entry(people, pat, 3), world.ZONE, "NSW", actor=people.alice).id
    assert service_reads.count(ServiceFilter(), seen_by=sam) == 2
    teams.remove_from_team(pat, sam, actor=people.alice)
    assert [row.id for row in service_reads.page(ServiceFilter(), seen_by=sam)[0]] == [mine]
    assert service_reads.one(mine, seen_by=sam) is not None
    assert service_reads.one(alices, seen_by=sam) is None
    assert service_reads.participants_to_choose("", seen_by=sam) == []


def test_watching_twice_is_watching_once(people):
    pat = people.acacia.participant_id
    for _ in range(2):
        teams.watch(pat, actor=people.alice)
    assert [row.first_name for row in reads.watchers(pat)] == ["Alice"]
    for _ in range(2):
        teams.end_watching(pat, actor=people.alice)
    assert db.session.scalar(select(func.count(ParticipantWatcher.id))) == 0
    facts = db.session.scalars(
        select(AuditLog.action)
        .where(AuditLog.action.like("participant.%watched"))
        .order_by(AuditLog.id)
    ).all()
    assert sorted(facts) == ["participant.unwatched", "participant.watched"]


def test_nobody_watches_whom_they_do_not_see(people):
    with pytest.raises(NotFound):
        teams.watch(world.olly(people), actor=people.sam)
