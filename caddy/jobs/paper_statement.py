"""A participant's statement on paper: what a budget began with, what it paid for, what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from caddy.domain import statements
from caddy.domain.money import dollars
from caddy.domain.periods import days_of, id_of
from caddy.domain.reports import Paper
from caddy.domain.statements import BudgetStatement, Delivered, Piece
from caddy.domain.words import say_date
from caddy.jobs import paper_drawings as drawings
from caddy.jobs.paper_parts import fill, line, made, shortened
from caddy.pdf import Progress
from caddy.queries import letterheads
from caddy.queries.statements import statement as read

NAME_ROOM = 21_000
COLUMNS = (
    (7_000, False),
    (NAME_ROOM + 1_000, False),
    (8_000, False),
    (6_000, True),
    (6_000, True),
    (6_500, True),
)
HEAD = ("Date", "Support", "Worker", "Time", "Price", "Amount")


def make(params: Mapping[str, str], progress: Progress, *, seen_by: UUID | None) -> Paper:
    """Return the statement of `participant_id` from `starts_on` to `ends_on` (ISO dates).

    `seen_by` is the person who asked where they see only some participants. Raises NotFound
    for a participant who is not there for them, RuleBroken for days that make no sense.
    """
    days = days_of(params)
    found = read(id_of(params, "participant_id", "participant"), days, seen_by=seen_by)
    head = letterheads.head()
    first = fill(
        "statement.html",
        letterhead=head,
        statement=found,
        categories=statements.by_category([one for b in found.budgets for one in b.services]),
        bars=[_bar(budget) for budget in found.budgets],
    )
    parts = [_part(pieces) for pieces in statements.in_pieces(found.budgets)]
    parts = [first + parts[0], *parts[1:]] if parts else [first]
    made_pdf = made(
        parts,
        f"Statement for {found.participant}",
        head,
        assets=letterheads.assets(),
        progress=progress,
    )
    stem = f"Statement {found.participant} {days.words}"
    return Paper(stem, made_pdf, statements.tables(found))


def _bar(budget: BudgetStatement) -> Any:
    title = (
        f"{budget.name}: {dollars(budget.spent_cents)} spent of {dollars(budget.held_cents)}, "
        f"{dollars(budget.closing_cents)} left"
    )
    return drawings.bar([(budget.spent_cents, drawings.SPENT)], budget.held_cents, title)


def _part(pieces: Sequence[Piece]) -> str:
    shown = [
        {
            "budget": piece.budget,
            "is_continued": piece.is_continued,
            "is_last": piece.is_last,
            "texts": [_text(one) for one in piece.services],
            "items": statements.by_item(piece.budget.services) if piece.is_last else [],
        }
        for piece in pieces
    ]
    return fill("statement_lines.html", pieces=shown, head=line(HEAD, COLUMNS))


def _text(one: Delivered) -> str:
    name = f"{one.kind}: {one.item_name}" if one.kind else one.item_name
    cells = (
        say_date(one.service_on),
        shortened(name, NAME_ROOM),
        one.worker,
        one.amount,
        dollars(one.unit_price_cents),
        dollars(one.total_cents),
    )
    return line(cells, COLUMNS)
