"""What makes Caddy a program on a phone, and how it answers a phone's outbox."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from caddy import clock
from caddy.actions import services, shifts
from caddy.tenancy import scope
from tests import world

KEY = "6f1f5f0e-8f0e-4e57-9a39-0d1f3f0f7a11"
JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def shift(people):
    """A shift of Sam's that begins in an hour."""
    start = clock.local(clock.now(), world.ZONE) + timedelta(hours=1)
    end = start + timedelta(minutes=30)
    entry = services.ServiceEntry(
        participant_id=people.acacia.participant_id,
        service_on=start.date(),
        start_time=start.time().replace(second=0, microsecond=0),
        end_time=end.time().replace(second=0, microsecond=0),
        ends_next_day=end.date() > start.date(),
        item_number="01_011_0107_1_1",
        notes="Bring the blue bag.",
    )
    with scope(people.acacia.id):
        return shifts.schedule_service(entry, people.acacia.people["sam"], actor=people.alice)


def test_a_browser_can_install_it_and_its_worker_keeps_files_that_are_there(sign_in):
    client = sign_in(None)
    described = client.get("/manifest.webmanifest")
    assert described.mimetype == "application/manifest+json"
    manifest = json.loads(described.text)
    assert (manifest["start_url"], manifest["display"]) == ("/", "standalone")
    assert {"192x192", "512x512"} == {one["sizes"] for one in manifest["icons"]}
    assert "maskable" in {one["purpose"] for one in manifest["icons"]}
    worker = client.get("/service-worker.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Service-Worker-Allowed"] == "/"
    assert worker.headers["Cache-Control"] == "no-cache"
    known = json.loads(re.match(r"const CADDY = (.*);\n", worker.text)[1])
    for address in (*known["files"], *(one["src"] for one in manifest["icons"])):
        assert client.get(address).status_code == 200, address
    # What a page asks for is what the worker keeps: the same address, hash and all.
    worker_of = sign_in("sam")
    for path in ("/offline", "/shifts/mine", "/waiting"):
        text = worker_of.get(path).text
        asked = set(re.findall(r'(?:href|src)="(/static/(?:css|js)/[^"]+)"', text))
        assert asked, path
        assert asked <= set(known["files"]), path


def test_the_week_of_a_worker_has_what_its_forms_need_and_nothing_of_others(people, sign_in, shift):
    world.olly(people)
    page = sign_in("sam").get("/shifts/mine").text
    assert "Pat Green" in page
    assert "Bring the blue bag." in page
    assert f'action="/services/{shift.id}/start"' in page
    assert f'action="/services/{shift.id}/finish"' in page
    assert f'id="kilometres-{shift.id}" name="kilometres" type="text" inputmode="decimal"' in page
    assert "Olly" not in page
    week = page.split('id="own-week"')[1]
    assert not re.search(r"\b43\d ?\d{3} ?\d{3}\b", week), "no NDIS number lies on a phone"
    assert f'data-shift="{shift.id}"' not in sign_in("cora").get("/shifts/mine").text


def test_an_outbox_is_answered_with_what_became_of_it_and_its_times_are_told(
    people, sign_in, shift
):
    client = sign_in("sam")
    token = client.get("/waiting/token").json
    assert token["person"] == str(people.acacia.people["sam"])
    address = f"/services/{shift.id}/start"
    kept_at = clock.now() - timedelta(minutes=98)
    form = {"version": "1", "sent_key": KEY, "kept_at": kept_at.isoformat()}
    form["csrf_token"] = token["token"]
    first = client.post(address, form, **JSON)
    assert (first.status_code, first.json["version"]) == (200, 2)
    at = clock.local(kept_at, world.ZONE)
    shown = f"{at.hour % 12 or 12}:{at:%M}"
    assert shown in first.json["sentence"]
    again = client.post(address, form, **JSON)
    assert again.json == first.json
    page = client.get(first.json["url"]).text
    assert "Done on a phone without network, sent" in page
    assert shown in page
    # Seen as it was before it was started: the answer says what it is now.
    stale = client.post(f"/services/{shift.id}/notes", {"version": "1", "notes": "A walk."}, **JSON)
    assert (stale.status_code, stale.json["details"]) == (409, {"version": 2})
    refused = client.post(f"/services/{shift.id}/notes", {"version": "1"}, **JSON)
    assert refused.status_code == 422
    assert refused.json["details"]["notes"] == ["Write what you want to keep."]
    assert client.post(address, form | {"sent_key": "x"}, **JSON).status_code == 400
    log = sign_in("alice").get("/audit").text
    assert "Done on the phone" in log
