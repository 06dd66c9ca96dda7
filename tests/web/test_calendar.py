"""The calendar of a worker's shifts: what it says, to whom, and until when."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from caddy import clock
from caddy.actions import calendars, services
from caddy.domain.people import UserStatus
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import AuditLog, Participant, Service, User
from caddy.queries import users
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world
from tests.one_of_each import entry


@pytest.fixture
def key(people):
    with scope(people.acacia.id):
        return calendars.make_key(actor=people.sam)


def change(people, model, **values):
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.execute(update(model).values(updated_at=clock.now(), **values))


def log(people, days_ago=1, actor=None):
    with scope(people.acacia.id):
        done = entry(people, people.acacia.participant_id, days_ago)
        services.log_service(done, world.ZONE, "NSW", actor=actor or people.sam)


def lines(response):
    return response.get_data(as_text=True).replace("\r\n ", "").split("\r\n")


def test_it_says_a_first_name_and_a_suburb_and_nothing_else(people, sign_in, key):
    change(people, Participant, suburb="Newtown", street="1 Secret Street", routines="Insulin")
    log(people)
    answer = sign_in(None).get(f"/calendar/{key}.ics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert "Set-Cookie" not in answer.headers
    said = lines(answer)
    assert {"SUMMARY:Shift: Pat", "LOCATION:Newtown", "SEQUENCE:1", "STATUS:CONFIRMED"} <= set(said)
    for word in ("Green", "Street", "Insulin", "430000001", "A test.", "$"):
        assert word not in "\n".join(said)


def test_only_ones_own_shifts_are_in_it(people, sign_in, key):
    log(people, actor=people.alice)
    assert "BEGIN:VEVENT" not in lines(sign_in(None).get(f"/calendar/{key}.ics"))


@pytest.mark.parametrize(("days", "is_there"), [(-31, 0), (-30, 1), (180, 1), (181, 0)])
def test_it_reaches_from_thirty_days_ago_to_a_hundred_and_eighty_ahead(
    people, sign_in, key, days, is_there
):
    log(people)
    change(people, Service, service_on=people.today + timedelta(days=days))
    answer = sign_in(None).get(f"/calendar/{key}.ics")
    assert lines(answer).count("BEGIN:VEVENT") == is_there


def test_a_cancelled_shift_stays_marked_and_its_sequence_grows(people, sign_in, key):
    log(people)
    change(people, Service, status=ServiceStatus.CANCELLED, fee_percent=0, version=2)
    said = lines(sign_in(None).get(f"/calendar/{key}.ics"))
    assert {"STATUS:CANCELLED", "SEQUENCE:2"} <= set(said)


def test_nothing_is_sent_again_where_nothing_changed(people, sign_in, key):
    log(people)
    client, path = sign_in(None), f"/calendar/{key}.ics"
    tag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.data == b""
    change(people, Service, version=2)
    changed = client.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def without_number(answer):
    """Return a page without the number of its request, which no two share."""
    return re.sub(r"<code>[^<]+</code>", "", answer.text)


def test_what_opens_nothing_is_answered_alike(people, sign_in, key):
    client = sign_in(None)
    unknown = client.get("/calendar/nobody.ics")
    with scope(people.acacia.id):
        newer = calendars.make_key(actor=people.sam)
    old = client.get(f"/calendar/{key}.ics")
    assert client.get(f"/calendar/{newer}.ics").status_code == 200
    change(people, User, status=UserStatus.INACTIVE)
    gone = client.get(f"/calendar/{newer}.ics")
    strange = client.get("/calendar/%00%FF' OR 1=1.ics")
    long = client.get(f"/calendar/{'x' * 101}.ics")
    for one in (unknown, old, gone, strange, long):
        assert one.status_code == 404
        assert without_number(one) == without_number(unknown)


def test_guessing_is_slowed_and_asking_often_too(people, sign_in, key):
    client = sign_in(None)
    for _ in range(60):
        assert client.get(f"/calendar/{key}.ics").status_code == 200
    assert client.get(f"/calendar/{key}.ics").status_code == 429
    for number in range(30):
        assert client.get(f"/calendar/guess-{number}.ics").status_code == 404
    assert client.get("/calendar/guess-31.ics").status_code == 429


def test_the_address_is_shown_once_and_taken_back(people, sign_in):
    client = sign_in("sam")
    assert "Make an address" in client.get("/settings/calendar").text
    made = client.post("/settings/calendar")
    address = re.search(r'value="(http[^"]+/calendar/[^"]+\.ics)"', made.text)[1]
    path = address[address.index("/calendar/") :]
    assert sign_in(None).get(path).status_code == 200
    assert path not in client.get("/settings/calendar").text
    assert client.post("/settings/calendar/revocation").status_code == 303
    assert sign_in(None).get(path).status_code == 404
    with scope(people.acacia.id):
        facts = db.session.scalars(
            select(AuditLog).where(AuditLog.action.startswith("calendar_key")).order_by(AuditLog.id)
        ).all()
        user = db.session.get_one(User, people.acacia.people["sam"])
        assert user.calendar_key_hash is None
    assert [one.action for one in facts] == ["calendar_key.made", "calendar_key.revoked"]
    assert all(one.changes == {} for one in facts)


def test_the_key_itself_is_kept_nowhere(people, key):
    with scope(people.acacia.id):
        stored = db.session.get_one(User, people.acacia.people["sam"]).calendar_key_hash
    assert stored
    assert key not in stored
    assert users.of_calendar_key(stored) is None
    assert users.of_calendar_key(key).id == people.sam.user_id
    assert len(key) >= 43


def test_revoking_what_is_not_there_records_nothing(people):
    with scope(people.acacia.id):
        calendars.revoke_key(actor=replace(people.sam))
        assert not db.session.scalars(
            select(AuditLog.id).where(AuditLog.action == "calendar_key.revoked")
        ).all()
