"""`bin/bench list`: the participants' page beside a bare Flask hello on the same server.

50 rows with two budget totals each, signed in, 100,000 participants, 8 clients.
"""

from __future__ import annotations

import os
from statistics import fmean

from bench.load import requests_per_second, sign_in
from bench.result import Result
from bench.stage import stage

CLIENTS = 8
TURNS = 6
SECONDS = 1.5  # of a turn
PARTICIPANTS = int(os.environ.get("BENCH_PARTICIPANTS", "100000"))
TARGET = 0.05


def run() -> list[Result]:
    with stage() as here:
        here.redis()
        here.caddy("migrate")
        size = ["--organizations", "1", "--participants", str(PARTICIPANTS)]
        here.caddy("demo", "--yes", *size, "--services", str(PARTICIPANTS))
        hello_port, port = here.serve("bench.hello:create_app()"), here.serve()
        cookie, _ = sign_in(port, "casey@acacia.example")
        hello, page = _get("/hello", ""), _get("/participants", cookie)
        _rate(hello_port, hello, 1)
        _rate(port, page, 2)
        # By turns: a machine that is slower for a while is so for both.
        turns = [(_rate(port, page), _rate(hello_port, hello)) for _ in range(TURNS)]
    value, reference = (fmean(rates) for rates in zip(*turns, strict=True))
    ratio = value / reference
    return [
        Result(
            "list", value, "pages/s", reference, ratio, f">= {TARGET:.0%} of hello", ratio >= TARGET
        )
    ]


def _rate(port: int, request: bytes, seconds: float = SECONDS) -> float:
    return requests_per_second(port, lambda: request, CLIENTS, seconds, b"200 OK")


def _get(path: str, cookie: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode()
