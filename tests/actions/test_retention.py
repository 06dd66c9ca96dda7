"""Retention: who is kept and why, and that of the erased nothing is left but money."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import Integer, func, inspect, select, text, update

from caddy import clock, storage
from caddy.actions import documents, erasure, retention
from caddy.actions.agreements import add_agreement
from caddy.actions.attachments import Upload, attach_to_service
from caddy.actions.notifications import notify
from caddy.actions.participants import change_participant, restore_participant
from caddy.actions.plans import add_plan
from caddy.actions.recurring import monthly_retention
from caddy.actions.services import log_service
from caddy.actions.tasks import start_task
from caddy.domain.documents import DocumentEntry, DocumentKind, Link, LinkName
from caddy.domain.emails import EmailStatus, EmailTemplate
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.people import UserStatus
from caddy.domain.recurring import Recurring
from caddy.domain.retention import Keep, RetentionKind
from caddy.domain.tasks import TaskKind
from caddy.extensions import Base, db
from caddy.jobs.recurring import find_checks_due
from caddy.jobs.tasks import run_task
from caddy.models import (
    Attachment,
    AuditLog,
    ClaimFile,
    ClaimLine,
    DailyTotal,
    Document,
    DocumentVersion,
    EmailLog,
    EmergencyContact,
    ImportRow,
    MedicalRecord,
    Participant,
    PeriodicRun,
    Plan,
    Service,
    StaffQualification,
    User,
    WorkerAvailability,
    WorkerLeave,
)
from caddy.queries import retention as reads
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import claims as some
from tests import imports, one_colleague, one_of_each, snapshot, world
from tests.cli.test_commands import run  # noqa: F401 - a fixture
from tests.one_of_each import agreement
from tests.samples import PDF
from tests.web import growth

LONG_AGO = timedelta(days=8 * 366)


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


def long_ago(people, participant_id=None, by=LONG_AGO):
    """Move a participant's services and plans some years into the past, as time would."""
    participant_id = participant_id or people.acacia.participant_id
    with transaction(people.alice, unrecorded="a test"):
        for model, columns in ((Service, ["service_on"]), (Plan, ["starts_on", "ends_on"])):
            for row in db.session.scalars(
                select(model).where(model.participant_id == participant_id)
            ):
                if isinstance(row, Service):
                    delivered(row.service_on, -1, -row.total_cents)
                    delivered(row.service_on - by, 1, row.total_cents)
                for name in columns:
                    setattr(row, name, getattr(row, name) - by)


def delivered(on, services, cents):
    """Move what the days say along with the services."""
    day = db.session.scalars(select(DailyTotal).where(DailyTotal.service_on == on)).one_or_none()
    if day is None:
        day = DailyTotal(service_on=on, services=0, spent_cents=0)
        db.session.add(day)
    day.services += services
    day.spent_cents += cents


def standing(people, participant_id=None):
    return reads.one(participant_id or people.acacia.participant_id, people.today)


def names(found):
    return [one.name for one in found]


def erase(people, *ids, confirmed=None, actor=None):
    ids = ids or (people.acacia.participant_id,)
    confirmed = len(ids) if confirmed is None else confirmed
    return erasure.erase_participants(ids, confirmed, actor=actor or people.alice)


def test_the_years_count_from_the_last_service_then_the_last_plan_then_the_first_day(people):
    assert standing(people).kept == [Keep.CURRENT_PLAN, Keep.RECENT_SERVICE]
    some.ready(people)
    some.log(people)
    long_ago(people, by=timedelta(days=400))
    assert standing(people).kept == [Keep.RECENT_SERVICE]
    long_ago(people)
    assert standing(people).kept == []
    assert names(reads.to_erase(people.today, seen_by=None)) == ["Pat Green"]
    on = standing(people).standing.last_on
    with transaction(people.alice, unrecorded="a test"):
        seven = people.today.replace(year=people.today.year - 7)
        db.session.execute(update(Service).values(service_on=seven + timedelta(days=1)))
    assert standing(people).kept == [Keep.RECENT_SERVICE]
    assert reads.to_erase(people.today, seen_by=None) == []
    tomorrow = people.today + timedelta(days=1)
    assert names(reads.to_erase(tomorrow, seen_by=None)) == ["Pat Green"]
    retention.set_years(RetentionKind.PARTICIPANTS, 8, actor=people.alice)
    assert reads.to_erase(tomorrow, seen_by=None) == []
    assert on < seven
    with pytest.raises(RuleBroken, match="7 to 100"):
        retention.set_years(RetentionKind.PARTICIPANTS, 6, actor=people.alice)


