"""Reports from the asking to the files: the same cents in the page, the PDF and the tables."""

from __future__ import annotations

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from caddy import queue, storage
from caddy.actions import claim_invoices
from caddy.actions import reports as actions
from caddy.domain.claims import FileKind
from caddy.domain.errors import Forbidden, NotFound
from caddy.domain.money import dollars
from caddy.domain.participants import PlanManagement
from caddy.domain.permissions import Permission, Role
from caddy.domain.report_kinds import ReportKind
from caddy.domain.tasks import TaskState
from caddy.extensions import db
from caddy.jobs import invoices, reports
from caddy.jobs import tasks as jobs
from caddy.models import Claim, ClaimFile
from caddy.queries import books, claim_files, report_claims
from caddy.queue import Outbox
from caddy.tenancy import scope
from tests import claims, tasks, world


@pytest.fixture
def acacia(people):
    with scope(people.acacia.id):
        claims.ready(people)
        yield people.acacia


@pytest.fixture
def sent(people, acacia):
    """A claim of all kinds of management: the agency, a plan manager, a participant."""
    plan = claims.someone(people, "=Paula", "430000011")
    own = claims.someone(people, "Olga", "430000012", PlanManagement.SELF_MANAGED)
    for whom in (people.acacia.participant_id, plan, own):
        claims.log(people, whom, minutes=25)
        claims.log(people, whom, days_ago=2, minutes=50)
    return claims.sent(people)


def text_of(content):
    pages = PdfReader(io.BytesIO(content)).pages
    return re.sub(r"[  ]+", " ", "\n".join(page.extract_text() for page in pages))


def made(people, kind, params, actor=None):
    """Ask for a report, have it made, and return the task and its files by their ending."""
    actor = actor or people.alice
    task_id = actions.ask_for_report(kind, {"kind": kind.value, **params}, actor=actor)
    jobs.run_task(task_id, actor=people.alice)
    files = {}
    for file in tasks.files(people.alice, task_id):
        with storage.open_file(file.sha256) as kept:
            files[file.file_name] = kept.read()
    return tasks.row(people.alice, task_id), files


def test_a_claim_report_is_pdf_csv_and_xlsx_of_the_same_cents(people, sent):
    task, files = made(people, ReportKind.CLAIM, {"claim_id": str(sent.id)})
    assert (task.state, task.title) == (TaskState.DONE, "Claim report: C-000001")
    assert set(files) == {
        "Claim C-000001.pdf",
        "Claim C-000001.csv",
        "Claim C-000001, By category.csv",
        "Claim C-000001.xlsx",
    }
    text = text_of(files["Claim C-000001.pdf"])
    lines = claims.lines_of(sent.id)
    amounts = [re.search(rf"{one.claim_reference}.*?\$[\d.]+.*?\$([\d,.]+)", text) for one in lines]
    shown = sum(round(float(found[1].replace(",", "")) * 100) for found in amounts)
    assert shown == sent.total_cents == sum(one.total_cents for one in lines)
    assert dollars(sent.total_cents) in text
    assert "0:25 h" in text
    rows = list(csv.DictReader(io.StringIO(files["Claim C-000001.csv"].decode("utf-8-sig"))))
    assert sum(round(float(row["Total"]) * 100) for row in rows) == sent.total_cents
    assert {row["Participant"] for row in rows} == {"Pat Green", "'=Paula Able", "Olga Able"}
    sheet = load_workbook(io.BytesIO(files["Claim C-000001.xlsx"])).worksheets[0]
    cells = [row[9].value for row in sheet.iter_rows(min_row=2)]
    assert sum(round(cell * 100) for cell in cells) == sent.total_cents


def test_invoices_are_kept_once_with_the_number_of_the_csv_and_the_books(people, sent):
    (job,) = db.session.scalars(select(Outbox).where(Outbox.job == queue.Job.MAKE_INVOICES))
    queue.run(str(job.id), str(job.organization_id))
    first = kept(sent)
    assert set(first) == {"C-000001-01", "C-000001-02"}
    csvs = {
        file.file_name[:-4]: file
        for file in claim_files.kept(sent.id)
        if file.kind is FileKind.INVOICE_CSV
    }
    booked = {}
    for line in books.lines(Claim.id == sent.id, world.ZONE):
        booked[line.invoice_number] = booked.get(line.invoice_number, 0) + line.total_cents
    for number, file in first.items():
        assert (file.total_cents, file.addressee, file.row_count) == (
            csvs[number].total_cents,
            csvs[number].addressee,
            csvs[number].row_count,
        )
        assert booked[number] == file.total_cents
        text = text_of(file.content)
        assert number in text
        assert dollars(file.total_cents) in text
        assert storage_hash(file.content) == file.sha256
    invoices.make_invoices(sent.id, actor=people.alice)
    again = kept(sent)
    assert {one.id for one in again.values()} == {one.id for one in first.values()}


