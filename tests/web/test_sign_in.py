"""Signing in and out: cookies, limits, and answers that tell nothing."""

from __future__ import annotations

import re
import statistics
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import redis
from sqlalchemy import select

from caddy.actions import passwords
from caddy.config import load_settings
from caddy.extensions import db
from caddy.models import AuditLog, User
from caddy.tenancy import scope
from caddy.transaction import transaction
from caddy.web import attempts, security
from tests import world
from tests.client import Client
from tests.web.matrix import parts


def test_it_lets_in_and_writes_it_down(app, people, by_password):
    by_password("cora")
    with scope(people.acacia.id):
        fact = db.session.scalars(select(AuditLog).where(AuditLog.action == "user.signed_in")).one()
        assert fact.entity_id == people.acacia.people["cora"]
        assert fact.ip == "127.0.0.1"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(app, people):
    answers = []
    for email in ("alice@acacia.example", "nobody@acacia.example"):
        client = Client(app)
        response = client.sign_in(email, "wrong password 123")
        text = re.sub(r'name="csrf_token" value="[^"]+"', "", response.text)
        answers.append(text.replace(email, ""))
        assert response.status_code == 422
        assert "The email address or the password is not right." in response.text
    assert len(answers[0]) == len(answers[1])


TIMED = {
    "/sign-in": {"password": "wrong password 123"},
    "/sign-in/link": {},
    "/password-reset": {},
    "/sign-up": {name: text for name, text in parts.SIGN_UP.items() if name != "email"},
}


@pytest.mark.parametrize("path", TIMED)
def test_a_known_and_an_unknown_address_take_the_same_time(app, people, monkeypatch, path):
    """What is waited is added up and not waited for: the sum is what a stranger measures."""
    waited = []
    monkeypatch.setattr(attempts, "EVEN_SECONDS", 2)
    monkeypatch.setattr(attempts.time, "sleep", waited.append)
    monkeypatch.setattr(security.limiter, "enabled", False)
    took = {"alice": [], "nobody": []}
    client = Client(app)
    client.token()
    for _ in range(5):
        for name, times in took.items():
            waited.clear()
            begun = time.perf_counter()
            client.post(path, TIMED[path] | {"email": f"{name}@acacia.example"})
            times.append(time.perf_counter() - begun + sum(waited))
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < 0.25
    assert min(known, unknown) >= 2


def test_an_unknown_address_costs_the_same_work_as_a_known_one(app, people, monkeypatch):
    worked = []
    real = passwords._hasher

    class Counting:
        hash = real.hash

        def verify(self, password_hash, password):
            worked.append(password_hash.split("$")[3])
            return real.verify(password_hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    for name in ("alice", "nobody"):
        Client(app).sign_in(f"{name}@acacia.example", "wrong password 123")
    assert len(worked) == 2
    assert worked[0] == worked[1]


def test_a_suspended_person_is_not_let_in_and_an_open_session_ends(app, people, sign_in):
    client = sign_in("cora")
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.get_one(User, people.acacia.people["cora"]).status = "suspended"
    assert client.get("/").status_code == 302
    assert Client(app).sign_in("cora@acacia.example", world.PASSWORD).status_code == 422


def test_after_signing_out_the_session_is_gone(people, sign_in):
    client = sign_in("cora")
    assert client.post("/sign-out").status_code == 302
    assert client.get("/").status_code == 302


def test_it_returns_only_to_pages_of_this_site(people, sign_in, app):
    for target in ("//evil.example", "https://evil.example/x", "/\\evil.example", "javascript:x"):
        client = Client(app)
        response = client.post(
            "/sign-in",
            {"email": "cora@acacia.example", "password": world.PASSWORD},
            query_string={"next": target},
        )
        assert response.location == "/", target
    client = Client(app)
    form = {"email": "cora@acacia.example", "password": world.PASSWORD}
    assert client.post("/sign-in", form, query_string={"next": "/panel"}).location == "/panel"


def test_too_many_tries_are_slowed_for_that_person_and_address_only(app, people, monkeypatch):
    monkeypatch.setattr(
        "caddy.blueprints.sign_in.load_settings",
        lambda: load_settings().model_copy(update={"sign_in_limit": "3 per minute"}),
    )
    client = Client(app)
    answers = [client.sign_in("alice@acacia.example", "wrong password").status_code for _ in "1234"]
    assert answers == [422, 422, 422, 429]
    assert client.sign_in("cora@acacia.example", world.PASSWORD).status_code == 302


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app, people, sign_in):
    cookies = sign_in("cora").cookies()
    assert cookies["caddy"].http_only
    assert cookies["caddy"].same_site == "Lax"
    assert app.config["SESSION_COOKIE_SECURE"] is False  # this is the test environment


