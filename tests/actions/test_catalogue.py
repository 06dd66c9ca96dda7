"""Loading the NDIA's Support Catalogue, the real one."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pytest
from sqlalchemy import func, select

from caddy.actions import catalogue
from caddy.domain.errors import RuleBroken
from caddy.extensions import db
from caddy.models import CatalogueImport, SupportItem
from caddy.queries import support_items
from caddy.tenancy import scope


def load(people, content: bytes, name: str = "catalogue.csv"):
    with scope(people.acacia.id):
        return catalogue.load(io.BytesIO(content), name, actor=people.alice)


def rows_of(path):
    """Read the file anew, with nothing of ours."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [{k.strip(): v.strip() for k, v in row.items()} for row in csv.DictReader(stream)]


def cents(text):
    return int((Decimal(text.strip("$").replace(",", "")) * 100).quantize(1, ROUND_HALF_UP))


def day(text):
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


class TestTheRealCatalogue:
    def test_all_635_rows_load_with_every_price_to_the_cent(self, people, catalogue_file):
        report = load(people, catalogue_file.read_bytes())
        rows = rows_of(catalogue_file)
        assert (report.rows, len(rows)) == (635, 635)
        states = ("ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA")
        columns = {**{s: s for s in states}, "Remote": "REMOTE", "Very Remote": "VERY_REMOTE"}
        with scope(people.acacia.id):
            for row in rows:
                starts_on = day(row["Start date"])
                item = support_items.on_date(row["Support Item Number"], starts_on)
                assert item is not None, row["Support Item Number"]
                assert item.starts_on == starts_on
                assert item.name == row["Support Item Name"].replace("\u00a0", " ")
                wanted = {
                    region: cents(row[column]) for column, region in columns.items() if row[column]
                }
                assert item.limits_cents == wanted, row["Support Item Number"]

    def test_an_item_is_found_by_number_and_date(self, people, catalogue_file):
        """15_610_0128_1_3 fell from $193.99 to $156.16 on 24 Nov 2025."""
        load(people, catalogue_file.read_bytes())
        rows = [r for r in rows_of(catalogue_file) if r["Support Item Number"] == "15_610_0128_1_3"]
        assert len(rows) == 2
        with scope(people.acacia.id):
            for row in rows:
                last = min(day(row["End Date"]), date(2026, 11, 1))
                for on in (day(row["Start date"]), last):
                    item = support_items.on_date("15_610_0128_1_3", on)
                    assert item.limits_cents["NSW"] == cents(row["NSW"])
            before = min(day(row["Start date"]) for row in rows) - timedelta(days=1)
            assert support_items.on_date("15_610_0128_1_3", before) is None

    def test_the_same_file_twice_changes_nothing(self, people, catalogue_file):
        load(people, catalogue_file.read_bytes())
        again = load(people, catalogue_file.read_bytes())
        assert (again.created, again.updated, again.unchanged) == (0, 0, 635)
        with scope(people.acacia.id):
            assert db.session.scalar(select(func.count(CatalogueImport.id))) == 3

    def test_as_a_workbook_it_says_the_same(self, people, catalogue_file):
        load(people, catalogue_file.read_bytes())
        with catalogue_file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "Current Support Items"
        sheet.append(["Support Catalogue 2025-26"])
        sheet.append([])
        for row in rows:
            sheet.append([_typed(cell) for cell in row])
        stream = io.BytesIO()
        book.save(stream)
        report = load(people, stream.getvalue(), "catalogue.xlsx")
        assert (report.rows, report.unchanged) == (635, 635)

    def test_banksia_gets_nothing_of_it(self, people, catalogue_file):
        load(people, catalogue_file.read_bytes())
        with scope(people.banksia.id):
            assert db.session.scalar(select(func.count(SupportItem.id))) == 36


def _typed(cell):
    """Return a cell as Excel would hold it: prices as floats, dates as numbers."""
    if cell.startswith("$"):
        return float(cell[1:].replace(",", "")) + 1e-14
    if cell.strip().isdigit() and len(cell.strip()) == 8:
        return int(cell)
    return cell


HEADER = "Support Item Number,Support Item Name,Unit,Start date,End Date,National,Remote,Type\n"


class TestOtherLayouts:
    def test_one_national_column_counts_for_every_state(self, people):
        line = '01_011_0107_1_1,Self care,H,2026-07-01,,"$72.00",$100.80,Price Limited Supports\n'
        load(people, (HEADER + line).encode("utf-16"))
        with scope(people.acacia.id):
            item = support_items.on_date("01_011_0107_1_1", date(2026, 8, 1))
            from caddy.domain.participants import PriceZone

            assert support_items.limit_cents(item, "WA", PriceZone.NATIONAL) == 72_00
            assert support_items.limit_cents(item, "WA", PriceZone.REMOTE) == 100_80

    def test_a_later_file_closes_and_opens_lines(self, people):
        line = "01_011_0107_1_1,Self care,H,20250701,20260630,$70.23,$98.32,\n"
        report = load(people, (HEADER + line).encode())
        assert (report.created, report.updated) == (0, 1)


class TestWhatIsNotACatalogue:
    @pytest.mark.parametrize(
        ("content", "name", "says"),
        [
            (b"", "a.csv", "empty"),
            (b"name,unit\nx,H\n", "a.csv", "“Support Item Number”"),
            (b"Support Item Number,Support Item Name\n1,2\n", "a.csv", "“Unit”"),
            (b"Support Item Number,Support Item Name,Unit\n", "a.csv", "National"),
            ((HEADER).encode(), "a.csv", "no items"),
            (b"PK\x03\x04 not really", "a.xlsx", "damaged"),
            (b"%PDF-1.7", "a.csv", ".xlsx or .csv"),
            (b"abc\0def,1\n2,3\n", "a.csv", "not a text file"),
            ((HEADER + "x1,Name,H,,,$1,,\n").encode(), "a.csv", "Row 2"),
            ((HEADER + "01_011_0107_1_1,N,H,,,abc,,\n").encode(), "a.csv", "price"),
            ((HEADER + "01_011_0107_1_1,N,Q,,,$1,,\n").encode(), "a.csv", "no unit"),
            ((HEADER + "01_011_0107_1_1,N,H,99,,$1,,\n").encode(), "a.csv", "date"),
            ((",".join("x" * 400) + "\n").encode(), "a.csv", "columns"),
        ],
    )
    def test_it_is_refused_with_a_sentence_and_nothing_is_loaded(self, people, content, name, says):
        with scope(people.acacia.id):
            before = db.session.scalar(select(func.count(SupportItem.id)))
        with pytest.raises(RuleBroken) as caught:
            load(people, content, name)
        assert says in caught.value.message
        with scope(people.acacia.id):
            assert db.session.scalar(select(func.count(SupportItem.id))) == before

    def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(self, people):
        import zipfile

        stream = io.BytesIO()
        with (
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member,
        ):
            block = b" " * (1024 * 1024)
            for _ in range(210):
                member.write(block)
        with pytest.raises(RuleBroken, match="unpacks to more"):
            load(people, stream.getvalue(), "bomb.xlsx")
