"""A second start of `bin/up`, until it says its address, beside one of a bare Flask hello.

The first start, which makes the tables and the demo, is shown without a target.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import time

from bench.result import Result
from bench.stage import ROOT, Stage, stage

TARGET_SECONDS = 5.0
SAID_LAST = b"Ctrl-C stops"


def run() -> list[Result]:
    with stage() as here:
        here.environment["CADDY_ENV"] = "development"
        first, second = _started(here), _started(here)
        began = time.monotonic()
        here.serve("bench.hello:create_app()")
        bare = time.monotonic() - began
    return [
        Result("start, the first with its demo", first, "s", bare, None, "", is_met=True),
        Result(
            "start, the second",
            second,
            "s",
            bare,
            second / bare,
            f"< {TARGET_SECONDS:g} s",
            second < TARGET_SECONDS,
        ),
    ]


def _started(here: Stage) -> float:
    """Start Caddy, wait until it has said all, stop it; return the seconds of the start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    with subprocess.Popen(
        [str(ROOT / "bin" / "up")],
        env=here.environment | {"CADDY_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as up:
        assert up.stdout is not None
        try:
            assert any(SAID_LAST in line for line in up.stdout), "bin/up ended before it was up"
            return time.monotonic() - began
        finally:
            up.send_signal(signal.SIGINT)