def test_holds_open_claims_plans_and_childhood_keep_a_participant_and_are_counted(people):
    some.ready(people)
    some.log(people)
    some.sent(people)
    olly = world.olly(people)
    long_ago(people)
    long_ago(people, olly)
    with transaction(people.alice, unrecorded="a test"):
        born = people.today.replace(year=people.today.year - 20)
        db.session.get_one(Participant, olly).date_of_birth = born
    retention.place_hold(people.acacia.participant_id, "A court case.", actor=people.alice)
    with pytest.raises(Conflict, match="already"):
        retention.place_hold(people.acacia.participant_id, "Again.", actor=people.alice)
    kept = reads.held_back(people.today, seen_by=None)
    assert {one.name: one.kept for one in kept} == {
        "Pat Green": [Keep.LEGAL_HOLD, Keep.OPEN_CLAIM],
        "Olly Hidden": [Keep.CHILD],
    }
    numbers = reads.numbers(people.today, seen_by=None)
    assert (numbers.due, numbers.kept_back) == (0, 2)
    assert numbers.by_reason == {
        Keep.LEGAL_HOLD: 1,
        Keep.OPEN_CLAIM: 1,
        Keep.CURRENT_PLAN: 0,
        Keep.RECENT_ENTRY: 0,
        Keep.CHILD: 1,
    }
    with pytest.raises(Conflict, match=r"Pat Green must be kept\. Under a legal hold\."):
        erase(people)
    retention.lift_hold(people.acacia.participant_id, actor=people.alice)
    with pytest.raises(Conflict, match="still to come"):
        erase(people)
    with pytest.raises(Conflict, match="until they are 25"):
        erase(people, olly)
    assert standing(people, olly)
    facts = select(AuditLog.action).where(AuditLog.action.like("legal_hold.%"))
    assert sorted(db.session.scalars(facts)) == [Fact.LEGAL_HOLD_LIFTED, Fact.LEGAL_HOLD_PLACED]
    with pytest.raises(NotFound):
        retention.place_hold(people.banksia.participant_id, "Not theirs.", actor=people.alice)


