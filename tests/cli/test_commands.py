"""The `caddy` command: exit codes, answers for machines, data that is the same again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update

from caddy.cli import caddy, demo
from caddy.extensions import db
from caddy.models import Budget, OrganizationTotal, Participant, Service
from caddy.queries import organizations
from caddy.tenancy import unscoped
from tests import snapshot


@pytest.fixture
def run(app, monkeypatch):
    """Run a command inside the test's app."""
    from contextlib import contextmanager

    @contextmanager
    def here():
        yield app

    monkeypatch.setattr("caddy.cli.app_context", here)

    def go(*words, **options):
        return CliRunner().invoke(caddy, list(words), **options)

    return go


def test_organizations_lists_names_and_slugs_for_machines(run, people):
    found = json.loads(run("organizations", "--json").stdout)
    assert [one["slug"] for one in found] == ["acacia", "banksia"]


def test_import_catalogue_answers_with_counts(run, people, catalogue_file):
    words = ("import", "catalogue", str(catalogue_file), "--organization", "acacia", "--json")
    report = json.loads(run(*words).stdout)
    assert report["rows"] == 635
    assert json.loads(run(*words).stdout)["unchanged"] == 635


def test_an_unknown_organization_is_a_wrong_use(run, people, catalogue_file):
    done = run("import", "catalogue", str(catalogue_file), "--organization", "nobody")
    assert done.exit_code == 2
    assert "no organization 'nobody'" in done.output


def test_the_demo_is_the_same_for_the_same_seed(run, app):
    def picture():
        with unscoped("a test looks at all"):
            people = db.session.execute(
                select(Participant.id, Participant.first_name).order_by(Participant.id)
            ).all()
            cents = db.session.scalar(select(func.sum(Service.total_cents)))
        return people, cents

    demo.load(2, 3, 15, seed=7)
    first = picture()
    snapshot.empty()
    demo.load(2, 3, 15, seed=7)
    assert picture() == first
    snapshot.empty()
    demo.load(2, 3, 15, seed=8)
    assert picture() != first


def test_check_finds_nothing_in_the_demo_and_names_what_was_bent(run, app):
    demo.load(2, 5, 40, seed=3)
    assert run("check").exit_code == run("audit", "verify").exit_code == 0
    with (
        unscoped("a test bends a number"),
        snapshot.writing() as connection,
        connection.begin(),
    ):
        connection.execute(update(Budget).values(spent_cents=Budget.spent_cents + 1))
    done = run("check", "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)["differences"]
    assert {one["column"] for one in found} == {"spent_cents"}


def test_a_real_organization_starts_without_the_demo(run, app):
    done = run("organization", "add", "--name", "Wattle Care", "--abn", "51 824 753 556", "--json")
    assert json.loads(done.stdout)["slug"] == "wattle-care"
    words = ("user", "add", "--organization", "wattle-care", "--email", "W@wattle.example")
    names = ("--first-name", "Wil", "--last-name", "Low", "--role", "admin", "--password-stdin")
    assert run(*words, *names, input="a long enough password\n").exit_code == 0
    assert [one.slug for one in organizations.listed()] == ["wattle-care"]
    lost = ("user", "reset-second-step", "--organization", "wattle-care", "--email")
    assert "no second step" in str(run(*lost, "w@wattle.example").exception)
    assert "does not exist" in str(run(*lost, "x@wattle.example").exception)
    refused = run("organization", "add", "--name", "X", "--abn", "51 824 753 557")
    assert "does not add up" in str(refused.exception)


def test_a_database_without_tables_is_named_with_what_makes_them(tmp_path):
    bare = {"PATH": os.environ["PATH"], "CADDY_VAR": str(tmp_path), "CADDY_PUBLIC_URL": ""}
    words = [sys.executable, "-m", "caddy.cli", "organizations"]
    done = subprocess.run(words, env=bare, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The database has no tables yet. Make them with: caddy migrate\n"


def test_a_wrong_word_is_a_wrong_use(run):
    assert run("no-such-thing").exit_code == 2


def test_a_second_demo_is_refused_in_a_sentence(run, app):
    small = ("demo", "--organizations", "1", "--participants", "2", "--services", "4")
    assert run(*small).exit_code == 0
    again = run(*small)
    assert again.exit_code == 1
    assert "here already" in again.output


def test_organizations_of_like_names_get_short_names_of_their_own(run, app):
    words = ("organization", "add", "--json", "--name")
    names = ["Wattle", "Wattle Two", "Wattle", "Wattle"]
    slugs = [json.loads(run(*words, name).stdout)["slug"] for name in names]
    assert slugs == ["wattle", "wattle-two", "wattle-2", "wattle-3"]


def test_check_names_an_organization_whose_days_were_not_rolled(run, app):
    demo.load(1, 2, 4, seed=3)
    with unscoped("a test turns the clock back"):
        snapshot.write_by_hand()
        db.session.execute(update(OrganizationTotal).values(rolled_on=date(2026, 1, 1)))
        db.session.commit()
    assert "rolled_on" in run("check").output
