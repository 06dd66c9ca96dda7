"""What every answer carries, how much and how often may be asked, and where redirects lead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import redis

from caddy.config import is_weak
from caddy.extensions import db
from caddy.web import limits, redirects, security
from tests.client import Client
from tests.web.test_routes import routes

ROOT = Path(__file__).resolve().parents[2] / "caddy"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
sqlite_only = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def close(app):
    """Give back what an app of a test's own holds of the database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@sqlite_only
def test_production_pins_tls_and_its_cookies_to_this_host(app, monkeypatch, tmp_path):
    from caddy import create_app

    settings = app.config["CADDY"].model_copy(update={"environment": "production"})
    made = create_app(settings)
    answer = made.test_client().get("/sign-in", base_url="https://caddy.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-caddy=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    hsts = answer.headers["Strict-Transport-Security"]
    assert hsts == "max-age=31536000; includeSubDomains"
    close(made)


@sqlite_only
def test_signing_out_makes_the_browser_forget_what_it_kept(people, sign_in):
    answer = sign_in("cora").post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in sign_in("cora").get("/").headers


def test_no_script_keeps_pages_in_the_browsers_storage():
    # Whether single keys do something on this device is all that is kept there.
    switch = re.compile(r'localStorage\.[gs]etItem\("caddy-keys"')
    for path in (ROOT / "static").rglob("*.js"):
        said = switch.sub("", path.read_text())
        assert not re.search(r"(local|session)Storage", said), path.name


def test_no_script_is_made_of_text():
    for path in (ROOT / "static" / "js").rglob("*.js"):
        assert not re.search(
            r"\beval\(|new Function|innerHTML\s*=|document\.write", path.read_text()
        )


@sqlite_only
def test_every_write_asks_for_a_token_but_those_of_the_one_list(app):
    assert security.csrf._exempt_views == set(security.WITHOUT_TOKEN)
    assert not security.csrf._exempt_blueprints
    views = {f"{view.__module__}.{view.__name__}" for view in app.view_functions.values()}
    assert set(security.WITHOUT_TOKEN) <= views


@sqlite_only
def test_every_form_that_sends_a_file_is_let_in_and_no_other_is_that_large(app):
    senders = set()
    for path in TEMPLATES:
        for tag in re.findall(r"<form[^>]*>", path.read_text()):
            found = re.search(r'url_for\("([a-z_.]+)"', tag)
            if "multipart/form-data" in tag and found:
                senders.add(found[1])
    more = {e for e, view in app.view_functions.items() if hasattr(view, "__caddy_most_bytes__")}
    assert senders <= limits.UPLOADS | more
    assert set(app.view_functions) >= limits.UPLOADS


@sqlite_only
def test_a_form_that_is_too_long_is_refused_and_one_with_a_file_is_not(app, people, sign_in):
    client = sign_in("alice")
    long = "x" * (limits.FORM_BYTES + 1)

    def send(address, content_type, body):
        # As bytes: of what is large the test's own client leaves a file open.
        with app.app_context():
            return client._client.post(address, data=body.encode(), content_type=content_type)

    form = "application/x-www-form-urlencoded"
    assert send("/participants", form, f"first_name={long}").status_code == 413
    named = "--b\r\nContent-Disposition: form-data; name="
    parts = (
        f'{named}"csrf_token"\r\n\r\n{client.token()}\r\n'
        f'{named}"file"; filename="x.csv"\r\n\r\n{long}\r\n--b--'
    )
    assert send("/catalogue/imports", "multipart/form-data; boundary=b", parts).status_code == 422


@sqlite_only
def test_every_write_and_every_file_is_counted_by_the_one_table(app):
    for endpoint, method in routes(app):
        rate = limits.rate_of(endpoint, {method})
        assert (rate is not None) == (
            method == "POST"
            or endpoint.endswith((".csv", ".xlsx"))
            or endpoint in limits.RATES[1].endpoints
        ), endpoint
    assert {name for rate in limits.RATES for name in rate.endpoints} <= set(app.view_functions)


@sqlite_only
@pytest.mark.parametrize("is_redis_there", [True, False])
def test_who_asks_too_often_waits_and_nobody_else_does(app, people, monkeypatch, is_redis_there):
    from caddy import create_app

    settings = app.config["CADDY"].model_copy(update={"rate_limit_scale": 1})
    # One request is the sign-in itself, which has no name yet.
    monkeypatch.setattr(limits, "RATES", [limits.Rate(f"writes {is_redis_there}", 3)])
    slow = create_app(settings)
    with slow.app_context():
        cora, sam = Client(slow), Client(slow)
        for client, who in ((cora, "cora"), (sam, "sam")):
            client.sign_in(f"{who}@acacia.example", "correct horse battery")
            client.token()
        if not is_redis_there:

            class Away:
                def hit(self, *_what):
                    raise redis.ConnectionError

            monkeypatch.setattr(type(limits.limiter), "limiter", Away())
        answers = [cora.post("/presence", {"page": "/"}) for _ in range(4)]
        assert [one.status_code for one in answers] == [204, 204, 204, 429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
        assert "Too many tries. Wait a minute" in answers[-1].text
        assert sam.post("/presence", {"page": "/"}).status_code == 204
        assert cora.get("/").status_code == 200
        close(slow)


@pytest.mark.parametrize(
    "target",
    [
        *("//evil.example", "/\\evil.example", "\\\\evil", "https://evil.example", "///evil"),
        *("javascript:alert(1)", "/a b", "/\tevil", "/\r\nSet-Cookie: x", "", None, "evil"),
        "/" + "x" * 3_000,
    ],
)
def test_a_redirect_never_leads_away(target):
    assert redirects.safe(target, "/here") == "/here"
    assert redirects.safe("/panel?light=red", "/here") == "/panel?light=red"


@sqlite_only
def test_security_txt_names_a_contact_and_a_day(app):
    answer = Client(app).get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain"
    lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert lines["Contact"].startswith("mailto:")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\+00:00", lines["Expires"])


@pytest.mark.parametrize(
    "weak",
    [
        *("k3Jd82hsAl0q", "0123456789abcdef" * 3, "abcdefghijklmnopqrstuvwxyz0123456789"),
        *("correct-horse-battery-" * 3, "please-CHANGE-me-now-0123-qwertzuiop", "a1" * 30),
    ],
)
def test_a_secret_from_an_example_or_of_little_chance_is_weak(weak):
    assert is_weak(weak)


def test_what_the_documents_say_to_make_is_never_weak():
    import secrets

    assert not any(is_weak(secrets.token_urlsafe(48)) for _ in range(500))
    assert not any(is_weak(secrets.token_hex(32)) for _ in range(500))
