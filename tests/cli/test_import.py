"""`caddy import`: files of another system loaded, tried and loaded again."""

from __future__ import annotations

import csv
import json

import pytest
from sqlalchemy import func, select

from caddy.extensions import db
from caddy.models import AuditLog, Budget, Import, ImportRow, Participant, Plan
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
        assert done.exit_code == code, done.output + repr(done.exception)
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
        failed = db.session.scalars(select(ImportRow).where(ImportRow.outcome == "failed")).all()
        assert [row.cells[0][1][0] for row in failed] == ["12345", "430000103"]
        assert list(checks.differences()) == []
