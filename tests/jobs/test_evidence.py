"""An evidence pack: everything of a period is in it, and it proves itself."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from caddy import storage
from caddy.actions import evidence as actions
from caddy.actions.attachments import Upload
from caddy.actions.documents import add_documents
from caddy.domain.audit_chain import digest
from caddy.domain.documents import DocumentEntry, DocumentKind
from caddy.domain.errors import Forbidden
from caddy.domain.evidence import EVIDENCE
from caddy.domain.packs import PackReader
from caddy.domain.periods import Days
from caddy.domain.practice_standards import PracticeModule
from caddy.domain.tasks import TakenTask, TaskKind
from caddy.jobs import evidence
from caddy.queries.registers import all_registers
from tests import world
from tests.actions.test_audit_chain import hexed, tamper
from tests.samples import PDF

INSTANTS = ("happened_at", "created_at", "updated_at")


def made(people, actor=None, **asked):
    first = people.today - timedelta(days=30)
    params = {"module": "", "starts_on": first.isoformat(), "ends_on": people.today.isoformat()}
    task = TakenTask(uuid4(), TaskKind.EVIDENCE, "A test", params | asked, actor or people.alice)
    (file,) = evidence.make_evidence(task, lambda _done, _of: None)
    with storage.open_file(file.content.sha256) as stored:
        pack = PackReader(io.BytesIO(stored.read()), "caddy-evidence", 1)
    pack.verify()
    return pack, task


def text(pack, name):
    return b"".join(pack.chunks(name)).decode("utf-8-sig")


def kept_document(people, kind=DocumentKind.POLICY, title="Incident policy"):
    entry = DocumentEntry(kind=kind, title=title)
    add_documents([Upload(io.BytesIO(PDF), "a test.pdf")], entry, None, actor=people.alice)


def test_a_pack_holds_report_registers_documents_and_a_log_that_proves_itself(people, acacia):
    kept_document(people)
    pack, task = made(people)
    names = set(pack.members)
    assert {"report.pdf", "README.txt", "index.csv", "index.html"} <= names
    assert b"".join(pack.chunks("report.pdf")).startswith(b"%PDF-")
    titles = [one.title for one in all_registers(Days(people.today, people.today), people.today)]
    assert sum(name.startswith("registers/") for name in names) == len(titles)
    (row,) = csv.DictReader(io.StringIO(text(pack, "index.csv")))
    assert b"".join(pack.chunks(row["File"])) == PDF
    assert row["File"] in text(pack, "index.html")
    lines = [json.loads(line) for line in pack.lines("audit/log.jsonl")]
    before = None
    for line in lines:  # as the README tells a stranger to do
        own = {name: datetime.fromisoformat(line[name]) for name in INSTANTS}
        assert digest(line | own) == line["hash"]
        assert before in {None, line["previous_hash"]}
        before = line["hash"]
    proof = json.loads(text(pack, "audit/verification.json"))
    assert proof["is_whole"]
    assert proof["period"]["rows"] == len(lines)
    assert proof["period"]["first"] == {"sequence": 1, "hash": lines[0]["hash"]}
    assert proof["period"]["last"] == proof["head"] == pack.about["log_head"]
    assert lines[-1]["action"] == "evidence.made"
    said = [one["What"] for one in csv.DictReader(io.StringIO(text(pack, "audit/log.csv")))]
    assert len(said) == len(lines)
    assert "added Pat Green as a participant" in said
    assert "Yes. Caddy checked every entry" in text(pack, "README.txt")
    assert "each as it was written" in task.outcome[0]
    whole = "".join(text(pack, name) for name in names if name.endswith((".csv", ".jsonl")))
    assert "Quinn" not in whole
    assert "Banksia" not in whole


def test_a_pack_of_a_module_holds_what_is_evidence_for_it(people, acacia):
    kept_document(people)
    kept_document(people, DocumentKind.RECEIPT, "Taxi")
    pack, _ = made(people, module=PracticeModule.VERIFICATION.value)
    rows = list(csv.DictReader(io.StringIO(text(pack, "index.csv"))))
    assert [row["Title"] for row in rows] == ["Incident policy"]
    registers = [name for name in pack.members if name.startswith("registers/")]
    assert any("Staff qualifications" in name for name in registers)
    assert not any("Service agreements" in name for name in registers)
    assert "Verification module" in text(pack, "README.txt")


def test_a_log_that_was_changed_is_said_so_in_the_pack(people, acacia):
    tamper(
        "UPDATE audit_logs SET ip = '1.2.3.4' WHERE organization_id = :own AND sequence = 3",
        own=hexed(acacia.id),
    )
    pack, task = made(people)
    proof = json.loads(text(pack, "audit/verification.json"))
    assert [one["sequence"] for one in proof["findings"]] == [3]
    assert "NO. Some entries" in text(pack, "README.txt")
    assert "NOT all" in task.outcome[0]


def test_a_pack_is_for_those_who_read_the_whole_log(people, acacia):
    cora = acacia.actor("cora", world.Role.COORDINATOR)
    with pytest.raises(Forbidden):
        made(people, cora)
    some = replace(people.sam, permissions=people.sam.permissions | {actions.NEEDS})
    period = {"starts_on": "2026-11-01", "ends_on": "2026-11-21"}
    with pytest.raises(Forbidden):
        actions.ask_for_evidence(period, actor=some)


def test_every_module_names_registers_that_there_are(people, acacia):
    keys = {one.key for one in all_registers(Days(people.today, people.today), people.today)}
    assert set(EVIDENCE) == set(PracticeModule)
    for module, one in EVIDENCE.items():
        assert set(one.registers) <= keys, module
        assert one.outcomes, module
