"""Logging from the browser: the short form, its estimate, its other buttons, its files."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from caddy import clock
from caddy.actions import agreements
from caddy.extensions import db
from caddy.models import Service
from caddy.tenancy import scope
from caddy.web import limits
from tests.one_of_each import agreement
from tests.samples import PDF

DAYTIME, EVENING = "01_011_0107_1_1", "01_015_0107_1_1"


@pytest.fixture
def form(people):
    day = people.today - timedelta(days=1)
    while day.weekday() > 3 or clock.public_holiday(day, "NSW"):
        day -= timedelta(days=1)
    return {
        "participant_id": str(people.acacia.participant_id),
        "service_on": day.isoformat(),
        "start_time": "09:00",
        "end_time": "11:00",
        "item_number": DAYTIME,
        "notes": "Cooked lunch.",
    }


def rows(people):
    with scope(people.acacia.id):
        return list(db.session.scalars(select(Service).order_by(Service.id)))


def estimate(client, form):
    asked = {name: value for name, value in form.items() if name != "notes"}
    return client.get("/services/estimate", fragment=True, query_string=asked).text


def test_what_the_common_support_does_not_need_is_folded_away(people, sign_in):
    page = sign_in("sam").get(f"/services/new?participant={people.acacia.participant_id}").text
    assert '<details class="more"><summary>More: claim type, group, travel, price' in page


def test_the_estimate_says_band_and_reason_and_that_nothing_is_agreed(people, sign_in, form):
    found = estimate(sign_in("sam"), form)
    assert "Weekday daytime" in found
    assert "9:00 am to 11:00 am fits the daytime price." in found
    assert "$140.46" in found
    assert "no signed agreement" in found


def test_a_support_across_bands_is_logged_as_two_by_one_button(people, sign_in, form):
    client = sign_in("sam")
    late = form | {"start_time": "19:00", "end_time": "21:00"}
    found = estimate(client, late)
    assert "crosses 8:00 pm" in found
    assert "Log as 2 services: $147.61" in found
    assert f'value="{EVENING}" formnovalidate id="use-higher">Use the higher item: $154.76' in found
    response = client.post("/services", late | {"split": "1"})
    assert response.status_code == 303
    assert "Logged 2 services, 2 h: $147.61." in client.get(response.location).text
    assert [row.item_number for row in rows(people)] == [DAYTIME, EVENING]


def test_the_right_item_is_filled_in_and_what_was_typed_stays(people, sign_in, form):
    client = sign_in("sam")
    late = form | {"start_time": "20:00", "end_time": "21:00"}
    assert "Use the right item: $77.38" in estimate(client, late)
    page = client.post("/services", late | {"use_item": EVENING})
    assert page.status_code == 200
    assert f'value="{EVENING}"' in page.text
    assert "Cooked lunch." in page.text
    assert "$77.38" in page.text
    assert rows(people) == []


def test_without_javascript_a_button_shows_the_cost_and_stores_nothing(people, sign_in, form):
    client = sign_in("sam")
    page = client.post("/services", form | {"check": "1"})
    assert page.status_code == 200
    assert "$140.46" in page.text
    assert "Show the cost" in page.text
    unfinished = client.post("/services", form | {"check": "1", "end_time": ""})
    assert unfinished.status_code == 200
    assert rows(people) == []


def test_a_price_above_the_agreement_is_refused_beside_the_price(people, sign_in, form):
    with scope(people.acacia.id):
        whom, starts_on = people.acacia.participant_id, people.today - timedelta(days=15)
        made = agreements.add_agreement(whom, agreement(starts_on, days=60), actor=people.alice)
        agreements.sign_agreement(made, people.today, "Pat Green", actor=people.alice)
    client = sign_in("sam")
    assert "$130.00" in estimate(client, form)
    response = client.post("/services", form | {"unit_price": "70"})
    assert response.status_code == 422
    assert "$70.00 is above the $65.00 agreed with Pat for this item." in response.text
    assert 'id="unit_price-error"' in response.text
    assert '<details class="more" open>' in response.text
    logged = client.post("/services", form)
    page = client.get(logged.location).text
    assert f'href="/agreements/{made}"' in page


def test_a_trip_is_logged_with_its_support_and_shown_with_it(people, sign_in, form):
    client = sign_in("cora")
    trip = form | {"minutes_there": "20", "kilometres": "10", "tolls": "3.40"}
    found = estimate(client, trip)
    for words in (
        "Travel there",
        "$23.41",
        "Kilometres and tolls",
        "$13.30",
        "Together",
        "$177.17",
    ):
        assert words in found
    logged = client.post("/services", trip)
    page = client.get(logged.location).text
    assert "Logged 2 h: $140.46, and $36.71 for travel." in page
    assert "Provider travel time" in page
    assert len(rows(people)) == 3


def test_where_a_support_was_is_kept_and_shown(people, sign_in, form):
    client = sign_in("sam")
    where = form | {"location_address": "Marrickville Library, 313 Marrickville Rd"}
    page = client.get(client.post("/services", where).location).text
    assert "Where</dt><dd>Marrickville Library, 313 Marrickville Rd</dd>" in page
    plain = client.post("/services", form | {"start_time": "07:00", "end_time": "08:00"})
    assert "Where</dt>" not in client.get(plain.location).text
    asked = client.get(f"/services/new?participant={people.acacia.participant_id}").text
    assert re.search(r"hx-include=[^>]*:not\([^)]*\[name=location_address\]", asked), (
        "in no address"
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"minutes_there": "45"}, "minutes_there"),
        ({"minutes_there": "soon"}, "minutes_there"),
        ({"people": "0"}, "people"),
        ({"people": "100"}, "people"),
        ({"claim_type": "travel"}, "claim_type"),
        ({"claim_type": "ndia_report"}, "claim_type"),
        ({"claim_type": "cancellation"}, "notified_at"),
        ({"kilometres": "-1"}, "kilometres"),
        ({"cancellation_reason": "x"}, "cancellation_reason"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(people, sign_in, form, change, field):
    response = sign_in("sam").post("/services", form | change)
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert rows(people) == []


def test_a_short_notice_cancellation_is_logged_with_its_reason(people, sign_in, form):
    client = sign_in("cora")
    cancelled = form | {
        "claim_type": "cancellation",
        "notified_at": f"{form['service_on']}T08:00",
        "cancellation_reason": "NSDH",
    }
    logged = client.post("/services", cancelled)
    page = client.get(logged.location).text
    assert "Health reason, 100 % charged" in page
    assert rows(people)[0].status == "cancelled"


class TestFiles:
    @pytest.fixture
    def address(self, people, sign_in, form):
        return sign_in("sam").post("/services", form).location

    def test_a_file_is_added_listed_and_downloaded(self, people, sign_in, address):
        client = sign_in("sam")
        sent = client.post(f"{address}/attachments", {"file": (io.BytesIO(PDF), "receipt.pdf")})
        assert sent.status_code == 303
        page = client.get(address).text
        assert "receipt.pdf" in page
        link = page.partition('href="/attachments/')[2].partition('"')[0]
        assert client.get(f"/attachments/{link}").data == PDF
        assert "Add the file" not in sign_in("vic").get(address).text

    @pytest.mark.parametrize(
        ("content", "name", "sentence"),
        [
            (b"", "receipt.pdf", "This file is empty."),
            (b"<html><script>alert(1)</script>", "receipt.pdf", "Choose a PDF, or a picture"),
            (b"<svg onload=alert(1)>", "x.svg", "Choose a PDF, or a picture"),
            (b"PK\x03\x04", "x.docx", "Choose a PDF, or a picture"),
        ],
    )
    def test_what_is_not_taken_says_why(self, people, sign_in, address, content, name, sentence):
        file = {"file": (io.BytesIO(content), name)}
        response = sign_in("sam").post(f"{address}/attachments", file)
        assert response.status_code == 422
        assert sentence in response.text
        assert "None yet." in response.text

    def test_far_too_much_is_cut_off(self, app, sign_in, address, monkeypatch):
        client = sign_in("sam")
        client.token()
        monkeypatch.setattr(limits, "FILE_BYTES", 2_000)
        file = {"file": (io.BytesIO(PDF.ljust(3_000, b"x")), "huge.pdf")}
        response = client.post(f"{address}/attachments", file)
        assert response.status_code == 413
        assert "That is too large." in response.text

    def test_no_file_is_said_beside_the_field(self, people, sign_in, address):
        response = sign_in("sam").post(f"{address}/attachments", {})
        assert response.status_code == 422
        assert "Choose a file." in response.text


FAMILY = "Assistance With Self-Care Activities - Standard"


def test_the_name_of_a_family_is_offered_and_means_the_item_of_the_times(people, sign_in, form):
    client = sign_in("sam")
    page = client.get(f"/services/new?participant={people.acacia.participant_id}").text
    assert f'<option value="{FAMILY}" label="The item for the day and the times">' in page
    late = form | {"item_number": FAMILY, "start_time": "20:00", "end_time": "22:00"}
    found = estimate(client, late)
    assert f"You chose {FAMILY}: 8:00 pm to 10:00 pm on" in found
    assert f"fits the evening price, so it is {EVENING}." in found
    answer = client.post("/services", late)
    assert answer.status_code == 303
    said = client.get(answer.location).text
    assert "The item is Assistance With Self-Care Activities - Standard - Weekday Evening." in said
    assert [row.item_number for row in rows(people)] == [EVENING]


def test_what_a_family_could_mean_twice_is_asked_with_a_button_for_each(people, sign_in, form):
    client = sign_in("sam")
    late = form | {"item_number": FAMILY, "start_time": "19:00", "end_time": "21:00"}
    found = estimate(client, late)
    assert "crosses 8:00 pm" in found
    assert f'name="use_item" value="{EVENING} {FAMILY} - Weekday Evening"' in found
    refused = client.post("/services", late)
    assert refused.status_code == 422
    assert 'id="item_number-error"' in refused.text
    assert rows(people) == []
    # What the button fills in is longer than a number, and is taken all the same.
    chosen = late | {"use_item": f"{DAYTIME} {FAMILY} - Weekday Daytime"}
    assert "Log as 2 services: $147.61" in client.post("/services", chosen).text
    whole = late | {"item_number": chosen["use_item"], "end_time": "20:00"}
    assert client.post("/services", whole).status_code == 303
    assert [row.item_number for row in rows(people)] == [DAYTIME]
