"""The bulk payment request file: columns, formats, limits, and that it is read back the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.claim_types import ClaimType
from caddy.domain.claims import line_reference
from caddy.domain.ndis.bulk_file import BulkRow, file_name, hours, quantity, write_files
from tests.claims import ABN, REGISTRATION, read_bulk

ROW = BulkRow("430000001", date(2026, 11, 5), "01_011_0107_1_1", "C-000001-0001", 90, None, 70_23)


def written(*rows):
    return write_files(REGISTRATION, "83 914 571 673", rows, 1)


def test_a_row_is_written_to_the_letter():
    """Two sources: dates, `HHH:MM`, two decimals, GST, and no spaces in what is a number."""
    (file,) = written(ROW)
    cells = "4050000123 430000001 2026-11-05 2026-11-05 01_011_0107_1_1 C-000001-0001".split()
    cells += ["", "001:30", "70.23", "P2", "", "", "", "", "", ABN]
    assert file.content.decode().split("\r\n")[1:] == [",".join(cells), ""]


def test_the_header_is_these_16_columns_in_this_order():
    """Two sources."""
    (file,) = written(ROW)
    assert file.content.decode().split("\r\n")[0] == (
        "RegistrationNumber,NDISNumber,SupportsDeliveredFrom,SupportsDeliveredTo,SupportNumber,"
        "ClaimReference,Quantity,Hours,UnitPrice,GSTCode,AuthorisedBy,ParticipantApproved,"
        "InKindFundingProgram,ClaimType,CancellationReason,ABN of Support Provider"
    )


@pytest.mark.parametrize("reference", ["C-000001-0001", "aZ09/_-", "x" * 50])
def test_a_claim_reference_has_letters_digits_and_three_marks(reference):
    """General: at most 50 characters of these."""
    (file,) = written(replace(ROW, claim_reference=reference))
    assert [row.reference for row in read_bulk(file.content)] == [reference]


def test_a_cancellation_has_its_reason_and_a_cost_its_quantity():
    """Two sources: hours or a quantity; a reason goes with CANC only."""
    gone = replace(ROW, claim_type="CANC", cancellation_reason="NSDF")
    cost = replace(
        ROW, claim_type="TRAN", minutes=None, quantity_milli=21_500, unit_price_cents=1_00
    )
    (file,) = written(gone, cost)
    first, second = read_bulk(file.content)
    assert (first.claim_type, first.reason, first.cents) == ("CANC", "NSDF", 105_35)
    assert (second.claim_type, second.reason, second.cents) == ("TRAN", "", 21_50)


@pytest.mark.parametrize(
    "change",
    [
        {"quantity_milli": 1000},
        {"minutes": None},
        {"claim_type": "CANC"},
        {"cancellation_reason": "NSDH"},
        {"claim_reference": "x" * 51},
        {"claim_reference": ""},
        {"claim_reference": "C 1"},
        {"claim_reference": "C.1"},
        {"claim_reference": "C1,2"},
        {"claim_reference": "=C1"},
        {"claim_reference": "Ç1"},
        {"claim_reference": "C1\n"},
        {"minutes": 0},
        {"minutes": 60_000},
    ],
)
def test_what_the_agency_would_refuse_is_not_written(change):
    """Two sources; of a reference 50 characters, its letters, digits, - _ and /: general."""
    with pytest.raises(ValueError, match=r"[a-z]"):
        written(replace(ROW, **change))


def test_more_than_5000_rows_are_more_files_and_none_is_lost():
    """Two sources: at most 5,000 rows a file."""
    rows = [replace(ROW, claim_reference=line_reference(1, n)) for n in range(1, 10_002)]
    files = written(*rows)
    assert [(one.name, len(one.references)) for one in files] == [
        ("C000001-01.CSV", 5_000),
        ("C000001-02.CSV", 5_000),
        ("C000001-03.CSV", 1),
    ]
    found = [row.reference for file in files for row in read_bulk(file.content)]
    assert found == [row.claim_reference for row in rows]


def test_names_stay_under_20_characters_and_are_refused_from_there_on():
    """One source: under 20 characters, `.CSV` counted."""
    assert len(file_name(99_999_999_999, 1)) == 19
    with pytest.raises(ValueError, match="longer"):
        file_name(10**11, 1)


def test_every_claim_type_has_a_code_of_the_file():
    """Two sources; direct support has none."""
    codes = {one.ndia_code for one in ClaimType}
    assert codes == {"", "NF2F", "REPW", "TRAN", "CANC", "THLT", "IRSS"}


@given(st.integers(1, 999 * 60))
def test_hours_are_read_back_as_the_minutes(minutes):
    """Two sources: `HHH:MM`."""
    whole, rest = hours(minutes).split(":")
    assert (len(whole), int(whole) * 60 + int(rest)) == (3, minutes)


@given(st.integers(1, 10_000_000))
def test_quantities_are_read_back_as_the_thousandths(milli):
    """Two sources; a cost of $21.50 is 21.5 units: PAPL 2025-26."""
    whole, _, part = quantity(milli).partition(".")
    assert int(whole) * 1000 + int((part + "000")[:3]) == milli
