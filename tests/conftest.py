"""Fixtures: each test runs on SQLite and on PostgreSQL, with a Redis, in a fresh world."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import socket
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_MEMORY = Path("/dev/shm")  # noqa: S108 - where no test waits for a disk, if there is room
_HAS_ROOM = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 1_000_000_000
_WHERE = _MEMORY if _HAS_ROOM else Path(tempfile.gettempdir())
_VAR = Path(tempfile.mkdtemp(prefix="caddy-test-var-", dir=_WHERE))
# Templates are compiled once in a run, not once a database in every process.
_RUN = os.environ.setdefault("CADDY_TEST_RUN", str(os.getpid()))  # all its processes say the same
_TEMPLATES = _WHERE / f"caddy-test-templates-{_RUN}"
# And each kind of page is read closely by the first of the processes that comes to it.
_READ = Path(os.environ.setdefault("CADDY_TEST_READ", str(_WHERE / f"caddy-test-read-{_RUN}")))
_READ.mkdir(exist_ok=True)
# In a clean checkout the first process compiles all that is loaded, and the others find it done.
_COLLECTED = _WHERE / f"caddy-test-collected-{_RUN}"
_LONGEST_WAIT = 60  # seconds
if os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0":
    _until = time.monotonic() + _LONGEST_WAIT
    while not _COLLECTED.exists() and time.monotonic() < _until:
        time.sleep(0.05)
os.environ.update(CADDY_ENV="test", CADDY_VAR=str(_VAR), SECRET_KEY="test " * 12)
# Which database is meant, an app alone says: what the environment names can never be opened.
os.environ.update(DATABASE_URL=f"sqlite:///{_VAR / 'of no app' / 'none.sqlite3'}")
os.environ.update(CADDY_SIGN_IN_LIMIT="1000 per minute")
os.environ.update(CADDY_SIGN_IN_TRIES="1000", CADDY_RATE_LIMIT_SCALE="1000")
for name in (
    "CADDY_MIGRATION_DATABASE_URL",
    "RESEND_API_KEY",
    "CADDY_MAIL_FROM",
    "CADDY_RESEND_URL",
):
    os.environ.pop(name, None)

import pytest  # noqa: E402
from flask import Flask  # noqa: E402
from jinja2 import FileSystemBytecodeCache  # noqa: E402

from tests import services, snapshot, world  # noqa: E402
from tests.client import Client  # noqa: E402
from tests.sharing import (  # noqa: E402
    DATABASES,
    of_this_turn,
    pytest_xdist_make_scheduler,  # noqa: F401 - pytest asks for it here
)

SHARED = Path(__file__).resolve().parents[2] / "shared"


# What tests are made of is loaded once and stays: looking through it for garbage, again and again
# while it grows, took its time.
gc.disable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items[:], left = of_this_turn(items)
    if left:
        config.hook.pytest_deselected(items=left)


def pytest_collection_finish() -> None:
    _COLLECTED.touch()
    gc.freeze()
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    shutil.rmtree(_VAR, ignore_errors=True)
    if not hasattr(session.config, "workerinput"):  # a worker's colleagues may still read it
        shutil.rmtree(_TEMPLATES, ignore_errors=True)
        shutil.rmtree(_READ, ignore_errors=True)
        _COLLECTED.unlink(missing_ok=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close with one plain line that counts, whichever way the run went."""
    stats = terminalreporter.stats
    counts = {name: len(stats.get(name, [])) for name in ("passed", "failed", "error", "skipped")}
    terminalreporter.write_line(
        f"{counts['passed']} passed, {counts['failed'] + counts['error']} failed, "
        f"{counts['skipped']} skipped"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Leave out what a test said that passed: nobody reads it between two processes."""
    report = yield
    if report.passed:
        report.sections.clear()
    return report


@pytest.fixture(scope="session", autouse=True)
def redis_url() -> Iterator[str]:
    with services.redis_server() as url:
        os.environ["REDIS_URL"] = url
        yield url
        # Threads of the tests' hubs live on, and would say into a closed file that it is gone.
        logging.getLogger("caddy.events.hub").disabled = True


@pytest.fixture(scope="session", autouse=True)
def _nothing_leaves_this_machine() -> Iterator[None]:
    """Tests talk to sockets of this machine only; anything else fails loudly."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = address[0]  # type: ignore[index]
            assert host in {"127.0.0.1", "::1", "localhost"}, f"a test wanted to reach {host}"
        real(self, address)  # type: ignore[arg-type]

    socket.socket.connect = connect  # type: ignore[method-assign]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    """Argon2 stays argon2, with the least work it takes: tests sign in hundreds of times."""
    from argon2 import PasswordHasher

    from caddy.actions import passwords

    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session", autouse=True)
def _no_waiting() -> None:
    """Answers that are made to take equally long do so in the tests of that alone."""
    from caddy.web import attempts

    attempts.EVEN_SECONDS = 0


@pytest.fixture(scope="session", autouse=True)
def _no_order_unasked_for() -> None:
    """SQLite answers backwards where no order is asked for: nothing may count on one."""
    from sqlalchemy import Engine, event

    def turn(connection: object, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA reverse_unordered_selects=ON").close()

    event.listen(Engine, "connect", turn)


@pytest.fixture(scope="session")
def postgresql() -> str:
    return services.postgresql_server()


@pytest.fixture(scope="session")
def _app_of(redis_url: str, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Flask]]:
    """Return an app for a kind of database, made once: tables by migrations, a world in them."""
    apps: dict[str, Flask] = {}

    def make(kind: str) -> Flask:
        if kind not in apps:
            apps[kind] = _make_app(kind, request)
        return apps[kind]

    yield make
    from caddy.extensions import db

    snapshot.forget()
    for made in apps.values():
        with made.app_context():
            db.engine.dispose()


def _make_app(kind: str, request: pytest.FixtureRequest) -> Flask:
    from caddy import create_app, schema
    from caddy.config import load_settings

    url = owner = f"sqlite:///{_VAR / 'test.sqlite3'}"
    if kind == "postgresql":
        owner = services.create_database(request.getfixturevalue("postgresql"), "caddy")
        url = services.as_app(owner)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        patch.setenv("CADDY_MIGRATION_DATABASE_URL", owner)
        load_settings.cache_clear()
        app = create_app()
    load_settings.cache_clear()
    _TEMPLATES.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(_TEMPLATES))
    with app.app_context():
        schema.upgrade()
    # What is here now stays: looking through it for garbage again and again takes its time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    return app


