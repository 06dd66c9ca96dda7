"""The door to PDFs: tagged, with bookmarks and pages, and nothing fetched."""

from __future__ import annotations

import io
import sys

import pytest
from pypdf import PdfReader

from caddy import pdf
from caddy.config import load_settings
from caddy.pdf import PdfUnavailable

STYLE = "@page { size: A4; @bottom-right { content: 'Page ' counter(page) ' of ' counter(pages) } }"


def read(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def test_it_is_tagged_and_says_its_title_language_and_author():
    reader = read(pdf.render(["<h1>One</h1><p>Text.</p>"], title="A & B", author="Acacia"))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == "en-AU"
    assert (reader.metadata.title, reader.metadata.author) == ("A & B", "Acacia")
    assert b"pdfuaid" in catalog["/Metadata"].get_data()


def test_parts_become_one_document_with_its_own_numbers_and_bookmarks():
    told = []
    parts = [f"<h1>Part {number}</h1><p>{'word ' * 900}</p>" for number in (1, 2, 3)]
    made = pdf.render(
        parts, title="T", style=STYLE, progress=lambda done, of: told.append((done, of))
    )
    reader = read(made)
    count = len(reader.pages)
    assert count > 3
    assert [one.title for one in reader.outline] == ["Part 1", "Part 2", "Part 3"]
    for number, page in enumerate(reader.pages, 1):
        assert f"Page {number} of {count}" in page.extract_text()
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/logo.png",
        "https://127.0.0.1:9/logo.png",
        "file:///etc/hostname",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
        "caddy-asset:other",
        "ftp://127.0.0.1/x",
    ],
)
def test_nothing_is_fetched_but_what_was_handed(address, caplog):
    parts = [
        f'<img src="{address}" alt="x">',
        f'<link rel=stylesheet href="{address}"><object data="{address}"></object>',
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}"/></svg>',
        f'<link rel=attachment href="{address}"><p>Text</p>',
    ]
    made = pdf.render(parts, title="T", assets={"logo": b"secret"})
    assert b"secret" not in made
    assert "/EmbeddedFiles" not in read(made).trailer["/Root"].get("/Names", {})
    assert "pdf.asset_refused" in caplog.text


def test_what_was_handed_is_shown():
    from PIL import Image

    held = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(held, "PNG")
    made = pdf.render(
        ['<img src="caddy-asset:logo" alt="Acacia">'], title="T", assets={"logo": held.getvalue()}
    )
    assert len(read(made).pages[0].images) == 1


def test_the_typeface_is_caddys_own_and_embedded():
    reader = read(
        pdf.render(["<p>Zoë Dvořák 12</p>"], title="T", style=f"p{{font-family:'{pdf.FAMILY}'}}")
    )
    assert "Zoë Dvořák 12" in reader.pages[0].extract_text()
    names = {
        str(font["/BaseFont"])
        for font in (one.get_object() for one in reader.pages[0]["/Resources"]["/Font"].values())
    }
    assert all("Atkinson" in name for name in names), names


def test_numbers_of_a_line_end_at_one_edge():
    columns = [(6_000, False), (8_000, True)]
    for amount in ("$0.05", "$65.47", "$1,234.50", "-$99.90", "$12,345,678.90"):
        laid = pdf.line(("21/11/2026", amount), columns, 2_000)
        assert laid.startswith("21/11/2026\t")
        assert laid.endswith(amount)
        assert abs(end_of(laid, 2_000) - 14_000 - pdf.PAST) <= pdf.THIN // 2


def test_a_cell_behind_one_that_ends_at_its_edge_stands_where_it_should():
    columns = [(3_000, False), (6_000, True), (6_000, True), (6_000, True)]
    for amount in ("2 h", "1 h 30 min", "12 h 5 min", "$65.47", "$127.43"):
        laid = pdf.line(("x", amount, amount, "$1.00"), columns, 1_000)
        assert abs(end_of(laid, 1_000) - 21_000 - pdf.PAST) <= pdf.THIN // 2


def end_of(laid, tab):
    """Return where a line ends: a tab leads to the next of its stops."""
    place = 0
    for letter in laid:
        place = (place // tab + 1) * tab if letter == "\t" else place + pdf.width(letter)
    return place


def test_a_cell_that_is_too_long_is_cut_and_leaves_the_next_in_its_column():
    laid = pdf.line(("word " * 40, "end"), [(6_000, False), (4_000, False)], 2_000)
    assert "…\t" in laid
    assert pdf.width(laid.partition("\t")[0]) < 6_000


def test_switched_off_or_without_pango_it_says_so(monkeypatch):
    off = load_settings().model_copy(update={"pdf": "off"})
    with monkeypatch.context() as patch:
        patch.setattr(pdf, "load_settings", lambda: off)
        with pytest.raises(PdfUnavailable, match="CADDY_PDF"):
            pdf.render(["x"], title="T")

    class NoPango:
        def find_spec(self, name, *_rest):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoPango(), *sys.meta_path])
    with pytest.raises(PdfUnavailable, match="Pango"):
        pdf.render(["x"], title="T")
