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
from caddy.queries.participants import ParticipantPage, listed
from caddy.translation.languages import language


def all_rows(
    found: ParticipantPage, with_budgets: bool, amber: int, red: int, may_choose: bool
) -> Markup:
    """Return the rows of a page, one after another; with a box to tick where one may choose."""
    how = (with_budgets, amber, red, may_choose, language())
    return Markup("".join([_row(one, how) for one in found.stored]))  # noqa: S704 - each is Markup


@lru_cache(maxsize=20_000)
def _row(stored: tuple[Any, ...], how: tuple[bool, int, int, bool, str]) -> Markup:
    row = listed(stored)
    with_budgets, amber, red, may_choose, _ = how
    totals = [
        {
            "label": label,
            "allocated": sums.allocated_cents,
            "spent": sums.spent_cents,
            "remaining": sums.remaining_cents,
            "used": used_basis_points(sums.spent_cents, sums.allocated_cents),
            "light": light_for(sums.spent_cents, sums.allocated_cents, amber, red),
        }
        for label, sums in ((words("Core"), row.core), (words("Other"), row.other))
    ]
    return Markup(  # noqa: S704 - our own template, which escapes what it is given
        render_template(
            "participants/_row.html",
            id=row.id,
            name=row.name,
            ndis_number=row.ndis_number,
            status=row.status,
            ends_on=row.plan_ends_on,
            totals=totals if with_budgets else [],
            may_choose=may_choose,
        )
    )
