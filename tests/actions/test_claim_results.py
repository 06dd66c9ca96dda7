"""Answers to claims: paid, part paid, rejected, unknown; once; credits, payments, what is owed."""

from __future__ import annotations

import io
import threading
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import func, select

from caddy import clock
from caddy.actions import claim_corrections, claims
from caddy.actions.claim_corrections import Received
from caddy.actions.claim_results import load_result
from caddy.domain import books
from caddy.domain.claims import ClaimStatus
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.ndis.result_file import Column
from caddy.extensions import db
from caddy.models import AuditLog, Claim, Payment, ResultFile, ServiceChange
from caddy.queries import audit_log, claim_files, finance, receivables
from caddy.queries import books as book_queries
from caddy.queries import claims as reads
from caddy.tenancy import scope
from tests import claims as some
from tests import world


@pytest.fixture
def acacia(people):
    with scope(people.acacia.id):
        some.ready(people)
        yield people.acacia


@pytest.fixture
def sent(people, acacia):
    """Return a claim of three lines that was sent, and its services in the lines' order."""
    people.logged = [some.log(people, days_ago=days_ago) for days_ago in (4, 3, 2)]
    return some.sent(people)


def history_of(people):
    """Return what happened to Pat as the audit log says it, the newest first."""
    wanted = audit_log.AuditFilter(participant_id=people.acacia.participant_id)
    rows, _ = audit_log.page(wanted, world.ZONE, seen_by=None)
    return [one.said.text for one in rows]


def references(claim):
    return [line.claim_reference for line in some.lines_of(claim.id)]


def test_a_result_pays_pays_in_part_and_rejects_and_the_rejected_are_free_again(people, sent):
    one, two, three = references(sent)
    report = some.answer(
        people,
        (one, "SUCCESSFUL", "", "35.12", "N"),
        (two, "SUCCESSFUL", "", "30.00", "Y"),
        (three, "ERROR", "Insufficient funds in plan", "0.00", ""),
        ("C-000099-0001", "SUCCESSFUL", "", "1.00", ""),
    )
    assert (report["paid"], report["part_paid"], report["rejected"]) == (1, 1, 1)
    assert report["paid_cents"] == 65_12
    assert report["unknown"] == [{"row": 5, "reference": "C-000099-0001"}]
    told = report["lines"][2]
    assert told["means"] == "The plan has not enough money left in this category."
    assert told["to_do"].startswith("Ask the participant")
    claim = some.claim_of(sent.id)
    assert (claim.status, claim.paid_cents, claim.rejected_cents) == (
        ClaimStatus.PAID,
        65_12,
        some.HALF_HOUR,
    )
    assert claim.response_errors == [f"{three}: {told['means']}"]
    assert claim.response_warnings == [f"{two}: $30.00 of $35.12 was paid at a capped price."]
    assert some.statuses(*people.logged) == ["billed", "billed", "completed"]
    assert some.unclaimed() == (1, some.HALF_HOUR)
    some.no_differences()
    assert history_of(people)[:2] == [
        "recorded $35.12 rejected for Pat Green on claim C-000001",
        "recorded $65.12 paid for Pat Green on claim C-000001",
    ]
    again = some.build(people)
    assert (again.number, again.lines) == ("C-000002", 1)
    some.no_differences()


def test_the_same_file_twice_changes_nothing(people, sent):
    rows = [(name, "ERROR", "Duplicate claim") for name in references(sent)]
    first = some.answer(people, *rows)
    before = db.session.scalar(select(func.count(AuditLog.id)))
    second = some.answer(people, *rows)
    assert (first.pop("was_loaded"), second.pop("was_loaded")) == (False, True)
    assert first == second
    assert db.session.scalar(select(func.count(AuditLog.id))) == before
    assert some.claim_of(sent.id).status is ClaimStatus.REJECTED
    assert db.session.scalar(select(func.count(ServiceChange.id))) == 6
    some.no_differences()


def test_the_same_answer_in_another_file_finds_everything_as_it_was(people, sent):
    rows = [(name, "SUCCESSFUL", "", "35.12") for name in references(sent)]
    some.answer(people, *rows)
    again = some.answer(people, *rows, ("other", "ERROR"))
    assert (again["unchanged"], len(again["unknown"])) == (3, 1)
    some.no_differences()


