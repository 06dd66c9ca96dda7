"""`bin/up`'s program: starts everything, stops everything, and says plainly why it cannot."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.browser.conftest import Server


@pytest.fixture
def server():
    one = Server()
    yield one
    if one.process and one.process.poll() is None:
        one.stop(signal.SIGKILL)
    shutil.rmtree(one.var, ignore_errors=True)


def left_behind(var: Path) -> list[str]:
    """Return the programs that still run with this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.fsencode(var) in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def wait_until_gone(var: Path, within: float = 12) -> list[str]:
    until = time.monotonic() + within
    while left_behind(var) and time.monotonic() < until:
        time.sleep(0.1)
    return left_behind(var)


def test_it_starts_once_stops_whole_and_finds_all_as_it_was(server):
    """One start for all: making the demo takes longer than everything that is asked here."""
    said = server.start()
    assert server.url in said
    assert "alex@acacia.example" in said
    assert len(left_behind(server.var)) >= 5
    again = server.command("up")
    assert again.returncode == 1
    assert "already running" in again.stderr
    assert server.url in again.stderr
    assert server.stop(signal.SIGINT) == 0
    assert wait_until_gone(server.var) == []
    assert not (server.var / "redis.sock").exists()
    database = (server.var / "caddy.sqlite3").stat().st_ino
    assert "alex@acacia.example" in server.start()
    assert (server.var / "caddy.sqlite3").stat().st_ino == database
    server.stop(signal.SIGKILL)  # killed outright it still leaves nothing running
    assert wait_until_gone(server.var) == []


def test_a_taken_port_gets_a_sentence_with_the_next_step(server):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", server.port))
        taken.listen()
        done = server.command("up")
    assert done.returncode == 1
    assert f"Port {server.port} is taken" in done.stderr
    assert f"CADDY_PORT={server.port + 1} bin/up" in done.stderr