def test_a_worker_sees_no_amounts_of_budgets(people, sign_in):
    page = sign_in("sam").get(f"/participants/{people.acacia.participant_id}").text
    assert "$" not in page
    assert "Pat Green" in page


def test_each_failure_doubles_the_wait_and_no_stranger_makes_a_known_browser_wait(
    app, people, monkeypatch
):
    chosen = load_settings().model_copy(update={"sign_in_tries": 2})
    monkeypatch.setattr(attempts, "load_settings", lambda: chosen)
    known = Client(app)
    known.sign_in("cora@acacia.example", world.PASSWORD)
    known.post("/sign-out")
    stranger = Client(app)  # from the same place, such as the same office
    tries = [stranger.sign_in("cora@acacia.example", "wrong password 123") for _ in range(4)]
    assert [one.status_code for one in tries] == [422, 422, 422, 429]
    assert 1 <= int(tries[-1].headers["Retry-After"]) <= 2
    # Not even the right password is looked at while one waits.
    assert stranger.sign_in("cora@acacia.example", world.PASSWORD).status_code == 429
    assert stranger.sign_in("fin@acacia.example", world.PASSWORD).status_code == 302
    assert known.sign_in("cora@acacia.example", world.PASSWORD).status_code == 302


def test_waits_grow_up_to_a_quarter_of_an_hour(app, monkeypatch):
    chosen = load_settings().model_copy(update={"sign_in_tries": 2})
    monkeypatch.setattr(attempts, "load_settings", lambda: chosen)
    with app.test_request_context():
        for _ in range(14):
            attempts.failed("someone")
        assert 512 < attempts.seconds_to_wait("someone") <= attempts.LONGEST_WAIT_SECONDS
        assert attempts.seconds_to_wait("someone else") == 0


def test_without_redis_signing_in_is_slower_and_still_counted(app, people, monkeypatch):
    def away(*_args, **_options):
        raise redis.ConnectionError

    for name in ("get", "incr", "clear"):
        monkeypatch.setattr(security.limiter.storage, name, away)
    slept = []
    monkeypatch.setattr(attempts.time, "sleep", slept.append)
    chosen = load_settings().model_copy(update={"sign_in_tries": 1})
    monkeypatch.setattr(attempts, "load_settings", lambda: chosen)
    assert Client(app).sign_in("cora@acacia.example", world.PASSWORD).status_code == 302
    assert slept.count(attempts.SLOWED_SECONDS) == 2
    tries = [Client(app).sign_in("cora@acacia.example", "wrong pass 1") for _ in range(3)]
    assert [one.status_code for one in tries] == [422, 422, 429]
    attempts._own.reset()


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("https://localhost/panel?house=x&search=Pat", "/panel?house=x"),
        ("https://localhost/panel#budget", "/panel"),
        ("https://elsewhere.example/panel", "/"),
        ("https://[", "/"),
        ("", "/"),
    ],
)
def test_an_open_page_whose_session_is_over_is_led_to_sign_in_and_back_to_itself(
    sign_in, page, back
):
    asked = {"HX-Request": "true", "HX-Current-URL": page}
    for address in ("/live?since=1-1", "/search/suggestions?q=Pat", "/participants?search=Pat"):
        answer = sign_in(None).get(address, headers=asked, base_url="https://localhost")
        assert answer.status_code == 401
        led = urlsplit(answer.headers["HX-Redirect"])
        assert (led.path, parse_qs(led.query)["next"]) == ("/sign-in", [back])


def test_the_page_of_what_waits_says_by_itself_that_one_has_to_sign_in(sign_in):
    asked = {"HX-Request": "true", "HX-Current-URL": "http://localhost/waiting?leaving=1"}
    client = sign_in(None)
    live = client.get("/live?since=1-1", headers=asked)
    assert (live.status_code, live.headers.get("HX-Redirect")) == (401, None)
    assert "HX-Redirect" in client.get("/notifications", headers=asked).headers
