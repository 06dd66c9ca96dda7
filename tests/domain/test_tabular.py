"""Uploaded files as tables: whatever spreadsheets write is read, whatever is hostile refused."""

from __future__ import annotations

import contextlib
import csv
import io
import subprocess
import sys
import zipfile
from datetime import date, datetime, time

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from caddy.domain.imports.tables import UnreadableFile, open_table
from caddy.domain.tabular.files import sheets_of
from caddy.domain.tabular.number_formats import Format, shown

TEXT = "NDIS Number,First Name,Last Name\n430123456,Zoë,O\u2019Neil\n430123457,Ann,Lee\n"
ROWS = [("430123456", "Zoë", "O\u2019Neil"), ("430123457", "Ann", "Lee")]


def opened(folder, content, name="x.csv"):
    path = folder / name
    path.write_bytes(content)
    return open_table(path, name)


def book_of(*sheets, options=None):
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, **(options or {})}) as book:
        for name, fill in sheets:
            fill(book, book.add_worksheet(name))
    return held.getvalue()


def filled(*rows, at=0):
    def fill(_, sheet):
        for number, row in enumerate(rows, at):
            sheet.write_row(number, 0, row)

    return fill


def values(table):
    return [row.values for row in table.rows()]


@pytest.mark.parametrize(
    "encoding",
    "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 cp1252".split(),
)
def test_a_csv_is_read_in_any_encoding(tmp_path, encoding):
    table = opened(tmp_path, TEXT.encode(encoding))
    assert (table.header, values(table)) == (("NDIS Number", "First Name", "Last Name"), ROWS)


def test_letters_of_other_alphabets_are_told_from_windows_own(tmp_path):
    names = ["Škvorecký Jiří", "Łukasz Wiśniewski", "Żaneta Gałązka"] * 20
    text = "First Name\n" + "\n".join(names)
    assert [row[0] for row in values(opened(tmp_path, text.encode("cp1250")))] == names


@pytest.mark.parametrize("separator", list(",;\t|"))
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_csv_is_read_with_any_separator_and_line_ending(tmp_path, separator, ending):
    lines = [["First Name", "Notes"], ["Ann", f"one{separator}two\nthree, four; five"], ["Bo", ""]]
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=separator, lineterminator=ending).writerows(lines)
    table = opened(tmp_path, held.getvalue().encode())
    assert [[*row] for row in values(table)] == lines[1:]


def test_rows_keep_the_number_that_a_spreadsheet_shows(tmp_path):
    text = 'Report\n\nFirst Name,Last Name\n"A\nB",x\n,\n\nC,y\n'
    table = opened(tmp_path, text.encode())
    assert [(row.place, row.values[0]) for row in table.rows()] == [(4, "A\nB"), (7, "C")]
    assert table.row_count == 2


def test_the_directive_of_a_spreadsheet_is_not_a_row(tmp_path):
    table = opened(tmp_path, b"sep=|\nFirst Name|Last Name\nAnn|Lee\n")
    assert (table.header, table.header_place) == (("First Name", "Last Name"), 1)


def test_a_workbook_is_read_as_it_is_shown(tmp_path):
    def fill(book, sheet):
        formats = {
            "d": "dd/mm/yyyy", "t": "h:mm AM/PM", "m": "d mmm yyyy hh:mm", "h": "[h]:mm", "p": "0%",
        }  # fmt: skip
        styles = {key: book.add_format({"num_format": code}) for key, code in formats.items()}
        header = ["NDIS Number", "First Name", "Date", "Start", "At", "Hours", "Fee", "X", "Y"]
        sheet.write_row(0, 0, header)
        sheet.write_number(1, 0, 430123456)
        sheet.write_rich_string(1, 1, "An", book.add_format({"bold": True}), "ge", "la")
        sheet.write_datetime(1, 2, date(2025, 12, 31), styles["d"])
        sheet.write_datetime(1, 3, time(9, 30), styles["t"])
        sheet.write_datetime(1, 4, datetime(2025, 1, 2, 15, 45), styles["m"])
        sheet.write_number(1, 5, 1.5, styles["h"])
        sheet.write_number(1, 6, 0.5, styles["p"])
        sheet.write_boolean(1, 7, True)
        sheet.write_number(1, 8, 74.55)

    table = opened(tmp_path, book_of(("People", fill)), "x.xlsx")
    assert values(table) == [
        ("430123456", "Angela", "2025-12-31", "09:30:00", "2025-01-02 15:45:00", "36:00", "50%",
         "Y", "74.55"),
    ]  # fmt: skip