def kept(claim):
    rows = db.session.scalars(
        select(ClaimFile)
        .where(ClaimFile.claim_id == claim.id, ClaimFile.kind == FileKind.INVOICE_PDF)
        .execution_options(populate_existing=True)
    )
    return {row.file_name.removesuffix(".pdf"): row for row in rows}


def storage_hash(content):
    return storage.keep_bytes(content).sha256


def test_killed_in_the_middle_no_invoice_is_kept_and_a_retry_keeps_all(people, sent, monkeypatch):
    real, made_so_far = invoices.paper.invoice_pdf, []

    class Killed(BaseException):
        pass

    def die(invoice, *args, **options):
        made_so_far.append(invoice.number)
        if len(made_so_far) == 2:
            raise Killed
        return real(invoice, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(invoices.paper, "invoice_pdf", die)
        with pytest.raises(Killed):
            invoices.make_invoices(sent.id, actor=people.alice)
    assert kept(sent) == {}
    keep = claim_invoices.keep_file

    def dies_late(claim, file):
        if kept(claim):
            raise Killed
        return keep(claim, file)

    with monkeypatch.context() as patch:
        patch.setattr(claim_invoices, "keep_file", dies_late)
        with pytest.raises(Killed):
            invoices.make_invoices(sent.id, actor=people.alice)
    assert kept(sent) == {}
    invoices.make_invoices(sent.id, actor=people.alice)
    assert len(kept(sent)) == 2


def test_the_invoices_of_a_claim_are_one_report_and_a_draft_has_none(people, acacia):
    whom = claims.someone(people, "Paula", "430000011")
    claims.log(people, whom)
    draft = claims.build(people)
    params = {"claim_id": str(draft.id)}
    task, files = made(people, ReportKind.INVOICE, params)
    assert (task.state, files) == (TaskState.FAILED, {})
    assert "not sent yet" in task.said
    claims.submit(people, draft.id)
    task, files = made(people, ReportKind.INVOICE, params)
    assert task.state is TaskState.DONE
    text = text_of(files["Tax invoices C-000001.pdf"])
    assert "C-000001-01" in text
    assert dollars(claims.HALF_HOUR) in text


def test_a_report_of_whom_one_may_not_see_is_not_there(people, acacia):
    hidden = world.olly(people)
    sam = people.acacia.actor("sam", Role.SUPPORT_WORKER)
    sam = type(sam)(
        sam.organization_id,
        sam.user_id,
        sam.name,
        sam.role,
        sam.permissions | {Permission.BUDGETS_READ, Permission.CLAIMS_READ},
    )
    claims.log(people)
    claim = {"claim_id": str(claims.build(people).id)}
    whom = {"participant_id": str(hidden)}
    period = {"starts_on": "2026-07-01", "ends_on": "2026-07-31"}
    for kind, params in (
        (ReportKind.BUDGET, whom),
        (ReportKind.STATEMENT, whom | period),
        (ReportKind.CLAIM, claim),
        (ReportKind.INVOICE, claim),
    ):
        with pytest.raises(NotFound):
            actions.ask_for_report(kind, params, actor=sam)
    with pytest.raises(Forbidden):
        actions.ask_for_report(ReportKind.COMPLIANCE, period, actor=sam)
    with pytest.raises(NotFound):
        foreign = {"participant_id": str(people.banksia.participant_id)}
        actions.ask_for_report(ReportKind.BUDGET, foreign, actor=people.alice)


def test_rights_that_were_lost_meanwhile_make_no_report(people, acacia):
    claims.log(people)
    params = {"claim_id": str(claims.build(people).id), "kind": "claim"}
    cora = people.acacia.actor("cora", Role.ADMIN)  # was an administrator when she asked
    task_id = actions.ask_for_report(ReportKind.CLAIM, params, actor=cora)
    jobs.run_task(task_id, actor=people.alice)
    row = tasks.row(people.alice, task_id)
    assert row.state is TaskState.FAILED
    assert tasks.files(people.alice, task_id) == []


def test_an_invoice_is_due_from_the_day_the_claim_was_sent_and_addressed(people, sent):
    with scope(people.acacia.id):
        found = report_claims.invoices(sent)
    assert [one.to.name for one in found] == ["Plan Co", "Olga Able"]
    assert {one.issued_on for one in found} == {people.today}
    assert all(one.due_on > one.issued_on for one in found)
    assert sum(one.total_cents for one in found) == sum(
        line.total_cents
        for line in claims.lines_of(sent.id)
        if line.management is not PlanManagement.NDIA_MANAGED
    )


@pytest.mark.parametrize("kind", ReportKind)
def test_every_kind_of_report_has_a_maker(kind):
    assert callable(queue.resolve(reports.MAKERS[kind]))
