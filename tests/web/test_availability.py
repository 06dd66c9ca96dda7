"""One's own hours and leave: everyone who can be rostered changes their own and nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from caddy.actions import schedules
from caddy.extensions import db
from caddy.models import AuditLog, WorkerAvailability, WorkerLeave
from caddy.tenancy import scope
from tests import one_of_each

TUESDAY = {"weekday": "1", "start_time": "09:00", "end_time": "15:00"}


def rows(people, model):
    with scope(people.acacia.id):
        db.session.expire_all()
        return list(db.session.scalars(select(model)))


def test_a_worker_adds_and_removes_hours_and_a_coordinator_sees_them(people, sign_in):
    sam, own = sign_in("sam"), people.acacia.people["sam"]
    assert 'href="/availability"' in sam.get("/").text
    assert "so you can be rostered at any time" in sam.get("/availability").text
    answer = sam.post("/availability/hours", TUESDAY)
    assert "The hours were added." in sam.get(answer.location).text
    assert [(one.user_id, one.weekday) for one in rows(people, WorkerAvailability)] == [(own, 1)]
    assert "9:00 am to 3:00 pm" in sign_in("cora").get(f"/staff/{own}").text
    with scope(people.acacia.id):
        said = select(AuditLog).where(AuditLog.action == "availability.added")
        assert db.session.scalars(said).one().user_id == own
    removal = re.search(r'action="(/availability/hours/[^"]+)"', sam.get("/availability").text)
    assert removal
    for someone_else in ("cora", "charlie"):
        assert sign_in(someone_else).post(removal[1]).status_code == 404
    assert sam.post(removal[1]).status_code == 303
    assert rows(people, WorkerAvailability) == []


def test_leave_says_how_many_shifts_someone_else_has_to_take(people, sign_in):
    with scope(people.acacia.id):
        schedules.create_schedule(one_of_each.weekly(people, people.acacia, 3), actor=people.alice)
    sam, first = sign_in("sam"), people.today + timedelta(days=7)
    away = {"starts_on": first.isoformat(), "ends_on": (first + timedelta(days=8)).isoformat()}
    answer = sam.post("/availability/leave", away)
    assert "You have 2 shifts planned on these days" in sam.get(answer.location).text
    assert [one.user_id for one in rows(people, WorkerLeave)] == [people.acacia.people["sam"]]
    again = sam.post("/availability/leave", away)
    assert again.status_code == 422
    assert "is leave already" in again.text
    wrong = sam.post("/availability/hours", TUESDAY | {"end_time": "08:00"})
    assert wrong.status_code == 422
    assert 'value="08:00"' in wrong.text
