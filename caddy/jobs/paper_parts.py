"""What every report on paper is made with: templates filled in, the style, the foot of a page.

Needs an app context, for its templates. Reads no table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask import current_app
from jinja2 import StrictUndefined

from caddy import pdf
from caddy.domain.reports import Letterhead
from caddy.pdf import Progress

TAB = 1_000  # as `.line` says: one em


def fill(name: str, **context: Any) -> str:
    """Return a template of reports/paper filled in; a word that it lacks is an error."""
    strict = current_app.jinja_env.overlay(undefined=StrictUndefined)
    return strict.get_template(f"reports/paper/{name}").render(context)


def made(
    parts: Sequence[str],
    title: str,
    letterhead: Letterhead,
    *,
    assets: Mapping[str, bytes] | None = None,
    progress: Progress | None = None,
) -> bytes:
    """Return the PDF of some parts, with the sender and the title at the foot of every page."""
    return pdf.render(
        parts,
        title=title,
        author=letterhead.name,
        style=_style() + _footer(f"{letterhead.name} · {title}"),
        assets=assets,
        progress=progress,
    )


@lru_cache(maxsize=1)
def _style() -> str:
    source, _, _ = current_app.jinja_env.loader.get_source(  # type: ignore[union-attr] # set by Flask
        current_app.jinja_env, "reports/paper/paper.css"
    )
    return f"{source}\n.line {{ {pdf.LINE_STYLE} }}\n"


def _footer(text: str) -> str:
    """Return the style that sets a text at the foot of every page; no letter of it can act."""
    shown = "".join(f"\\{ord(letter):06x}" for letter in text)
    return f'@page {{ @bottom-left {{ content: "{shown}" }} }}'


def line(cells: Sequence[str], columns: Sequence[tuple[int, bool]]) -> str:
    """Return a line as `pdf.line` lays it; widths are whole multiples of TAB but the last.

    Spaces fill a cell up to its last tab: every tab ends a hair farther than it should, and
    a row with many of them would stand beside its column.
    """
    return pdf.line([_filled(*one) for one in zip(cells, columns, strict=True)], columns, TAB)


def _filled(cell: str, column: tuple[int, bool]) -> str:
    room, is_end = column
    spaces = " " * max(0, (room - TAB - pdf.width(cell)) // pdf.width(" "))
    return f"{spaces}{cell}" if is_end else f"{cell}{spaces}"


def shortened(name: str, room: int) -> str:
    """Return an item's name as long as there is room, its end kept: that tells items apart.

    "Assistance With Self-Care Activities - Standard - Weekday Daytime" and its kin differ in
    their last words.
    """
    if pdf.width(name) <= room or " - " not in name:
        return name
    head, _, tail = name.rpartition(" - ")
    taken = pdf.width(f"… {tail}")
    while head and pdf.width(head) + taken > room:
        head = head[:-1]
    return f"{head.rstrip(' -,')}… {tail}" if head else name
