"""The hub: right for each audience, right again after a gap, and it forgets who has gone."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from caddy.actions import services
from caddy.config import load_settings
from caddy.domain.permissions import ROLE_PERMISSIONS, Role
from caddy.events import bus
from caddy.events.hub import BEAT, CLOSE, MOST_WAITING, REFRESH, Hub, Listener
from caddy.extensions import db, redis_client
from caddy.queue import Outbox
from caddy.tenancy import scope
from caddy.translation.languages import EXTENSION, SOURCE, Languages
from caddy.translation.pseudo import PSEUDO, accented
from tests import world
from tests.one_of_each import entry


def listener(people, role=Role.COORDINATOR, provider=None):
    provider = provider or people.acacia
    return Listener(provider.id, next(iter(provider.people.values())), ROLE_PERMISSIONS[role])


@pytest.fixture
def hub(app, people):
    one = Hub()
    one.bind(app)
    return one


def log(people):
    with scope(people.acacia.id):
        return services.log_service(
            entry(people, people.acacia.participant_id), world.ZONE, "NSW", actor=people.sam
        )


def taken(one, within=5.0):
    """Return the next message that is not a heartbeat."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if not one._waiting.empty():
            data = one._waiting.get()
            if data != BEAT:
                return data
        time.sleep(0.005)
    return None


def test_a_commit_reaches_those_who_may_see_it_and_nobody_else(hub, people):
    coordinator, worker = listener(people), listener(people, Role.SUPPORT_WORKER)
    stranger = listener(people, Role.ADMIN, people.banksia)
    for one in (coordinator, worker, stranger):
        hub.add(one)
    time.sleep(0.3)
    log(people)
    received = taken(coordinator)
    assert b"budget-" in received
    assert b"$964.88" in received
    assert received.startswith(b"id: ")
    assert b"$" not in taken(worker)
    assert taken(stranger, within=0.3) is None


def test_an_announcement_that_was_heard_before_is_not_sent_again(hub, people):
    one = listener(people)
    hub.add(one)
    time.sleep(0.3)
    log(people)
    assert taken(one)
    from caddy.jobs.budgets import check_budget

    with scope(people.acacia.id):
        budget_id = db.session.scalars(select(Outbox.subject_id)).one()
        check_budget(budget_id, actor=people.alice)
    assert taken(one, within=0.4) is None


def test_after_a_gap_it_replays_what_changed_as_it_is_now(hub, people):
    log(people)
    seen = bus.current_id(people.acacia.id)
    log(people)
    log(people)
    with scope(people.acacia.id), hub._app.test_request_context():
        first = hub.first_message(listener(people), seen)
    assert b"$894.64" in first  # the third, not the second
    assert first.count(b'hx-target="#budget-') == 1
    assert bus.current_id(people.acacia.id).encode() in first


@pytest.mark.parametrize("last_id", ["0-0", "1-1", "9" * 19 + "-0"])
def test_an_event_nobody_remembers_asks_for_a_refresh(hub, people, last_id):
    log(people)
    with scope(people.acacia.id), hub._app.test_request_context():
        first = hub.first_message(listener(people), last_id)
    is_ahead = last_id.startswith("9")
    assert (REFRESH in first) is not is_ahead


def test_one_who_does_not_keep_up_is_told_to_refresh(people):
    slow = listener(people)
    for _ in range(MOST_WAITING + 1):
        slow.give(b"x")
    assert taken(slow) == REFRESH
    assert taken(slow, within=0.05) is None


def test_streams_of_someone_whose_rights_changed_end(hub, people):
    from caddy import events

    one = listener(people)
    hub.add(one)
    time.sleep(0.3)
    events.publish(people.acacia.id, [events.Topic("user", one.user_id, 1)])
    assert taken(one) == CLOSE
    assert list(hub.stream(one, CLOSE)) == []


def test_the_stream_forgets_who_has_gone(people, hub):
    one = listener(people)
    hub.add(one)
    stream = hub.stream(one, b"first")
    assert next(stream) == b"first"
    assert hub.count() == 1
    stream.close()
    assert hub.count() == 0


def test_a_subscription_that_was_cut_for_a_moment_asks_for_a_refresh(hub, people):
    """The client library would connect again by itself, and nobody would know of the gap."""
    one = listener(people)
    hub.add(one)
    assert redis_client().client_kill_filter(_type="pubsub") >= 1
    assert taken(one) == REFRESH
    log(people)
    assert b"budget-" in taken(one)


def test_a_slow_stream_of_someone_whose_rights_changed_ends_too(people):
    slow = listener(people)
    for _ in range(MOST_WAITING):
        slow.give(b"x")
    slow.close()
    for _ in range(MOST_WAITING + 1):
        slow.give(b"x")
    assert taken(slow) == CLOSE
    assert taken(slow, within=0.05) is None


def test_nothing_is_lost_between_the_first_listener_and_the_first_event(hub, people):
    one = listener(people)
    hub.add(one)
    log(people)
    assert b"budget-" in taken(one)


def test_each_page_is_sent_what_changed_in_its_own_language(hub, people, app, monkeypatch):
    pseudo = Languages(load_settings().model_copy(update={"language": PSEUDO}))
    monkeypatch.setitem(app.extensions, EXTENSION, pseudo)
    english, other = listener(people), listener(people)
    english.language, other.language = SOURCE, PSEUDO
    for one in (english, other):
        hub.add(one)
    time.sleep(0.3)
    log(people)
    assert b">Remaining<" in taken(english)
    received = taken(other)
    assert f">{accented('Remaining')}<".encode() in received
    assert b">Remaining<" not in received


def test_a_page_of_counts_may_name_an_event_a_moment_old_and_misses_nothing_by_it(
    hub, people, monkeypatch
):
    clock = [1_000.0]
    monkeypatch.setattr(bus.time, "monotonic", lambda: clock[0])
    log(people)
    known = bus.recent_id(people.acacia.id)
    assert known == bus.current_id(people.acacia.id)
    log(people)
    assert bus.recent_id(people.acacia.id) == known  # asked a moment ago
    assert bus.recent_id(people.banksia.id) == bus.current_id(people.banksia.id)
    with scope(people.acacia.id), hub._app.test_request_context():
        assert b"$929.76" in hub.first_message(listener(people), known)
    clock[0] += bus.RECENT_SECONDS
    assert bus.recent_id(people.acacia.id) == bus.current_id(people.acacia.id) != known
