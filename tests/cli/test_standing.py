"""How a database stands, as a start looks at it before it loads the app."""

from __future__ import annotations

import subprocess
import sys

from caddy import schema
from caddy.cli.standing import Standing, look
from caddy.config import ROOT
from caddy.extensions import db

# What takes long to load, and what a first page needs nothing of.
HEAVY = ("alembic", "flask_migrate", "webauthn", "authlib", "weasyprint", "boto3")


def address():
    return db.engine.url.render_as_string(hide_password=False)


def test_a_database_in_use_says_its_version_and_who_of_the_demo_may_sign_in(app, people):
    assert look(address()) == Standing(
        version=schema.newest(),
        has_organization=True,
        sign_ins=("sam@acacia.example (support worker)", "vic@acacia.example (viewer)"),
    )
    assert look(address()).is_up_to_date


def test_one_with_tables_alone_holds_nobody(app):
    assert look(address()) == Standing(schema.newest())


def test_one_of_an_older_version_is_not_read_on(app, people, monkeypatch):
    there = schema.newest()
    monkeypatch.setattr(schema, "newest", lambda: "9999_the_next")
    assert look(address()) == Standing(there)
    assert not look(address()).is_up_to_date


def test_one_that_is_empty_or_cannot_be_asked_stands_as_nothing(tmp_path):
    assert look(f"sqlite:///{tmp_path}/new.sqlite3") == Standing()
    assert look(f"sqlite:///{tmp_path}/no/folder/new.sqlite3") == Standing()
    assert look("postgresql+psycopg://nobody@127.0.0.1:9/none") == Standing()


def test_a_start_loads_only_what_it_needs():
    """A second start takes under five seconds because of this: `bin/bench start` has the figure."""
    program = (
        "import sys, caddy.cli.up, caddy.cli.standing\n"
        "assert not {'caddy.models', 'caddy.web'} & sys.modules.keys()\n"
        "import caddy; caddy.create_app()\n"
        f"print(*({set(HEAVY)!r} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [], "")