def full(people):
    """Give Pat everything that may name someone: health, files, notes, claims paid, mails."""
    pat = people.acacia.participant_id
    profile = world.profile(
        "Pat",
        "Green",
        "430000001",
        preferred_name="Patty",
        email="pat@green.example",
        mobile="0491570006",
        street="1 Green Street",
        suburb="Greenville",
        routines="Likes Greensleeves",
        interests=["Greenhouses"],
        custom_fields={"School": "Green High"},
    )
    profile = replace(
        profile,
        tags=("green",),
        emergency_contacts=({"name": "Gail Green", "relationship": "Aunt", "phone": "0491570007"},),
        medical={"allergies": ["green apples"]},
    )
    change_participant(pat, profile, actor=people.alice)
    some.ready(people)
    signed = agreement(people.today, terms="As the Greens want it")
    add_agreement(pat, signed, actor=people.alice)
    service = some.log(people, notes="Went to the green with Pat.")
    other = some.someone(people, "Ann", "430000007", manager=None)
    kept = some.log(people, other, hour=11, notes="Ann was well.")
    for whose, content, name in (
        (service, PDF, "Pat Green.pdf"),
        (service, PDF + b"own", "Pat alone.pdf"),
        (kept, PDF, "Ann.pdf"),
    ):
        attach_to_service(whose, Upload(BytesIO(content), name), actor=people.alice)
    for version in (b"first", b"second"):
        paper = Upload(BytesIO(PDF + version), "Consent of Pat Green.pdf")
        if version == b"first":
            link = Link(LinkName.PARTICIPANT, pat)
            entry = DocumentEntry(DocumentKind.CONSENT, tags=("Green",))
            (document_id,) = documents.add_documents([paper], entry, link, actor=people.alice)
        else:
            documents.add_version(document_id, paper, actor=people.alice)
    imports.loaded(imports.people_file("430000001", last="Green"), people.alice, with_columns=True)
    with transaction(people.alice, unrecorded="a test"):
        one = db.session.get_one(Service, service)
        one.signed_by, one.signed_at = "Pat Green", one.ended_at
        row = db.session.scalars(select(ImportRow)).one()
        row.before, row.cells = {"last_name": "Green"}, [["Pat", "Green"]]
        assert row.subject_id == pat
    whose_record = {"participant_id": str(pat)}
    start_task(TaskKind.RECORD, "Record of Pat Green", whose_record, actor=people.alice)
    claim = some.sent(people)
    rows = [
        (line.claim_reference, "35.12", people.today.isoformat(), "R1")
        for line in some.lines_of(claim.id)
    ]
    some.answer(people, *rows, header=some.REMITTANCE_HEADER)
    with transaction(people.alice, unrecorded="a test"):
        notify(
            [db.session.get_one(User, people.alice.user_id)],
            kind="plan_expiry",
            title="Pat Green: the plan ends",
            body="Soon.",
            link=f"/participants/{pat}",
            subject=db.session.scalars(select(Plan).where(Plan.participant_id == pat)).one(),
            dedupe_key="test",
            email_template=EmailTemplate.PLAN_EXPIRY,
            context={
                "participant_first_name": "Pat Green",
                "ends_on": people.today,
                "days_left": 0,
                "allocated_cents": 0,
                "remaining_cents": 0,
            },
        )
        db.session.execute(update(EmailLog).values(status=EmailStatus.FAILED))
    return claim.id


def everything():
    """Return all that the database says, but the audit log and other people's names, as text."""
    db.session.remove()
    said = []
    with snapshot.owner().connect() as connection:
        tables = {one for one in inspect(db.engine).get_table_names() if "search_" not in one}
        for name in sorted({*tables, "search_entries"} - {"audit_logs", "alembic_version"}):
            rows = connection.execute(text(f"SELECT * FROM {name}"))  # noqa: S608 - a table's name
            for row in rows:
                cells = [
                    cell.decode("utf-8", "replace")
                    if isinstance(cell, bytes | memoryview)
                    else cell
                    for cell in row
                ]
                said.append(f"{name}: {cells}")
    return said


def money():
    """Return every amount of every table, summed a column: what an erasure must not move."""
    sums = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith(("_cents", "_minutes")) and isinstance(column.type, Integer):
                sums[str(column)] = db.session.connection().scalar(select(func.sum(column)))
        sums[table.name] = db.session.connection().scalar(select(func.count()).select_from(table))
    return sums


# Tables that an erasure takes rows from, or that write down that it happened.
GONE = {
    *("attachments", "emergency_contacts", "participant_tags", "participant_workers"),
    *("medical_records", "notifications", "audit_logs", "claim_files", "legal_holds"),
    *("participant_watchers", "organization_totals", "id_mappings", "tasks"),
    *("documents", "document_versions"),
}


