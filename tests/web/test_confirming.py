"""What matters asks again who it is, and goes on with what was typed."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from caddy import clock
from caddy.actions import kept_forms
from caddy.config import load_settings
from caddy.domain.permissions import Role
from caddy.extensions import db, redis_client
from caddy.models import AuditLog, User, UserSession
from caddy.tenancy import scope
from caddy.transaction import transaction
from caddy.web import attempts
from caddy.web.access import needs_confirming
from tests import identity, world
from tests.web import calls

SENSITIVE = {
    *("calendar.create", "exports.create_archive", "factors.begin", "factors.confirm"),
    *("factors.make_codes", "factors.removal", "invitations.create", "invitations.send_again"),
    *("letterheads.bank_account", "members.removal_of_factors", "members.role"),
    "members.permissions",
    *("members.status", "retention.erase", "retention.erase_staff", "sessions.revocation"),
    *("passkeys.create", "passkeys.new", "passkeys.new_challenge", "passkeys.removal"),
    *("providers.link", "providers.removal"),
    *("sessions.revocation_of_all", "settings.second_factor"),
}


def stale(people, who="alice", minutes=11):
    """Have it be a while since someone showed who they are."""
    long_ago = clock.now() - timedelta(minutes=minutes)
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.execute(
            update(UserSession)
            .where(UserSession.user_id == people.acacia.people[who])
            .values(confirmed_at=long_ago)
        )


def role_of(people, who):
    with scope(people.acacia.id):
        db.session.expire_all()
        return db.session.get_one(User, people.acacia.people[who]).role


def facts(people):
    with scope(people.acacia.id):
        return db.session.scalars(select(AuditLog.action).order_by(AuditLog.sequence)).all()


@pytest.fixture
def role_path(people):
    return f"/staff/{people.acacia.people['vic']}/role"


def test_what_matters_asks_again_after_ten_minutes_and_nothing_of_it_happens(
    app, people, own, sign_in
):
    client = sign_in("alice")
    stale(people)
    before = len(facts(people))
    assert {one for one in app.view_functions if needs_confirming(app, one)} == SENSITIVE
    for endpoint in sorted(SENSITIVE):
        method = "POST" if f"POST {endpoint}" in calls.CALLS else "GET"
        response = calls.call(client, f"{method} {endpoint}", own)
        assert response.status_code == 303, endpoint
        assert response.location.startswith("/confirmation?kept="), endpoint
    assert len(facts(people)) == before
    asked = client.post("/settings/calendar", headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json["code"]) == (403, "confirmation_needed")
    asked = client.post("/settings/calendar", headers={"HX-Request": "true"})
    assert asked.headers["HX-Redirect"].startswith("/confirmation?kept=")


def test_what_was_typed_goes_on_once_after_the_password(app, people, sign_in, role_path):
    client, other = sign_in("alice"), sign_in("alice")
    stale(people)
    asked = client.post(role_path, {"role": "finance"}).location
    assert "Is it still you?" in client.get(asked).text
    name = parse_qs(urlsplit(asked).query)["kept"][0]
    assert all(b"finance" not in (redis_client().get(key) or b"") for key in kept_keys())
    wrong = client.post(asked, {"password": "wrong password 123"})
    assert wrong.status_code == 422
    assert role_of(people, "vic") is Role.VIEWER
    # What one session typed is not there for another, also of the same person.
    other.post(f"/confirmation?kept={name}", {"password": world.PASSWORD})
    assert role_of(people, "vic") is Role.VIEWER
    done = client.post(asked, {"password": world.PASSWORD})
    assert (done.status_code, done.location) == (303, role_path.replace("/role", "/account"))
    assert "Vic Acacia is now: Finance." in client.get(done.location).text
    assert role_of(people, "vic") is Role.FINANCE
    assert kept_keys() == []
    assert {"confirmation.failed", "session.confirmed", "user.role_changed"} <= set(facts(people))
    # For ten minutes nothing is asked again, and what was sent does not go twice.
    assert client.post(role_path, {"role": "viewer"}).location == done.location
    client.post(asked, {"password": world.PASSWORD})
    assert role_of(people, "vic") is Role.VIEWER


def kept_keys():
    return list(redis_client().scan_iter("caddy:kept-form:*"))


def test_what_is_wrong_with_a_kept_form_is_said_with_what_was_typed(app, people, sign_in):
    client = sign_in("alice")
    stale(people)
    typed = {"email": "not an address <b>", "role": "finance"}
    asked = client.post("/staff/invitations", typed).location
    again = client.post(asked, {"password": world.PASSWORD})
    assert again.status_code == 422
    assert "Enter an email address" in again.text
    assert 'value="not an address &lt;b&gt;"' in again.text


def test_a_kept_form_still_needs_its_own_token_and_its_own_right(app, people, sign_in, role_path):
    client = sign_in("alice")
    stale(people)
    assert client.post(role_path, {"role": "finance"}, token=False).status_code == 400
    assert kept_keys() == []
    asked = client.post(role_path, {"role": "finance"}).location
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.get_one(User, people.alice.user_id).role = Role.COORDINATOR
    assert client.post(asked, {"password": world.PASSWORD}).status_code == 403
    assert role_of(people, "vic") is Role.VIEWER


def test_a_code_of_the_app_confirms_too_and_without_redis_one_does_it_again(
    app, people, sign_in, role_path, monkeypatch
):
    client = sign_in("alice")
    secret, _ = identity.with_app(client)
    stale(people)
    asked = client.post(role_path, {"role": "finance"}).location.replace("?", "/code?")
    assert client.post(asked, {"code": identity.code(secret, 4)}).status_code == 422
    assert client.post(asked, {"code": identity.code(secret)}).status_code == 303
    assert role_of(people, "vic") is Role.FINANCE
    stale(people)
    monkeypatch.setattr(kept_forms, "redis_client", away)
    asked = client.post(role_path, {"role": "viewer"}).location
    assert asked == "/confirmation"
    assert client.post(asked, {"password": world.PASSWORD}).location == "/"
    assert "please do it once more" in client.get("/").text
    assert client.post(role_path, {"role": "viewer"}).status_code == 303
    assert role_of(people, "vic") is Role.VIEWER


def test_guessing_the_password_of_an_open_session_is_slowed_wherever_it_is_asked(
    people, sign_in, monkeypatch
):
    chosen = load_settings().model_copy(update={"sign_in_tries": 2})
    monkeypatch.setattr(attempts, "load_settings", lambda: chosen)
    client, other = sign_in("cora"), sign_in("cora")
    wrong = {"current": "wrong password 123", "new": "purple otter sings twice"}
    tries = [client.post("/settings/password", wrong) for _ in range(2)]
    tries += [client.post("/confirmation", {"password": "wrong password 123"}) for _ in range(2)]
    tries += [client.post("/settings/password", wrong)]
    assert [one.status_code for one in tries] == [422, 422, 422, 429, 429]
    assert other.post("/confirmation", {"password": world.PASSWORD}).status_code == 303


def away():
    import redis

    raise redis.ConnectionError
