"""Planning a shift for a group, as a browser without scripts sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from caddy import clock
from caddy.extensions import db
from caddy.models import Service
from caddy.tenancy import scope
from tests import world
from tests.web.shifts import planned_form


@pytest.fixture
def kim(people):
    return world.participant(people.alice, "Kim", "Lee", "430000010", people.today)


@pytest.fixture
def form(people):
    return planned_form(people, end_time="11:00", claim_type="direct")


def rows(people):
    with scope(people.acacia.id):
        db.session.expire_all()
        return list(db.session.scalars(select(Service).order_by(Service.id)))


def test_who_else_shares_the_worker_is_looked_for_and_planned_with_them(people, sign_in, form, kim):
    client = sign_in("cora")
    found = client.post("/roster", form | {"find": "others", "others-search": "kim"})
    assert found.status_code == 200
    assert f'name="others" value="{kim}"' in found.text
    assert f'name="others" value="{people.acacia.participant_id}"' not in found.text
    assert 'value="09:00"' in found.text
    assert rows(people) == []
    chosen = client.get(
        f"/participants/choices?field=others&many=1&others={kim}&others-search=nobody"
        f"&without={people.acacia.participant_id}",
        fragment=True,
    )
    assert f'type="checkbox" id="others-{kim}" name="others" value="{kim}" checked' in chosen.text
    answer = client.post("/roster", form | {"others": str(kim)})
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "for 2 people: $140.48 committed" in page.text
    assert "Group of 2" in page.text
    stored = rows(people)
    assert {(row.people, row.total_cents) for row in stored} == {(2, 70_24)}
    shown = client.get(f"/services/{stored[0].id}")
    assert "In a group with" in shown.text
    assert f'href="/services/{stored[1].id}"' in shown.text
    for step in ("move", "cancellation"):
        assert "The others of the group stay" in client.get(f"/services/{stored[0].id}/{step}").text


def test_what_each_would_pay_is_said_first_and_a_refusal_keeps_what_was_typed(
    people, sign_in, form, kim
):
    client = sign_in("cora")
    query = "&".join(f"{name}={value}" for name, value in form.items())
    shown = client.get(f"/roster/estimate?{query}&others={kim}", fragment=True)
    for words in ("Pat Green", "Kim Lee", "$70.24", "Together", "$140.48"):
        assert words in shown.text
    refused = client.post("/roster", form | {"others": str(kim), "people": "1"})
    assert refused.status_code == 422
    assert "You chose 2 people, but the group is for 1." in refused.text
    assert 'id="people-error"' in refused.text
    assert f'value="{kim}" checked' in refused.text
    # Someone of another organization is nobody who can be chosen.
    stranger = client.post("/roster", form | {"others": str(people.banksia.participant_id)})
    assert stranger.status_code == 422
    assert rows(people) == []


def test_by_the_week_and_for_one_of_a_larger_group(people, sign_in, form, kim):
    last = (people.today + timedelta(days=14)).isoformat()
    weekly = form | {"repeats": "y", "ends_on": last, "every_weeks": "1"}
    answer = sign_in("cora").post("/roster", weekly | {"others": str(kim), "people": "3"})
    assert answer.status_code == 303
    assert [(row.people, row.total_cents) for row in rows(people)] == [(3, 46_82)] * 4
    alone = form | {"start_time": "13:00", "end_time": "15:00", "people": "3"}
    assert sign_in("cora").post("/roster", alone).status_code == 303
    assert rows(people)[-1].total_cents == 46_82


def test_someone_joins_a_shift_that_is_planned_already(people, sign_in, form, kim):
    client = sign_in("cora")
    assert client.post("/roster", form).status_code == 303
    address = f"/services/{rows(people)[0].id}"
    assert f'href="{address}/group"' in client.get(address).text
    assert sign_in("sam").get(f"{address}/group").status_code == 403
    found = client.post(
        f"{address}/group", {"version": "1", "find": "others", "others-search": "kim"}
    )
    assert f'name="others" value="{kim}"' in found.text
    joined = {"version": "1", "others": str(kim)}
    answer = client.post(f"{address}/group", joined)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "2 people share the worker now: $140.48 committed for the shifts planned here." in page
    assert "Group changed" in page
    there = client.get(f"{address}/group/move").text
    assert "Every shift of the group that is still planned moves: Pat Green, Kim Lee." in there
    later = form | {"version": "2", "start_time": "12:00", "end_time": "14:00"}
    tried = client.post(f"{address}/group/move", later | {"check": "1"}).text
    assert "Kim Lee, " in tried
    assert {row.start_time.hour for row in rows(people)} == {9}
    answer = client.post(f"{address}/group/move", later)
    assert "Moved 2 shifts. They cost $140.48 now." in client.get(answer.location).text
    told = {"version": "3", "notified_on": people.today, "notified_time": "09:00"}
    refused = client.post(f"{address}/group/cancellation", told)
    assert (refused.status_code, "Say why it is cancelled." in refused.text) == (422, True)
    answer = client.post(f"{address}/group/cancellation", told | {"reason": "Rain"})
    assert "Cancelled 2 shifts: $140.48 is free again." in client.get(answer.location).text
    stale = client.post(f"{address}/group", joined | {"people": "3"})
    assert stale.status_code == 409
    assert len(rows(people)) == 2


def test_a_family_is_planned_by_the_week_at_each_days_own_price(people, sign_in, form):
    """A Friday and the Saturday after it: one name, two items."""
    friday = people.today + timedelta(days=7)
    while friday.weekday() != 4 or any(
        clock.public_holiday(friday + timedelta(days=n), "NSW") for n in (0, 1)
    ):
        friday += timedelta(days=1)
    weekly = form | {
        "service_on": friday.isoformat(),
        "item_number": "Assistance With Self-Care Activities - Standard",
        "repeats": "y",
        "every_weeks": "1",
        "weekdays": ["4", "5"],
        "ends_on": (friday + timedelta(days=1)).isoformat(),
    }
    client = sign_in("cora")
    assert (
        "Assistance With Self-Care"
        in client.get(f"/roster/new?participant={people.acacia.participant_id}").text
    )
    assert client.post("/roster", weekly).status_code == 303
    assert [row.item_number for row in rows(people)] == ["01_011_0107_1_1", "01_013_0107_1_1"]
    night = form | {
        "service_on": (friday - timedelta(days=2)).isoformat(),
        "item_number": weekly["item_number"],
        "start_time": "22:00",
        "end_time": "06:00",
        "ends_next_day": "y",
    }
    query = "&".join(f"{name}={value}" for name, value in night.items())
    asked = client.get(f"/roster/estimate?{query}", fragment=True).text
    sleepover = "01_010_0107_1_1 Assistance With Self-Care Activities - Night-Time Sleepover"
    assert f'name="use_item" value="{sleepover}"' in asked
    filled = client.post("/roster", night | {"use_item": sleepover})
    assert filled.status_code == 200
    assert f'value="{sleepover}"' in filled.text