def test_of_the_erased_nothing_is_left_but_money_and_every_total_is_the_same(people):
    claim_id = full(people)
    pat = people.acacia.participant_id
    long_ago(people)
    retention.place_hold(pat, "Green v Green.", actor=people.alice)
    retention.lift_hold(pat, actor=people.alice)
    files = {one.sha256: one.created_at for one in db.session.scalars(select(Attachment))}
    lines = [(one.claim_reference, one.total_cents) for one in some.lines_of(claim_id)]
    some.no_differences()
    before = money()
    assert any("Green" in row for row in everything())
    with scope(people.acacia.id):
        done = erase(people)
        assert (done.participants, done.services, done.files) == (1, 1, 3)
        left = [
            row
            for row in everything()
            if any(word in row for word in ("Green", "green", "430000001", "Patty", "0491570006"))
        ]
        assert left == []
        some.no_differences()
        after = money()
        moved = {name for name in before if before[name] != after[name]}
        assert {name.split(".")[0] for name in moved} <= GONE
        assert [(one.claim_reference, one.total_cents) for one in some.lines_of(claim_id)] == lines
        row = db.session.get_one(Participant, pat)
        assert (row.status, row.erased_at is not None) == ("archived", True)
        for part in (EmergencyContact, MedicalRecord):
            held = select(func.count(part.id)).where(part.participant_id == pat)
            assert db.session.scalar(held) == 0
        # The picture that Ann's service holds too stays for her; Pat's own is off the disk.
        assert sorted(storage.path_of(one).exists() for one in files) == [False, True]
        kept = db.session.scalars(select(Attachment.sha256)).one()
        assert storage.path_of(kept).read_bytes() == PDF
        (sent,) = db.session.scalars(select(ClaimFile.content).where(ClaimFile.kind == "bulk_csv"))
        assert row.ndis_number.encode() in sent
        assert len(row.ndis_number) == 9
        audit = db.session.scalars(
            select(AuditLog).where(AuditLog.action == Fact.PARTICIPANT_ERASED)
        ).one()
        assert (audit.entity_id, audit.user_id) == (pat, people.alice.user_id)
        assert "Pat" not in json.dumps(audit.changes)
        others = select(ClaimLine.payer).where(ClaimLine.participant_id != pat)
        assert db.session.scalars(others).one() == "Plan manager of Ann Able"


def test_those_who_are_invoiced_are_erased_from_invoices_and_shared_files_go_with_the_last(people):
    claim_id = full(people)
    ann = db.session.scalars(select(Participant.id).where(Participant.last_name == "Able")).one()
    for one in (people.acacia.participant_id, ann):
        long_ago(people, one)
    files = set(db.session.scalars(select(Attachment.sha256)))
    assert any("Ann" in row for row in everything())
    with scope(people.acacia.id):
        assert erase(people, people.acacia.participant_id, ann).files == 4
        assert [row for row in everything() if "Ann" in row or "Able" in row] == []
        some.no_differences()
        assert not any(storage.path_of(one).exists() for one in files)
        number = db.session.get_one(Participant, ann).ndis_number
        payers = {one.payer for one in some.lines_of(claim_id)}
        assert payers == {"NDIA", f"Plan manager of Erased {number}"}
        assert set(db.session.scalars(select(ClaimFile.kind))) == {"bulk_csv"}


def test_an_erasure_is_confirmed_by_its_number_and_done_once(people):
    long_ago(people)
    with pytest.raises(RuleBroken, match="Type 1 to confirm"):
        erase(people, confirmed=2)
    with pytest.raises(NotFound):
        erase(people, people.banksia.participant_id)
    assert standing(people)
    assert erase(people).participants == 1
    with pytest.raises(Conflict, match="erased already"):
        erase(people)
    pat = people.acacia.participant_id
    for change in (
        lambda: restore_participant(pat, actor=people.alice),
        lambda: add_plan(pat, world.plan(people.today), actor=people.alice),
        lambda: retention.place_hold(pat, "Too late.", actor=people.alice),
    ):
        with pytest.raises(Conflict, match="is erased"):
            change()
    assert reads.numbers(people.today, seen_by=None).due == 0


