"""Subscriptions: what each state refuses on the pages, and that nobody is locked out."""

from __future__ import annotations

import io
import json

import pytest

from caddy.actions.subscriptions import Wanted, subscribe
from caddy.domain.subscriptions import PLANS, SubscriptionPlan, SubscriptionStatus
from caddy.tenancy import scope
from caddy.web.access import access_of
from caddy.web.subscriptions import ALWAYS_WORK
from tests import samples
from tests.cli.test_commands import run as run  # noqa: PLC0414 - a fixture
from tests.web import calls
from tests.web.test_routes import routes


def hold(people, **wanted):
    with scope(people.acacia.id):
        subscribe(Wanted(**wanted), actor=people.alice)


def test_after_the_end_everything_is_read_and_taken_along_and_nothing_is_changed(
    app, people, own, sign_in
):
    client = sign_in("alice")
    hold(people, status=SubscriptionStatus.CANCELLED)
    for endpoint, method in routes(app):
        name = f"{method} {endpoint}"
        access = access_of(app, endpoint)
        if access.is_public or endpoint in {"live.stream", "sign_in.destroy"}:
            continue
        response = calls.call(client, name, own)
        is_own = access.permission is None or endpoint.partition(".")[0] in ALWAYS_WORK
        is_refused = b"Everything can still be read and exported" in response.data
        assert is_refused == (method == "POST" and not is_own), name
        assert (response.status_code == 403) == is_refused, name
    assert "The subscription has ended." in client.get("/").text
    assert client.post("/sign-out").status_code == 302


def test_a_late_payment_is_said_on_every_page_and_stops_nothing(people, sign_in):
    client = sign_in("cora")
    assert "payment" not in client.get("/participants").text
    hold(people, status=SubscriptionStatus.PAST_DUE)
    page = client.get("/participants").text
    assert "A payment for the subscription is late. Everything still works." in page
    assert "See the subscription" not in page  # a coordinator may not open it
    assert "See the subscription" in sign_in("alice").get("/participants").text
    assert client.post("/participants", {"first_name": "x"}).status_code == 422


def test_what_a_plan_does_not_have_is_said_and_what_is_there_stays_readable(people, sign_in):
    client = sign_in("alice")
    hold(people, plan=SubscriptionPlan.FREE)
    refused = client.post("/imports", {"kind": "participants"})
    assert refused.status_code == 403
    assert "The Free plan does not include this: imports from other systems." in refused.text
    assert client.get("/imports").status_code == 200
    page = client.get("/settings/subscription").text
    assert "The Free plan. Active." in page
    assert "<strong>1</strong> of 10 active participants" in page


def test_a_file_for_which_there_is_no_room_is_refused_beside_its_field(
    people, own, sign_in, monkeypatch
):
    small = PLANS | {
        SubscriptionPlan.PRO: type(PLANS[SubscriptionPlan.PRO])(100, 50, 50, frozenset())
    }
    monkeypatch.setattr("caddy.domain.subscriptions.PLANS", small)
    answer = sign_in("alice").post(
        f"/services/{own['service_id']}/attachments",
        {"file": (io.BytesIO(samples.PDF), "receipt.pdf")},
    )
    assert answer.status_code == 422
    assert "this does not fit any more" in answer.text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_command_sets_what_is_given_and_leaves_the_rest(run, people):
    words = ("organization", "subscribe", "--organization", "acacia", "--json")
    told = json.loads(run(*words, "--plan", "free", "--feature", "imports").stdout)
    assert told == {
        "plan": "free",
        "status": "active",
        "participants": 10,
        "ends_at": None,
        "features": ["imports"],
    }
    told = json.loads(run(*words, "--status", "cancelled", "--ends-on", "2026-11-30").stdout)
    assert (told["plan"], told["status"]) == ("free", "cancelled")
    assert told["ends_at"].startswith("2026-11-30 13:00")  # midnight in Sydney, in UTC
    assert json.loads(run(*words, "--status", "active").stdout)["ends_at"] is None
