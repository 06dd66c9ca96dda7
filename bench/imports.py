"""`bin/bench import`: participants with plan and budgets beside a bare csv + executemany.

10,000 participants with two budgets each, on both databases. The reference reads the same file
and writes the same participants, plans and budgets through the bare driver, in one transaction
and with nothing checked; Caddy besides writes alerts, adjustments, outcomes and the history.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.result import Result
from bench.stage import Stage, stage

PARTICIPANTS = 10_000
MOST_TIMES = 10.0

_FILE = """
import csv, sys
first = ("Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Ida")
last = ("Lee", "Khan", "Smith", "Nguyen", "Brown", "Wilson")
with open(sys.argv[1], "w", newline="") as stream:
    write = csv.writer(stream).writerow
    write("NDIS Number,First Name,Last Name,Date of Birth,Email,Phone,Plan Start,Plan End,"
          "Core Budget,Capacity Building Budget".split(","))
    for at in range(int(sys.argv[2])):
        born = f"{at % 28 + 1:02}/03/{1950 + at % 60}"
        write((430_000_000 + at, first[at % 8], last[at % 6], born,
               f"p{at}@mail.example.org", f"04{at:08}", "01/07/2026", "30/06/2027",
               f"{20_000 + at}.50", f"{5_000 + at}.00"))
"""

_CADDY = """
import json, pathlib, sys, time
from caddy import create_app
from caddy.actions import import_batches, imports
from caddy.actions.import_files import Incoming
from caddy.actions.organizations import create_organization
from caddy.domain.actor import Source, system_actor
from caddy.domain.imports.kinds import ImportKind
from caddy.tenancy import scope
with create_app().app_context():
    made = create_organization(
        "Acacia", timezone="Australia/Sydney", state="NSW", participant_limit=1_000_000)
    actor = system_actor(made, "Bench", Source.COMMAND)
    begun = time.perf_counter()
    with scope(made), open(sys.argv[1], "rb") as stream:
        new = imports.NewImport(ImportKind.PARTICIPANTS, Incoming(stream, "people.csv"))
        import_id = imports.add_import(new, actor=actor)
        imports.mark_ready(import_id, actor=actor)
        counts = import_batches.run_import(import_id, lambda done, of: None, actor=actor)
    took = time.perf_counter() - begun
    assert counts.created == int(sys.argv[2]), counts
    print(json.dumps([str(made), took]))
"""

_BARE = """
import csv, datetime, decimal, json, os, sqlite3, sys, time, uuid
uri = os.environ.get("CADDY_MIGRATION_DATABASE_URL")
organization = uuid.UUID(sys.argv[3])
plain = (lambda value: value) if uri else (lambda value: value.hex)
begun = time.perf_counter()
people, plans, budgets = [], [], []
now = datetime.datetime.now(datetime.timezone.utc)
stamps = (now, now) if uri else (now.isoformat(" ")[:26],) * 2
own = plain(organization)
def day(text):
    return datetime.datetime.strptime(text, "%d/%m/%Y").date().isoformat()
with open(sys.argv[1], newline="") as stream:
    for at, row in enumerate(csv.DictReader(stream)):
        person, plan = plain(uuid.uuid4()), plain(uuid.uuid4())
        first, last = row["First Name"], row["Last Name"]
        starts, ends = day(row["Plan Start"]), day(row["Plan End"])
        number = str(431_000_000 + at)
        people.append((own, person, number, first, last, f"{last}, {first}".lower(),
            f"{first} {last} {number}".lower(), day(row["Date of Birth"]), row["Email"],
            row["Phone"], "Australia", "national", 1, False, "[]", "{}", "active", *stamps))
        amounts = [int(decimal.Decimal(row[name]) * 100)
            for name in ("Core Budget", "Capacity Building Budget")]
        plans.append((own, plan, person, starts, ends, "ndia_managed", sum(amounts), True, "[]",
            *stamps))
        kinds = ((0, "core", amounts[0]), (15, "capacity_building", amounts[1]))
        for category, kind, cents in kinds:
            budgets.append((own, plain(uuid.uuid4()), person, plan, kind, category, "", cents, 0, 0,
                starts, ends, False, starts, ends, cents, 0, 0, True, 1, *stamps))
COLUMNS = {
    "participants": "organization_id id ndis_number first_name last_name sort_name search_text "
        "date_of_birth email phone country price_zone mmm needs_two_workers interests "
        "custom_fields status created_at updated_at",
    "plans": "organization_id id participant_id starts_on ends_on management total_cents "
        "is_core_pooled goals created_at updated_at",
    "budgets": "organization_id id participant_id plan_id category support_category stated_for "
        "allocated_cents committed_cents spent_cents starts_on ends_on is_released_in_parts "
        "period_starts_on period_ends_on period_cents period_spent_cents expected_basis_points "
        "is_current version created_at updated_at",
}
if uri:
    import psycopg
    connection, mark = psycopg.connect(uri), "%s"
else:
    connection, mark = sqlite3.connect(os.environ["CADDY_VAR"] + "/caddy.sqlite3"), "?"
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
        connection.execute(f"PRAGMA {pragma}")
cursor = connection.cursor()
for table, rows in (("participants", people), ("plans", plans), ("budgets", budgets)):
    columns = COLUMNS[table].split()
    marks = ", ".join([mark] * len(columns))
    cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
connection.commit()
print(json.dumps(time.perf_counter() - begun))
"""


def run() -> list[Result]:
    return [_measured("SQLite", is_postgresql=False), _measured("PostgreSQL", is_postgresql=True)]


def _measured(name: str, *, is_postgresql: bool) -> Result:
    with stage() as here:
        here.redis()
        if is_postgresql:
            here.postgresql()
        here.caddy("migrate")
        file = here.var / "people.csv"
        _python(here, _FILE, file)
        organization, value = _python(here, _CADDY, file)
        reference = _python(here, _BARE, file, organization)
        times = value / reference
        return Result(
            f"import of {PARTICIPANTS:,} participants, {name}",
            value,
            "s",
            reference,
            times,
            f"<= {MOST_TIMES:.0f} times the bare rows",
            times <= MOST_TIMES,
        )


def _python(here: Stage, code: str, file: Path, *words: str) -> Any:
    """Run some code in a process of its own; return what it prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code, str(file), str(PARTICIPANTS), *words],
        env=here.environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout) if done.stdout else None
