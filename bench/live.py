"""`bin/bench live`: from a commit to the bytes at a thousand open panels.

1,000 listeners on Caddy's own server, 5 services a second logged by the real action. The
reference is a bare relay of the same bytes on the same server in the same run. The first
commits of each warm its processes (templates, statements, buffers) and are not counted.
"""

from __future__ import annotations

import gc
import json
import os
import re
import select
import socket
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from bench.load import sign_in
from bench.result import Result
from bench.stage import Stage, stage

LISTENERS = 1_000
COMMITS = 150
WARMING = 10
A_SECOND = 5
P99_MS = 40.0
KILOBYTES = 30.0
MARK = b'data-version="'

_COMMIT = """
import json, sys, time
from dataclasses import replace
from datetime import time as clock_time, timedelta
from uuid import UUID
from sqlalchemy import select
from caddy import audit, clock, create_app
from caddy.actions import services
from caddy.domain.actor import Actor
from caddy.domain.permissions import Role, effective_permissions
from caddy.extensions import db
from caddy.models import Budget, User
from caddy.tenancy import scope, unscoped
count, pause = int(sys.argv[1]), 1 / int(sys.argv[2])
app = create_app()
moments = {}
publish = audit.events.publish
def note(organization_id, topics):
    moments[topics[0].version] = time.time()  # the commit has just returned
    publish(organization_id, topics)
audit.events.publish = note
with app.app_context():
    with unscoped("the bench looks for its budget"):
        budget = db.session.scalars(select(Budget).where(Budget.support_category == 1)
            .order_by(Budget.remaining_cents.desc()).limit(1)).one()
        user = db.session.scalars(select(User).where(User.role == "support_worker").limit(1)).one()
    actor = Actor(budget.organization_id, user.id, "Bench", Role.SUPPORT_WORKER,
                  effective_permissions(Role.SUPPORT_WORKER, []))
    day = clock.today("Australia/Sydney") - timedelta(days=1)
    entry = services.ServiceEntry(participant_id=budget.participant_id, service_on=day,
        start_time=clock_time(9), end_time=clock_time(9, 15), item_number="01_004_0107_1_1",
        notes="Bench.")
    due = time.time() + 1
    for _ in range(count):
        time.sleep(max(0, due - time.time()))
        due += pause
        with scope(budget.organization_id):
            services.log_service(entry, "Australia/Sydney", "NSW", actor=actor)
print(json.dumps(moments))
"""

_RELAY = """
import json, sys, time
from caddy.extensions import redis_client
count, pause, size = int(sys.argv[1]), 1 / int(sys.argv[2]), int(sys.argv[3])
moments, due = {}, time.time() + 1
for version in range(1, count + 1):
    time.sleep(max(0, due - time.time()))
    due += pause
    moments[version] = time.time()
    data = f'id: {version}\\ndata: data-version="{version}" '.ljust(size, "x") + "\\n\\n"
    redis_client().publish("bench:relay", data)
print(json.dumps(moments))
"""


class Panels:
    """Open streams of one process, and when each version reached each of them.

    As lean as Python allows: it shares two cores with the servers that it measures.
    """

    def __init__(self, port: int, cookie: str, count: int) -> None:
        self.arrived: dict[bytes, list[float]] = defaultdict(list)
        self.largest = 0
        self._poll = select.epoll()
        self._open: dict[int, socket.socket] = {}
        request = f"GET /live?since=0-0 HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode()
        for _ in range(count):
            sock = socket.create_connection(("127.0.0.1", port))
            sock.sendall(request)
            sock.setblocking(False)
            self._poll.register(sock, select.EPOLLIN)
            self._open[sock.fileno()] = sock

    def listen(self, seconds: float) -> None:
        """Note when each version arrives."""
        gc.disable()  # a pause here would count as the server's
        until = time.time() + seconds
        clock, length, buffer = time.time, len(MARK), bytearray(65_536)
        receive = {fd: sock.recv_into for fd, sock in self._open.items()}
        while clock() < until:
            for fd, _ in self._poll.poll(0.1, 256):
                size = receive[fd](buffer)
                now = clock()
                at = buffer.find(MARK, 0, size)
                while at >= 0:
                    end = buffer.index(b'"', at + length)
                    self.arrived[bytes(buffer[at + length : end])].append(now)
                    at = buffer.find(MARK, end, size)
                self.largest = size

    def close(self) -> None:
        for sock in self._open.values():
            sock.close()


def run() -> list[Result]:
    with stage() as here:
        here.redis()
        here.caddy("migrate")
        size = ["--organizations", "1", "--participants", "50", "--services", "500"]
        here.caddy("demo", "--yes", *size)
        port = here.serve()
        cookie, _ = sign_in(port, "casey@acacia.example")
        # What a process needs once (templates, caches) is not what a listener needs.
        warming = Panels(port, cookie, 40)
        warming.listen(2)
        warming.close()
        before = _resident(here)
        delays, lost, memory, message = _watch(here, port, cookie, _COMMIT, [], before)
        here.end_last()
        port = here.serve("bench.relay:create_app()")
        bare, _, _, _ = _watch(here, port, "", _RELAY, [str(message)], 0)
    p99, reference = _share(delays, 0.99), _share(bare, 0.99)
    return [
        Result(
            "live, p99", p99, "ms", reference, p99 / reference, f"<= {P99_MS:.0f} ms", p99 <= P99_MS
        ),
        Result("live, p50", _share(delays, 0.5), "ms", _share(bare, 0.5), None, "", is_met=True),
        Result("live, lost", lost, "events", None, None, "0", lost == 0),
        Result(
            "live, memory a listener",
            memory,
            "KB",
            None,
            None,
            f"<= {KILOBYTES:.0f} KB",
            memory <= KILOBYTES,
        ),
    ]


def _watch(
    here: Stage, port: int, cookie: str, code: str, more: list[str], before: int
) -> tuple[list[float], int, float, int]:
    """Open the panels, commit, and return delays in ms, events lost, memory and message size."""
    panels = Panels(port, cookie, LISTENERS)
    panels.listen(4)
    memory = (_resident(here) - before) / LISTENERS
    words = [sys.executable, "-c", code, str(COMMITS), str(A_SECOND), *more]
    committer = subprocess.Popen(words, env=here.environment, stdout=subprocess.PIPE, text=True)
    panels.listen(COMMITS / A_SECOND + 6)
    out, _ = committer.communicate(timeout=60)
    moments = {int(version): moment for version, moment in json.loads(out).items()}
    panels.close()
    counted = sorted(moments.items(), key=lambda one: one[1])[WARMING:]
    delays = [
        (arrival - moment) * 1000
        for version, moment in counted
        for arrival in panels.arrived[str(version).encode()]
    ]
    return delays, len(counted) * LISTENERS - len(delays), memory, panels.largest


def _share(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("inf")


def _resident(here: Stage) -> int:
    """Return the resident memory of the server's processes, in KB."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes()
            environment = (status.parent / "environ").read_bytes()
            if b"gunicorn" in command and os.fsencode(here.var) in environment:
                found = re.search(r"VmRSS:\s+(\d+)", status.read_text())
                total += int(found[1]) if found else 0
        except (OSError, PermissionError):
            continue
    return total
