"""Finance's pages: every view, file and sum in the database agrees to the cent."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from caddy.actions import claim_corrections
from caddy.actions.participants import add_participant
from caddy.domain.claims import GstCode, LineStatus
from caddy.domain.participants import PlanManagement
from caddy.domain.permissions import Permission
from caddy.events import Topic, fragments
from caddy.extensions import db
from caddy.models import Claim, ClaimLine, OrganizationTotal, Payment
from caddy.queries import payments, receivables, results
from caddy.queries.receivables import OwedFilter
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import claims as some
from tests import world
from tests.web import growth

MONEY = re.compile(r"-?\$[\d,]+\.\d\d")


def cents(text):
    return int(text.replace("$", "").replace(",", "").replace(".", ""))


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return html.unescape(response.text)


def rows_of(client, path):
    response = client.get(path)
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    text = response.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def stat(text, label):
    """Return the amount that stands under a label."""
    found = re.search(rf'stat__label">{label}</p>\s*<p class="stat__value">([^<]+)<', text)
    assert found, label
    return found[1]


@pytest.fixture
def billed(people):
    """Three payers: the agency (three lines), a plan manager (two people), a participant."""
    with scope(people.acacia.id):
        some.ready(people)
        for days_ago in (6, 5, 4):
            some.log(people, days_ago=days_ago)
        for number, first in enumerate(("Ann", "Bo")):
            whom = some.someone(people, first, f"43000001{number}", manager="=Plan, Co")
            some.log(people, whom, days_ago=3, minutes=45 + number)
        own = replace(world.plan(people.today, (1, 9_000_00)))
        own = replace(own, management=PlanManagement.SELF_MANAGED)
        whom = add_participant(world.profile("Self", "Able", "430000019"), own, actor=people.alice)
        some.agree(people, whom)
        some.teams.add_to_team(whom, people.acacia.people["sam"], actor=people.alice)
        some.log(people, whom, days_ago=2, minutes=20)
        claim = some.sent(people)
        with transaction(people.alice, unrecorded="a test"):
            lines = some.lines_of(claim.id)
            (taxed,) = [line for line in lines if line.payer == "Self Able"]
            taxed.gst_code = GstCode.TAXABLE
        lines = some.lines_of(claim.id)
        one, two, three = [line.claim_reference for line in lines if line.payer == "NDIA"]
        some.answer(people, (one, "SUCCESSFUL", "", "35.12"), (two, "ERROR", "Duplicate claim"))
        short = (three, "20.00", people.today.isoformat(), "R-1")
        some.answer(people, short, header=some.REMITTANCE_HEADER, name="rem.csv")
        some.log(people, days_ago=1)
        return claim.id


def stored(*statements):
    return [db.session.scalar(statement) for statement in statements]


def test_what_is_owed_and_what_came_is_the_same_on_pages_in_files_and_in_the_database(
    people, billed, sign_in
):
    client = sign_in("fin")
    finance = page(client, "/finance")
    aged = page(client, "/finance/receivables")
    lines = page(client, "/finance/receivables/lines")
    by_payer = rows_of(client, "/finance/receivables.csv")
    by_line = rows_of(client, "/finance/receivables/lines.csv")
    with scope(people.acacia.id):
        is_open = ClaimLine.status.in_((LineStatus.PENDING, LineStatus.PART_PAID))
        owed, unclaimed, claimed, paid = stored(
            select(func.sum(ClaimLine.total_cents - ClaimLine.paid_cents)).where(is_open),
            select(OrganizationTotal.unclaimed_cents),
            select(Claim.total_cents),
            select(func.sum(ClaimLine.paid_cents)),
        )
    assert len(by_line) == 4
    told = {cents(stat(finance, "Owed")), cents(stat(aged, "Owed"))}
    told |= {cents(by_payer[-1]["Total"]), sum(cents(row["Owed"]) for row in by_line)}
    told |= {sum(cents(row["Total"]) for row in by_payer[:-1])}
    told |= {cents(MONEY.search(lines.split("Of any age")[1])[0])}
    assert told == {owed}
    assert cents(stat(finance, "To claim")) == unclaimed == 2 * some.HALF_HOUR
    weeks = dict(re.findall(r"</svg>(\w[\w ]+) <strong class=\"number\">(\$[\d,.]+)<", finance))
    assert {name: cents(value) for name, value in weeks.items()} == {
        "To claim": unclaimed,
        "Claimed": claimed,
        "Paid": paid,
        "Rejected": some.HALF_HOUR,
    }
    assert paid == 35_12 + 20_00
    assert "'=Plan, Co" in {row["Payer"] for row in by_payer}


def test_the_books_are_the_same_on_the_page_in_every_file_and_in_the_database(
    people, billed, sign_in
):
    client = sign_in("fin")
    period = f"from={people.today.isoformat()}&to={people.today.isoformat()}"
    books = page(client, f"/finance/books?{period}")
    invoices = rows_of(client, f"/finance/books/invoices.csv?{period}&account=4000")
    contacts = rows_of(client, f"/finance/books/contacts.csv?{period}")
    journal = rows_of(client, f"/finance/books/journal.csv?{period}")
    with scope(people.acacia.id):
        income = select(func.sum(ClaimLine.total_cents))
        total, taxed = stored(
            income.where(ClaimLine.status != LineStatus.REJECTED),
            income.where(ClaimLine.gst_code == GstCode.TAXABLE),
        )
    gst = (2 * taxed + 11) // 22
    assert cents(stat(books, "Income")) == total
    assert cents(stat(books, "Of it GST")) == gst > 0
    assert sum(cents(row["*UnitAmount"]) for row in invoices) == total
    assert sum(cents(row["TaxAmount"]) for row in invoices) == gst
    assert {row["*AccountCode"] for row in invoices} == {"4000"}
    assert sum(cents(row["Debit"] or "0") for row in journal) == total
    assert sum(cents(row["Credit"] or "0") for row in journal) == total
    assert len({row["*InvoiceNumber"] for row in invoices}) == int(stat(books, "Invoices")) == 4
    assert len(contacts) == int(stat(books, "Contacts")) == 3
    # A name that a spreadsheet would run is text, in every file.
    names = {row["*ContactName"] for row in (*invoices, *contacts)}
    assert names == {"NDIA", "'=Plan, Co", "Self Able"}


def test_receivables_grow_older_by_the_day_and_lead_to_their_lines(
    people, billed, sign_in, monkeypatch
):
    client = sign_in("fin")
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        claim = db.session.get_one(Claim, billed)
        claim.submitted_at -= timedelta(days=31)
    text = page(client, "/finance/receivables")
    assert stat(text, "0 to 30 days") == "$0.00"
    assert stat(text, "31 to 60 days") == stat(text, "Owed")
    assert page(client, "/finance/receivables/lines?age=0").count("<tr>") == 0
    link = html.unescape(re.search(r'href="(/finance/receivables/lines\?payer=%3D[^"]+)"', text)[1])
    behind = page(client, link)
    assert behind.count("<tr>") == 1 + 2
    assert "on 2 lines" in behind
    assert len(rows_of(client, link.replace("/lines?", "/lines.csv?"))) == 2


def pay(client, address, **form):
    claim, line = re.search(r"claim=([\w-]+)&line=(\d+)", address).groups()
    return client.post("/finance/payments", {"claim": claim, "line": line, **form})


def test_a_payment_is_recorded_by_hand_short_once_and_never_over_what_is_owed(
    people, billed, sign_in
):
    client = sign_in("fin")
    listed = page(client, "/finance/payments/new")
    links = re.findall(r'href="(/finance/payments/new\?claim=[^"]+)"', listed)
    assert len(links) == 3, "an invoice for each payer and participant"
    form = page(client, links[0])
    assert "Payment of C-000001-01" in form
    owed = cents(re.search(r'name="amount"[^>]*value="([\d,.]+)"', form)[1])

    today = people.today.isoformat()
    good = {"amount": "10.00", "paid_on": today, "reference": "BPAY 7"}
    over = pay(client, links[0], **{**good, "amount": "9,000"})
    assert over.status_code == 422
    assert "is more than the" in over.text
    assert 'value="9,000"' in over.text
    later = (people.today + timedelta(days=1)).isoformat()
    assert "still to come" in pay(client, links[0], **{**good, "paid_on": later}).text
    assert pay(client, links[0], **{**good, "reference": " "}).status_code == 422
    assert pay(client, links[0], **{**good, "amount": "0"}).status_code == 422

    assert pay(client, links[0], **good).status_code == 303
    left = f"${(owed - 10_00) / 100:,.2f} is still owed"
    text = page(client, "/finance/payments")
    assert left in text
    assert "BPAY 7" in text
    assert "still owed</span>" in text
    # The other invoice of the same payer and claim was paid by the same transfer.
    assert pay(client, links[1], **good).status_code == 303
    assert pay(client, links[0], **good).status_code == 303
    assert "recorded before. Nothing was changed" in page(client, "/finance/payments")
    other = pay(client, links[0], **{**good, "amount": "11.00"})
    assert "Enter another reference" in html.unescape(other.text)
    with scope(people.acacia.id):
        known = select(func.sum(Payment.cents)).where(Payment.reference == "BPAY 7")
        assert db.session.scalar(known) == 20_00
        some.no_differences()
    rows = rows_of(client, "/finance/payments.csv")
    assert {row["Reference"]: row["Amount"] for row in rows} == {"BPAY 7": "20.00", "R-1": "20.00"}
    transfer = page(client, f"/finance/payments/transfer?on={today}&reference=BPAY+7")
    assert transfer.count("$10.00") == 2
    rest = {**good, "amount": f"{(owed - 10_00) / 100:.2f}", "reference": "BPAY 8"}
    pay(client, links[0], **rest)
    assert "the invoice is paid in full" in page(client, "/finance/payments")
    assert pay(client, links[0].replace("line=", "line=9"), **good).status_code == 404


def walked(read):
    """Follow the keys of pages of one row to the end, and return all rows."""
    rows, key = [], None
    while True:
        some_rows, key = read(key)
        rows += some_rows
        if key is None:
            return rows
        assert len(some_rows) == 1


def test_pages_of_one_row_lose_nothing_and_repeat_nothing(people, billed, monkeypatch):
    monkeypatch.setattr(payments, "PAGE", 1)
    monkeypatch.setattr(results, "PAGE", 1)
    day, far = people.today, timedelta(days=9_999)
    with scope(people.acacia.id):
        for number, reference in enumerate(("", "A", "B", "A")):
            paid_on = day - timedelta(days=number // 2)
            money = claim_corrections.Received(1_00, paid_on, reference or "Z", "Self Able")
            claim_corrections.record_payment(billed, money, actor=people.alice)
        lines = walked(
            lambda key: receivables.lines(OwedFilter(after=key), day, world.ZONE, size=1)
        )
        assert len({row.ClaimLine.id for row in lines}) == len(lines) == 4
        found = walked(lambda key: payments.page(day - far, day, key, size=1))
        told = [(one.paid_on, one.reference) for one in found]
        assert told == sorted(set(told), reverse=True)
        assert len(told) == 5
        invoices = walked(payments.open_invoices)
        assert len({(one.payer, one.participant) for one in invoices}) == len(invoices) == 3
        assert len(walked(results.page)) == 2
        behind = walked(lambda key: payments.lines(day, "R-1", key or "", size=1))
        assert len(behind) == 1


def test_a_changed_claim_is_told_to_all_who_look_at_it(people, billed, monkeypatch):
    told = []
    monkeypatch.setattr("caddy.events.publish", lambda _organization, topics: told.extend(topics))
    with scope(people.acacia.id):
        one = some.lines_of(billed)[0]
        money = claim_corrections.Received(1_00, people.today, "X", payer="=Plan, Co")
        claim_corrections.record_payment(billed, money, actor=people.alice)
        claim_corrections.credit_lines(billed, [one.id], "A test", actor=people.alice)
        some.answer(people, (one.claim_reference, "ERROR"))
    mine = [topic for topic in told if topic.kind == "claim"]
    assert {topic.id for topic in mine} == {billed}
    assert [topic.version for topic in mine] == sorted({topic.version for topic in mine})


def test_the_stream_brings_the_numbers_that_the_pages_show(app, people, billed, sign_in):
    client = sign_in("fin")
    whole = client.get("/finance").text
    claim = client.get(f"/claims/{billed}").text
    with app.test_request_context(), scope(people.acacia.id):
        found = fragments.render([Topic("claim", billed, 1)])
    targets = ["finance-totals", f"claim-sums-{billed}", f"claim-files-{billed}"]
    assert [one.target for one in found] == targets
    assert {one.permission for one in found} == {Permission.CLAIMS_READ}
    for one, text in zip(found, (whole, claim, claim), strict=True):
        assert MONEY.findall(one.html)
        assert " ".join(one.html.split()) in " ".join(text.split())
    part = client.get(f"/claims/{billed}?part=sums", fragment=True).text
    assert part.strip() == found[1].html.strip()


def test_books_leave_out_what_makes_no_sense_and_keep_to_a_year(people, billed, sign_in):
    client = sign_in("fin")
    text = page(client, "/finance/books?from=x&to=2026-13-01&account=%3D1")
    assert 'name="account" value="200"' in text
    assert "No claim was sent" in page(client, "/finance/books?from=2020-01-01&to=2020-02-01")
    assert "A period is a year at the most" in page(
        client, "/finance/books?from=2020-01-01&to=2026-01-01"
    )


@pytest.mark.both_databases
def test_finances_pages_ask_no_more_queries_for_more_rows(app, people, billed, sign_in):
    client = sign_in("alice")
    paths = ("/finance", "/finance/receivables", "/finance/receivables/lines")
    paths += ("/finance/payments", "/finance/payments/new", "/finance/books", "/claims/results")
    few = {path: growth.queries(app, client, path) for path in paths}
    with scope(people.acacia.id):
        for number in range(4):
            whom = some.someone(people, f"P{number}", f"43000002{number}", manager=f"M{number}")
            some.log(people, whom, days_ago=2)
        claim = some.sent(people)
        rows = [
            (line.claim_reference, "1.00", "2026-11-05", "R2") for line in some.lines_of(claim.id)
        ]
        some.answer(people, *rows, header=some.REMITTANCE_HEADER, name="more.csv")
    assert {path: growth.queries(app, client, path) for path in paths} == few
