"""`caddy import`: files of another system loaded, tried and loaded again."""

from __future__ import annotations

import csv
import json

import pytest
from sqlalchemy import func, select

from caddy.extensions import db
from caddy.models import (
    AuditLog,
    Budget,
    IdMapping,
    Import,
    ImportRow,
    Participant,
    Plan,
    Service,
)
from caddy.queries import checks
from caddy.tenancy import scope
from tests.cli.test_commands import run  # noqa: F401 - a fixture

SEED = (
    "NDIS Number",
    "First Name",
    "Last Name",
    "Date of Birth",
    "Email",
    "Phone",
    "Plan Start",
    "Plan End",
    "Total Budget",
)


def file_of(folder, header, *rows, name="people.csv"):
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def person(number, first="Ada", last="Lee", start="01/07/2026", end="30/06/2027", total="$12,000"):
    return (number, first, last, "02/03/1990", "", "", start, end, total)


@pytest.fixture
def load(run, people):  # noqa: F811 - the fixture
    def go(*words, code=0):
        done = run("import", *map(str, words), "--organization", "acacia", "--json")
        if isinstance(done.exception, Exception):
            raise done.exception
        assert done.exit_code == code, done.output
        return json.loads(done.stdout)

    return go


def test_the_seeds_own_headers_load_without_a_question_and_twice_the_same(load, people, tmp_path):
    file = file_of(tmp_path, SEED, person("430000101"), person("430000102", "Bo", total="500"))
    tried = load("participants", file, "--dry-run")
    assert (tried["created"], tried["failed"], tried["errors"]) == (2, 0, [])
    with scope(people.acacia.id):
        assert db.session.scalar(select(func.count(Import.id))) == 0
        assert db.session.scalar(select(func.count(Participant.id))) == 1
    done = load("participants", file)
    assert {name: done[name] for name in ("created", "updated", "skipped", "failed")} == {
        "created": 2,
        "updated": 0,
        "skipped": 0,
        "failed": 0,
    }
    with scope(people.acacia.id):
        plan = db.session.scalars(
            select(Plan)
            .join(Participant, Participant.id == Plan.participant_id)
            .where(Participant.ndis_number == "430000101")
        ).one()
        assert plan.total_cents == 12_000_00
        told = select(func.count()).where(AuditLog.action.in_(["participant.added", "plan.added"]))
        facts = db.session.scalar(told)
        assert facts == 2 * 3
        assert list(checks.differences()) == []
    again = load("participants", file)
    assert (again["created"], again["updated"], again["skipped"]) == (0, 0, 2)
    with scope(people.acacia.id):
        assert db.session.scalar(told) == facts
        assert db.session.scalar(select(func.count(Budget.id))) == 4


def test_a_row_that_is_wrong_fails_alone_and_says_why(load, people, tmp_path):
    file = file_of(
        tmp_path,
        SEED,
        person("430000101"),
        person("12345"),
        person("430000103", end="01/01/2020"),
        person("430000101", last="Changed"),
    )
    done = load("participants", file, code=1)
    assert (done["created"], done["updated"], done["failed"]) == (1, 1, 2)
    first, second = done["errors"]
    assert (first["row"], first["field"], first["value"]) == (3, "ndis_number", "12345")
    assert second["row"] == 4
    assert "ends before it starts" in second["reason"]
    with scope(people.acacia.id):
        failed = select(ImportRow).where(ImportRow.outcome == "failed").order_by(ImportRow.place)
        assert [row.cells[0][1][0] for row in db.session.scalars(failed)] == ["12345", "430000103"]
        assert list(checks.differences()) == []