def test_days_of_a_workbook_that_counts_from_1904_are_right(tmp_path):
    def fill(book, sheet):
        sheet.write_row(0, 0, ["First Name", "Date of Birth"])
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(1, 0, ["Ann"])
        sheet.write_datetime(1, 1, date(1990, 2, 1), style)

    content = book_of(("x", fill), options={"date_1904": True})
    assert values(opened(tmp_path, content)) == [("Ann", "1990-02-01")]


def test_the_sheet_that_fits_is_chosen_and_said(tmp_path):
    notes, people = filled(("Please", "read"), ("a", "b")), filled(*TEXT_ROWS)
    table = opened(tmp_path, book_of(("Notes", notes), ("People", people)), "x.xlsx")
    assert (table.sheet, table.other_sheets, values(table)) == ("People", ("Notes",), ROWS)


TEXT_ROWS = [("NDIS Number", "First Name", "Last Name"), *ROWS]


def test_the_header_is_found_below_titles_and_merged_cells(tmp_path):
    def fill(book, sheet):
        sheet.merge_range(0, 0, 0, 5, "Acacia Care: all participants")
        sheet.merge_range(2, 0, 3, 0, "NDIS Number")
        sheet.merge_range(2, 1, 2, 2, "Plan")
        sheet.merge_range(2, 3, 2, 4, "Budget")
        sheet.write_row(3, 1, ["Start", "End", "Core", "Capital"])
        sheet.write_row(4, 0, ["430123456", "1/7/2026", "30/6/2027", 100, 200])

    table = opened(tmp_path, book_of(("x", fill)), "x.xlsx")
    assert table.header == ("NDIS Number", "Plan Start", "Plan End", "Budget Core",
                            "Budget Capital")  # fmt: skip
    assert [row.place for row in table.rows()] == [5]


def test_a_header_of_unknown_names_is_the_first_row_that_is_whole(tmp_path):
    table = opened(tmp_path, b"My list\n\nalpha,beta,gamma\n1,2,3\n")
    assert (table.header, table.header_place) == (("alpha", "beta", "gamma"), 3)


def test_what_a_workbook_worked_out_is_known_as_a_formula(tmp_path):
    def fill(_, sheet):
        sheet.write_row(0, 0, ["NDIS Number", "First Name"])
        sheet.write_formula(1, 0, "=430123456", value=430123456)
        sheet.write_string(1, 1, "=1+1")

    (row,) = opened(tmp_path, book_of(("x", fill)), "x.xlsx").rows()
    assert (row.values, row.formulas) == (("430123456", "=1+1"), {0})


def test_cells_that_only_look_of_anything_take_no_room(tmp_path):
    sheet = (
        '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>First Name</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>Last Name</t></is></c><c r="XFD1" s="1"/></row>'
        '<row><c t="inlineStr"><is><t>Ann</t></is></c><c t="inlineStr"><is><t>Lee</t></is></c>'
        '</row><row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData></worksheet>'
    )
    assert values(opened(tmp_path, raw_book(sheet))) == [("Ann", "Lee")]


def raw_book(sheet, **more):
    """A workbook whose one sheet is written by hand."""
    held = io.BytesIO()
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns:r="{office}"><sheets><sheet name="x" r:id="r1"/></sheets></workbook>',
        )
        relations = f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/a.xml"/>'
        for number, (name, content) in enumerate(more.items()):
            kind = {"strings": "sharedStrings"}.get(name, name)
            relations += f'<Relationship Id="m{number}" Type="{office}/{kind}" Target="{name}"/>'
            book.writestr(f"xl/{name}", content)
        book.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{relations}</Relationships>")
        book.writestr("xl/worksheets/a.xml", sheet)
    return held.getvalue()


