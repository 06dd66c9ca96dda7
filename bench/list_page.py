"""`bin/bench list`: the participants' page beside a bare Flask hello on the same server.

50 rows with two budget totals each, signed in, 100,000 participants, 8 clients.
"""

from __future__ import annotations

import os

from bench.load import requests_per_second, sign_in
from bench.result import Result
from bench.stage import stage

CLIENTS = 8
SECONDS = 6.0
PARTICIPANTS = int(os.environ.get("BENCH_PARTICIPANTS", "100000"))
TARGET = 0.05


def run() -> list[Result]:
    with stage() as here:
        here.redis()
        here.caddy("migrate")
        size = ["--organizations", "1", "--participants", str(PARTICIPANTS)]
        here.caddy("demo", "--yes", *size, "--services", str(PARTICIPANTS))
        port = here.serve("bench.hello:create_app()")
        hello = _get("/hello", "")
        requests_per_second(port, lambda: hello, CLIENTS, 1, b"200 OK")
        reference = requests_per_second(port, lambda: hello, CLIENTS, SECONDS, b"200 OK")
        here.end_last()
        port = here.serve()
        cookie, _ = sign_in(port, "casey@acacia.example")
        page = _get("/participants", cookie)
        requests_per_second(port, lambda: page, CLIENTS, 2, b"200 OK")
        value = requests_per_second(port, lambda: page, CLIENTS, SECONDS, b"200 OK")
    ratio = value / reference
    return [
        Result(
            "list", value, "pages/s", reference, ratio, f">= {TARGET:.0%} of hello", ratio >= TARGET
        )
    ]


def _get(path: str, cookie: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode()
