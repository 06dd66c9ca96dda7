"""Other services: a real provider on this machine, and what of its answers lets nobody in."""

from __future__ import annotations

import json
import re
import time
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select, update

from caddy import openid
from caddy.actions import invitations, members
from caddy.config import ConfigurationError, load_settings
from caddy.domain.people import UserStatus
from caddy.domain.permissions import Role
from caddy.domain.providers import read_providers
from caddy.extensions import db
from caddy.models import AuditLog, User, UserIdentity, UserSession
from caddy.queries import mailed_links, users
from caddy.tenancy import scope, unscoped
from caddy.transaction import transaction
from tests import identity
from tests import openid as provider
from tests.client import Client

BEGIN, LINK = "/sign-in/with/kauri", "/settings/accounts/kauri"
CORA = {"email": "Cora@acacia.example", "email_verified": True}


@pytest.fixture(scope="module")
def running():
    with provider.running() as service:
        yield service


@pytest.fixture
def service(running, monkeypatch):
    """A provider that Caddy is told of, as it is at first."""
    running.codes, running.discovery, running.calls = {}, {}, []
    openid.forget()
    monkeypatch.setenv("CADDY_OIDC", running.configured)
    load_settings.cache_clear()
    yield running
    monkeypatch.undo()
    load_settings.cache_clear()


def go(service, client, begin=BEGIN, **claims):
    """Go to the service, sign in there, and come back; return the page with the button."""
    away = client.get(begin)
    assert away.status_code == 302, away.text
    assert away.location.startswith(f"{service.issuer}/authorize?")
    return client.get(f"{BEGIN}/answer?{service.approve(away.location, **claims)}")


def press(client, page, **lies):
    """Press the button of a page as a browser does, script or not."""
    action = re.search(r'action="(/sign-in/with/[^"]+)"', page.text)[1]
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    del form["csrf_token"]  # each browser has its own
    response = client.post(action, form | lies)
    client._token = None  # who comes in has a session of their own
    return response


def come(app, service, client=None, begin=BEGIN, **claims):
    client = client or Client(app)
    return client, press(client, go(service, client, begin, **claims))


def email_of(client):
    with client._client.session_transaction() as held:
        user = users.of_session(held.get("_user_id", ""))
    return user.email if user else ""


def linked(people):
    with unscoped("a test"):
        return db.session.scalars(select(UserIdentity).order_by(UserIdentity.id)).all()


def test_who_works_here_comes_in_by_a_verified_address_and_then_by_the_account(
    app, people, service
):
    assert f'href="{BEGIN}"' in Client(app).get("/sign-in").text
    client = Client(app)
    page = go(service, client, f"{BEGIN}?next=/roster", **CORA)
    assert page.status_code == 200
    assert email_of(client) == ""  # the way back writes nothing: the button does
    response = press(client, page)
    assert (response.status_code, response.location) == (302, "/roster")
    assert email_of(client) == "cora@acacia.example"
    (row,) = linked(people)
    assert (row.issuer, row.subject) == (service.issuer, "248289761001")
    assert identity.mailed()[0] == ("way_in_added", "cora@acacia.example")
    with scope(people.acacia.id):
        said = {one.action: one.changes for one in db.session.scalars(select(AuditLog))}
        (session,) = db.session.scalars(select(UserSession))
    assert said["identity.linked"] == {"provider": "Kauri"}
    assert said["user.signed_in"] == {"way": "openid"}
    assert session.second_factor_at is None
    # From then on the account counts, whatever the service calls the person.
    again, _ = come(app, service, email="another@elsewhere.example", email_verified=False)
    assert email_of(again) == "cora@acacia.example"
    with scope(people.acacia.id):
        who = people.acacia.people["cora"]
        members.change_status(who, UserStatus.SUSPENDED, actor=people.alice)
    assert email_of(come(app, service, **CORA)[0]) == ""


WRONG = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "made for another": {"aud": "another client"},
    "made for several, and not for us first": {"aud": [provider.CLIENT[0], "x"], "azp": "x"},
    "another issuer": {"iss": "https://evil.example"},
    "over": {"exp": int(time.time()) - 3_600},
    "made long ago": {"iat": int(time.time()) - 3_600},
    "made tomorrow": {"iat": int(time.time()) + 86_400},
    "nobody": {"sub": ""},
    "not a word": {"sub": "a\x00b"},
}


def test_what_is_wrong_with_an_answer_lets_nobody_in_and_says_a_sentence(app, people, service):
    for case, claims in WRONG.items():
        client, response = come(app, service, **CORA, **claims)
        assert response.status_code == 422, case
        assert "What Kauri sent back cannot be used." in response.text, case
        assert email_of(client) == "", case
    service.signer = RSAKey.generate_key(2048, {"kid": service.key.kid})
    assert "cannot be used" in come(app, service, **CORA)[1].text  # signed by another key
    service.signer = None
    for claims in (
        {"email": CORA["email"]},
        {"email": CORA["email"], "email_verified": "yes"},
        {"email_verified": True},
    ):
        client, response = come(app, service, **claims)
        assert "does not say that it has verified your email address" in response.text
    client, response = come(app, service, email="stranger@acacia.example", email_verified=True)
    assert "Nobody signs in here with stranger@acacia.example" in response.text
    assert email_of(client) == ""
    assert not linked(people)


