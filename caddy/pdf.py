"""Making PDFs, with WeasyPrint: tagged (PDF/UA-1), with bookmarks and page numbers. The one door.

Knows no template and no table. Nothing is fetched, from the network or from disk: a document
may name the bytes it was handed (`caddy-asset:logo`) and Caddy's own typeface, nothing else.
"""

from __future__ import annotations

import contextlib
import gc
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from caddy.config import load_settings

log = logging.getLogger(__name__)

Html = str
Progress = Callable[[int, int], None]

VARIANT = "pdf/ua-1"
SCHEME = "caddy-asset:"
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
FAMILY = "Atkinson Hyperlegible Next"
FONTS = {
    "font-latin": "atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "font-latin-ext": "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
}
RANGES = {
    "font-latin": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02DC, U+2000-206F, U+20AC, U+2122, "
    "U+2212",
    "font-latin-ext": "U+0100-0130, U+0132-0151, U+0154-02BA, U+1E00-1EFF",
}
EM = 1_000  # the widths below are in thousandths of the size of the letters
FIGURE = 632  # how wide every tabular digit is
SPACE = 280  # and a space, which fills what a tab is too wide for
THIN = 140  # and a thin one, which fills what is left
# Where a cell's right edge is, past its tab stop: thin spaces come no closer than half of one,
# and what ended before the stop would send the next tab to it, what ended after it beyond.
PAST = 300
# Lines whose columns stand by tabs and thin spaces: a fifth of the time of a table's cells. No
# spacing is asked for between words: it would be counted out space by space, twice.
LINE_STYLE = (
    "white-space: pre; font-feature-settings: 'tnum'; font-kerning: none; "
    "font-variant-ligatures: none;"
)
# Parts are laid out without what stands in their margins: it comes when all pages are counted.
MARGINS = ("top-left", "top-center", "top-right", "bottom-left", "bottom-center", "bottom-right")
NO_MARGINS = (
    "@page {" + "".join(f"@{name} {{ content: none !important }}" for name in MARGINS) + "}"
)
COLLECTED_AFTER = 20_000  # new objects, of which Python's own figure is 700
BLANK_STYLE = ".blank { break-after: page } .blank:last-child { break-after: auto }\n"


class PdfUnavailable(Exception):
    """No PDF can be made on this machine; the message says what to do."""


class AssetRefused(ValueError):
    """A document named something that it was not handed."""


def render(
    parts: Sequence[Html],
    *,
    title: str,
    lang: str = "en-AU",
    author: str = "",
    style: str = "",
    assets: Mapping[str, bytes] | None = None,
    progress: Progress | None = None,
) -> bytes:
    """Return one PDF of some parts, each of which begins a page.

    A long report costs time and memory by the length of a part, so its maker cuts it into
    parts of some hundred lines. Page numbers and bookmarks run through all of them.
    `progress` is told how many steps are done, of how many: one for each part, one at last.
    """
    engine = _engine()
    fetcher = _fetcher(engine, {**_fonts(), **(assets or {})})
    fonts = engine.text.fonts.FontConfiguration()
    sheet = engine.CSS(
        string=_font_faces() + BLANK_STYLE + style, font_config=fonts, url_fetcher=fetcher
    )
    bare = engine.CSS(string=NO_MARGINS, url_fetcher=fetcher)
    tell = progress or (lambda _done, _all: None)

    def lay_out(body: Html, *more: Any) -> Any:
        head = f"<title>{escape(title)}</title><meta name=author content='{escape(author)}'>"
        page = f"<!doctype html><html lang='{escape(lang)}'><head>{head}</head>{body}</html>"
        source = engine.HTML(string=page, url_fetcher=fetcher)
        return source.render(font_config=fonts, stylesheets=[sheet, *more], pdf_variant=VARIANT)

    documents = []
    with _fewer_collections():
        for number, part in enumerate(parts, 1):
            documents.append(lay_out(f"<body>{part}</body>", *([bare] if len(parts) > 1 else [])))
            tell(number, len(parts) + 1)
        pages = [page for document in documents for page in document.pages]
        if len(documents) > 1:
            _number(pages, lay_out(_blank(len(pages))).pages)
        made: bytes = documents[0].copy(pages).write_pdf(pdf_variant=VARIANT)
    tell(len(parts) + 1, len(parts) + 1)
    return made


