"""Errors: one form everywhere, with a code, a sentence and the request's id."""

from __future__ import annotations

import io
import json
import logging

import pytest
from sqlalchemy.exc import OperationalError

from caddy import logs
from caddy.domain.errors import Conflict, Forbidden, RuleBroken, Unavailable
from caddy.web.errors import SENTENCES, TITLES
from tests.client import Client, lint

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
GIVEN = "a1b2c3d4-of.the_proxy"
JSON = {"Accept": "application/json", "X-Request-ID": GIVEN}
PART = {"HX-Request": "true", "HX-Request-Type": "partial", "X-Request-ID": GIVEN}


def broken(*_any, **_more):
    raise ValueError("Pat Green, 430000001")


def away(*_any, **_more):
    raise OperationalError("SELECT 1", {"name": "Pat"}, __import__("sqlite3").Error("is locked"))


def refuses(error):
    def view(*_any, **_more):
        raise error

    return view


CASES = {
    403: refuses(Forbidden("not_yours", "Not yours.")),
    409: refuses(Conflict("gone_on", "It went on.")),
    422: refuses(RuleBroken("name", "too_odd", "Too odd.", {"at": 1})),
    500: broken,
    503: away,
}


@pytest.fixture
def failing(app, people, sign_in, monkeypatch):
    """Return how the first page answers where its view fails in a certain way."""
    client = sign_in("cora")

    def ask(status, headers):
        if status in CASES:
            view = CASES[status]
            view.__caddy_access__ = app.view_functions["panel.show"].__caddy_access__
            monkeypatch.setitem(app.view_functions, "panel.show", view)
        address = {404: "/nothing-here", 405: "/services/estimate"}.get(status, "/panel")
        with app.app_context():
            if status == 405:
                return client._client.post(address, headers=headers)
            if status == 413:
                long, kind = b"x=" + b"y" * 600_000, "application/x-www-form-urlencoded"
                return client._client.post(
                    "/participants", data=long, content_type=kind, headers=headers
                )
            return client._client.get(address, headers=headers)

    return ask


@pytest.mark.parametrize("status", [403, 404, 405, 409, 413, 422, 500, 503])
def test_each_is_a_page_a_fragment_or_json_with_the_id_of_the_request(failing, status):
    page = failing(status, {"X-Request-ID": GIVEN})
    lint(page)
    part, data = failing(status, PART), failing(status, JSON)
    for answer in (page, part, data):
        assert answer.status_code == status
        assert answer.headers["X-Request-ID"] == GIVEN
        assert GIVEN in answer.text
        assert "Pat" not in answer.text
    assert TITLES.get(status, "Something is not right") in page.text
    assert "<!doctype" not in part.text
    assert 'role="alert"' in part.text
    told = json.loads(data.text)
    assert set(told) == {"code", "message", "status", "details", "request_id"}
    assert told["status"] == status
    assert told["message"] in page.text
    if status == 422:
        assert (told["code"], told["details"]) == ("too_odd", {"at": 1})
    if status == 503:
        assert int(page.headers["Retry-After"]) > 0


def test_a_form_that_was_refused_tells_a_program_its_fields(people, sign_in):
    answer = sign_in("cora").post("/participants", {"first_name": "x"}, headers=JSON)
    told = json.loads(answer.text)
    assert answer.status_code == told["status"] == 422
    assert "last_name" in told["details"]


@pytest.mark.parametrize("odd", ["", "short", "a b c d e f g", "x" * 65, "<b>bold</b>"])
def test_an_id_that_is_none_is_replaced_by_our_own(app, odd):
    given = Client(app).get("/healthz", headers={"X-Request-ID": odd}).headers["X-Request-ID"]
    assert given != odd
    assert len(given) == 32


def test_every_status_that_has_a_title_has_a_sentence(app):
    assert set(TITLES) <= set(SENTENCES)
    assert Unavailable("x", "x").status in TITLES


def test_the_log_says_ids_and_figures_and_never_what_was_entered(failing, people, caplog):
    stream = io.StringIO()
    caplog.handler.setFormatter(logs.handler(is_json=True, stream=stream).formatter)
    with caplog.at_level(logging.INFO, "caddy"):
        caplog.handler.stream = stream
        failing(500, {"X-Request-ID": GIVEN})
        failing(404, {"X-Request-ID": GIVEN})
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    failed = next(line for line in lines if line["event"] == "request.failed")
    assert failed["error"] == "ValueError"
    assert any("in broken" in place or "broken" in place for place in failed["where"])
    done = next(line for line in lines if line["event"] == "request.finished")
    assert done["request_id"] == failed["request_id"] == GIVEN
    assert done["route"] == "/panel"
    assert done["organization_id"] == str(people.acacia.id)
    assert done["user_id"] == str(people.acacia.people["cora"])
    assert (done["status"], done["method"]) == (500, "GET")
    assert done["queries"] >= 1
    assert "Pat" not in stream.getvalue()
    assert "nothing-here" not in stream.getvalue()


def test_what_goes_to_sentry_is_the_place_of_the_error_and_nothing_of_anybody(failing, monkeypatch):
    from sentry_sdk.transport import Transport

    from caddy import error_reports
    from caddy.config import load_settings

    sent = []

    class Kept(Transport):
        def capture_envelope(self, envelope):
            sent.append(envelope.get_event())

    settings = load_settings()
    dsn = type(settings.sentry_dsn)("https://key@sentry.example/1")
    error_reports.configure(settings.model_copy(update={"sentry_dsn": dsn}), Kept())
    try:
        failing(500, {"X-Request-ID": GIVEN})
    finally:
        error_reports.configure(settings)
    (event,) = sent
    assert event["exception"]["values"][0]["type"] == "ValueError"
    assert event["tags"]["request_id"] == GIVEN
    told = json.dumps(event, default=str)
    for nothing in ("Pat", "cora@", "Cookie", "127.0.0.1"):
        assert nothing not in told
    assert not {"request", "user", "breadcrumbs", "extra", "server_name"} & set(event)
