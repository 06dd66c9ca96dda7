"""A participant's whole record, and everything of an organization, as files from the worker."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pypdf
import pytest
from sqlalchemy import select

from caddy import storage
from caddy.actions import records, tasks
from caddy.actions.archives import load_archive
from caddy.domain.actor import Source, system_actor
from caddy.domain.errors import Forbidden, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.permissions import Role
from caddy.domain.tasks import TaskState
from caddy.extensions import db
from caddy.jobs.tasks import run_task
from caddy.models import AuditLog, User
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import everything, world
from tests import tasks as of_tests


def made(actor, task_id):
    """Run a task as the worker does; return its row and the ZIP that came of it."""
    with scope(actor.organization_id):
        run_task(task_id, actor=system_actor(actor.organization_id, "Caddy", Source.JOB))
    row = of_tests.row(actor, task_id)
    assert row.state is TaskState.DONE, row.said
    (file,) = of_tests.files(actor, task_id)
    return row, file, zipfile.ZipFile(io.BytesIO(storage.path_of(file.sha256).read_bytes()))


def test_a_record_holds_all_of_one_participant_and_nothing_of_another(people):
    everything.fill(people)
    olly = world.olly(people)
    with scope(people.acacia.id):
        task_id = records.ask_for_record(people.acacia.participant_id, actor=people.alice)
    row, file, pack = made(people.alice, task_id)
    assert file.file_name == "Record of Pat Green.zip"
    told = json.loads(pack.read("record.json"))
    assert [one["ndis_number"] for one in told["participants"]] == ["430000001"]
    for name in (
        *("plans", "budgets", "services", "service_changes", "attachments", "service_agreements"),
        *("agreed_items", "medical_records", "emergency_contacts", "participant_tags"),
        *("claim_lines", "claim_services", "payments", "audit_logs", "budget_adjustments"),
    ):
        assert told[name], name
    assert {"users", "claims", "outbox", "support_items", "tasks"}.isdisjoint(told)
    text = json.dumps(told, ensure_ascii=False)
    assert str(olly) not in text
    assert "430000009" not in text  # Zoë, of the same organization
    assert told["staff"][str(people.acacia.people["sam"])] == "Sam Acacia"
    papers = [name for name in pack.namelist() if name.startswith("documents/")]
    assert any(name.endswith("Überweisung.pdf") for name in papers)
    assert {pack.read(name) for name in papers} >= {everything.PDF}
    pages = pypdf.PdfReader(io.BytesIO(pack.read("summary.pdf"))).pages
    assert "Record of Pat Green" in pages[0].extract_text()
    assert row.said.endswith("documents.")
    with scope(people.acacia.id):
        facts = select(AuditLog.entity_id).where(
            AuditLog.action == Fact.PARTICIPANT_RECORD_MADE.value
        )
        assert list(db.session.scalars(facts)) == [people.acacia.participant_id]


def test_a_record_is_only_for_those_who_may_see_and_change_the_whole_of_it(people):
    with scope(people.acacia.id):
        with pytest.raises(Forbidden):
            records.ask_for_record(people.acacia.participant_id, actor=people.sam)
        olly = world.olly(people)
        narrow = replace(
            people.sam, permissions=people.sam.permissions | {records.NEEDS}
        )  # may write, but sees only whom they support
        with pytest.raises(NotFound):
            records.ask_for_record(olly, actor=narrow)
        with pytest.raises(NotFound):
            records.ask_for_record(people.banksia.participant_id, actor=people.alice)


def test_someone_who_lost_the_right_meanwhile_gets_no_record(people):
    cora = people.acacia.actor("cora", Role.COORDINATOR)
    with scope(people.acacia.id):
        task_id = records.ask_for_record(people.acacia.participant_id, actor=cora)
        with transaction(people.alice, unrecorded="a test"):
            db.session.get_one(User, cora.user_id).role = Role.SUPPORT_WORKER
        run_task(task_id, actor=people.alice)
    row = of_tests.row(people.alice, task_id)
    assert row.state is TaskState.FAILED
    assert of_tests.files(people.alice, task_id) == []


def test_the_archive_of_the_page_can_be_loaded_and_holds_no_earlier_one(app, people):
    from tests.snapshot import empty

    everything.fill(people)
    with scope(people.acacia.id):
        first = records.ask_for_archive(actor=people.alice)
    made(people.alice, first)
    with scope(people.acacia.id):
        second = records.ask_for_archive(actor=people.alice)
    row, file, pack = made(people.alice, second)
    assert file.file_name == "acacia.archive.zip"
    earlier = of_tests.files(people.alice, first)[0].sha256
    assert f"files/{earlier}" not in pack.namelist()
    assert f"{row.said}".endswith("files.")
    content = storage.path_of(file.sha256).read_bytes()
    with pytest.raises(RuleBroken, match="already"):
        load_archive(io.BytesIO(content))
    empty()
    assert load_archive(io.BytesIO(content)).slug == "acacia"


def test_an_archive_that_is_given_up_leaves_nothing(people):
    with scope(people.acacia.id):
        task_id = records.ask_for_archive(actor=people.alice)
        tasks.cancel_task(task_id, actor=people.alice)
        run_task(task_id, actor=people.alice)
    assert of_tests.files(people.alice, task_id) == []
