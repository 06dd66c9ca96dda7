"""Tables as CSV and XLSX files. Nothing that stands in a cell can act as a formula.

In a CSV a text that begins with = + - @ (or a tab or a return) gets an apostrophe before it; in
an XLSX every text is stored as text. Amounts are cents and become numbers with two decimals.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from caddy.domain.money import dollars

_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DAY_ZERO = date(1899, 12, 30)
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same table is the same file, byte for byte


@dataclass(frozen=True, slots=True)
class Cents:
    """An amount in a cell."""

    value: int


Cell = str | int | date | Cents | None


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its name, its columns, its rows."""

    name: str
    header: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> safe_text("=1+1"), safe_text(" @x"), safe_text("Pat")
    ("'=1+1", "' @x", 'Pat')
    """
    return f"'{text}" if text.startswith(_ACTS) or text.lstrip().startswith(_ACTS) else text


def plain_amount(cents: int) -> str:
    """Return an amount as a program reads it.

    >>> plain_amount(123450), plain_amount(-5)
    ('1234.50', '-0.05')
    """
    return dollars(cents).replace("$", "").replace(",", "")


def as_csv(table: Table) -> bytes:
    """Return a table as UTF-8 with a byte order mark, which spreadsheets need to see."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow([safe_text(name) for name in table.header])
    writer.writerows([_csv_cell(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + held.getvalue().encode()


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, Cents):
        return plain_amount(cell.value)
    if isinstance(cell, date):
        return cell.isoformat()
    return safe_text(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def as_xlsx(table: Table) -> bytes:
    """Return a table as a workbook of one sheet, with a bold header that stays in sight."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in {**_FRAME, "xl/workbook.xml": _workbook(table.name)}.items():
            book.writestr(zipfile.ZipInfo(name, _STAMP), f"{_XML}{text}", zipfile.ZIP_DEFLATED)
        sheet = zipfile.ZipInfo("xl/worksheets/sheet1.xml", _STAMP)
        book.writestr(sheet, "".join(_sheet(table)), zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _sheet(table: Table) -> Iterable[str]:
    yield f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield "</sheetView></sheetViews><cols>"
    yield f'<col min="1" max="{len(table.header)}" width="18" customWidth="1"/></cols><sheetData>'
    yield f"<row>{''.join(_text(name, 1) for name in table.header)}</row>"
    for row in table.rows:
        yield f"<row>{''.join(_xlsx_cell(cell) for cell in row)}</row>"
    yield "</sheetData></worksheet>"


def _xlsx_cell(cell: Cell) -> str:
    if cell is None:
        return "<c/>"
    if isinstance(cell, Cents):
        return f'<c s="2"><v>{plain_amount(cell.value)}</v></c>'
    if isinstance(cell, date):
        return f'<c s="3"><v>{(cell - _DAY_ZERO).days}</v></c>'
    return f"<c><v>{cell}</v></c>" if isinstance(cell, int) else _text(cell, 0)


def _text(text: str, style: int) -> str:
    shown = escape(_UNPRINTABLE.sub("", text), quote=False)
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def _workbook(name: str) -> str:
    shown = escape(re.sub(r"[\[\]:*?/\\']", " ", name)[:31] or "Sheet")
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships">'
        f'<sheets><sheet name="{shown}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FRAME = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/relationships/styles" Target="styles.xml"/>'
    "</Relationships>",
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/>'
    '<xf fontId="1" applyFont="1"/><xf numFmtId="4" applyNumberFormat="1"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
