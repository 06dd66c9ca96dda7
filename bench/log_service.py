"""`bin/bench log-service`: the whole request beside the same SQL through the bare driver.

PostgreSQL with writes safe on disk. The statements of one real request are noted as the
driver gets them, and replayed with parameters of other budgets, by one client and by eight.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid
from typing import Any

from bench.load import requests_per_second, sign_in
from bench.result import Result
from bench.stage import Stage, stage

SECONDS = 6.0
PARTICIPANTS = 400
TARGETS = {1: 0.25, 8: 0.20}

_NOTE = """
import json, sys
from sqlalchemy import Engine, event
from caddy import create_app
from caddy.cli.demo import DEMO_PASSWORD
app = create_app()
app.config.update(WTF_CSRF_ENABLED=False, SESSION_COOKIE_SECURE=False, SESSION_COOKIE_NAME="x")
client = app.test_client()
client.post("/sign-in", data={"email": "sam@acacia.example", "password": DEMO_PASSWORD})
form = json.loads(sys.argv[1])
client.post("/services", data=form)
seen = []
def plain(value):
    return value.obj if hasattr(value, "obj") else str(value)
@event.listens_for(Engine, "before_cursor_execute")
def note(conn, cursor, statement, parameters, context, many):
    seen.append([statement, json.loads(json.dumps(parameters, default=plain))])
event.listen(Engine, "commit", lambda conn: seen.append(["COMMIT", None]))
event.listen(Engine, "rollback", lambda conn: seen.append(["ROLLBACK", None]))
answer = client.post("/services", data=form)
assert answer.status_code == 303, answer.text
print(json.dumps(seen))
"""


def run() -> list[Result]:
    with stage() as here:
        here.redis()
        uri = here.postgresql()
        here.caddy("migrate")
        size = ["--organizations", "1", "--participants", str(PARTICIPANTS), "--services", "0"]
        here.caddy("demo", "--yes", *size)
        people = _participants(uri)
        statements = _noted(here, people[0])
        return [_measure(here, uri, people, statements, clients) for clients in TARGETS]


def _measure(here: Stage, uri: str, people: list[str], statements: Any, clients: int) -> Result:
    port = here.serve()
    here.spawn([sys.executable, "-m", "caddy.cli", "schedule"])
    value = _requests(port, people, clients)
    here.end_last()
    here.end_last()  # the reference has the machine to itself
    reference = _replay(uri, statements, clients)
    ratio, target = value / reference, TARGETS[clients]
    name = f"log-service, {clients} client{'s' if clients > 1 else ''}"
    return Result(
        name, value, "services/s", reference, ratio, f">= {target:.0%} of bare SQL", ratio >= target
    )


def _participants(uri: str) -> list[str]:
    import psycopg

    with psycopg.connect(uri) as connection:
        connection.execute("UPDATE budgets SET allocated_cents = 100000000000")
        connection.execute(
            "UPDATE organization_totals SET allocated_cents = "
            "(SELECT sum(allocated_cents) FROM budgets)"
        )
        connection.commit()
        rows = connection.execute("SELECT id FROM participants ORDER BY id").fetchall()
    return [str(row[0]) for row in rows]


def _form(participant_id: str) -> dict[str, str]:
    from caddy import clock

    day = clock.today("Australia/Sydney").toordinal() - 1
    return {
        "participant_id": participant_id,
        "service_on": time.strftime("%Y-%m-%d", time.gmtime((day - 719163) * 86400)),
        "start_time": "09:00",
        "end_time": "10:30",
        "item_number": "01_011_0107_1_1",
        "notes": "Went to the library and chose two books.",
    }


def _noted(here: Stage, participant_id: str) -> list[tuple[str, Any]]:
    """Return what one request sends to the driver, after a first one that warms it up."""
    done = subprocess.run(
        [sys.executable, "-c", _NOTE, json.dumps(_form(participant_id))],
        env=here.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return [(statement, parameters) for statement, parameters in json.loads(done.stdout)]


def _requests(port: int, people: list[str], clients: int) -> float:
    cookie, token = sign_in(port, "sam@acacia.example")
    turn = iter(range(10**9))

    def make() -> bytes:
        form = _form(people[next(turn) % len(people)]) | {"csrf_token": token}
        form["idempotency_key"] = uuid.uuid4().hex
        body = urllib.parse.urlencode(form)
        return (
            f"POST /services HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    requests_per_second(port, make, clients, 1.5, b"303 SEE OTHER")
    return requests_per_second(port, make, clients, SECONDS, b"303 SEE OTHER")


def _replay(uri: str, statements: list[tuple[str, Any]], clients: int) -> float:
    """Run the noted statements over and over, each client on processes of its own."""
    code = _REPLAY.format(uri=uri, seconds=SECONDS)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(clients)
    ]
    counts: list[float] = []

    def take(child: subprocess.Popen[str]) -> None:
        out, _ = child.communicate(json.dumps(statements))
        counts.append(float(out))

    threads = [threading.Thread(target=take, args=(child,)) for child in running]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts)


_REPLAY = """
import json, random, re, sys, time, uuid
import psycopg
from psycopg.types.json import Jsonb
statements = json.load(sys.stdin)
fresh = re.compile("INSERT INTO (services|outbox|daily_totals)|WITH moved AS")
with psycopg.connect({uri!r}) as connection:
    budgets = [row[0] for row in connection.execute("SELECT id FROM budgets").fetchall()]
    connection.commit()
    head = 0
    def prepare(statement, parameters):
        if parameters is None:
            return None
        made = dict(parameters)
        for name, value in made.items():
            if isinstance(value, (dict, list)):
                made[name] = Jsonb(value)
        if fresh.match(statement):
            for name in made:
                if name == "id" or name.startswith("id_"):
                    made[name] = uuid.uuid4()
                if name.startswith("idempotency_key"):
                    made[name] = uuid.uuid4().hex
        if statement.startswith("WITH moved AS"):
            made["sequence"] = made["param_1"] = head + 1  # the log is only ever added to
        if statement.startswith("UPDATE budgets"):
            for name, value in made.items():
                if name.startswith("id_") or name == "budgets_id":
                    made[name] = random.choice(budgets)
        return made
    count, until = 0, time.perf_counter() + {seconds}
    begun = time.perf_counter()
    cursor = connection.cursor()
    while time.perf_counter() < until:
        for statement, parameters in statements:
            if statement == "COMMIT":
                connection.commit()
            elif statement == "ROLLBACK":
                connection.rollback()
            else:
                cursor.execute(statement, prepare(statement, parameters))
                found = cursor.fetchall() if cursor.description else []
                if statement.startswith("SELECT audit_heads.sequence"):
                    head = found[0][0]
        count += 1
    print(count / (time.perf_counter() - begun))
"""
