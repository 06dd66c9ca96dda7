"""Travel to a rostered shift: entered where it is finished, put right, cancelled with it."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from caddy import clock
from caddy.extensions import db
from caddy.models import Service
from caddy.queries import checks
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world
from tests.web.shifts import mine_today


def statuses(people):
    with scope(people.acacia.id):
        db.session.expire_all()
        return {one.value for one in db.session.scalars(select(Service.status))}


def finished_with_travel(people, client):
    """Finish a shift of Sam's with a trip and return its id and the page that says so."""
    service_id = mine_today(people)
    client.post(f"/services/{service_id}/start", {"version": "1"})
    address = f"/services/{service_id}/finish"
    assert '<details class="more"><summary>Travel to this support' in client.get(address).text
    start, now = (clock.local(clock.now(), world.ZONE) - timedelta(minutes=m) for m in (60, 0))
    finished = {
        "version": "2",
        "service_on": start.date().isoformat(),
        "start_time": f"{start:%H:%M}",
        "end_time": f"{now:%H:%M}",
        "notes": "A walk.",
        "kilometres": "10",
        "per_kilometre": "0.99",
        "travel_people": "1",
        **({"ends_next_day": "y"} if now.date() > start.date() else {}),
    }
    refused = client.post(address, finished | {"minutes_there": "45"})
    assert refused.status_code == 422
    assert "at most 30 minutes of travel each way can be claimed" in refused.text
    assert '<details class="more" open><summary>Travel to this support' in refused.text
    answer = client.post(address, finished | {"minutes_there": "20"})
    return service_id, client.get(answer.location).text


def test_travel_is_entered_when_a_shift_is_finished_and_put_right(people, sign_in):
    client = sign_in("sam")
    service_id, page = finished_with_travel(people, client)
    assert "Finished 1 h: $70.23, and $33.31 for travel." in page
    there = re.search(r'href="(/services/[^"]+)">Provider travel time', page)[1]
    costs = re.search(r'href="(/services/[^"]+)">Travel costs', page)[1]
    assert f'href="{there}/trip"' in client.get(there).text
    assert client.get(f"{there}/correction").location == f"{there}/trip"
    assert re.search(r'name="minutes_there"[^>]* value="20"', client.get(f"{there}/trip").text)
    assert "$9.90 is entered now" in client.get(f"{costs}/trip").text
    assert client.get(f"/services/{service_id}/trip").status_code == 404
    fewer = {"version": "1", "minutes_there": "0", "reason": "Was near"}
    refused = client.post(f"{there}/trip", fewer)
    assert refused.status_code == 422
    assert "If there was none, cancel it instead." in refused.text
    answer = client.post(f"{there}/trip", fewer | {"minutes_there": "10"})
    assert "Corrected. It costs $11.71 now." in client.get(answer.location).text
    stale = client.post(f"{there}/trip", fewer | {"minutes_there": "15"})
    assert stale.status_code == 409
    assert "in the meantime" in stale.text


def test_the_trip_to_a_group_is_offered_as_shared_by_it(people, sign_in):
    service_id = mine_today(people)
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.get_one(Service, service_id).people = 2
    client = sign_in("sam")
    client.post(f"/services/{service_id}/start", {"version": "1"})
    for address in (f"/services/{service_id}/finish", "/shifts/mine"):
        page = client.get(address).text
        assert re.search(r'name="travel_people"[^>]* value="2"', page)
        assert '<details class="more"><summary>Travel to this support' in page


def test_travel_is_cancelled_with_its_support_and_the_page_says_so_before(people, sign_in):
    client = sign_in("sam")
    service_id, _ = finished_with_travel(people, client)
    now = clock.local(clock.now(), world.ZONE)
    told = {
        "version": "3",
        "reason": "Entered twice",
        "notified_on": now.date().isoformat(),
        "notified_time": f"{now:%H:%M}",
    }
    address = f"/services/{service_id}/cancellation"
    assert "The travel to this support is cancelled with it." in client.get(address).text
    said = "Its travel of $33.31 is cancelled too."
    assert said in client.post(address, told | {"check": "1"}).text
    answer = client.post(address, told)
    assert f"Cancelled without a fee. {said}" in client.get(answer.location).text
    assert statuses(people) == {"cancelled"}
    with scope(people.acacia.id):
        assert list(checks.differences()) == []
