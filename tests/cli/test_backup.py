"""Backups: made while people write, restored whole, refused where they are not sound."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from caddy import storage
from caddy.actions import services
from caddy.cli import caddy
from caddy.config import load_settings
from caddy.extensions import db
from caddy.models import Service
from caddy.queries import checks
from caddy.tenancy import scope
from tests import everything, world
from tests.one_of_each import entry
from tests.snapshot import empty


@pytest.fixture
def run(app, monkeypatch):
    """Run a command inside the test's app; return its exit code and what it answered."""
    from contextlib import contextmanager

    @contextmanager
    def here():
        yield app

    monkeypatch.setattr("caddy.cli.app_context", here)

    def go(*words):
        done = CliRunner().invoke(caddy, [*map(str, words), "--json"])
        told = done.stdout[done.stdout.find("{") :]
        return done, json.loads(told) if done.exit_code in {0, 1} and told.startswith("{") else {}

    return go


def kind_of(app):
    return "sqlite" if app.config["CADDY"].is_sqlite else "postgresql"


def log(people, days_ago):
    logged = entry(people, people.acacia.participant_id, days_ago)
    with scope(people.acacia.id):
        return services.log_service(logged, world.ZONE, "NSW", actor=people.alice).id


def test_a_restore_finds_every_row_that_was_committed_before_and_every_total(
    app, people, run, tmp_path
):
    """The drill: two writers log services all the while that the backup is being made."""
    everything.fill(people)
    committed, ended = [], threading.Event()

    def write(number):
        with app.app_context():
            for days_ago in range(number, 80, 2):
                if ended.wait(0.05):  # as fast as they can, they would spend the whole budget
                    break
                committed.append(log(people, days_ago))
            db.session.remove()

    writers = [threading.Thread(target=write, args=(number,)) for number in (4, 5)]
    for writer in writers:
        writer.start()
    while len(committed) < 4:
        assert any(writer.is_alive() for writer in writers)
    before = list(committed)
    db.session.remove()
    done, told = run("backup", tmp_path / "b.zip")
    after = len(committed)
    ended.set()
    for writer in writers:
        writer.join()
    assert done.exit_code == 0, done.output
    assert after > len(before), "nobody wrote while the backup was made"
    done, checked = run("backup", "--verify", tmp_path / "b.zip")
    assert (done.exit_code, checked["is_sound"], checked["totals_checked"]) == (0, True, True)
    refused, _ = run("restore", tmp_path / "b.zip")
    assert "holds an organization" in str(refused.exception)
    shutil.rmtree(load_settings().var / "files")
    done, told = run("restore", tmp_path / "b.zip", "--replace")
    assert done.exit_code == 0, done.output
    with scope(people.acacia.id):
        there = set(db.session.scalars(select(Service.id)))
        assert set(before) <= there <= set(committed) | there
        assert not list(checks.differences())
    assert storage.path_of(_sha(everything.PDF)).read_bytes() == everything.PDF
    assert told["files"] == len(list(storage.kept()))
    # The restored installation goes on working.
    assert log(people, 90)


def _sha(content):
    import hashlib

    return hashlib.sha256(content).hexdigest()


def test_an_empty_installation_becomes_what_the_backup_held(app, people, run, tmp_path):
    before = everything.picture(people.acacia.id)
    assert run("backup", tmp_path / "b.zip")[0].exit_code == 0
    empty()
    assert run("restore", tmp_path / "b.zip")[0].exit_code == 0
    assert everything.picture(people.acacia.id) == before


def hurt(place, change):
    """Write the same backup with one thing changed."""
    made = place.with_name("hurt.zip")
    with zipfile.ZipFile(place) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            held = change(name, old.read(name))
            if held is not None:
                new.writestr(name, held)
    return made


def test_a_hurt_backup_is_found_and_never_restored(app, people, run, tmp_path):
    place = tmp_path / "b.zip"
    run("backup", place)
    before = everything.picture(people.acacia.id)
    engine = kind_of(app)

    def says(name, held, **values):
        return json.dumps({**json.loads(held), **values}) if name == "manifest.json" else held

    # Cut so early that no file inside, itself a ZIP perhaps, can be taken for the whole.
    cut = tmp_path / "cut.zip"
    cut.write_bytes(place.read_bytes()[:100])
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[engine]
    for made, sentence in (
        (lambda: cut, "damaged or cut short"),
        (
            lambda: hurt(place, lambda n, h: h[:-1] + b"?" if n.startswith("database") else h),
            "not as it was written",
        ),
        (
            lambda: hurt(place, lambda n, h: None if n.startswith("database") else h),
            "other members",
        ),
        (lambda: hurt(place, lambda n, h: says(n, h, engine=other)), "does not hold a database"),
        (lambda: hurt(place, lambda n, h: says(n, h, format_version=9)), "of version 9"),
    ):
        one = made()
        done, told = run("backup", "--verify", one)
        assert done.exit_code == 1, sentence
        assert sentence in told["problems"][0]
        refused, _ = run("restore", one, "--replace")
        assert sentence in str(refused.exception)
    newer = hurt(place, lambda n, h: says(n, h, schema="9999_later"))
    refused, _ = run("restore", newer, "--replace")
    assert "newer Caddy" in str(refused.exception)
    assert everything.picture(people.acacia.id) == before


def test_a_database_that_is_no_database_is_found_though_its_checksum_is_right(
    run, app, people, tmp_path
):
    place = tmp_path / "b.zip"
    run("backup", place)

    def rot(name, held):
        if name.startswith("database"):
            return b"x" * 5000
        if name != "manifest.json":
            return held
        about = json.loads(held)
        for one in about["members"]:
            if one["name"].startswith("database"):
                one.update(size_bytes=5000, sha256=_sha(b"x" * 5000))
        return json.dumps(about)

    done, told = run("backup", "--verify", hurt(place, rot))
    assert done.exit_code == 1
    assert "database of this backup is damaged" in told["problems"][0]


def test_wrong_words_are_a_wrong_use(run, app, tmp_path):
    assert run("backup", "--verify", tmp_path / "none.zip")[0].exit_code == 2
    assert run("restore", tmp_path / "none.zip")[0].exit_code == 2
    assert run("backup", tmp_path / "no" / "folder" / "b.zip")[0].exit_code == 2
