"""Rows of the participants' list, each rendered once for the values that it shows.

The cached text is a pure function of those values, so it cannot be stale; unchanged rows
cost a dictionary lookup where rendering them anew is two thirds of the whole page.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import render_template
from markupsafe import Markup

from caddy.domain.budgets import light_for, used_basis_points
from caddy.domain.sentences import words
from caddy.queries.participants import ListedParticipant, Sums
from caddy.translation.languages import language


def all_rows(
    rows: list[ListedParticipant], with_budgets: bool, amber: int, red: int, may_choose: bool
) -> Markup:
    """Return the rows of a page, one after another; with a box to tick where one may choose."""
    how = (with_budgets, amber, red, may_choose, language())
    return Markup().join(
        _row(
            (row.id, row.name, row.ndis_number, row.status, row.plan_ends_on),
            _numbers(row.core),
            _numbers(row.other),
            how,
        )
        for row in rows
    )


def _numbers(sums: Sums) -> tuple[int, int, int]:
    return sums.allocated_cents, sums.spent_cents, sums.remaining_cents


@lru_cache(maxsize=20_000)
def _row(
    who: tuple[Any, ...],
    core: tuple[int, int, int],
    other: tuple[int, int, int],
    how: tuple[bool, int, int, bool, str],
) -> Markup:
    with_budgets, amber, red, may_choose, _ = how
    totals = [
        {
            "label": label,
            "allocated": allocated,
            "spent": spent,
            "remaining": remaining,
            "used": used_basis_points(spent, allocated),
            "light": light_for(spent, allocated, amber, red),
        }
        for label, (allocated, spent, remaining) in ((words("Core"), core), (words("Other"), other))
    ]
    return Markup(  # noqa: S704 - our own template, which escapes what it is given
        render_template(
            "participants/_row.html",
            **dict(zip(("id", "name", "ndis_number", "status", "ends_on"), who, strict=True)),
            totals=totals if with_budgets else [],
            may_choose=may_choose,
        )
    )
