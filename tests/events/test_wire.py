"""The short way to a panel: whole frames, in order, also to one that reads slowly or has gone."""

from __future__ import annotations

import os
import re
import socket
import threading

import pytest

from caddy.columns import new_id
from caddy.domain.permissions import ROLE_PERMISSIONS, Role
from caddy.events.hub import CLOSE, Hub, Listener
from caddy.events.wire import Wire, wire_of


class Stream:
    """A listener whose stream waits in a thread, on a real connection with a small buffer."""

    def __init__(self, *, is_chunked=True):
        self.here, there = socket.socketpair()
        there.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        os.set_blocking(there.fileno(), False)
        self.there = there
        wire = Wire(self, is_chunked=is_chunked)
        self.listener = Listener(new_id(), new_id(), ROLE_PERMISSIONS[Role.COORDINATOR], wire)
        self.passed_on = []
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        while not self.listener._is_waiting:
            pass

    def fileno(self):
        return self.there.fileno()

    def sendall(self, data):
        os.set_blocking(self.there.fileno(), True)
        self.there.sendall(data)
        os.set_blocking(self.there.fileno(), False)

    def _run(self):
        for data in Hub().stream(self.listener, b"first"):
            if data != b"first":
                self.passed_on.append(data)
                self.sendall(self.listener._wire.framed(data))
        self.there.close()

    def close(self):
        self.listener.give(CLOSE)
        self.listener.close()
        self.thread.join(5)
        self.here.close()


@pytest.fixture
def stream():
    one = Stream()
    yield one
    one.close()


def read(sock, size):
    data = b""
    while len(data) < size and (more := sock.recv(65_536)):
        data += more
    return data


def unchunked(data):
    out = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        out, rest = out + data[: int(size, 16)], data[int(size, 16) :]
        assert rest.startswith(b"\r\n")
        data = rest[2:]
    return out


def test_a_waiting_stream_is_not_woken_for_what_its_connection_takes_at_once(stream):
    stream.listener.give(b"data: one\n\n")
    assert stream.here.recv(100) == b"B\r\ndata: one\n\n\r\n"
    assert stream.passed_on == []


def test_one_that_reads_slowly_gets_every_frame_whole_and_in_order(stream):
    """The connection takes part of a frame; what comes after waits until its rest has gone."""
    sent = [b"data: %d %b\n\n" % (number, b"x" * 20_000) for number in range(30)]
    for data in sent:
        stream.listener.give(data)
    framed = sum(len(stream.listener._wire.framed(data)) for data in sent)
    assert unchunked(read(stream.here, framed)) == b"".join(sent)


def test_without_chunks_the_bytes_go_as_they_are():
    one = Stream(is_chunked=False)
    one.listener.give(b"data: one\n\n")
    assert one.here.recv(100) == b"data: one\n\n"
    one.close()


def test_a_connection_that_has_gone_ends_its_stream(stream):
    stream.here.close()
    stream.listener.give(b"data: one\n\n")
    stream.thread.join(5)
    assert not stream.thread.is_alive()


def test_only_a_connection_that_never_blocks_is_written_to_directly():
    blocking, other = socket.socketpair()
    with blocking, other:
        environ = {"gunicorn.socket": blocking, "SERVER_PROTOCOL": "HTTP/1.1"}
        assert wire_of(environ) is None
        assert wire_of({}) is None
        blocking.setblocking(False)
        wire = wire_of(environ)
        assert wire is not None
        assert re.fullmatch(rb"1\r\nx\r\n", wire.framed(b"x"))
        assert wire_of(environ | {"SERVER_PROTOCOL": "HTTP/1.0"}).framed(b"x") == b"x"
