"""Claim reports and invoices on paper: every line, and sums that agree to the cent."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date, timedelta

from pypdf import PdfReader

from caddy.domain import reports
from caddy.domain.money import dollars
from caddy.domain.reports import Bank, ClaimReport, Invoice, Letterhead, Line, Party
from caddy.jobs.paper import claim_pdf, invoice_pdf

HEAD = Letterhead("Acacia <Care>", "51824753556", "4050012345", ("hello@acacia.example",))
DAY = date(2026, 11, 1)


def lines(count: int, gst_cents: int = 0) -> tuple[Line, ...]:
    return tuple(
        Line(
            participant=f"Person {number % 7}",
            ndis_number=f"43000000{number % 7}",
            service_on=DAY + timedelta(days=number % 14),
            item_number=("01_011_0107_1_1", "15_037_0117_1_3", "04_104_0125_6_1")[number % 3],
            support_category=(1, 15, 4)[number % 3],
            quantity_milli=1_000 + number % 4 * 250,
            unit="h",
            unit_price_cents=65_47,
            total_cents=6_547 + number * 37 % 300_000,
            reference=f"CLM-000012-{number:05}",
            gst_cents=gst_cents,
        )
        for number in range(count)
    )


def text_of(made: bytes) -> str:
    pages = PdfReader(io.BytesIO(made)).pages
    text = "\n".join(page.extract_text() for page in pages)
    return re.sub(r"[\u2009 ]+", " ", text)


def claim(count: int) -> ClaimReport:
    return ClaimReport("12", DAY, DAY + timedelta(days=13), "the NDIA", lines(count))


def test_a_claim_report_holds_every_line_and_its_sums_to_the_cent(app):
    made = claim(600)
    told = []
    text = text_of(claim_pdf(made, HEAD, progress=lambda done, of: told.append((done, of))))
    for line in made.lines:
        assert line.reference in text
    amounts = re.findall(r"CLM-000012-\d{5}.*?\$65\.47.*?\$([\d,]+)\.(\d\d)", text)
    read = sum(int(whole.replace(",", "")) * 100 + int(part) for whole, part in amounts)
    assert len(amounts) == 600
    assert read == made.total_cents
    assert dollars(made.total_cents) in text
    for row in reports.by_category(made.lines):
        assert dollars(row.total_cents) in text
    assert text.count("Acacia <Care> · Claim 12") == text.count("Page ")
    assert "ABN 51 824 753 556" in text
    assert told == [(number, 4) for number in range(1, 5)]


def test_cut_into_parts_no_line_is_lost_or_told_twice():
    groups = reports.by_participant(lines(1_203))
    parts = list(reports.in_parts(groups, 100))
    assert [sum(len(group.lines) for group in part) for part in parts] == [100] * 12 + [3]
    laid = [line for part in parts for group in part for line in group.lines]
    assert laid == [line for group in groups for line in group.lines]


def test_an_invoice_says_what_is_due_to_whom_and_its_gst(app):
    to = Party("Best Plan Managers", ("GPO Box 1", "Sydney NSW 2000"))
    bank = Bank("Acacia Care", "062-000", "1234 5678")
    due = DAY + timedelta(days=28)
    whose = {"participant": "Pat Green", "ndis_number": "430000001"}
    own = tuple(replace(line, **whose) for line in lines(3, 5_00))
    with_gst = Invoice("A-7", DAY, due, to, "Pat Green", "430000001", own, bank)
    text = text_of(invoice_pdf(with_gst, HEAD))
    for said in ("Tax invoice A-7", "Best Plan Managers", "062-000", "Includes GST of $15.00"):
        assert said in text
    assert text.count("Page ") == 1, "a short invoice is one page"
    without = Invoice("A-8", DAY, due, to, "Pat Green", "430000001", lines(3))
    text = text_of(invoice_pdf(without, HEAD))
    assert "GST-free" in text
    assert "BSB" not in text
    assert dollars(without.total_cents) in text
