"""The books: layouts, sums that agree, and cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from caddy.domain.books import (
    BookLine,
    Contact,
    journal,
    safe_cell,
    xero_contacts,
    xero_invoices,
)
from caddy.domain.claims import GstCode
from caddy.domain.money import parse_cents

DAY = date(2026, 11, 5)


def line(cents=110_00, payer="Plan Co", category=1, gst=GstCode.FREE):
    return BookLine(
        "C-000001-01", DAY, payer, "Pat Green", "C-000001-0001", "Self-care",
        "01_011_0107_1_1", category, DAY, cents, gst,
    )  # fmt: skip


def read(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_invoices_come_to_the_lines_in_xeros_layout():
    rows = read(xero_invoices([line(33_33), line(110_00, gst=GstCode.TAXABLE)]))
    assert list(rows[0])[:2] == ["*ContactName", "EmailAddress"]
    assert sum(parse_cents(row["*UnitAmount"]) for row in rows) == 143_33
    assert [(row["*TaxType"], row["TaxAmount"]) for row in rows] == [
        ("GST Free Income", "0.00"),
        ("GST on Income", "10.00"),
    ]
    assert (rows[0]["*InvoiceDate"], rows[0]["*DueDate"]) == ("05/11/2026", "19/11/2026")


def test_debits_and_credits_are_equal_by_category_and_gst_code():
    lines = [line(33_33), line(50_00, category=4), line(110_00, gst=GstCode.TAXABLE)]
    rows = read(journal(lines, DAY, "C-000001"))
    debit = sum(parse_cents(row["Debit"]) for row in rows if row["Debit"])
    credit = sum(parse_cents(row["Credit"]) for row in rows if row["Credit"])
    assert debit == credit == 193_33
    assert [(row["Description"][:2], row["GST code"], row["Credit"]) for row in rows[1:]] == [
        ("01", "P1", "100.00"),
        ("01", "P2", "33.33"),
        ("04", "P2", "50.00"),
        ("GS", "P1", "10.00"),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "\r=1"])
def test_cells_that_would_run_are_made_safe(text):
    assert safe_cell(text) == f"'{text}"
    (row,) = read(xero_contacts([Contact(text), Contact(text)]))
    assert row["*ContactName"] == f"'{text}"
    (row,) = read(xero_invoices([line(payer=text)]))
    assert row["*ContactName"] == f"'{text}"
