"""Starting and stopping the programs that `caddy up` looks after."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

STOP_WITHIN = 8.0

# Waits for the end of its standard input, which comes when the parent is gone, however it
# went; then ends every process group it was told of.
_GUARD = """
import os, signal, sys, time
groups = [int(line) for line in sys.stdin]
for kind, pause in ((signal.SIGTERM, 4), (signal.SIGKILL, 0)):
    for group in groups:
        try:
            os.killpg(group, kind)
        except (ProcessLookupError, PermissionError):
            pass
    time.sleep(pause)
"""


class Processes:
    """The children of one `caddy up`, each in a group of its own, each with a log file."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)
        self._guard = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", _GUARD], stdin=subprocess.PIPE, start_new_session=True
        )

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with self.log_of(name).open("ab") as log:
            child = subprocess.Popen(  # noqa: S603 - our own programs
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        self._running[name] = child
        guard: IO[bytes] | None = self._guard.stdin
        if guard is not None:
            guard.write(f"{child.pid}\n".encode())
            guard.flush()

    def log_of(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def ended(self) -> str | None:
        """Return the name of a child that is not running any more."""
        return next((name for name, one in self._running.items() if one.poll() is not None), None)

    def last_lines(self, name: str, count: int = 8) -> str:
        try:
            text = self.log_of(name).read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-count:])

    def stop(self) -> None:
        """End every child, last started first; what does not go is made to."""
        for child in reversed(self._running.values()):
            _signal(child, signal.SIGTERM)
        until = time.monotonic() + STOP_WITHIN
        for child in reversed(self._running.values()):
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL)
                child.wait()
            # Children of the child: a worker's forked job, a server's workers.
            _signal(child, signal.SIGKILL)
        self._guard.kill()
        self._guard.wait()


def _signal(child: subprocess.Popen[bytes], kind: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, kind)