@pytest.fixture(params=DATABASES)
def app(request: pytest.FixtureRequest, _app_of: Callable[[str], Flask]) -> Iterator[Flask]:
    """An app on one of the databases, empty; every test that asks for it runs on both."""
    from caddy.extensions import db, redis_client

    app = _app_of(request.param)
    redis_client().flushall()
    with app.app_context():
        snapshot.empty()
        yield app
        db.session.remove()


@pytest.fixture
def people(app: Flask) -> world.World:
    """Acacia and Banksia, as tests/world.py tells."""
    return snapshot.people()


@pytest.fixture
def inside(people: world.World) -> Iterator[world.World]:
    """The same people, at work in the provider's scope."""
    from caddy.tenancy import scope

    with scope(people.acacia.id):
        yield people


@pytest.fixture
def acacia(inside: world.World) -> world.Provider:
    """The provider at work, in its scope."""
    return inside.acacia


@pytest.fixture
def own(app: Flask, people: world.World) -> dict[str, Any]:
    """One of everything at Acacia: the ids that `one_of_each.ids` returns."""
    return snapshot.filled(people)


@pytest.fixture
def sign_in(app: Flask, people: world.World) -> Callable[[str], Client]:
    """Return a client with a session of someone's: `sign_in("cora")`."""

    def make(who: str | None) -> Client:
        client = Client(app)
        if who:
            provider = people.of(who)
            client.come_in(provider.id, provider.people[who])
        return client

    return make


@pytest.fixture
def by_password(app: Flask, people: world.World) -> Callable[[str], Client]:
    """Return a client that signed in at the page itself, for what that does and leaves behind."""

    def make(who: str) -> Client:
        client = Client(app)
        client.sign_in(f"{who}@{people.of(who).name.lower()}.example", world.PASSWORD)
        return client

    return make


@pytest.fixture(scope="session")
def catalogue_file() -> Path:
    """The NDIA's real Support Catalogue, where the shared folder lies beside the checkout."""
    path = SHARED / "data" / "ndis-support-catalogue-2025-26-v1.1.csv"
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("../shared is missing, and in CI it must be there")
        # Not in CI: who has only the checkout runs all tests but those that read it.
        pytest.skip("../shared is not beside this checkout")
    return path
