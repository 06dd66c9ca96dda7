"""Answers: columns by any of their names, amounts and days in any form, errors in plain words."""

from __future__ import annotations

import io
from datetime import date

import pytest

from caddy.domain.claim_results import LineState, answer_line
from caddy.domain.claims import LineStatus
from caddy.domain.ndis.rejections import explain
from caddy.domain.ndis.result_file import (
    Answer,
    Column,
    ResultRow,
    guess,
    is_certain,
    read_rows,
    read_table,
)
from caddy.domain.ndis.tables import UnreadableFile


def read(text, mapping=None):
    table = read_table(io.BytesIO(text.encode()), "x.csv")
    return read_rows(table, mapping or guess(table.header))


@pytest.mark.parametrize(
    "header",
    [
        "Claim Reference,Payment Request Status,Paid Total Amount,Rejection Reason",
        "ClaimReference,PaymentRequestStatus,PaidTotalAmount,RejectionReason",
        "CLAIM_REF,STATUS,PAID AMOUNT,ERROR MESSAGE",
        "Provider Claim Reference;Claim Status;Amount Paid ($);Reject Reason",
        "Claim Reference No.\tOutcome\tTotal Paid Amount\tReason for rejection",
    ],
)
def test_columns_are_guessed_from_their_names(header):
    mark = next(mark for mark in ",;\t" if mark in header)
    rows = read(f"{header}\n" + mark.join(["C-1-1", "ERROR", "$0.00", "Duplicate claim"]) + "\n")
    assert rows == [ResultRow(2, "C-1-1", Answer.ERROR, 0, "Duplicate claim")]


def test_a_results_file_says_successful_or_error_and_whether_the_price_was_capped():
    """General, as in vendors' manuals: less paid at a capped price is no error."""
    header = "Claim Reference,Payment Request Status,Paid Total Amount,Capped Price Applied\n"
    rows = read(f"{header}A,SUCCESSFUL,35.12,N\nB,SUCCESSFUL,30.00,Y\nC,ERROR,0.00,\n")
    assert [(row.answer, row.paid_cents, row.is_capped) for row in rows] == [
        (Answer.SUCCESSFUL, 35_12, False),
        (Answer.SUCCESSFUL, 30_00, True),
        (Answer.ERROR, 0, False),
    ]
    less = answer_line(LineState(LineStatus.PENDING, 35_12), rows[1])
    assert (less.status, less.paid_cents) == (LineStatus.PART_PAID, 30_00)


def test_one_column_has_one_meaning():
    found = guess(["Reference", "Payment Reference", "Payment Date", "Payment Amount", "Capped"])
    assert found == {
        Column.REFERENCE: "Reference",
        Column.PAID: "Payment Amount",
        Column.CAPPED: "Capped",
        Column.PAID_ON: "Payment Date",
        Column.REMITTANCE: "Payment Reference",
    }


@pytest.mark.parametrize(
    "day", ["2026-11-05", "05/11/2026", "20261105", "5 Nov 2026", "05-Nov-2026"]
)
def test_days_are_read_in_any_form(day):
    (row,) = read(f"Claim Reference,Amount Paid,Remittance Date\nA,1.5,{day}\n")
    assert (row.paid_on, row.paid_cents, row.is_remittance) == (date(2026, 11, 5), 1_50, True)


def test_titles_totals_and_blank_lines_are_nobodys_answer():
    rows = read("My report\n\nClaim Reference,Status,Paid\nA,SUCCESSFUL,1\n,,\n,Total,1\n")
    assert [(row.place, row.reference) for row in rows] == [(4, "A")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Claim Reference,x\nA,1\n", "status"),
        ("One column\nA\n", "no two columns"),
        ("a,b\nA,1\n", "claim references"),
        ("Claim Reference,Paid\nA,lots\n", "Row 2"),
        ("Claim Reference,Paid,Payment Date\nA,1,soon\n", "Row 2: 'soon' is not a day"),
    ],
)
def test_what_cannot_be_read_is_said(text, says):
    with pytest.raises(UnreadableFile, match=says):
        read(text)


def test_a_mapping_that_does_not_fit_is_refused():
    with pytest.raises(UnreadableFile, match="no column 'Gone'"):
        read("Claim Reference,Paid\nA,1\n", {Column.REFERENCE: "Gone"})


@pytest.mark.parametrize(
    ("reason", "means"),
    [
        ("Claim already paid", "already holds"),
        ("Amount exceeds available budget", "not enough money"),
        ("Unit price exceeds price limit", "price limit"),
        ("No active plan for participant", "no plan"),
        ("Service booking not found", "no service booking"),
        ("Invalid support item", "not valid on this day"),
        ("Provider not endorsed", "has not named you"),
        ("zzz", "without a reason"),
    ],
)
def test_reasons_are_told_in_plain_words(reason, means):
    found = explain(None, reason)
    assert means in found.means
    assert found.to_do.endswith(".")


def test_what_is_not_certain_by_its_names_is_asked():
    reference, status, paid = "Claim Reference", "Status", "Amount Paid"
    assert is_certain(guess([reference, status]))
    assert is_certain(guess([reference, paid, "Remittance Date"]))
    assert not is_certain(guess([reference, paid]))
    assert not is_certain(guess([status, paid]))


def test_a_status_that_says_nothing_is_no_answer():
    (pending, odd, paid) = read("Claim Ref,Status,Paid\nA,Pending,\nB,Foo,\nC,Foo,1\n")
    assert pending.unclear == "The agency has not decided yet."
    assert odd.unclear == "Caddy does not know the status “Foo”."
    assert paid.unclear is None


def test_an_unknown_header_is_the_first_row_that_is_more_than_a_title():
    table = read_table(io.BytesIO(b"Our week\n\nZeile,Geld\nA,1\n"), "x.csv")
    assert (table.header, table.first_row) == (("Zeile", "Geld"), 4)


LINE = LineState(LineStatus.PENDING, 100_00)
PAID = ResultRow(2, "A", Answer.SUCCESSFUL, 100_00)


def test_an_error_does_not_undo_a_transfer():
    paid = LineState(LineStatus.PAID, 100_00, None, 100_00)
    assert answer_line(paid, ResultRow(2, "A", Answer.ERROR)) is None


def test_a_transfer_counts_instead_of_the_results_word():
    said = answer_line(LINE, PAID)
    assert (said.status, said.paid_cents) == (LineStatus.PAID, 100_00)
    transfer = ResultRow(2, "A", Answer.UNSAID, 60_00, paid_on=date(2026, 11, 5))
    came = answer_line(said, transfer, is_new_payment=True)
    assert (came.status, came.paid_cents) == (LineStatus.PART_PAID, 60_00)
    assert answer_line(came, transfer) == came


def test_a_line_that_is_closed_stays_closed():
    closed = LineState(LineStatus.CREDITED, 100_00)
    assert answer_line(closed, PAID) is None
    rejected = LineState(LineStatus.REJECTED, 100_00)
    assert answer_line(rejected, ResultRow(2, "A", Answer.ERROR)) == rejected
