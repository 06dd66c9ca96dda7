"""Nothing of anybody in logs, in addresses and in reports of errors, whatever goes wrong."""

from __future__ import annotations

import json
import logging

import pytest
from flask import request

from caddy import error_reports
from caddy.config import load_settings
from caddy.web.access import access_of
from tests.web import calls, logged

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
ENTERED = {
    "first_name": "Marigold",
    "last_name": "Wattlebird",
    "ndis_number": "430 000 017",
    "email": "marigold@wattlebird.example",
    "mobile": "0412 345 678",
}
SEARCHED = "search=Marigold+Wattlebird&q=430000017"


def broken(*_any, **_more):
    """Fail as a library does that quotes what it was given."""
    raise ValueError(f"{request.full_path} {dict(request.form)} {ENTERED}")


def test_an_error_on_any_route_tells_nothing_of_what_was_entered_or_searched(
    app, people, own, sign_in, monkeypatch, told
):
    from sentry_sdk.transport import Transport

    sent = []

    class Kept(Transport):
        def capture_envelope(self, envelope):
            sent.append(envelope.get_event())

    client = sign_in("alice")
    client.token()
    settings = load_settings()
    dsn = type(settings.sentry_dsn)("https://key@sentry.example/1")
    error_reports.configure(settings.model_copy(update={"sentry_dsn": dsn}), Kept())
    tried = 0
    try:
        for name in calls.CALLS:
            method, endpoint = name.split()
            if endpoint in {"live.stream", "static", "sign_in.destroy"}:
                continue

            def view(*_any, **_more):
                return broken()

            view.__caddy_access__ = access_of(app, endpoint)
            monkeypatch.setitem(app.view_functions, endpoint, view)
            address = f"{calls.path(app, endpoint, own)}?{SEARCHED}"
            answer = client.get(address) if method == "GET" else client.post(address, dict(ENTERED))
            assert answer.status_code in {500, 401, 413}, (name, answer.status_code)
            tried += answer.status_code == 500
    finally:
        error_reports.configure(settings)
    assert len(sent) == tried > 300
    failed = [json.loads(line) for line in told if '"request.failed"' in line]
    assert len(failed) == tried
    assert all(line["error"] == "ValueError" for line in failed)
    assert not logged.people_in("\n".join(told))
    assert not logged.people_in(json.dumps(sent, default=str))


def test_a_search_that_needs_signing_in_first_goes_there_without_its_words(app, people, sign_in):
    answer = sign_in(None).get(f"/participants?status=all&{SEARCHED}")
    assert answer.status_code == 302
    assert "status%3Dall" in answer.location
    assert not logged.people_in(answer.location)


def test_what_a_library_says_of_an_address_or_a_person_is_cut_before_it_is_written(app, told):
    logging.getLogger("another.package").warning(
        "GET /participants?search=Marigold HTTP/1.1 for marigold@wattlebird.example, %s, %s",
        "430 000 017",
        "+61 412 345 678",
        extra={"query_string": "q=Wattlebird", "detail": {"email": "x", "of": ["0412 345 678"]}},
    )
    (line,) = (json.loads(one) for one in told if "another.package" in one)
    assert line["event"] == "GET /participants HTTP/1.1 for [email], [NDIS number], [phone]"
    assert line["detail"] == {"of": ["[phone]"]}
    assert "query_string" not in line