def one_cell(reference, value="1"):
    number = "".join(letter for letter in reference if letter.isdigit())
    return (
        f'<worksheet><sheetData><row r="{number}"><c r="{reference}"><v>{value}</v></c></row>'
        "</sheetData></worksheet>"
    )


LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \n", "is empty"),
        (b"First Name,Last Name\n", "a header but no rows"),
        (b"First Name,Last Name\n,\n\n", "a header but no rows"),
        (b"First Name,first  name\nAnn,Lee\n", "Two columns are called “first name”"),
        (b"First Name,Last Name\nAnn,Lee\nB\0o,Lee\n", "Row 3 holds NUL bytes"),
        (b"\0" * 5_000, "is empty"),
        (b"First Name\n" + "Zoë\n".encode() + "Zoë\n".encode("cp1252"), "of row 3 are in another"),
        (b'First Name,Notes\n"a\nb",x\nZo\xc3\xab,x\nZo\xeb,x\n', "of row 4 are in another"),
        (b'First Name,Last Name\nAnn,"Lee\nBo,Lee\n', "Row 2: a quotation mark is opened"),
        (b'First Name,Last Name\n"Ann"x,Lee\n', "Row 2: a quotation mark stands where"),
        (b"First Name,Last Name\nAnn," + b"x" * 40_000, "Row 2 has a cell longer than"),
        (b"First Name\n" + b"x" * 10_000_000, "Row 2 is longer than"),
        (b"," * 1_000_000 + b"\n1\n", "more than 300 columns"),
        (b"a,b\n" + b'"\n",' * 150_000, "more than 300 columns"),
        (b"a,b\n" + b"," * 400, "Row 2 of this file has more than 300 columns"),
        (b"First Name,x\n" + b"Ann,\n" * 200_002, "more than 200,000 rows"),
        (b"%PDF-1.7 ...", "no table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old .xls file, or one with a password"),
        (b"PK\x03\x04 but then nothing", "damaged"),
        (raw_book(one_cell("XFD1")), "Row 1 of this file has more than 300 columns"),
        (raw_book(one_cell("A1048576")), "more than 200,000 rows"),
        (raw_book(LAUGHS), "damaged"),
        (raw_book("<worksheet><sheetData><row>"), "damaged"),
        (raw_book(one_cell("A1").replace("<c ", '<c t="s" ')), "damaged"),
        (raw_book(one_cell("A1", "9" * 10_000_000)), "a cell longer than"),
        (raw_book("<worksheet/>"), "is empty"),
    ],
)  # fmt: skip
def test_a_file_that_is_broken_or_hostile_is_refused_in_words(tmp_path, content, says):
    with pytest.raises(UnreadableFile, match=says):
        opened(tmp_path, content)


BLANKS = b" " * (1 << 20)


def bomb(path, mebibytes=201):
    """A workbook of a megabyte that unpacks to two hundred, and says so."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(mebibytes):
                part.write(BLANKS)


def lying_bomb(path):
    """The same, with the size that its directory declares made small."""
    bomb(path, 16)
    content = bytearray(path.read_bytes())
    size = (16 << 20).to_bytes(4, "little")
    assert content.count(size) >= 1
    path.write_bytes(content.replace(size, (1_000).to_bytes(4, "little")))


def sparse(path):
    with path.open("wb") as stream:
        stream.write(b"First Name,Last Name\n")
        stream.truncate(500 << 20)


def far_corner(path):
    path.write_bytes(raw_book(one_cell("XFD1048576")))


def repeated_text(path):
    header = '<row><c t="str"><v>First Name</v></c><c t="str"><v>Last Name</v></c></row>'
    cells = '<c t="s"><v>0</v></c>' * 100
    rows = f"<row>{cells}</row>" * 1_000
    strings = f"<sst><si><t>{'x' * 32_000}</t></si></sst>"
    sheet = f"<worksheet><sheetData>{header}{rows}</sheetData></worksheet>"
    path.write_bytes(raw_book(sheet, sharedStrings=strings))


MEASURED = """
import resource, sys
from pathlib import Path
from caddy.domain.imports.tables import UnreadableFile, open_table
for name in sys.argv[1:]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        said = f"{sum(1 for _ in open_table(Path(name), name).rows())} rows"
    except UnreadableFile as error:
        said = str(error)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, said)
