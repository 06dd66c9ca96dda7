"""The compliance report on paper: a cover, its contents, and one section for each register.

What the registers are, says queries/registers.py: this lays out whatever is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from caddy import clock
from caddy.domain.errors import NotFound
from caddy.domain.evidence import EVIDENCE, gives_evidence, module_of
from caddy.domain.periods import days_of
from caddy.domain.registers import Register, Tone
from caddy.domain.reports import Paper
from caddy.domain.spreadsheets import Cell
from caddy.domain.words import say_date
from caddy.jobs import paper_drawings as drawings
from caddy.jobs.paper_parts import fill, line, made
from caddy.pdf import Progress
from caddy.queries import letterheads, organizations
from caddy.queries.registers import all_registers

TITLE = "Compliance report"
# One whole document knows on which page each section begins; a longer one is cut into parts.
MOST_LINES_OF_WHOLE = 1_500
MOST_LINES_OF_PART = 500
EM = 1_000
COLOURS = {
    Tone.GOOD: drawings.GOOD,
    Tone.SOON: drawings.SOON,
    Tone.BAD: drawings.BAD,
    Tone.UNKNOWN: drawings.UNKNOWN,
}


def make(params: Mapping[str, str], progress: Progress, *, seen_by: UUID | None) -> Paper:
    """Return the report of the days from `starts_on` to `ends_on` (ISO dates).

    With a `module` it holds what is evidence for that module of the standards, else everything.

    It is of all participants: raises NotFound where the person who asked sees only some.
    """
    days = days_of(params)
    if seen_by is not None:
        raise NotFound("report")
    zone = organizations.current().timezone
    module = module_of(params)
    registers = [
        one for one in all_registers(days, clock.today(zone)) if gives_evidence(one.key, module)
    ]
    head = letterheads.head()
    is_whole = sum(len(one.rows) for one in registers) <= MOST_LINES_OF_WHOLE
    cover = fill(
        "compliance.html",
        letterhead=head,
        days=days,
        module=module,
        outcomes=EVIDENCE[module].outcomes if module else (),
        made_on=clock.today(zone),
        registers=[_summary(one) for one in registers],
        is_whole=is_whole,
    )
    sections = [
        part
        for place, one in enumerate(registers)
        for part in _section(one, is_whole=is_whole, is_first=place == 0)
    ]
    parts = [cover + "".join(sections)] if is_whole else [cover, *sections]
    content = made(parts, TITLE, head, assets=letterheads.assets(), progress=progress)
    stem = f"{TITLE} {days.words}" + (f", {module.label}" if module else "")
    return Paper(stem, content, [one.table for one in registers])


def _summary(one: Register) -> dict[str, Any]:
    shades = [(count.number, COLOURS[count.tone]) for count in one.counts]
    said = ", ".join(f"{count.number:,} {count.label.lower()}" for count in one.counts)
    return {
        "key": one.key,
        "title": one.title,
        "rows": len(one.rows),
        "counts": one.counts,
        "bar": drawings.bar(shades, len(one.rows), f"{one.title}: {said}") if one.counts else None,
    }


def _section(one: Register, *, is_whole: bool, is_first: bool) -> list[str]:
    """Return a register as parts: one, or as many as its rows need."""
    most = MOST_LINES_OF_WHOLE if is_whole else MOST_LINES_OF_PART
    columns = [(column.share * EM, column.is_end) for column in one.columns]
    head = line([column.name for column in one.columns], columns)
    cut = [one.rows[at : at + most] for at in range(0, len(one.rows), most)] or [()]
    return [
        fill(
            "register.html",
            register=one,
            summary=_summary(one),
            head=head,
            lines=[line([_word(cell) for cell in row], columns) for row in rows],
            is_continued=number > 0,
            is_first=is_first,
        )
        for number, rows in enumerate(cut)
    ]


def _word(cell: Cell) -> str:
    if cell is None or cell == "":
        return "–"  # noqa: RUF001 - an empty cell is seen to be empty
    if isinstance(cell, date):
        return say_date(cell)
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