def test_a_late_answer_does_not_touch_a_line_that_is_claimed_anew(people, sent):
    one = references(sent)[0]
    some.answer(people, (one, "ERROR", "Price over limit"))
    some.submit(people, some.build(people).id)
    report = some.answer(people, (one, "SUCCESSFUL", "", "35.12"))
    assert report["ignored"][0]["why"] == "This line is rejected already."
    assert some.claim_of(sent.id).paid_cents == 0
    assert some.statuses(people.logged[0]) == ["billed"]
    some.no_differences()


def remittance(people, claim, cents, reference="R1", name="remittance.csv"):
    rows = [(one, cents, "05/11/2026", reference) for one in references(claim)]
    return some.answer(people, *rows, header=some.REMITTANCE_HEADER, name=name)


def test_a_remittance_says_what_was_paid_in_which_transfer(people, sent):
    some.answer(people, *[(name, "SUCCESSFUL", "", "35.12") for name in references(sent)])
    report = remittance(people, sent, "30.00")
    assert (report["part_paid"], report["paid_cents"]) == (3, 90_00)
    assert some.claim_of(sent.id).status is ClaimStatus.ACCEPTED
    assert some.claim_of(sent.id).response_reference == "R1"
    again = remittance(people, sent, "$30.00", name="again.csv")
    assert again["unchanged"] == 3, "the same transfer in another file"
    remittance(people, sent, "5.12", reference="R2")
    claim = some.claim_of(sent.id)
    assert (claim.status, claim.paid_cents) == (ClaimStatus.PAID, 3 * some.HALF_HOUR)
    assert [one.reference for one in reads.payments(sent.id)] == ["R1"] * 3 + ["R2"] * 3
    some.no_differences()


def test_a_reversal_takes_back_what_came_and_no_more(people, sent):
    early = remittance(people, sent, "-35.12", reference="R0", name="r0.csv")
    assert {one["why"] for one in early["ignored"]} == {"This takes back more than was paid."}
    remittance(people, sent, "35.12", reference="R1", name="r1.csv")
    remittance(people, sent, "-35.12", reference="R2", name="r2.csv")
    claim = some.claim_of(sent.id)
    assert (claim.status, claim.paid_cents) == (ClaimStatus.ACCEPTED, 0)
    assert receivables.owed_by_claim(sent.id) == 3 * some.HALF_HOUR
    assert db.session.scalar(select(func.sum(Payment.cents))) == 0
    some.no_differences()


def test_a_workbook_is_read_by_its_names_and_a_chosen_mapping_is_remembered(people, sent):
    one, two, three = references(sent)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Results of the week"])
    sheet.append(["Provider Claim Ref", "Status", "Amount Paid ($)", "Error Message"])
    sheet.append([one, "Rejected", 0, "Price exceeds limit"])
    written = io.BytesIO()
    book.save(written)
    report = load_result(written.getvalue(), "r.xlsx", actor=people.alice)
    assert report["lines"][0]["means"] == "The unit price is over the agency's price limit."
    header = "Zeile,Antwort,Geld"
    rows = some.table(header, (two, "SUCCESSFUL", "35.12"))
    with pytest.raises(RuleBroken, match="Choose the column"):
        load_result(rows, "x.csv", actor=people.alice)
    mapping = {Column.REFERENCE: "Zeile", Column.STATUS: "Antwort", Column.PAID: "Geld"}
    load_result(rows, "x.csv", actor=people.alice, mapping=mapping)
    more = some.table(header, (three, "SUCCESSFUL", "35.12"))
    assert load_result(more, "y.csv", actor=people.alice)["paid"] == 1
    some.no_differences()


def test_a_file_of_another_claim_is_refused_for_this_one(people, sent):
    some.log(people, days_ago=9)
    other = some.sent(people)
    rows = [(name, "SUCCESSFUL", "", "35.12") for name in references(other)]
    with pytest.raises(RuleBroken, match="It answers C-000002"):
        some.answer(people, *rows, claim_id=sent.id)
    assert db.session.scalar(select(func.count(ResultFile.id))) == 0
    with pytest.raises(RuleBroken, match="cannot be read"):
        load_result(b"%PDF-1.7", "x.pdf", actor=people.alice)


