"""Tables as files: read back by other programs, and nothing in them acts."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from caddy.domain.spreadsheets import Cents, Table, as_csv, as_xlsx

TEXTS = ("=1+1", "+61 2 5550", "-x", "@SUM(A1)", "\t=1", " =1", 'Zoë, "Pat" & <b>', "plain")
ROWS = [(text, date(2026, 11, 21), 7, Cents(-1234_05), None) for text in TEXTS]
TABLE = Table("Claim: 12/a", ("Name", "Date", "Count", "Total", "Note"), ROWS)


def test_no_cell_of_a_csv_begins_like_a_formula():
    made = as_csv(TABLE)
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert rows[0] == list(TABLE.header)
    for row, text in zip(rows[1:], TEXTS, strict=True):
        assert not row[0].lstrip().startswith(("=", "+", "-", "@"))
        assert row[0].removeprefix("'") == text
        assert row[1:] == ["2026-11-21", "7", "-1234.05", ""]


@pytest.mark.parametrize("reader", ["openpyxl", "calamine"])
def test_a_workbook_is_read_back_as_text_numbers_and_dates(reader):
    made = io.BytesIO(as_xlsx(TABLE))
    if reader == "openpyxl":
        sheet = load_workbook(made).active
        assert all(cell.data_type in {"s", "inlineStr"} for cell in sheet["A"])
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    else:
        rows = CalamineWorkbook.from_filelike(made).get_sheet_by_index(0).to_python()
    assert rows[0] == list(TABLE.header)
    for row, text in zip(rows[1:], TEXTS, strict=True):
        assert row[0] == text
        assert row[1] in {date(2026, 11, 21), datetime(2026, 11, 21)}
        assert (row[2], row[3]) == (7, -1234.05)


def test_tables_are_sheets_with_dates_and_amounts_shown_as_such_and_a_header_in_sight():
    book = load_workbook(io.BytesIO(as_xlsx(TABLE, TABLE, Table("By type", ("Type",), []))))
    assert book.sheetnames == ["Claim  12 a", "Claim  12 a 2", "By type"]
    sheet = book.worksheets[1]
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert (sheet["B2"].number_format, sheet["D2"].number_format) == ("dd/mm/yyyy", "#,##0.00")
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["C"].width


def test_the_same_table_is_the_same_file():
    assert as_xlsx(TABLE) == as_xlsx(TABLE)