def test_an_answer_is_taken_once_and_only_by_the_browser_that_asked(app, people, service):
    client = Client(app)
    page = go(service, client, **CORA)
    thief = Client(app)
    assert "begun in another browser" in press(thief, page).text
    assert email_of(thief) == ""
    with client._client.session_transaction() as held:
        kept = held["openid"]
    assert press(client, page).status_code == 302
    with thief._client.session_transaction() as held:
        held["openid"] = kept  # who has the cookie, too, comes too late
    assert "it was used already" in press(thief, page).text
    for query in ("error=access_denied&state=x", "", "code=x"):
        refused = Client(app).get(f"{BEGIN}/answer?{query}")
        assert refused.status_code == 422
        assert "Kauri signed nobody in" in refused.text
    client = Client(app)
    page = go(service, client, **CORA)
    assert "cannot be used" in press(client, page, iss="https://evil.example").text
    client = Client(app)
    page = go(service, client, **CORA)
    service.codes.clear()  # the service knows the code no more
    assert "cannot be used" in press(client, page).text


def test_an_invitation_is_accepted_with_a_verified_address_and_a_second_step_stays(
    app, people, service, sign_in
):
    nia = {"email": "nia@acacia.example", "email_verified": True, "sub": "nia"}
    for provider_, actor in ((people.acacia, people.alice), (people.banksia, people.charlie)):
        with scope(provider_.id):
            invitations.invite("nia@acacia.example", Role.COORDINATOR, actor=actor)
    names = {"given_name": "Nia", "family_name": "New"}
    assert "Open the link in the mail" in come(app, service, **nia, **names)[1].text
    with scope(people.banksia.id):
        (link,) = mailed_links.invitations()
        invitations.revoke(link.id, actor=people.charlie)
    assert "Open the link in the mail" in come(app, service, **nia)[1].text  # without a name
    client, _ = come(app, service, **nia, **names)
    assert email_of(client) == "nia@acacia.example"
    with scope(people.acacia.id):
        user = db.session.scalars(select(User).where(User.email == "nia@acacia.example")).one()
        assert (user.name, user.role, user.password_hash) == ("Nia New", "coordinator", None)
        assert not mailed_links.invitations()
    # Who has a second step here is asked for it, whatever the service has asked.
    come(app, service, **CORA)
    secret, _ = identity.with_app(come(app, service, **CORA)[0])
    waiting, response = come(app, service, begin=f"{BEGIN}?next=/panel", **CORA)
    assert response.location == "/sign-in/second-step"
    assert email_of(waiting) == ""
    step = waiting.post("/sign-in/second-step", {"code": identity.code(secret)})
    assert step.location == "/panel"


def test_one_links_and_unlinks_ones_own_account_and_keeps_the_last_way_in(
    app, people, service, sign_in
):
    cora, sam = sign_in("cora"), sign_in("sam")
    assert "Link Kauri" in cora.get("/settings/sign-in").text
    assert come(app, service, cora, LINK)[1].location == "/settings/sign-in"  # without an address
    cora = come(app, service)[0]
    assert email_of(cora) == "cora@acacia.example"
    assert "Unlink" in cora.get("/settings/sign-in").text
    assert "Another account of Kauri" in come(app, service, cora, LINK, sub="2")[1].text
    assert "Somebody signs in with this account" in come(app, service, sam, LINK)[1].text
    page = go(service, sam, LINK, sub="3")
    sam.post("/sign-out")
    sam._token = None
    assert press(sam, page).status_code == 422  # began as one person, came back as nobody
    (row,) = linked(people)
    removal = f"/settings/accounts/{row.id}/removal"
    assert sign_in("alice").post(removal).status_code == 404
    who = people.acacia.people["cora"]
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        password = db.session.get_one(User, who).password_hash
        db.session.execute(update(User).where(User.id == who).values(password_hash=None))
    refused = cora.post(removal)
    assert refused.status_code == 409
    assert "Choose a password first" in refused.text
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.execute(update(User).where(User.id == who).values(password_hash=password))
    assert cora.post(removal).status_code == 303
    assert not linked(people)
    assert identity.mailed()[-1] == ("way_in_removed", "cora@acacia.example")


def test_a_service_that_is_away_is_said_and_new_keys_are_found(app, people, service, monkeypatch):
    assert email_of(come(app, service, **CORA)[0]) == "cora@acacia.example"
    service.key = RSAKey.generate_key(2048, {"kid": "new"})  # the old one is gone
    monkeypatch.setattr(openid, "AGAIN_SECONDS", 0)
    assert email_of(come(app, service, **CORA)[0]) == "cora@acacia.example"
    assert service.calls.count("/jwks") == 2
    for lie in (
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": f"{service.issuer}/nothing"},
        {"jwks_uri": "http://127.0.0.1:9/keys"},
    ):
        openid.forget()
        service.discovery = lie
        away = Client(app).get(BEGIN)
        assert away.status_code == 503, lie
        assert "Kauri does not answer at the moment" in away.text
    assert Client(app).get("/sign-in/with/google").status_code == 404
    assert urlsplit(service.issuer).hostname == "127.0.0.1"


WHOLE = {"name": "A", "issuer": "https://a.example", "client_id": "x", "client_secret": "s3"}


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("{", "not JSON"),
        ("{}", "a JSON list"),
        ("[{}]", "each service has name, issuer, client_id and client_secret"),
        (json.dumps([WHOLE | {"issuer": "http://a.example"}]), "an issuer is an address"),
        (json.dumps([WHOLE | {"client_id": ""}]), "is empty"),
        (json.dumps([WHOLE, WHOLE]), "the same name"),
    ],
)
def test_a_wrong_configuration_stops_the_start_with_a_sentence(monkeypatch, told, sentence):
    monkeypatch.setenv("CADDY_OIDC", told)
    load_settings.cache_clear()
    with pytest.raises(ConfigurationError, match=sentence) as stopped:
        load_settings()
    assert "s3" not in str(stopped.value)
    monkeypatch.undo()
    load_settings.cache_clear()
    assert read_providers(" ") == ()
    assert "s3" not in repr(read_providers(json.dumps([WHOLE])))