def test_a_provider_moves_in_file_by_file_by_the_old_systems_ids(load, people, tmp_path):
    """Staff, people, their plans, agreements, services: the later name the earlier by old ids."""
    old = ("--source", "Brevity")
    staff = file_of(
        tmp_path,
        ("Email", "First name", "Last name", "Role", "Staff id", "First aid: number"),
        ("new@acacia.example", "Nia", "New", "support worker", "W1", "FA-1"),
        ("charlie@banksia.example", "Charlie", "Else", "admin", "W2", ""),
        name="staff.csv",
    )
    done = load("staff", staff, *old, code=1)
    assert (done["created"], done["failed"]) == (1, 1)
    assert "already signs in" in done["errors"][0]["reason"]

    folk = file_of(
        tmp_path,
        ("NDIS Number", "First Name", "Last Name", "DOB", "Client id"),
        ("430 000 101", "Ada", "Lee", "2/3/1990", "C1"),
        name="clients.csv",
    )
    day = people.today
    start, end = f"{day.replace(day=1):%d/%m/%Y}", f"{day.replace(year=day.year + 1):%d/%m/%Y}"
    plans = file_of(
        tmp_path,
        ("Client id", "Plan Start", "Plan End", "Category", "Amount"),
        ("C1", start, end, "1", "$1,000.00"),
        ("C1", start, end, "15", "$500.00"),
        name="plans.csv",
    )
    both = load("participants", folk, "--plans", plans, *old)
    assert (both["created"], both["updated"]) == (1, 1)

    agreements = file_of(
        tmp_path,
        ("Participant id", "Start", "End", "Item", "Price", "Signed", "Signed by"),
        ("C1", start, end, "01_011_0107_1_1", "60.00", start, "Ada Lee"),
        ("C1", start, end, "01_015_0107_1_1", "", start, "Ada Lee"),
        name="agreements.csv",
    )
    header = ("Client", "Staff id", "Date", "Start", "End", "Item", "Total", "Notes", "Shift id")
    on = f"{day.replace(day=1):%d/%m/%Y}"
    services = file_of(
        tmp_path,
        header,
        ("C1", "W1", on, "09:00", "10:30", "01_011_0107_1_1", "90.00", "Shopping", "S1"),
        ("C1", "W1", on, "11:00", "12:00", "01_011_0107_1_1", "75.00", "Too dear", "S2"),
        ("C9", "W1", on, "13:00", "14:00", "01_011_0107_1_1", "60.00", "Nobody", "S3"),
        ("C1", "W1", on, "06:00", "23:00", "01_011_0107_1_1", "", "Too much", "S4"),
        name="services.csv",
    )
    assert load("agreements", agreements, *old)["created"] == 1
    tried = load("services", services, *old, "--dry-run", code=1)
    done = load("services", services, *old, code=1)
    assert tried["errors"] == done["errors"]
    assert (done["created"], done["failed"]) == (1, 3)
    assert [one["row"] for one in done["errors"]] == [3, 4, 5]
    assert "only $910.00 remains" in done["errors"][2]["reason"]
    with scope(people.acacia.id):
        service = db.session.scalars(select(Service)).one()
        assert (service.total_cents, service.unit_price_cents) == (90_00, 60_00)
        assert list(checks.differences()) == []
        stored = dict(db.session.execute(select(IdMapping.old_id, IdMapping.new_id)).all())
        assert stored["S1"] == service.id
        assert stored["W1"] == service.support_worker_id
    for kind, file in (("agreements", agreements), ("services", services), ("staff", staff)):
        again = load(kind, file, *old, code=0 if kind == "agreements" else 1)
        assert (again["created"], again["updated"], again["skipped"]) == (0, 0, 1), kind


def test_a_second_file_changes_only_what_it_says(load, people, tmp_path):
    first = file_of(tmp_path, (*SEED, "Plan management"), (*person("430000101"), "plan managed"))
    load("participants", first)
    header = ("NDIS Number", "First Name", "Last Name", "Date of Birth", "Mobile", "Plan Start")
    header = (*header, "Plan End", "Total Budget")
    row = ("430000101", "Ada", "Lee", "02/03/1990", "0412 345 678", "01/07/2026", "30/06/2027")
    done = load("participants", file_of(tmp_path, header, (*row, "$13,000"), name="b.csv"))
    assert done["updated"] == 1
    with scope(people.acacia.id):
        ada = db.session.scalars(
            select(Participant).where(Participant.ndis_number == "430000101")
        ).one()
        assert ada.mobile == "0412 345 678"
        plan = db.session.scalars(select(Plan).where(Plan.participant_id == ada.id)).one()
        assert plan.management == "plan_managed"  # the second file says nothing of it
        budget = db.session.scalars(select(Budget).where(Budget.participant_id == ada.id)).one()
        assert budget.allocated_cents == 13_000_00
        assert list(checks.differences()) == []


def test_columns_can_be_mapped_by_a_file_and_are_remembered(load, run, people, tmp_path):  # noqa: F811
    header = ("Number of the scheme", "Vorname", "Nachname", "Geboren")
    file = file_of(tmp_path, header, ("430000101", "Ada", "Lee", "2/3/1990"))
    refused = run("import", "participants", str(file), "--organization", "acacia")
    assert refused.exit_code == 2
    assert "needs a column for" in refused.output
    names = ("ndis_number", "first_name", "last_name", "date_of_birth")
    chosen = tmp_path / "map.json"
    chosen.write_text(json.dumps(dict(zip(names, header, strict=True))))
    assert load("participants", file, "--map", chosen)["created"] == 1
    assert load("participants", file)["skipped"] == 1


def test_a_catalogue_is_tried_like_any_file_and_answers_with_the_same_counts(
    load, people, catalogue_file
):
    tried = load("catalogue", catalogue_file, "--dry-run")
    assert (tried["failed"], tried["errors"]) == (0, [])
    done = load("catalogue", catalogue_file)
    counts = ("created", "updated", "skipped", "failed")
    assert [tried[name] for name in counts] == [done[name] for name in counts]
    assert done["errors"] == []
    assert load("catalogue", catalogue_file)["skipped"] == done["rows"]
