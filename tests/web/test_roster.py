"""The roster and the steps of a shift, as a browser without scripts sees them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from caddy import clock
from caddy.actions import schedules
from caddy.domain.schedules import WeeklyPattern
from caddy.extensions import db
from caddy.models import ParticipantWorker, Service, ServiceChange
from caddy.queries import checks
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import one_of_each, world
from tests.web import growth
from tests.web.shifts import mine_today, planned_form


@pytest.fixture
def form(people):
    return planned_form(people, end_time="10:00", every_weeks="1")


def rows(people):
    with scope(people.acacia.id):
        db.session.expire_all()
        in_order = select(Service).order_by(Service.service_on, Service.start_time)
        return list(db.session.scalars(in_order))


def test_a_shift_is_planned_and_stands_on_the_roster(people, sign_in, form):
    client = sign_in("cora")
    answer = client.post("/roster", form)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "$70.23 committed" in page.text
    assert "9:00 am to 10:00 am" in page.text
    assert "Pat Green" in page.text
    other = client.get(f"/roster?worker={people.acacia.people['cora']}&day={form['service_on']}")
    assert "Pat Green" not in other.text
    assert "Nothing is planned" in other.text


def test_by_the_week_until_a_day(people, sign_in, form):
    last = people.today + timedelta(days=28)
    answer = sign_in("cora").post("/roster", form | {"repeats": "y", "ends_on": last.isoformat()})
    assert answer.status_code == 303
    assert len(rows(people)) == 4


def test_without_a_last_day_it_is_asked_for(people, sign_in, form):
    answer = sign_in("cora").post("/roster", form | {"repeats": "y"})
    assert answer.status_code == 422
    assert "Enter the last day." in answer.text
    assert rows(people) == []


def test_clashes_are_said_and_may_be_accepted(people, sign_in, form):
    cora = people.acacia.people["cora"]
    world.screened(people.alice, cora, people.today + timedelta(days=400))
    client = sign_in("cora")
    client.post("/roster", form)
    other = form | {"worker": str(cora)}
    refused = client.post("/roster", other)
    assert refused.status_code == 422
    assert "Pat Green is with Sam from 9:00 am to 10:00 am." in refused.text
    assert 'name="save_anyway"' in refused.text
    assert len(rows(people)) == 1
    assert client.post("/roster", other | {"save_anyway": "y"}).status_code == 303
    assert len(rows(people)) == 2


def test_the_preview_says_the_cost_and_what_stands_against_it(people, sign_in, form):
    client = sign_in("cora")
    client.post("/roster", form)
    query = "&".join(f"{name}={value}" for name, value in form.items())
    shown = client.get(f"/roster/estimate?{query}", fragment=True)
    assert "$70.23" in shown.text
    assert "Sam is with Pat Green from 9:00 am to 10:00 am." in shown.text
    nobody = query.replace(str(people.acacia.people["sam"]), str(people.acacia.people["cora"]))
    assert "worker screening is not recorded" in client.get(f"/roster/estimate?{nobody}").text


def test_a_worker_starts_and_finishes_from_the_first_page(people, sign_in):
    service_id = mine_today(people)
    client = sign_in("sam")
    home = client.get("/")
    assert "My shifts today" in home.text
    assert f'action="/services/{service_id}/start"' in home.text
    begun = {"version": "1", "latitude": "-33.87", "longitude": "151.21"}
    assert client.post(f"/services/{service_id}/start", begun).status_code == 303
    with scope(people.acacia.id):
        places = list(db.session.scalars(select(ServiceChange.latitude)))
    assert -33.87 in places
    asked = client.get(f"/services/{service_id}/finish")
    assert 'name="version" type="hidden" value="2"' in asked.text
    now = clock.local(clock.now(), world.ZONE)
    start = now - timedelta(minutes=60)
    finished = {
        "version": "2",
        "service_on": start.date().isoformat(),
        "start_time": f"{start:%H:%M}",
        "end_time": f"{now:%H:%M}",
        "notes": "A walk.",
        "signed_by": "Pat Green",
    }
    if now.date() > start.date():
        finished["ends_next_day"] = "y"
    far = (start - timedelta(days=3)).date().isoformat()
    assert (
        "was planned for"
        in client.post(f"/services/{service_id}/finish", finished | {"service_on": far}).text
    )
    assert client.post(f"/services/{service_id}/finish", finished).status_code == 303
    page = client.get(f"/services/{service_id}")
    for words in ("What happened", "Completed", "by Sam Acacia", "Correct", "A walk."):
        assert words in page.text
    assert "Confirmed by</dt><dd>Pat Green" in page.text
    with scope(people.acacia.id):
        assert list(checks.differences()) == []


def test_a_place_that_makes_no_sense_is_left_out(people, sign_in):
    service_id = mine_today(people)
    odd = {"version": "1", "latitude": "nan", "longitude": "999"}
    assert sign_in("sam").post(f"/services/{service_id}/start", odd).status_code == 303
    assert rows(people)[0].latitude is None


@pytest.mark.parametrize("seen", ["7", "", "x", "²"])
def test_a_stale_page_is_a_conflict(people, sign_in, seen):
    service_id = mine_today(people)
    answer = sign_in("sam").post(f"/services/{service_id}/start", {"version": seen})
    assert answer.status_code == 409
    assert "in the meantime" in answer.text
    assert rows(people)[0].status == "scheduled"


def test_a_colleague_may_not_but_a_coordinator_may(people, sign_in):
    service_id = mine_today(people)
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        row = db.session.get_one(Service, service_id)
        row.support_worker_id = people.acacia.people["cora"]
    sam = sign_in("sam")
    assert sam.post(f"/services/{service_id}/start", {"version": "1"}).status_code in {403, 404}
    assert sam.get(f"/services/{service_id}/cancellation").status_code in {403, 404}
    assert "Start now" not in sam.get(f"/services/{service_id}").text
    answer = sign_in("alice").post(f"/services/{service_id}/start", {"version": "1"})
    assert answer.status_code == 303


def test_a_worker_sees_their_own_shifts_and_those_of_whom_they_support(people, sign_in):
    mine_today(people)
    other = world.participant(people.alice, "Kim", "Lee", "430000010", people.today)
    cora = people.acacia.people["cora"]
    world.screened(people.alice, cora, people.today + timedelta(days=400))
    wanted = one_of_each.weekly(people, people.acacia)
    with scope(people.acacia.id):
        schedules.create_schedule(
            replace(wanted, participant_id=other, worker_id=cora), actor=people.alice
        )
    address = f"/roster?day={people.today + timedelta(days=7)}"
    assert "Kim Lee" in sign_in("cora").get(address).text
    assert "Kim Lee" not in sign_in("sam").get(address).text
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.add(
            ParticipantWorker(
                organization_id=people.acacia.id,
                participant_id=other,
                user_id=people.acacia.people["sam"],
            )
        )
    assert "Kim Lee" in sign_in("sam").get(address).text


def test_cancelling_with_a_fee_says_the_fee(people, sign_in):
    service_id = mine_today(people)
    now = clock.local(clock.now(), world.ZONE)
    client = sign_in("sam")
    cancelled = {
        "version": "1",
        "reason": "Ill",
        "notified_on": now.date().isoformat(),
        "notified_time": f"{now:%H:%M}",
        "fee_percent": "100",
    }
    address = f"/services/{service_id}/cancellation"
    refused = client.post(address, cancelled)
    assert refused.status_code == 422
    assert "a fee needs one" in refused.text
    answer = client.post(address, cancelled | {"code": "NSDH"})
    assert answer.status_code == 303
    assert "Cancelled with a fee of $35.12." in client.get(answer.location).text


def test_correcting_shows_what_was_and_keeps_a_reason(people, own, sign_in):
    client = sign_in("cora")
    address = f"/services/{own['service_id']}/correction"
    asked = client.get(address)
    assert "01_011_0107_1_1" in asked.text
    entered = {
        "version": "1",
        "service_on": (people.today - timedelta(days=1)).isoformat(),
        "start_time": "09:00",
        "end_time": "10:00",
        "item_number": "01_011_0107_1_1",
        "notes": "A test.",
    }
    assert "Say why" in client.post(address, entered).text
    answer = client.post(address, entered | {"reason": "Wrong end"})
    assert "It costs $70.23 now." in client.get(answer.location).text
    with scope(people.acacia.id):
        assert list(checks.differences()) == []


def test_a_schedule_is_moved_and_ended_from_one_of_its_shifts(people, sign_in):
    with scope(people.acacia.id):
        series = schedules.create_schedule(
            one_of_each.weekly(people, people.acacia, 3), actor=people.alice
        )
    second = rows(people)[1]
    client = sign_in("cora")
    page = client.get(f"/services/{second.id}")
    assert "Cancel this and all after it" in page.text
    moved = {
        "version": "1",
        "service_on": second.service_on.isoformat(),
        "start_time": "11:00",
        "end_time": "11:30",
        "worker": str(people.acacia.people["sam"]),
        "all_after": "y",
    }
    assert client.post(f"/services/{second.id}/move", moved).status_code == 303
    assert [row.start_time.hour for row in rows(people)] == [9, 11, 11]
    later = moved | {"version": "2", "weekdays": str((second.service_on.weekday() + 1) % 7)}
    later["save_anyway"] = "y"
    seen = client.post(f"/services/{second.id}/move", later | {"check": "1"})
    assert seen.status_code == 200
    assert "What will happen" in seen.text
    assert "2 shifts. They cost $70.24 now and" in seen.text
    assert [row.version for row in rows(people)] == [1, 2, 2]
    ending = re.search(r'href="(/schedules/[^"]+)"', page.text)
    assert ending
    assert second.service_on.isoformat() in client.get(ending[1].replace("&amp;", "&")).text
    now = clock.local(clock.now(), world.ZONE)
    ended = {
        "from_on": second.service_on.isoformat(),
        "notified_on": now.date().isoformat(),
        "notified_time": f"{now:%H:%M}",
    }
    unsaid = client.post(f"/schedules/{series.schedule_id}/ending", ended)
    assert unsaid.status_code == 422
    seen = ended | {"reason": "Moved away", "check": "1"}
    tried = client.post(f"/schedules/{series.schedule_id}/ending", seen)
    assert "$70.24 is free again" in tried.text
    answer = client.post(
        f"/schedules/{series.schedule_id}/ending",
        ended | {"reason": "Moved away"},
    )
    assert "Cancelled 2 shifts: $70.24 is free again." in client.get(answer.location).text


def test_the_edges_of_the_calendar_are_no_error(sign_in):
    client = sign_in("vic")
    for day in ("0001-01-01", "9999-12-31", "nonsense"):
        for view in ("day", "week", "x"):
            assert client.get(f"/roster?day={day}&view={view}").status_code == 200


@pytest.mark.both_databases
def test_the_roster_asks_no_more_for_more_shifts(app, people, sign_in):
    client = sign_in("cora")
    day = people.today + timedelta(days=7)
    few = growth.queries(app, client, f"/roster?day={day}")
    pattern = one_of_each.weekly(people, people.acacia).pattern
    every_day = WeeklyPattern(
        frozenset(range(7)), pattern.start, pattern.end, day, day + timedelta(days=6)
    )
    wanted = one_of_each.weekly(people, people.acacia)
    with scope(people.acacia.id):
        schedules.create_schedule(replace(wanted, pattern=every_day), actor=people.alice)
    assert growth.queries(app, client, f"/roster?day={day}") == few


def test_a_program_that_moves_a_shift_is_answered_in_a_way_it_can_show(people, sign_in, form):
    client = sign_in("cora")
    client.post("/roster", form)
    client.post("/roster", form | {"start_time": "12:00", "end_time": "13:00"})
    first = rows(people)[0]
    address, as_json = f"/services/{first.id}/move", {"headers": {"Accept": "application/json"}}
    sent = {
        "version": "1",
        "service_on": form["service_on"],
        "start_time": "09:15",
        "end_time": "10:15",
        "worker": form["worker"],
    }
    moved = client.post(address, sent, **as_json)
    assert moved.status_code == 200
    assert moved.json["sentence"] == "Moved. It costs $70.23 now."
    assert moved.json["version"] == 2
    twice = sent | {"version": "2", "start_time": "12:30", "end_time": "13:30"}
    refused = client.post(address, twice, **as_json)
    assert refused.status_code == 422
    assert "is with Pat Green from 12:00 pm to 1:00 pm" in refused.json["details"]["worker"][0]
    late = client.post(address, sent, **as_json)
    assert late.status_code == 409
    assert late.json["message"]
    page = client.get(f"/roster?day={form['service_on']}&view=day").text
    assert page.count("data-shift ") == 2
    assert 'data-version="2"' in page
    assert "data-shift " not in sign_in("vic").get(f"/roster?day={form['service_on']}").text
