"""`bin/up`'s program: what it says, and that it says plainly why it cannot.

That Ctrl-C stops it whole is asked of the server of all these tests, where they end; what it
finds after it was killed outright, in `test_live.py`.
"""

from __future__ import annotations

import shutil
import socket

from tests.browser.conftest import Server, left_behind


def test_it_says_its_address_and_who_may_sign_in_and_starts_once(server):
    assert server.url in server.said
    assert "alex@acacia.example" in server.said
    assert len(left_behind(server.var)) >= 5
    again = server.command("up")
    assert again.returncode == 1
    assert "already running" in again.stderr
    assert server.url in again.stderr


def test_a_taken_port_gets_a_sentence_with_the_next_step():
    other = Server()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", other.port))
        taken.listen()
        done = other.command("up")
    shutil.rmtree(other.var)
    assert done.returncode == 1
    assert f"Port {other.port} is taken" in done.stderr
    assert f"CADDY_PORT={other.port + 1} bin/up" in done.stderr
