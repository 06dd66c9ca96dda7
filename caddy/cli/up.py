"""`caddy up`: everything on one machine, started together and stopped together."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from caddy.cli import demo
from caddy.cli.embedded_redis import server_command, server_program
from caddy.cli.processes import Processes
from caddy.cli.standing import Standing, look
from caddy.config import ROOT, Settings, load_settings

READY_WITHIN = 60.0


class Stopped(Exception):
    """Someone asked for the end: Ctrl-C, or a signal."""


@click.command()
def command() -> None:
    """Start web server, worker, schedule and an embedded Redis; Ctrl-C stops them all."""
    settings = load_settings()
    settings.var.mkdir(parents=True, exist_ok=True)
    with _alone(settings.var / "up.lock", settings):
        _refuse_taken_port(settings)
        _run(settings)


@contextmanager
def _alone(path: Path, settings: Settings) -> Iterator[None]:
    """Hold this checkout's lock; the system gives it back however this process ends."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(
                f"Caddy is already running from this folder: open {settings.public_url}, "
                "or stop it with Ctrl-C where it was started."
            )
        yield


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            sys.exit(
                f"Port {settings.port} is taken by another program. "
                f"Start Caddy on another one: CADDY_PORT={settings.port + 1} bin/up"
            )


def _run(settings: Settings) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Stopped

    for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(kind, stop)
    processes = Processes(settings.var / "log")
    try:
        _greet(settings, _start(settings, processes))
        while (name := processes.ended()) is None:
            time.sleep(0.5)
        _report(processes, name)
    except Stopped:
        click.echo("\nStopping …", err=True)
    finally:
        for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(kind, signal.SIG_IGN)
        processes.stop()
        if "REDIS_URL" not in os.environ:
            settings.redis_socket.unlink(missing_ok=True)


def _report(processes: Processes, name: str) -> None:
    raise SystemExit(
        f"The {name} process ended by itself. Its last words, from {processes.log_of(name)}:\n"
        f"{processes.last_lines(name)}"
    )


def _start(settings: Settings, processes: Processes) -> Standing:
    environment = dict(os.environ)
    if "REDIS_URL" not in os.environ:
        _start_redis(settings, processes, environment)
    standing = _prepared(settings)
    python = [sys.executable, "-m"]
    gunicorn = [*python, "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "caddy:create_app()"]
    processes.start("web", gunicorn, environment)
    # Somebody waits for the first page; nobody yet for what the others do. Each takes a
    # processor for two seconds to load.
    _wait_until_ready(settings, processes)
    processes.start("worker", [sys.executable, str(ROOT / "worker.py")], environment)
    processes.start("schedule", [*python, "caddy.cli", "schedule"], environment)
    return standing


def _start_redis(settings: Settings, processes: Processes, environment: dict[str, str]) -> None:
    program = server_program()
    if program is None:
        sys.exit(
            "There is no Redis for this machine. Install one (apt install redis-server, or "
            "brew install valkey) or say where one is: REDIS_URL=redis://… bin/up"
        )
    socket_path = settings.redis_socket
    socket_path.unlink(missing_ok=True)
    processes.start("redis", server_command(program, socket_path), environment)
    until = time.monotonic() + 10
    while not socket_path.exists():
        if time.monotonic() > until or processes.ended():
            _report(processes, "redis")
        time.sleep(0.02)


def _prepared(settings: Settings) -> Standing:
    """Bring the tables up to date, and load the demo where nothing is there at all."""
    found = look(settings.database_url)
    if found.is_up_to_date and (found.has_organization or settings.is_production):
        return found
    from caddy import schema
    from caddy.cli import app_context
    from caddy.extensions import db

    with app_context():
        schema.upgrade()
        if not (settings.is_production or look(settings.database_url).has_organization):
            click.echo("Loading a demo organization …", err=True)
            demo.load()
        db.engine.dispose()
    return look(settings.database_url)


def _wait_until_ready(settings: Settings, processes: Processes) -> None:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - compared, not bound
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        if name := processes.ended():
            _report(processes, name)
        try:
            address = f"http://{host}:{settings.port}/readyz"
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    _report(processes, "web")


def _greet(settings: Settings, standing: Standing) -> None:
    click.echo(f"\n  Caddy is running: {settings.public_url}\n")
    if standing.sign_ins:
        click.echo("  Sign in as one of these; the password is the same for all:")
        for address in standing.sign_ins:
            click.echo(f"    {address}")
        click.echo(f"    password: {demo.DEMO_PASSWORD}\n")
    if settings.pdf == "off":
        click.echo("  PDF is switched off on this machine.\n")
    click.echo("  Ctrl-C stops everything.")
