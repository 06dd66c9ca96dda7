"""The short way to an open panel: the server's own socket, written to without waiting.

Waking a thousand streams so that each passes the same bytes to the server costs more than the
bytes. Where the server hands over its socket, the hub writes to it while its stream waits.
"""

from __future__ import annotations

import os
import ssl
from typing import Any


class Wire:
    """The connection of one stream whose answer has begun; shared with the stream that waits."""

    __slots__ = ("_is_chunked", "_socket")

    def __init__(self, socket: Any, *, is_chunked: bool) -> None:
        self._socket = socket
        self._is_chunked = is_chunked

    def framed(self, data: bytes) -> bytes:
        """Return a body's bytes as they stand on the connection (RFC 9112, 7.1)."""
        return b"%X\r\n%b\r\n" % (len(data), data) if self._is_chunked else data

    def send_at_once(self, data: bytes) -> bytes:
        """Write what the connection takes now, in frames; return the rest of the frame.

        Raises OSError where the connection has gone.
        """
        frame = self.framed(data)
        try:
            written = os.write(self._socket.fileno(), frame)
        except BlockingIOError:
            return frame
        return b"" if written == len(frame) else frame[written:]

    def send_all(self, rest: bytes) -> None:
        """Write what is left of a frame, waiting for as long as it takes: in its own stream."""
        self._socket.sendall(rest)


def wire_of(environ: dict[str, Any]) -> Wire | None:
    """Return the connection of a request, or None where the server keeps it to itself.

    Only one that never blocks and carries the bytes as they are: not under TLS, not in a
    server of threads, not in a test's client.
    """
    socket = environ.get("gunicorn.socket")
    if socket is None or isinstance(socket, ssl.SSLSocket) or os.get_blocking(socket.fileno()):
        return None
    return Wire(socket, is_chunked=environ.get("SERVER_PROTOCOL") == "HTTP/1.1")
