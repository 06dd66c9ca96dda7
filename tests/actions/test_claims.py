"""Claims: built from services, held back with reasons, sent as files, withdrawn, safe at once."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from dataclasses import replace

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from caddy.actions import claim_corrections, claims
from caddy.domain.claim_types import CancellationReason
from caddy.domain.claims import ClaimStatus, FileKind
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.money import dollars
from caddy.domain.participants import PlanManagement
from caddy.extensions import db
from caddy.models import (
    AgreedItem,
    Claim,
    ClaimFile,
    ClaimLine,
    ClaimService,
    Participant,
    Plan,
    Service,
    ServiceAgreement,
    ServiceChange,
)
from caddy.queries import audit_log, claim_files, organizations
from caddy.queries import claims as reads
from caddy.queries.audit_log import AuditFilter
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import claims as some


@pytest.fixture
def acacia(people):
    with scope(people.acacia.id):
        some.ready(people)
        yield people.acacia


def reasons_of(built):
    return [[reason.value for reason in one.reasons] for one in built.held_back]


def changed(people, model, row_id, **columns):
    with transaction(people.alice, unrecorded="a test"):
        row = db.session.get_one(model, row_id)
        for name, value in columns.items():
            setattr(row, name, value)


def test_services_become_a_draft_with_a_number_and_are_billed_when_it_is_sent(people, acacia):
    first, second = some.log(people), some.log(people, days_ago=2)
    built = some.build(people)
    assert (built.number, built.lines, built.total_cents) == ("C-000001", 2, 2 * some.HALF_HOUR)
    assert some.statuses(first, second) == ["completed", "completed"]
    assert some.unclaimed() == (2, 2 * some.HALF_HOUR)
    some.no_differences()
    done = some.submit(people, built.id)
    assert (done.status, done.file_names) == (ClaimStatus.SUBMITTED, ("C000001-01.CSV",))
    assert some.statuses(first, second) == ["billed", "billed"]
    assert some.unclaimed() == (0, 0)
    change = db.session.scalars(
        select(ServiceChange).where(ServiceChange.service_id == first)
    ).one()
    assert (change.to_status.value, change.reason) == ("billed", "Claimed on C-000001")
    some.no_differences()


def test_the_file_read_by_another_reader_is_what_was_delivered(people, acacia):
    days = defaultdict(int)
    for days_ago in range(1, 6):
        for hour, minutes in ((8, 10), (9, 10), (10, 10), (11, 25)):
            service_id = some.log(people, days_ago=days_ago, hour=hour, minutes=minutes)
            one = db.session.get_one(Service, service_id)
            days[one.service_on, one.item_number] += one.total_cents
    fee = some.log(people, days_ago=7, minutes=60)
    some.cancelled(people, fee, 50, CancellationReason.NSDH)
    row = db.session.get_one(Service, fee)
    days[row.service_on, row.item_number] += row.total_cents
    built = some.build(people)
    some.submit(people, built.id)
    (file,) = claim_files.kept(built.id)
    rows = some.read_bulk(file.content)
    found = defaultdict(int)
    for one in rows:
        assert one.ndis_number == "430000001"
        found[one.day, one.item] += one.cents
    assert found == days
    assert len({one.reference for one in rows}) == len(rows) == built.lines
    assert sum(one.cents for one in rows) == built.total_cents == file.total_cents
    lines = {line.claim_reference: line for line in some.lines_of(built.id)}
    for one in rows:
        line = lines[one.reference]
        assert (one.cents, one.minutes) == (line.total_cents, line.minutes)
        assert line.total_cents == db.session.scalar(
            select(func.sum(Service.total_cents))
            .join(ClaimService, ClaimService.service_id == Service.id)
            .where(ClaimService.claim_line_id == line.id)
        )
    assert {(one.claim_type, one.reason) for one in rows} == {("", ""), ("CANC", "NSDH")}
    some.no_differences()


def test_what_was_claimed_and_credited_stands_in_each_participants_history(people, acacia):
    some.log(people)
    built = some.build(people)
    some.submit(people, built.id)
    lines = db.session.scalars(select(ClaimLine)).all()
    claim_corrections.credit_lines(built.id, [lines[0].id], "Wrong day", actor=people.alice)
    wanted = AuditFilter(participant_id=lines[0].participant_id, about="claims")
    told, _ = audit_log.page(wanted, "Australia/Sydney", seen_by=None)
    cents = dollars(some.HALF_HOUR)
    assert [one.said.text for one in told] == [
        f"credited {cents} of claim C-000001 for Pat Green",
        f"claimed {cents} for Pat Green on claim C-000001",
    ]


def test_files_are_kept_byte_for_byte_and_sending_twice_is_sending_once(people, acacia):
    some.log(people)
    built = some.build(people)
    before = claim_files.rendered(some.claim_of(built.id), people.today)
    some.submit(people, built.id)
    again = some.submit(people, built.id)
    assert again.was_submitted
    kept = db.session.scalars(select(ClaimFile)).all()
    assert [(one.file_name, one.content) for one in kept] == [
        (one.file_name, one.content) for one in before
    ]
    assert kept[0].sha256 == hashlib.sha256(kept[0].content).hexdigest()


def test_a_file_that_is_kept_later_is_kept_once_and_never_replaced(people, acacia):
    some.log(people)
    built = some.build(people)
    paper = claim_files.SentFile(FileKind.INVOICE_PDF, "C-000001.pdf", "Plan Co", 1, 1, b"%PDF-1")
    with pytest.raises(Conflict, match="was not sent"):
        claims.keep_claim_file(built.id, paper, actor=people.alice)
    some.submit(people, built.id)
    kept = claims.keep_claim_file(built.id, paper, actor=people.alice)
    other = replace(paper, content=b"%PDF-2")
    assert claims.keep_claim_file(built.id, other, actor=people.alice) == kept
    assert db.session.get_one(ClaimFile, kept).content == b"%PDF-1"


def test_lines_go_where_their_plan_is_managed(people, acacia):
    some.log(people)
    managed = some.someone(people, "Ann", "430000011")
    own = some.someone(people, "Ben", "430000012", PlanManagement.SELF_MANAGED, None)
    some.log(people, managed)
    some.log(people, own)
    built = some.build(people)
    some.submit(people, built.id)
    files = claim_files.kept(built.id)
    assert [(one.kind.value, one.addressee) for one in files] == [
        ("invoice_csv", "Plan Co"),
        ("invoice_csv", "Ben Able"),
        ("bulk_csv", "NDIA"),
    ]
    assert sum(one.total_cents for one in files) == built.total_cents
    assert b"C-000001-01" in files[0].content
    only = some.log(people, managed, hour=12)
    some.log(people, own, hour=12)
    narrowed = some.build(people, management=PlanManagement.PLAN_MANAGED)
    assert narrowed.lines == 1
    held = db.session.scalars(
        select(ClaimService.service_id).where(ClaimService.claim_id == narrowed.id)
    ).all()
    assert held == [only]


def test_a_draft_that_is_withdrawn_frees_its_services_and_its_number_stays_used(people, acacia):
    some.log(people)
    first = some.build(people)
    assert some.build(people).number is None
    claims.withdraw_claim(first.id, actor=people.alice)
    claims.withdraw_claim(first.id, actor=people.alice)
    second = some.build(people)
    assert (second.number, second.lines) == ("C-000002", 1)
    with pytest.raises(Conflict, match="withdrawn"):
        some.submit(people, first.id)
    some.submit(people, second.id)
    with pytest.raises(Conflict, match="Correct it by a credit"):
        claims.withdraw_claim(second.id, actor=people.alice)
    some.no_differences()


def test_what_is_held_back_says_why(people, acacia):
    some.log(people, notes=" ")
    assert reasons_of(some.build(people)) == [["missing_notes"]]
    old = db.session.scalars(select(Service)).one()
    day = people.today.replace(year=people.today.year - 3)
    changed(people, Service, old.id, service_on=day, notes="Done.")
    wide = replace(some.wanted(people), starts_on=day)
    built = claims.build_claim(wide, actor=people.alice)
    assert set(reasons_of(built)[0]) == {"outside_plan", "no_agreement", "too_old"}
    reason = built.held_back[0].as_json()["reasons"][-1]
    assert (reason["code"], reason["is_fixable"], reason["fixed_at"]) == ("too_old", False, None)


def test_the_same_service_twice_is_held_back_once(people, acacia):
    some.log(people)
    some.log(people)
    built = some.build(people)
    assert (built.lines, reasons_of(built)) == (1, [["duplicate"]])
    assert reasons_of(some.build(people)) == [["duplicate"]]
    changed(people, Participant, people.acacia.participant_id, needs_two_workers=True)
    assert reasons_of(some.build(people)) == [["duplicate"]], "by the same worker"


def test_prices_agreements_and_numbers_hold_back(people, acacia):
    service_id = some.log(people)
    changed(people, Service, service_id, unit_price_cents=999_00)
    assert reasons_of(some.build(people)) == [["over_limit"]]
    changed(people, Service, service_id, unit_price_cents=70_23)
    agreement = db.session.scalars(select(ServiceAgreement)).one()
    with transaction(people.alice, unrecorded="a test"):
        db.session.execute(delete(AgreedItem).where(AgreedItem.item_number == "01_011_0107_1_1"))
    assert reasons_of(some.build(people)) == [["not_agreed"]]
    changed(people, ServiceAgreement, agreement.id, status="draft")
    assert reasons_of(some.build(people)) == [["no_agreement"]]
    with transaction(people.alice, unrecorded="a test"):
        row = organizations.current()
        row.abn, row.ndis_registration = None, "none"
    assert reasons_of(some.build(people)) == [
        ["no_agreement", "abn_invalid", "registration_invalid"]
    ]
    plan = db.session.scalars(select(Plan)).one()
    changed(people, Plan, plan.id, management=PlanManagement.SELF_MANAGED)
    assert reasons_of(some.build(people)) == [["no_agreement", "abn_invalid"]]


def test_a_service_that_changed_since_the_draft_is_not_sent(people, acacia):
    service_id = some.log(people)
    built = some.build(people)
    some.cancelled(people, service_id, 50)
    with pytest.raises(Conflict, match="has changed since C-000001"):
        some.submit(people, built.id)
    assert claim_files.kept(built.id) == []
    assert some.claim_of(built.id).status is ClaimStatus.DRAFT


def test_a_claim_is_not_sent_without_the_providers_numbers(people, acacia):
    some.log(people)
    built = some.build(people)
    with transaction(people.alice, unrecorded="a test"):
        organizations.current().ndis_registration = None
    with pytest.raises(RuleBroken, match="ABN and NDIS registration"):
        some.submit(people, built.id)


def test_the_database_lets_no_service_onto_two_live_claims(people, acacia):
    some.log(people)
    some.build(people)
    held = db.session.scalars(select(ClaimService)).one()
    with pytest.raises(IntegrityError), transaction(people.alice, unrecorded="a test"):
        db.session.add(
            ClaimService(
                organization_id=held.organization_id,
                claim_id=held.claim_id,
                claim_line_id=held.claim_line_id,
                service_id=held.service_id,
                total_cents=1,
            )
        )


def at_once(app, provider, work, count=4):
    failures = []

    def run():
        try:
            with app.app_context(), scope(provider.id):
                work()
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_many_who_build_at_once_leave_one_claim_and_no_gap(app, people, acacia):
    for days_ago in range(1, 4):
        some.log(people, days_ago=days_ago)
    wanted = some.wanted(people)
    actor = people.alice
    db.session.remove()
    assert at_once(app, acacia, lambda: claims.build_claim(wanted, actor=actor)) == []
    assert db.session.scalars(select(Claim.number)).all() == [1]
    assert db.session.scalar(select(func.count(ClaimService.id))) == 3
    some.no_differences()


def test_many_who_send_at_once_send_once(app, people, acacia):
    some.log(people)
    built = some.build(people)
    actor = people.alice
    db.session.remove()
    assert at_once(app, acacia, lambda: claims.submit_claim(built.id, actor=actor)) == []
    assert db.session.scalar(select(func.count(ClaimFile.id))) == 1
    assert db.session.scalar(select(func.count(ServiceChange.id))) == 1
    some.no_differences()


def test_people_at_once_take_numbers_without_gaps(app, people, acacia):
    ids = [some.someone(people, f"P{n}", f"43000010{n}") for n in range(4)]
    for one in ids:
        some.log(people, one)
    actor, waiting, lock = people.alice, list(ids), threading.Lock()
    db.session.remove()

    def work():
        with lock:
            whom = waiting.pop()
        claims.build_claim(some.wanted(people, participant_ids=(whom,)), actor=actor)

    assert at_once(app, acacia, work) == []
    assert sorted(db.session.scalars(select(Claim.number))) == [1, 2, 3, 4]


def test_a_failure_in_the_middle_leaves_nothing_and_no_number(people, acacia, monkeypatch):
    service_id = some.log(people)
    real = claims.audit.record
    monkeypatch.setattr(claims.audit, "record", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        some.build(people)
    monkeypatch.setattr(claims.audit, "record", real)
    built = some.build(people)
    assert built.number == "C-000001"
    monkeypatch.setattr(claims.claim_files, "rendered", lambda *_a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        some.submit(people, built.id)
    monkeypatch.undo()
    assert some.statuses(service_id) == ["completed"]
    some.submit(people, built.id)
    some.no_differences()


def test_a_stranger_finds_no_claim(people, acacia):
    some.log(people)
    built = some.build(people)
    with scope(people.banksia.id), pytest.raises(NotFound):
        claims.submit_claim(built.id, actor=people.charlie)


def test_the_preview_agrees_with_what_is_then_claimed(people, acacia):
    some.log(people)
    some.log(people, days_ago=2, notes="")
    some.log(people, some.someone(people, "Ann", "430000011"))
    seen = reads.preview(some.wanted(people))
    assert {key.value: [row.services for row in rows] for key, rows in seen.groups.items()} == {
        "plan_managed": [1],
        "ndia_managed": [1],
    }
    assert {key.value: count for key, count in seen.reasons.items()} == {"missing_notes": 1}
    built = some.build(people)
    assert (built.services, built.total_cents) == (seen.services, seen.cents)
    assert seen.held_back_cents == some.HALF_HOUR


def test_the_list_is_read_by_number_page_by_page(people, acacia):
    for days_ago in range(1, 4):
        some.log(people, days_ago=days_ago)
        some.build(people)
    first, after = reads.page(reads.ClaimFilter(), 2)
    rest, end = reads.page(reads.ClaimFilter(after=after), 2)
    assert [one.number for one in (*first, *rest)] == [3, 2, 1]
    assert (end, reads.by_number("c-000002").number, reads.by_number("x")) == (None, 2, None)


def test_differences_are_found_where_a_claim_was_overwritten(people, acacia):
    some.log(people)
    some.sent(people)
    with transaction(people.alice, unrecorded="a test"):
        db.session.execute(update(ClaimLine).values(total_cents=1))
    found = {(one.what, one.column) for one in some.checks.differences()}
    assert found == {("claim", "total_cents"), ("claim line", "total_cents")}
