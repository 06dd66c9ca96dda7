"""The import wizard without JavaScript: file, columns, dry run, run, result, and the way back."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import func, select

from caddy.extensions import db
from caddy.jobs.tasks import run_task
from caddy.models import Import, ImportRow, Participant, Task
from caddy.tenancy import scope
from tests.imports import FIELDS, TITLES, people_file

CHOSEN = {f"column-0-{at}": name for at, name in enumerate(FIELDS)}


@pytest.fixture
def alice(sign_in):
    return sign_in("alice")


def upload(client, content, **form):
    file = (io.BytesIO(content), "clients.csv")
    return client.post("/imports", {"kind": "participants", "file": file, **form})


def last_import(people):
    with scope(people.acacia.id):
        db.session.expire_all()
        return db.session.scalars(select(Import).order_by(Import.id.desc()).limit(1)).one()


def work(people):
    with scope(people.acacia.id):
        task_id = db.session.scalars(select(Task.id).order_by(Task.id.desc()).limit(1)).one()
        run_task(task_id, actor=people.alice)


def participants(people):
    with scope(people.acacia.id):
        return db.session.scalar(select(func.count(Participant.id)))


def test_a_file_goes_from_the_upload_to_its_result_and_back(alice, people):
    asked = upload(alice, people_file(430000101, 430000102, 12), source_system="Old")
    assert asked.status_code == 303
    columns = alice.get(asked.location)
    for title in TITLES:
        assert title in columns.text
    assert columns.text.count(" selected>") == len(TITLES)
    tried = alice.post(asked.location, CHOSEN)
    page = alice.get(tried.location)
    assert "What would happen" in page.text
    assert "Load 2 entries now" in page.text
    assert "An NDIS number has 9 digits" in page.text
    assert "P430000101 Lee" in page.text
    assert participants(people) == 1
    alice.post(f"{tried.location}/run")
    assert "Waiting for its turn" in alice.get(tried.location).text
    work(people)
    page = alice.get(tried.location)
    assert "What was loaded" in page.text
    assert participants(people) == 3
    failed = alice.get(f"{tried.location}/failed-rows/0")
    assert failed.headers["Content-Disposition"].startswith("attachment")
    assert "Why it was not loaded" in failed.text
    assert "C430000101" in alice.get("/imports/ids?search=C43").text
    assert "$2,000.00" in alice.get("/imports/report").text
    alice.post(f"{tried.location}/rollback")
    work(people)
    assert "Taken back" in alice.get(tried.location).text
    assert participants(people) == 1


def test_columns_that_cannot_be_are_refused_and_stay_as_they_were_chosen(alice, people):
    asked = upload(alice, people_file(430000101))
    twice = alice.post(asked.location, CHOSEN | {"column-0-1": "ndis_number"})
    assert twice.status_code == 422
    assert "NDIS number is chosen for 2 columns" in twice.text
    lacking = alice.post(asked.location, CHOSEN | {"column-0-3": ""})
    assert lacking.status_code == 422
    assert "needs a column for Date of birth" in lacking.text
    assert last_import(people).state == "uploaded"


def test_a_file_that_is_no_table_is_refused_beside_its_field(alice, people):
    refused = upload(alice, b"\x00\x01\x02" * 50)
    assert refused.status_code == 422
    assert 'id="file-error"' in refused.text
    with scope(people.acacia.id):
        assert db.session.scalar(select(func.count(Import.id))) == 0


def test_a_coordinator_loads_people_but_no_staff(sign_in, people):
    cora = sign_in("cora")
    assert "Participants" in cora.get("/imports/new").text
    assert 'value="staff"' not in cora.get("/imports/new").text
    file = (io.BytesIO(b"Email,First name,Last name\r\na@b.example,A,B\r\n"), "staff.csv")
    assert cora.post("/imports", {"kind": "staff", "file": file}).status_code == 422


def test_a_colleagues_import_of_staff_is_not_there_for_a_coordinator(alice, sign_in, people):
    file = (io.BytesIO(b"Email,First name,Last name\r\na@b.example,A,B\r\n"), "staff.csv")
    asked = alice.post("/imports", {"kind": "staff", "file": file})
    cora = sign_in("cora")
    assert cora.get(asked.location).status_code == 404
    assert "staff.csv" not in cora.get("/imports").text
    with scope(people.acacia.id):
        assert db.session.scalar(select(func.count(ImportRow.id))) == 0
