"""Signing in and out: cookies, limits, and answers that tell nothing."""

from __future__ import annotations

import re
import statistics
import time

from sqlalchemy import select

from caddy.config import load_settings
from caddy.extensions import db
from caddy.models import AuditLog, User
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world
from tests.client import Client


def test_it_lets_in_and_writes_it_down(app, people, sign_in):
    sign_in("cora")
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


def test_a_wrong_password_and_an_unknown_address_take_the_same_time(app, people):
    from argon2 import PasswordHasher

    from caddy.actions import passwords

    usual = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=4, memory_cost=8192, parallelism=1)
    passwords._nobodys_hash.cache_clear()
    try:
        with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
            alice = db.session.get_one(User, people.acacia.people["alice"])
            alice.password_hash = passwords.hash_password(world.PASSWORD)
        took = {email: [] for email in ("alice@acacia.example", "nobody@acacia.example")}
        client = Client(app)
        client.sign_in("nobody@acacia.example", "wrong password 123")
        for _ in range(5):
            for email, times in took.items():
                begun = time.perf_counter()
                client.sign_in(email, "wrong password 123")
                times.append(time.perf_counter() - begun)
        known, unknown = (statistics.median(times) for times in took.values())
        assert 0.5 < known / unknown < 2
    finally:
        passwords._hasher = usual
        passwords._nobodys_hash.cache_clear()


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
