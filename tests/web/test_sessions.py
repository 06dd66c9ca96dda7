"""Sessions: kept in the database, listed, over in time, and ended at once."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select, update

from caddy import clock
from caddy.actions import members, sessions
from caddy.domain.mailed_links import token_hash
from caddy.domain.people import UserStatus
from caddy.events import hub
from caddy.extensions import db
from caddy.models import UserSession
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import identity, world
from tests.client import Client


def rows(people, who):
    with scope(people.acacia.id):
        return db.session.scalars(
            select(UserSession)
            .where(UserSession.user_id == people.acacia.people[who])
            .order_by(UserSession.id)
        ).all()


def set_of(people, who, **values):
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.execute(
            update(UserSession)
            .where(UserSession.user_id == people.acacia.people[who])
            .values(**values)
        )


def is_in(client):
    return client.get("/notifications").status_code == 200


def test_the_browser_keeps_a_token_of_which_the_database_has_only_the_hash(
    app, people, by_password
):
    client = by_password("cora")
    with client._client.session_transaction() as held:
        token = held["_user_id"]
        assert set(held) <= {"_user_id", "_fresh", "_permanent", "csrf_token", "_id"}
    (row,) = rows(people, "cora")
    assert row.token_hash == token_hash(token) != token
    assert row.second_factor_at is None
    assert row.confirmed_at == row.last_seen_at
    assert row.expires_at - row.confirmed_at == timedelta(days=30)


def idle(people, _client):
    set_of(people, "cora", last_seen_at=clock.now() - timedelta(hours=12, seconds=1))


def too_old(people, _client):
    set_of(people, "cora", expires_at=clock.now())


def signed_out(_people, client):
    client.post("/sign-out")


def suspended(people, _client):
    with scope(people.acacia.id):
        cora = people.acacia.people["cora"]
        members.change_status(cora, UserStatus.SUSPENDED, actor=people.alice)


def revoked_elsewhere(people, _client):
    other = Client(_client._app)
    other.sign_in("cora@acacia.example", world.PASSWORD)
    other.post("/settings/sessions/revocation")


@pytest.mark.parametrize("end", [idle, too_old, signed_out, suspended, revoked_elsewhere])
def test_a_session_that_is_over_opens_nothing_also_with_its_old_cookie(app, people, sign_in, end):
    client = sign_in("cora")
    kept = client._client.get_cookie("caddy").value
    assert is_in(client)
    end(people, client)
    client._client.set_cookie("caddy", kept)
    response = client.get("/participants")
    assert response.status_code == 302
    assert "/sign-in" in response.location


def test_someone_sees_where_they_are_signed_in_and_ends_one_or_all(app, people, sign_in):
    phone, desk, fin = sign_in("cora"), Client(app), sign_in("fin")
    agent = "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"
    desk._client.environ_base["HTTP_USER_AGENT"] = agent
    desk.sign_in("cora@acacia.example", world.PASSWORD)
    page = phone.get("/settings/sessions").text
    assert page.count("This device") == 1
    assert "Firefox on a Windows computer" in page
    session = rows(people, "cora")[1].id
    assert fin.post(f"/settings/sessions/{session}/revocation").status_code == 404
    assert is_in(desk)
    assert phone.post(f"/settings/sessions/{session}/revocation").status_code == 303
    assert not is_in(desk)
    assert "Firefox" not in phone.get("/settings/sessions").text
    assert phone.post("/settings/sessions/revocation", {"here": "1"}).status_code == 303
    assert not is_in(phone)
    assert is_in(fin)


def test_use_keeps_a_session_alive_once_in_ten_minutes_and_an_open_page_does_not(people, sign_in):
    client = sign_in("cora")
    client.token()
    long_ago = clock.now() - timedelta(minutes=11)
    set_of(people, "cora", last_seen_at=long_ago)
    client.post("/presence", {"page": "/"})
    assert rows(people, "cora")[0].last_seen_at == long_ago
    client.get("/notifications")
    (row,) = rows(people, "cora")
    assert clock.now() - row.last_seen_at < timedelta(minutes=1)
    client.get("/notifications")
    assert rows(people, "cora")[0].last_seen_at == row.last_seen_at


def test_one_statement_finds_the_session_its_person_and_their_organization(app, people, sign_in):
    client = sign_in("cora")
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        client.get("/settings/calendar")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    whose = [one for one in asked if "user_sessions" in one]
    assert len(whose) == 1
    assert "organizations" in whose[0]
    assert sum(one.startswith("SELECT") for one in asked) == 2  # and the calendar's own


def test_live_panels_end_with_the_session(app, people, sign_in):
    client = sign_in("vic")
    response = client.get("/live", fragment=True, buffered=False)
    stream = iter(response.response)
    next(stream)
    with scope(people.acacia.id):
        sessions.revoke_all(actor=people.acacia.actor("vic", world.Role.VIEWER))
    assert list(stream) == []
    response.close()
    assert hub.count() == 0
    assert client.get("/live").status_code == 302


def test_live_panels_end_when_their_session_is_over_by_time(app, people, sign_in):
    client = sign_in("vic")
    set_of(people, "vic", expires_at=clock.now() + timedelta(seconds=60))
    response = client.get("/live", fragment=True, buffered=False)
    stream = iter(response.response)
    next(stream)
    (listener,) = hub.listeners()
    hub._close_overdue()
    assert hub.count() == 1
    assert 55 < listener.until - time.monotonic() <= 60
    listener.until = time.monotonic()
    hub._close_overdue()
    assert list(stream) == []
    response.close()


def test_signing_in_anew_ends_the_session_the_browser_was_in(app, people, sign_in):
    client = sign_in("cora")
    client.sign_in("fin@acacia.example", world.PASSWORD)
    (row,) = rows(people, "cora")
    assert row.revoked_at is not None


def test_a_sign_in_on_a_new_device_is_told_by_mail_but_for_the_first_one(app, people, by_password):
    client = by_password("cora")
    assert identity.mailed() == []
    client.post("/sign-out")
    client.sign_in("cora@acacia.example", world.PASSWORD)
    assert identity.mailed() == []  # the same browser again
    by_password("cora")
    assert identity.mailed() == [("new_device", "cora@acacia.example")]