def test_the_monthly_report_counts_and_erases_nobody(people):
    long_ago(people)
    retention.place_hold(people.acacia.participant_id, "A court case.", actor=people.alice)
    olly = world.olly(people)
    long_ago(people, olly)
    db.session.remove()
    find_checks_due()
    with scope(people.acacia.id):
        due = select(PeriodicRun.id).where(PeriodicRun.kind == Recurring.MONTHLY_RETENTION)
        run_id = db.session.scalars(due).one()
        for _ in range(2):  # a worker may run it twice
            monthly_retention(run_id, actor=people.alice)
        mail = db.session.scalars(
            select(EmailLog).where(EmailLog.template == "retention_report")
        ).one()
        assert mail.to_address == "alice@acacia.example"
        assert mail.subject == "Records to erase: 1, kept back: 1"
        assert mail.context["reasons"] == [{"sentence": "Under a legal hold.", "count": 1}]
        assert not any(name in json.dumps(mail.context) for name in ("Pat", "Olly"))
        report = reads.last_report()
        assert report
        assert report.result == {"told": 1, "due": 1, "kept_back": 1, "staff": 0}
        assert standing(people)


def test_the_pages_list_erase_and_hold(people, sign_in):
    long_ago(people)
    pat = people.acacia.participant_id
    client = sign_in("alice")
    assert "Pat Green" in client.get("/settings/retention").text
    refused = client.post(f"/participants/{pat}/legal-hold", {"hold_reason": " "})
    assert refused.status_code == 422
    assert "Say why the records must be kept." in refused.text
    assert (
        client.post(f"/participants/{pat}/legal-hold", {"hold_reason": "A case."}).status_code
        == 303
    )
    shown = client.get(f"/participants/{pat}?tab=compliance").text
    assert "Placed by Alice Acacia" in shown
    assert "A case." not in sign_in("cora").get(f"/participants/{pat}?tab=compliance").text
    assert "Nobody to erase" in client.get("/settings/retention/erasures/new").text
    form = {"participant_id": str(pat), "confirmed": "1"}
    held = client.post("/settings/retention/erasures", form)
    assert held.status_code == 422
    assert "Under a legal hold." in held.text
    assert client.post(f"/participants/{pat}/legal-hold/lifting").status_code == 303
    page = client.get("/settings/retention/erasures/new").text
    assert "Erase 1 participant" in page
    assert str(pat) in page
    wrong = client.post("/settings/retention/erasures", form | {"confirmed": "3"})
    assert wrong.status_code == 422
    assert "Type 1 to confirm" in wrong.text
    begun = client.post("/settings/retention/erasures", form)
    assert begun.status_code == 303
    assert "Green" in client.get(f"/participants/{pat}").text
    finish(people, begun.location)
    assert "1 participant was erased" in client.get(begun.location).text
    erased = client.get(f"/participants/{pat}").text
    assert "only what was delivered and paid is left" in erased
    assert "Green" not in erased
    assert client.post("/settings/retention", {"years": "3"}).status_code == 422
    assert client.post("/settings/retention", {"years": "10"}).status_code == 303


def finish(people, address):
    """Do the work of a task's page, twice, as a worker may."""
    with scope(people.acacia.id):
        for _ in range(2):
            run_task(UUID(address.rpartition("/")[2]), actor=people.alice)


