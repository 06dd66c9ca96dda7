"""A light load: a few clients on raw sockets, each keeping its connection."""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable

from caddy.cli.demo import DEMO_PASSWORD


def sign_in(port: int, email: str) -> tuple[str, str]:
    """Return the cookie of a signed-in session and its CSRF token."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/sign-in")
    page = connection.getresponse()
    cookie = _cookies(page)
    token = _token(page.read().decode())
    form = {"csrf_token": token, "email": email, "password": DEMO_PASSWORD}
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", urllib.parse.urlencode(form), headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 302, answer.status
    cookie = _cookies(answer)
    connection.request("GET", "/services/new", headers={"Cookie": cookie})
    page = connection.getresponse()
    body = page.read().decode()
    return _cookies(page) or cookie, _token(body)


def _cookies(answer: http.client.HTTPResponse) -> str:
    """Return every cookie that an answer sets, as a browser sends them back."""
    return "; ".join(one.split(";")[0] for one in answer.headers.get_all("Set-Cookie") or [])


def _token(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found
    return found[1]


def requests_per_second(
    port: int, make: Callable[[], bytes], clients: int, seconds: float, wanted: bytes
) -> float:
    """Send requests from some clients for a while; return how many were answered a second.

    Raises what went wrong in any of them: a client that stopped early would count for little.
    """
    counts = [0] * clients
    failures: list[BaseException] = []
    until = time.perf_counter() + seconds

    def work(number: int) -> None:
        sock = socket.create_connection(("127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < until:
            sock.sendall(make())
            head, is_open = read_answer(sock)
            assert wanted in head, head[:200]
            counts[number] += 1
            if not is_open:
                sock.close()
                sock = socket.create_connection(("127.0.0.1", port))
        sock.close()

    def guarded(number: int) -> None:
        try:
            work(number)
        except (AssertionError, OSError) as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(counts) / (time.perf_counter() - begun)


def read_answer(sock: socket.socket) -> tuple[bytes, bool]:
    """Read one answer; return its head, and whether the connection stays open."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        assert more, "the server hung up"
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"Content-Length: (\d+)", head, re.IGNORECASE)
    assert found, head
    missing = int(found[1]) - len(body)
    while missing > 0:
        missing -= len(sock.recv(min(missing, 262_144)))
    return head, b"connection: close" not in head.lower()
