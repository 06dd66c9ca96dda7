"""The second step of signing in: set up, asked for, counted once, required, and taken away."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select, update

from caddy import clock
from caddy.actions import recovery_codes, totp
from caddy.config import load_settings
from caddy.domain.permissions import Role
from caddy.extensions import db
from caddy.models import AuditLog, RecoveryCode, TotpFactor, UserSession
from caddy.tenancy import scope
from caddy.transaction import transaction
from caddy.web import attempts
from tests import identity, world
from tests.client import Client

CODE = r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</li>"


def first_step(app, who="cora", **options):
    """Return a browser that is asked for the second step."""
    client = Client(app)
    form = {"email": f"{who}@acacia.example", "password": world.PASSWORD}
    response = client.post("/sign-in", form, **options)
    assert response.location == "/sign-in/second-step"
    return client


def anew(client):
    """Forget the token of a session that is over: the next form asks for the new one's."""
    client._token = None
    return client


def is_in(client):
    return client.get("/notifications").status_code == 200


def test_the_second_step_lets_in_who_has_the_app_and_nobody_without_it(app, people, sign_in):
    client, other = sign_in("cora"), sign_in("cora")
    secret, _ = identity.with_app(client)
    assert is_in(client)
    assert not is_in(other)  # all other sessions ended
    assert identity.mailed()[-1] == ("factor_added", "cora@acacia.example")
    new = first_step(app, query_string={"next": "/panel"})
    assert not is_in(new)
    assert "Open the app on your phone" in new.get("/sign-in/second-step").text
    refused = new.post("/sign-in/second-step", {"code": identity.code(secret, 3)})
    assert refused.status_code == 422
    assert not is_in(new)
    right = identity.code(secret)
    assert new.post("/sign-in/second-step", {"code": right}).location == "/panel"
    assert is_in(new)
    # The same code does not come in a second time, nor does the one before it.
    for taken in (right, identity.code(secret, 0)):
        again = first_step(app)
        assert again.post("/sign-in/second-step", {"code": taken}).status_code == 422
        assert not is_in(again)
    with scope(people.acacia.id):
        rows = select(UserSession.second_factor_at).where(UserSession.revoked_at.is_(None))
        assert None not in db.session.scalars(
            rows.where(UserSession.user_id == people.acacia.people["cora"])
        )


def test_of_two_who_send_one_code_at_once_one_comes_in(app, people, sign_in):
    secret, (paper, *_) = identity.with_app(sign_in("cora"))
    cora = people.acacia.people["cora"]
    actor = people.acacia.actor("cora", Role.COORDINATOR)
    code = identity.code(secret)
    tries = [
        (totp.check, code),
        (totp.check, code),
        (recovery_codes.use, paper),
        (recovery_codes.use, paper),
    ]

    def attempt(one):
        check, typed = one
        with app.app_context(), scope(people.acacia.id):
            return check(cora, typed, actor=actor)

    with ThreadPoolExecutor(4) as pool:
        came_in = list(pool.map(attempt, tries))
    assert sorted(came_in[:2]) == [False, True]
    assert sorted(came_in[2:]) == [False, True]