def test_people_who_left_are_erased_on_the_worker_and_what_they_delivered_stays(people, sign_in):
    sam = people.acacia.people["sam"]
    one_colleague.recorded(sam, people.alice)
    with scope(people.acacia.id):
        entry = one_of_each.entry(people, people.acacia.participant_id)
        service_id = log_service(entry, world.ZONE, "NSW", actor=people.sam).id
    client = sign_in("alice")
    form = {"user_id": str(sam), "confirmed": "1"}
    address = "/settings/retention/staff/erasures"
    assert "must be kept" in client.post(address, form).text
    eight_years_ago = clock.now() - timedelta(days=8 * 366)
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test: long ago"):
        user = db.session.get_one(User, sam)
        user.status = UserStatus.INACTIVE
        user.created_at = eight_years_ago
        user.last_active_at = eight_years_ago
        service = db.session.get_one(Service, service_id)
        service.service_on = eight_years_ago.date()
        held = db.session.scalars(
            select(StaffQualification.id).where(StaffQualification.user_id == sam)
        ).first()
        paper = Document(
            user_id=sam,
            qualification_id=held,
            kind="other",
            title="A card",
            tags=[],
            search_text="a card",
        )
        db.session.add(paper)
        db.session.flush()
        kept = storage.keep_bytes(b"%PDF-1.7 Sam's own card")
        db.session.add(
            DocumentVersion(
                document_id=paper.id,
                number=1,
                sha256=kept.sha256,
                file_name="card.pdf",
                media_type="application/pdf",
                size_bytes=kept.size_bytes,
            )
        )
    assert "Sam Acacia" in client.get("/settings/retention").text
    assert client.post(address, form | {"confirmed": "2"}).status_code == 422
    begun = client.post(address, form)
    assert begun.status_code == 303
    finish(people, begun.location)
    assert "1 person was erased." in client.get(begun.location).text
    with scope(people.acacia.id):
        user = db.session.get_one(User, sam)
        assert (user.first_name, user.phone, user.password_hash) == ("Erased", None, None)
        assert user.email.endswith("@erased.invalid")
        for model in (StaffQualification, WorkerAvailability, WorkerLeave):
            assert db.session.scalar(select(model.id).where(model.user_id == sam)) is None
        assert db.session.scalar(select(Document.id)) is None
        assert not storage.is_there(kept.sha256)
        assert db.session.get_one(Service, service_id).support_worker_id == sam
        facts = select(AuditLog.entity_id).where(AuditLog.action == "user.erased")
        assert db.session.scalars(facts).one() == sam
    assert "Sam Acacia" not in client.get("/settings/retention").text


def test_commands_report_and_erase_participants_and_staff(people, run):  # noqa: F811 - the fixture
    long_ago(people)
    eight_years_ago = clock.now() - timedelta(days=8 * 366)
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test: long ago"):
        vic = db.session.get_one(User, people.acacia.people["vic"])
        vic.status = UserStatus.INACTIVE
        vic.created_at = vic.last_active_at = eight_years_ago
    db.session.remove()
    words = ("--organization", "acacia")
    told = json.loads(run("retention", "report", *words, "--json").stdout)
    assert (told["due"], told["kept_back"], told["years"]) == (1, 0, 7)
    assert told["participants"][0]["name"] == "Pat Green"
    assert (told["staff_due"], told["staff"][0]["name"]) == (1, "Vic Acacia")
    asked = run("retention", "erase", *words, input="n\n")
    assert asked.exit_code == 1
    assert "Erase 1 participant and 1 person who left?" in asked.output
    done = json.loads(
        run("retention", "erase", *words, "--only", "staff", "--yes", "--json").stdout
    )
    assert (done["participants"], done["staff"], done["left"]) == (0, 1, 1)
    done = json.loads(run("retention", "erase", *words, "--yes", "--json").stdout)
    assert (done["participants"], done["staff"], done["left"]) == (1, 0, 0)
    said = run("retention", "report", *words).output.splitlines()
    assert said == [
        "0 could be erased, 0 are kept back.",
        "0 people who left could be erased.",
    ]
    with scope(people.acacia.id):
        vic = db.session.get_one(User, people.acacia.people["vic"])
        assert "vic" not in vic.email.lower()


def test_more_participants_take_no_more_queries(app, people, sign_in):

    client = sign_in("alice")
    long_ago(people)
    paths = ("/settings/retention", "/settings/retention/erasures/new")
    few = [growth.queries(app, client, path) for path in paths]
    for number in range(3):
        long_ago(
            people,
            world.participant(people.alice, "M", f"N{number}", f"4300002{number:02}", people.today),
        )
    assert [growth.queries(app, client, path) for path in paths] == few