"""


def test_no_hostile_file_takes_much_memory(tmp_path):
    expected = {
        sparse: "500 MB; 50 MB are the most",
        bomb: "unpacks to more",
        lying_bomb: "damaged",
        far_corner: "more than 300 columns",
        repeated_text: "1000 rows",
    }
    paths = [tmp_path / write.__name__ for write in expected]
    for write, path in zip(expected, paths, strict=True):
        write(path)
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED, *paths], capture_output=True, text=True, check=True
    )
    for line, said in zip(ran.stdout.splitlines(), expected.values(), strict=True):
        kilobytes, _, words = line.partition(" ")
        assert said in words
        assert int(kilobytes) < 40_000, words


ODD_SHEET = (
    '<worksheet><sheetData><row r="{0}"><c r="{1}" t="{2}" s="{0}"><v>{3}</v></c></row>'
    "</sheetData></worksheet>"
)
ATTRIBUTE = st.one_of(
    st.sampled_from(
        ["n", "s", "b", "d", "e", "str", "1", "A1", "XFD1", "²", "9" * 5_000, "1e99999"]
    ),
    st.from_regex(r"[A-Za-z0-9.+-]{0,12}", fullmatch=True),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ATTRIBUTE, min_size=4, max_size=4), st.data())
def test_nothing_in_a_workbook_breaks_the_reading(tmp_path_factory, parts, data):
    folder = tmp_path_factory.mktemp("t")
    content = bytearray(
        raw_book(ODD_SHEET.format(*parts), styles="<s><cellXfs><xf/></cellXfs></s>")
    )
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=3)):
        content[at] ^= 1 << data.draw(st.integers(0, 7))
    with contextlib.suppress(UnreadableFile):
        assert opened(folder, content).row_count > 0


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=60),
    st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"a,b\n"]),
)
def test_nothing_in_a_text_breaks_the_reading(tmp_path_factory, content, head):
    with contextlib.suppress(UnreadableFile):
        assert opened(tmp_path_factory.mktemp("t"), head + content).row_count > 0


CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\u2028\u2029\x85"),
    max_size=12,
).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_what_is_written_as_a_csv_or_a_workbook_is_read_back(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("t")
    header = ("NDIS Number", "First Name", "Last Name")
    rows = [row for row in rows if any(row)] or [("a", "b", "c")]
    held = io.StringIO(newline="")
    csv.writer(held).writerows([header, *rows])
    assert values(opened(folder, held.getvalue().encode("utf-8-sig"))) == rows

    def fill(_, sheet):
        for number, row in enumerate([header, *rows]):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)

    content = book_of(("x", fill))
    padded = [(*row, "", "")[:3] for row in values(opened(folder, content, "x.xlsx"))]
    assert padded == rows


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.integers(-(10**9), 10**11), st.floats(-1e9, 1e9)), min_size=1))
def test_numbers_are_read_as_another_reader_reads_them(numbers):
    content = book_of(("x", lambda _, sheet: sheet.write_column(0, 0, numbers)))
    theirs = [row[0] for row in CalamineWorkbook.from_filelike(io.BytesIO(content))
              .get_sheet_by_index(0).to_python()]  # fmt: skip
    (sheet,) = sheets_of(io.BytesIO(content))
    assert [float(line.values[0]) for line in sheet.lines()] == pytest.approx(theirs, rel=1e-14)


@settings(max_examples=100, deadline=None)
@given(st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)))
def test_any_moment_survives_as_a_serial(moment):
    moment = moment.replace(microsecond=0)
    serial = repr((moment - datetime(1899, 12, 30)).total_seconds() / 86_400)
    told = shown(serial, Format.DAY)
    assert datetime.fromisoformat(told) == moment