def test_a_draft_is_not_answered_and_a_stranger_answers_nothing(people, acacia):
    some.log(people)
    built = some.build(people)
    (name,) = [line.claim_reference for line in some.lines_of(built.id)]
    assert len(some.answer(people, (name, "SUCCESSFUL", "", "35.12"))["unknown"]) == 1
    some.submit(people, built.id)
    with scope(people.banksia.id):
        content = some.table(some.RESULT_HEADER, ("1", name, "ERROR", "x", "", ""))
        report = load_result(content, "x.csv", actor=people.charlie)
        assert (report["rejected"], len(report["unknown"])) == (0, 1)
    # What nobody could be told of then is read again now that the claim was sent.
    assert some.answer(people, (name, "SUCCESSFUL", "", "35.12"))["paid"] == 1


def test_many_who_load_a_file_at_once_load_it_once(app, people, sent):
    name = references(sent)[0]
    content = some.table(some.RESULT_HEADER, ("1", name, "ERROR", "Duplicate", "", ""))
    actor, failures, loaded = people.alice, [], []
    organization_id = people.acacia.id
    db.session.remove()

    def work():
        try:
            with app.app_context(), scope(organization_id):
                loaded.append(load_result(content, "r.csv", actor=actor)["was_loaded"])
        except Exception as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, sorted(loaded)) == ([], [False, True, True, True])
    some.no_differences()


def test_a_credit_frees_the_services_for_a_new_claim_and_the_old_stays_as_sent(people, sent):
    first = some.lines_of(sent.id)[0]
    args = (sent.id, [first.id], "Wrong item")
    assert claim_corrections.credit_lines(*args, actor=people.alice) == some.HALF_HOUR
    assert claim_corrections.credit_lines(*args, actor=people.alice) == 0
    claim = some.claim_of(sent.id)
    assert (claim.status, claim.total_cents, claim.credited_cents) == (
        ClaimStatus.SUBMITTED,
        3 * some.HALF_HOUR,
        some.HALF_HOUR,
    )
    assert some.statuses(*people.logged) == ["completed", "billed", "billed"]
    again = some.build(people)
    assert (again.number, again.total_cents) == ("C-000002", some.HALF_HOUR)
    some.no_differences()
    with pytest.raises(Conflict, match="was not sent"):
        claim_corrections.credit_lines(again.id, [], "x", actor=people.alice)
    with pytest.raises(NotFound):
        claim_corrections.credit_lines(sent.id, [again.id], "x", actor=people.alice)
    with pytest.raises(RuleBroken, match="Say why"):
        claim_corrections.credit_lines(sent.id, [], " ", actor=people.alice)


def test_a_cancellation_fee_that_is_rejected_is_a_cancellation_again(people, acacia):
    fee = some.log(people, minutes=60)
    some.cancelled(people, fee, 50)
    assert some.unclaimed() == (1, 35_12 if some.HALF_HOUR % 2 else 35_11)
    claim = some.sent(people)
    some.no_differences()
    some.answer(people, (references(claim)[0], "ERROR", "Cancellation not allowed"))
    assert some.statuses(fee) == ["cancelled"]
    some.no_differences()


def test_money_that_is_received_goes_to_the_lines_in_order_and_never_over_them(people, sent):
    money = Received(50_00, people.today, "BPAY 1")
    owed = 3 * some.HALF_HOUR
    assert claim_corrections.record_payment(sent.id, money, actor=people.alice) == owed - 50_00
    assert claim_corrections.record_payment(sent.id, money, actor=people.alice) == owed - 50_00
    assert [line.status.value for line in some.lines_of(sent.id)] == [
        "paid",
        "part_paid",
        "pending",
    ]
    with pytest.raises(RuleBroken, match=r"more than the \$55\.36"):
        claim_corrections.record_payment(
            sent.id, Received(56_00, people.today, "2"), actor=people.alice
        )
    rest = Received(owed - 50_00, people.today, "BPAY 2")
    assert claim_corrections.record_payment(sent.id, rest, actor=people.alice) == 0
    assert some.claim_of(sent.id).status is ClaimStatus.PAID
    assert db.session.scalar(select(func.sum(Payment.cents))) == owed
    some.no_differences()
    assert history_of(people)[0] == "recorded $55.36 paid for Pat Green on claim C-000001"