@contextlib.contextmanager
def _fewer_collections() -> Iterator[None]:
    """Look for garbage less often: a layout is a million objects, of which few are garbage."""
    usual = gc.get_threshold()
    gc.set_threshold(COLLECTED_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def is_switched_off() -> bool:
    """Say whether nobody here wants PDFs made; whether they can be, only a worker finds out."""
    return load_settings().pdf == "off"


def warm_up() -> None:
    """Load all that the first PDF needs, where PDFs can be made: half a second for each later one.

    For a worker before it forks: what its children have in common is loaded once.
    """
    with contextlib.suppress(PdfUnavailable):
        text = "<h1>A</h1><p>1</p>"
        style = f"@page {{ @top-left {{ content: counter(page) }} }} p {{ {LINE_STYLE} }}"
        render([text, text], title="A", style=f"{style} html {{ font-family: '{FAMILY}' }}")
        line(("1", "1"), ((EM, False), (EM, True)), EM)
        gc.collect()
        gc.freeze()  # what is loaded now stays: nobody need look through it again


def _blank(count: int) -> Html:
    """Return a document of empty pages: only what stands in their margins is wanted."""
    return f"<body>{'<div class=blank></div>' * count}</body>"


def _number(pages: Sequence[Any], numbered: Sequence[Any]) -> None:
    """Give pages that were laid out in parts the margins of one whole document.

    Each part counts its own pages from one; only when all are laid out is their number known.
    """
    from weasyprint.formatting_structure.boxes import MarginBox

    for page, blank in zip(pages, numbered, strict=True):
        box = page._page_box  # noqa: SLF001 - the version is locked, and a test reads the numbers
        margins = [child for child in blank._page_box.children if isinstance(child, MarginBox)]  # noqa: SLF001
        own = [child for child in box.children if not isinstance(child, MarginBox)]
        box.children = [*own, *margins]


def _engine() -> Any:
    """Return WeasyPrint, or say why there is none. It takes a second to load: workers only."""
    if is_switched_off():
        raise PdfUnavailable("PDFs are switched off here (CADDY_PDF=off).")
    try:
        import weasyprint
        import weasyprint.text.fonts
    except OSError as error:
        raise PdfUnavailable(
            "PDFs need the Pango library. Install it (on Debian: libpango-1.0-0, "
            "libpangoft2-1.0-0, libharfbuzz-subset0) and ask again."
        ) from error
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # it would log what it was refused
    return weasyprint


def _fetcher(engine: Any, assets: Mapping[str, bytes]) -> Any:
    """Return what answers for every address in a document: handed bytes, or a refusal."""

    class Handed(engine.urls.URLFetcher):  # type: ignore[misc] # its module ships no types
        def fetch(self, url: str, _headers: Any = None) -> Any:
            name = url.removeprefix(SCHEME)
            if not url.startswith(SCHEME) or name not in assets:
                log.warning("pdf.asset_refused")
                raise AssetRefused("A report holds only what it was handed.")
            return engine.urls.URLFetcherResponse(url, assets[name])

        def open(self, url: Any, _data: Any = None, _timeout: Any = None) -> Any:
            return self.fetch(getattr(url, "full_url", url))

    return Handed()


@lru_cache(maxsize=1)
def _fonts() -> dict[str, bytes]:
    return {name: (VENDOR / file).read_bytes() for name, file in FONTS.items()}


def _font_faces() -> str:
    faces = (
        f"@font-face {{ font-family: '{FAMILY}'; font-weight: 200 800; "
        f"src: url({SCHEME}{name}) format('woff2'); unicode-range: {RANGES[name]} }}\n"
        for name in FONTS
    )
    return "".join(faces)


@lru_cache(maxsize=1)
def _advances() -> dict[str, int]:
    """Return how wide the letters of the typeface are, as lines are set."""
    from fontTools.ttLib import TTFont

    font = TTFont(VENDOR / FONTS["font-latin"])
    metrics = font["hmtx"]
    widths = {chr(code): metrics[name][0] for code, name in font.getBestCmap().items()}
    return widths | dict.fromkeys("0123456789", FIGURE)


@lru_cache(maxsize=4_096)
def width(text: str) -> int:
    """Return how wide a text is in a line, in thousandths of the size of its letters."""
    widths = _advances()
    return sum([widths.get(letter, EM) for letter in text])


def line(cells: Sequence[str], columns: Sequence[tuple[int, bool]], tab: int) -> str:
    """Return a line whose cells stand in columns, for an element with LINE_STYLE.

    A column is its width and whether it is set to its right edge; widths are in thousandths
    of the letters' size, and multiples of `tab`, the element's own `tab-size`. What does not
    fit is cut.
    """
    laid: list[str] = []
    for cell, (room, is_end) in zip(cells, columns, strict=True):
        text, taken = _cut(cell, room)
        if is_end:
            laid.append(_filler(room - taken + PAST, tab) + text)
        else:
            laid.append(text)
            # Each tab leads to the next stop after what stands there already.
            laid.append("\t" * (room // tab - taken // tab))
    return "".join(laid)


def _filler(wanted: int, tab: int) -> str:
    """Return tabs and spaces that come closest to a width, from a tab stop on: few letters."""
    tabs, rest = divmod(max(0, wanted), tab)
    spaces, rest = divmod(rest, SPACE)
    return "\t" * tabs + " " * spaces + "\u2009" * round(Fraction(rest, THIN))


def _cut(text: str, room: int) -> tuple[str, int]:
    """Return what of a text has room, and how wide that is."""
    taken = width(text)
    if taken <= room - THIN:
        return text, taken
    while text and width(text) + EM > room:
        text = text[:-1]
    return f"{text}…", width(f"{text}…")
