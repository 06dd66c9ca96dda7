"""Passkeys: made and used with a device of the tests' own, and refused where anything is wrong."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select, update

from caddy import one_time
from caddy.actions import members
from caddy.domain.people import UserStatus
from caddy.extensions import db
from caddy.models import AuditLog, Passkey, User, UserSession
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction
from tests import identity, world
from tests.authenticator import PRESENT, Authenticator
from tests.client import Client

SIGN_IN, MAKE, SECOND = "/sign-in/passkey", "/settings/passkeys", "/sign-in/second-step"


def make(client, device, name="My phone", **lies):
    """Make a passkey as the page does, and return the answer to its form."""
    asked = client.post(f"{MAKE}/challenge")
    assert asked.status_code == 200
    return client.post(MAKE, {"name": name, "answer": device.make(asked.text, **lies)})


def use(app, device, client=None, **lies):
    """Sign in as the page does; return the browser and what it was answered."""
    client = client or Client(app)
    asked = client.post(f"{SIGN_IN}/challenge").text
    return client, client.post(f"{SIGN_IN}?next=/roster", {"answer": device.use(asked, **lies)})


def rows(people, table, who="cora"):
    with scope(people.acacia.id):
        of_person = table.user_id == people.acacia.people[who]
        return db.session.scalars(select(table).where(of_person).order_by(table.id)).all()


def actions(people):
    with scope(people.acacia.id):
        written = db.session.scalars(select(AuditLog).order_by(AuditLog.sequence))
        return [(one.action, one.changes) for one in written]


def is_in(client):
    return client.get("/notifications").status_code == 200


def test_a_passkey_is_made_and_signs_in_without_a_password_as_two_factors(app, people, sign_in):
    device, cora = Authenticator(), sign_in("cora")
    made = make(cora, device)
    assert made.status_code == 200
    assert len(re.findall(r"<li>[a-z0-9-]{19}</li>", made.text)) == 10  # recovery codes, this once
    page = cora.get("/settings/sign-in").text
    assert "My phone" in page
    assert "Not used yet" in page
    client, response = use(app, device)
    assert (response.status_code, response.location) == (302, "/roster")
    assert is_in(client)
    (passkey,) = rows(people, Passkey)
    assert (passkey.sign_count, passkey.transports) == (2, ["internal"])
    assert passkey.last_used_at is not None
    session = rows(people, UserSession)[-1]
    assert session.way == "passkey"
    assert session.second_factor_at is not None
    assert ("factor.added", {"factor": "the passkey “My phone”"}) in actions(people)
    assert ("user.signed_in", {"way": "passkey"}) in actions(people)
    assert identity.mailed()[0] == ("factor_added", "cora@acacia.example")
    assert make(cora, Authenticator(), "Blue key").location == "/settings/sign-in"
    assert not is_in(client)  # how one signs in was changed: all other sessions end


def test_a_passkey_is_asked_for_after_a_password_and_nobody_elses_will_do(app, people, sign_in):
    device, others = Authenticator(), Authenticator()
    make(sign_in("cora"), device)
    make(sign_in("sam"), others)
    client = Client(app)
    form = {"email": "cora@acacia.example", "password": world.PASSWORD}
    assert client.post("/sign-in?next=/panel", form).location == SECOND
    assert "Use your passkey" in client.get(SECOND).text
    for wrong in (others, device):
        asked = client.post(f"{SIGN_IN}/challenge").text
        answered = client.post(f"{SECOND}/passkey", {"answer": wrong.use(asked)})
        if wrong is others:
            assert answered.status_code == 422
            assert not is_in(client)
    assert answered.location == "/panel"
    client._token = None
    assert is_in(client)
    assert Client(app).post(f"{SECOND}/passkey").location == SECOND  # nobody waits there
    # It also shows that it is still them, before what matters.
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.execute(update(UserSession).values(confirmed_at=None))
    asked = client.get(f"{MAKE}/new")
    assert asked.location.startswith("/confirmation?kept=")
    assert "Go on with your passkey" in client.get(asked.location).text
    path = asked.location.replace("/confirmation", "/confirmation/passkey")
    for wrong in (others, device):
        told = client.post(f"{SIGN_IN}/challenge").text
        done = client.post(path, {"answer": wrong.use(told)})
        assert done.status_code == (422 if wrong is others else 303)
    assert done.location == f"{MAKE}/new"
    assert client.get(done.location).status_code == 200


LIES = {
    "another site's page": lambda device: setattr(device, "origin", "https://caddy.evil.example"),
    "another site's device": lambda device: setattr(device, "host", "evil.example"),
    "nobody's finger": lambda device: setattr(device, "flags", PRESENT),
    "another key": lambda device: setattr(device, "key", Authenticator().key),
    "an unknown passkey": lambda device: setattr(device, "id", b"unknown" * 4),
}


def test_what_is_not_right_signs_nobody_in_and_makes_nothing(app, people, sign_in):
    cora, device = sign_in("cora"), Authenticator()
    make(cora, device)
    for case, tell in LIES.items():
        liar = Authenticator(id=device.id, key=device.key, count=device.count)
        tell(liar)
        client, response = use(app, liar)
        assert response.status_code == 422, case
        assert "This passkey was not taken" in response.text, case
        assert not is_in(client), case
    for lie in ({"challenge": "eA"}, {"type": "webauthn.create"}):
        assert use(app, device, **lie)[1].status_code == 422, lie
    for nonsense in ("", "{}", "[]", "x", '{"id": 1, "rawId": "!", "response": []}', "[" * 9_000):
        client = Client(app)
        client.post(f"{SIGN_IN}/challenge")
        assert client.post(SIGN_IN, {"answer": nonsense}).status_code == 422, nonsense[:20]
    for tell in list(LIES.values())[:3]:
        liar = Authenticator()
        tell(liar)
        refused = make(cora, liar, "Kept as typed")
        assert refused.status_code == 422
        assert 'value="Kept as typed"' in refused.text
    again = make(cora, Authenticator(id=device.id))
    assert "This passkey is in use already" in again.text
    assert len(rows(people, Passkey)) == 1


def test_what_was_asked_is_answered_once_in_time_by_the_browser_that_was_asked(
    app, people, sign_in, monkeypatch
):
    cora, device = sign_in("cora"), Authenticator(count=0)
    make(cora, device)
    client = Client(app)
    asked = client.post(f"{SIGN_IN}/challenge").text
    answer = {"answer": device.use(asked)}
    assert Client(app).post(SIGN_IN, answer).status_code == 422  # another browser
    with client._client.session_transaction() as held:
        kept = dict(held)
    assert client.post(SIGN_IN, answer).status_code == 302
    thief = Client(app)
    with thief._client.session_transaction() as held:
        held.update(kept)  # who has the cookie from before, too, gets nothing for the answer
    assert thief.post(SIGN_IN, {**answer, "csrf_token": thief.token()}).status_code == 422
    # What one is asked to make is not signed in with, and is one person's own.
    sam = sign_in("sam")
    made = Authenticator().make(cora.post(f"{MAKE}/challenge").text)
    sam.post(f"{MAKE}/challenge")
    assert sam.post(MAKE, {"name": "x", "answer": made}).status_code == 422
    told = {"challenge": "00", "purpose": "use", "user": ""}
    name = one_time.keep("passkey", told, 1)
    assert one_time.redis_client().ttl(one_time._place("passkey", name)) == 1
    assert one_time.take("passkey", name) == told
    assert one_time.take("passkey", name) is None
    assert json.loads(asked)["timeout"] == 300_000


def test_a_counter_that_stands_still_is_a_copy_and_is_written_down(app, people, sign_in):
    device, cora = Authenticator(count=7), sign_in("cora")
    make(cora, device)
    copy = Authenticator(id=device.id, key=device.key, count=device.count)
    assert use(app, device)[1].status_code == 302
    client, response = use(app, copy)
    assert response.status_code == 422
    assert not is_in(client)
    assert ("passkey.refused", {"name": "My phone"}) in actions(people)
    assert rows(people, Passkey)[0].sign_count == 8
    silent = Authenticator(id=b"silent" * 5, count=0)
    make(cora, silent, "One that does not count")
    for _ in range(2):
        silent.count = -1
        assert use(app, silent)[1].status_code == 302


def test_one_renames_and_removes_only_ones_own_and_other_devices_are_signed_out(
    app, people, sign_in
):
    device, cora = Authenticator(), sign_in("cora")
    make(cora, device)
    (passkey,) = rows(people, Passkey)
    address = f"{MAKE}/{passkey.id}"
    alice = sign_in("alice")
    for path, form in ((address, {"name": "Mine"}), (f"{address}/removal", {})):
        assert alice.post(path, form).status_code == 404
    assert alice.get(address).status_code == 404
    assert 'value="My phone"' in cora.get(address).text
    refused = cora.post(address, {"name": " "})
    assert refused.status_code == 422
    assert "Enter a name" in refused.text
    assert cora.post(address, {"name": "Blue key"}).status_code == 303
    elsewhere, _ = use(app, device)
    assert cora.post(f"{address}/removal").status_code == 303
    assert not rows(people, Passkey)
    assert is_in(cora)
    assert not is_in(elsewhere)
    assert use(app, device)[1].status_code == 422
    assert ("passkey.renamed", {"name": ["My phone", "Blue key"]}) in actions(people)
    assert ("factor.removed", {"factor": "the passkey “Blue key”"}) in actions(people)
    assert ("factor_removed", "cora@acacia.example") in identity.mailed()


def test_who_is_suspended_does_not_come_in_and_nobody_loses_the_last_way(app, people, sign_in):
    device, cora = Authenticator(), sign_in("cora")
    make(cora, device)
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        who = people.acacia.people["cora"]
        db.session.execute(update(User).where(User.id == who).values(password_hash=None))
    (passkey,) = rows(people, Passkey)
    refused = cora.post(f"{MAKE}/{passkey.id}/removal")
    assert refused.status_code == 409
    assert "Choose a password first" in refused.text
    with scope(people.acacia.id):
        members.change_status(who, UserStatus.SUSPENDED, actor=people.alice)
    assert use(app, device)[1].status_code == 422


@pytest.mark.parametrize("opened_at", ["localhost:8000", "127.0.0.1:8000"])
def test_the_page_says_at_which_address_passkeys_work(app, people, opened_at):
    page = Client(app).get("/sign-in", headers={"Host": opened_at}).text
    has_button = "Sign in with a passkey</button>" in page
    assert has_button == (opened_at == "localhost:8000")
    assert ("open Caddy at" in page) != has_button
    assert re.search(r'autocomplete="username webauthn"', page)
    with unscoped("a test"):
        assert db.session.scalar(select(Passkey.id)) is None