def test_what_a_price_cap_took_off_is_not_owed(people, sent):
    one, two, three = references(sent)
    some.answer(people, (one, "SUCCESSFUL", "", "30.00", "Y"), (two, "ERROR"), (three, "ERROR"))
    assert receivables.owed_by_claim(sent.id) == 0
    assert some.claim_of(sent.id).status is ClaimStatus.PAID
    part = (one, "10.00", "2026-11-05", "R1")
    some.answer(people, part, header=some.REMITTANCE_HEADER)
    assert receivables.owed_by_claim(sent.id) == 20_00
    assert some.claim_of(sent.id).status is ClaimStatus.ACCEPTED
    money = Received(20_00, people.today, "R2")
    assert claim_corrections.record_payment(sent.id, money, actor=people.alice) == 0
    assert some.claim_of(sent.id).status is ClaimStatus.PAID
    some.no_differences()


def test_what_is_owed_is_aged_by_payer(people, sent, monkeypatch):
    some.log(people, some.someone(people, "Ann", "430000011"))
    some.sent(people)
    found = receivables.aged(people.today + timedelta(days=31), world.ZONE)
    assert [(one.payer, one.cents) for one in found] == [
        ("NDIA", [0, 3 * some.HALF_HOUR, 0, 0]),
        ("Plan Co", [0, some.HALF_HOUR, 0, 0]),
    ]
    assert receivables.owed_by_claim(sent.id) == 3 * some.HALF_HOUR


def test_the_dashboard_follows_the_money(people, sent):
    one, two, three = references(sent)
    some.answer(
        people,
        (one, "SUCCESSFUL", "", "35.12"),
        (two, "ERROR", "Duplicate"),
        (three, "SUCCESSFUL", "", ""),
    )
    seen = finance.dashboard(clock.today(world.ZONE), world.ZONE)
    sums = {
        name: sum(getattr(week, name) for week in seen.weeks)
        for name in ("to_claim", "claimed", "paid", "rejected")
    }
    half = some.HALF_HOUR
    assert sums == {"to_claim": half, "claimed": 3 * half, "paid": half, "rejected": half}
    assert (seen.totals.to_claim_cents, seen.totals.owed_cents, seen.totals.days_to_money) == (
        half,
        half,
        4,
    )


def test_an_invoice_has_the_same_number_in_its_file_and_in_the_books(people, acacia):
    for number in range(2):
        some.log(people, some.someone(people, f"P{number}", f"43000001{number}"))
    claim = some.sent(people)
    lines = book_queries.lines(Claim.id == claim.id, world.ZONE)
    assert [line.invoice_number for line in lines] == ["C-000001-01", "C-000001-02"]
    files = claim_files.kept(claim.id)
    assert [one.file_name for one in files] == ["C-000001-01.csv", "C-000001-02.csv"]
    for line, file in zip(lines, files, strict=True):
        assert line.participant in file.content.decode()


def test_the_books_come_to_what_was_claimed(people, sent):
    claim = some.claim_of(sent.id)
    lines = book_queries.lines(Claim.id == claim.id, world.ZONE)
    assert sum(line.total_cents for line in lines) == claim.total_cents
    text = books.journal(lines, people.today, claim.shown_number).decode("utf-8-sig")
    assert "01 Assistance with Daily Life,P2,,105.36" in text
    assert [one.name for one in book_queries.contacts(Claim.id == claim.id)] == ["NDIA"]


def test_nothing_of_a_draft_can_be_paid(people, acacia):
    some.log(people)
    built = some.build(people)
    with pytest.raises(Conflict):
        claim_corrections.record_payment(
            built.id, Received(1, people.today, "x"), actor=people.alice
        )
    claims.withdraw_claim(built.id, actor=people.alice)