def test_the_key_is_shown_until_its_first_code_to_its_person_and_kept_nowhere(people, sign_in):
    client = sign_in("cora")
    client.post("/settings/sign-in/app")
    page, picture = (client.get(f"/settings/sign-in/app{end}") for end in ("", "/picture.svg"))
    assert "issuer=Caddy" in page.text
    assert (picture.mimetype, picture.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    assert picture.text.startswith("<svg")
    assert sign_in("fin").get("/settings/sign-in/app/picture.svg").status_code == 404
    wrong = client.post("/settings/sign-in/app/confirmation", {"code": "12345"})
    assert wrong.status_code == 422
    assert "That is not the code of the app" in wrong.text
    assert Client(client._app).sign_in("cora@acacia.example", world.PASSWORD).location == "/"
    secret, paper = identity.with_app(client)
    assert len(paper) == 10
    assert client.get("/settings/sign-in/app/picture.svg").status_code == 404
    again = client.get("/settings/sign-in").text
    assert secret not in again.replace(" ", "")
    assert not any(one in again for one in paper)
    with scope(people.acacia.id):
        stored = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert all(one.startswith("$argon2id$") for one in stored)


def test_a_recovery_code_comes_in_once_and_new_ones_end_the_old(app, people, sign_in):
    client = sign_in("cora")
    _, paper = identity.with_app(client)
    path = "/sign-in/second-step/recovery-code"
    lost = first_step(app)
    assert lost.post(path, {"recovery_code": paper[0].upper()}).location == "/"
    assert is_in(lost)
    assert "9 left" in lost.get("/settings/sign-in").text
    again = first_step(app)
    assert again.post(path, {"recovery_code": paper[0]}).status_code == 422
    # Somebody else's are not hers.
    _, of_fin = identity.with_app(sign_in("fin"))
    assert again.post(path, {"recovery_code": of_fin[0]}).status_code == 422
    new = re.findall(CODE, anew(lost).post("/settings/sign-in/recovery-codes").text)
    assert len(new) == 10
    assert again.post(path, {"recovery_code": paper[1]}).status_code == 422
    assert not is_in(again)
    assert again.post(path, {"recovery_code": new[0]}).location == "/"


def test_an_organization_that_asks_for_a_second_step_leads_everyone_to_it(app, people, sign_in):
    client, sam = sign_in("alice"), sign_in("sam")
    rule = {"is_second_factor_required": "y"}
    sam.token()
    refused = client.post("/settings/second-factor", rule)
    assert refused.status_code == 422
    assert "Set up a second step for yourself first" in refused.text
    assert sign_in("cora").post("/settings/second-factor", rule).status_code == 403
    identity.with_app(client)
    assert client.post("/settings/second-factor", rule).status_code == 303
    for path in ("/", "/participants", "/settings/password", "/search?q=pat"):
        assert sam.get(path).location == "/settings/sign-in", path
    assert sam.post("/settings/calendar").location == "/settings/sign-in"
    assert sam.get("/participants", fragment=True).headers["HX-Redirect"] == "/settings/sign-in"
    assert sam.get("/live", fragment=True).status_code == 403
    assert sam.get("/help").status_code == 200
    program = sam.post("/services", headers={"Accept": "application/json"})
    assert (program.status_code, program.json["code"]) == (403, "second_factor_needed")
    page = sam.get("/settings/sign-in").text
    assert "Acacia asks everyone for a second step" in page
    assert "/participants" not in page
    identity.with_app(sam)
    assert is_in(sam)
    kept = sam.post("/settings/sign-in/app/removal")
    assert kept.status_code == 422
    assert "your only one" in kept.text
    staff = client.get("/staff").text
    assert staff.count('data-label="Second step">On') == 2
    assert "Second step" not in sign_in("vic").get("/staff").text
    assert client.post("/settings/second-factor", {}).status_code == 303
    assert sam.post("/settings/sign-in/app/removal").status_code == 303
    assert identity.mailed()[-1] == ("factor_removed", "sam@acacia.example")
    with scope(people.acacia.id):
        rows = select(RecoveryCode.id).where(RecoveryCode.user_id == people.acacia.people["sam"])
        assert db.session.scalars(rows).all() == []
    assert Client(app).sign_in("sam@acacia.example", world.PASSWORD).location == "/"


def test_an_administrator_takes_a_lost_second_step_away_and_everyone_is_told(app, people, sign_in):
    sam, alice = sign_in("sam"), sign_in("alice")
    identity.with_app(sam)
    account = f"/staff/{people.acacia.people['sam']}"
    assert "Take it away" in alice.get(f"{account}/account").text
    assert sign_in("cora").post(f"{account}/second-factor/removal").status_code == 403
    assert alice.post(f"{account}/second-factor/removal").status_code == 303
    assert not is_in(sam)
    assert alice.post(f"{account}/second-factor/removal").status_code == 422
    assert identity.mailed()[-1] == ("factor_removed", "sam@acacia.example")
    assert Client(app).sign_in("sam@acacia.example", world.PASSWORD).location == "/"
    with scope(people.acacia.id):
        assert "factors.reset" in db.session.scalars(select(AuditLog.action)).all()
        assert db.session.scalars(select(TotpFactor.id)).all() == []


def test_guessing_the_second_step_is_slowed_and_does_not_slow_a_known_browser(
    app, people, by_password, monkeypatch
):
    chosen = load_settings().model_copy(update={"sign_in_tries": 2})
    monkeypatch.setattr(attempts, "load_settings", lambda: chosen)
    known = by_password("cora")
    secret, paper = identity.with_app(known)
    known.post("/sign-out")
    path, wrong = "/sign-in/second-step", {"code": "12345"}
    tries = []
    for number in range(4):  # each from a browser and a place of its own
        stranger = first_step(app, environ_base={"REMOTE_ADDR": f"203.0.113.{number}"})
        tries.append(stranger.post(path, wrong).status_code)
    assert tries == [422, 422, 422, 429]
    right = {"recovery_code": paper[0]}
    assert stranger.post(f"{path}/recovery-code", right).status_code == 429
    form = {"email": "cora@acacia.example", "password": world.PASSWORD}
    assert anew(known).post("/sign-in", form).location == path
    assert known.post(path, {"code": identity.code(secret)}).location == "/"


def test_the_first_step_alone_is_nothing_and_is_over_after_ten_minutes(
    app, people, sign_in, monkeypatch
):
    secret, _ = identity.with_app(sign_in("cora"))
    client = first_step(app)
    with scope(people.acacia.id):
        cora = people.acacia.people["cora"]
        begun = select(UserSession.id).where(UserSession.user_id == cora)
        assert len(db.session.scalars(begun).all()) == 1  # in which she set the app up
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=10, seconds=1))
    late = client.post("/sign-in/second-step", {"code": identity.code(secret)})
    assert late.location == "/sign-in"
    assert not is_in(client)
    assert "That took too long" in client.get("/sign-in").text


