"""`caddy claim`: from services to a paid claim by commands alone."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from caddy.tenancy import scope
from tests import claims as some
from tests.cli.test_commands import run  # noqa: F401 - a fixture


@pytest.fixture
def to_claim(people):
    with scope(people.acacia.id):
        some.ready(people)
        some.log(people)
        some.log(people, days_ago=2)
        some.log(people, days_ago=3, notes="")
    return people


@pytest.fixture
def claim(run, to_claim):  # noqa: F811 - the fixture
    def go(*words, **options):
        return run("claim", *words, "--organization", "acacia", **options)

    return go


def period(people):
    first = people.today - timedelta(days=30)
    return "--from", first.isoformat(), "--to", people.today.isoformat()


def told(done):
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_commands_go_from_services_to_a_paid_claim(claim, people, tmp_path):
    built = told(claim("build", *period(people), "--json"))
    assert (built["number"], built["lines"], built["total_cents"]) == ("C-000001", 2, 70_24)
    assert built["files"] == ["C000001-01.CSV"]
    (held,) = built["held_back"]
    assert held["reasons"][0]["code"] == "missing_notes"
    assert held["reasons"][0]["sentence"] == "The service has no notes."

    before = told(claim("files", "C-000001", "--out", str(tmp_path / "draft"), "--json"))
    sent = told(claim("submit", "C-000001", "--json"))
    assert (sent["status"], sent["files"]) == ("submitted", ["C000001-01.CSV"])
    after = told(claim("files", "1", "--out", str(tmp_path), "--json"))
    assert before["files"] == after["files"]
    content = (tmp_path / "C000001-01.CSV").read_bytes()
    assert hashlib.sha256(content).hexdigest() == after["files"][0]["sha256"]
    rows = some.read_bulk(content)
    assert sum(row.cents for row in rows) == built["total_cents"]

    answer = tmp_path / "result.csv"
    answer.write_bytes(
        some.table(
            some.RESULT_HEADER,
            *[("1", row.reference, "SUCCESSFUL", "", "35.12", "N") for row in rows],
        )
    )
    paid = told(claim("result", "C-000001", str(answer), "--json"))
    assert (paid["status"], paid["paid"], paid["paid_cents"]) == ("paid", 2, 70_24)
    assert (paid["lines"], len(paid["results"]), paid["unknown"]) == (2, 2, [])
    assert told(claim("result", "C-000001", str(answer), "--json"))["was_loaded"]


def test_sentences_are_for_people(claim, people, tmp_path):
    said = claim("build", *period(people)).output
    assert said.startswith("C-000001: 2 lines, $70.24.\n  Held back: Pat Green, ")
    assert "The service has no notes." in said
    assert claim("build", *period(people)).output.startswith("There is nothing to claim.")
    assert claim("submit", "1").output == "C-000001 is submitted: C000001-01.CSV.\n"
    assert "Wrote 1 files" in claim("files", "1", "--out", str(tmp_path)).output


def test_an_unknown_claim_is_refused_in_a_sentence(claim):
    done = claim("submit", "C-000009")
    assert "claim does not exist" in str(done.exception)