def test_a_browser_is_not_asked_again_for_30_days_until_somebody_signs_it_out(app, people, sign_in):
    secret, _ = identity.with_app(sign_in("cora"))
    client = first_step(app)
    form = {"code": identity.code(secret), "is_remembered": "y"}
    assert client.post("/sign-in/second-step", form).location == "/"
    shown_at = newest(people).second_factor_at

    def again(idle=timedelta(hours=13), **values):
        with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
            found = update(UserSession).where(UserSession.id == newest(people).id)
            db.session.execute(found.values(last_seen_at=clock.now() - idle, **values))
        return anew(client).sign_in("cora@acacia.example", world.PASSWORD).location

    assert again() == "/"
    assert newest(people).second_factor_at == shown_at
    # Not for another person in that browser, and not in another browser.
    identity.with_app(sign_in("fin"))
    asked = anew(client).sign_in("fin@acacia.example", world.PASSWORD).location
    assert asked == "/sign-in/second-step"
    first_step(app)
    assert again() == "/"
    assert again(second_factor_at=clock.now() - timedelta(days=30)) == "/sign-in/second-step"
    assert again(second_factor_at=shown_at) == "/"
    anew(client).post("/sign-out")
    assert anew(client).sign_in("cora@acacia.example", world.PASSWORD).location != "/"


def newest(people):
    cora = people.acacia.people["cora"]
    with scope(people.acacia.id):
        return db.session.scalars(
            select(UserSession)
            .where(UserSession.user_id == cora)
            .order_by(UserSession.id.desc())
            .limit(1)
        ).one()
