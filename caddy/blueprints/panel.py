"""The wall of budgets, and the fragments that live events put into open panels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from caddy import clock, events
from caddy.domain.budgets import Light
from caddy.domain.ndis.categories import CategoryKind
from caddy.domain.permissions import Permission
from caddy.events import Fragment
from caddy.queries import budgets, organizations
from caddy.queries.budgets import BudgetView, WallFilter
from caddy.web import arguments
from caddy.web.access import person, requires, seen_by
from caddy.web.pages import page

blueprint = Blueprint("panel", __name__, url_prefix="/panel")

KEY = re.compile(r"(\d{1,9})-([0-9a-f-]{36})")


@blueprint.get("")
@requires(Permission.BUDGETS_READ)
def show() -> ResponseReturnValue:
    # Asked first: what is committed while the page is made comes again, rather than never.
    since = events.current_id(person.organization_id)
    today = clock.today(person.timezone)
    amber, red = person.light_amber_percent, person.light_red_percent
    wanted = WallFilter(
        light=arguments.word("light", Light),
        category=arguments.word("category", CategoryKind),
        after=_key(request.args.get("after", "")),
    )
    shown, following = budgets.wall(wanted, today, amber, red, seen_by=seen_by())
    return page(
        "panel/show.html",
        part="main",
        since=since,
        wanted=wanted,
        budgets=shown,
        following=f"{following[0]}-{following[1]}" if following else None,
        counts={
            light: budgets.count_of_light(light, amber, red, seen_by=seen_by()) for light in Light
        },
        totals=organizations.totals(today) if seen_by() is None else None,
        categories=list(CategoryKind),
        lights=list(Light),
    )


def _key(text: str) -> tuple[int, UUID] | None:
    found = KEY.fullmatch(text)
    try:
        return (int(found[1]), UUID(found[2])) if found else None
    except ValueError:
        return None


@events.renders("budget")
def render_budgets(ids: Sequence[UUID]) -> Iterator[Fragment]:
    """Yield what panels show of some budgets: their cards and the sums that they are part of."""
    shown, today = budgets.with_siblings(ids)
    if not shown:
        return
    seen = Permission.BUDGETS_READ
    changed = set(ids)
    by_participant: dict[UUID, list[BudgetView]] = {}
    for budget in shown:
        by_participant.setdefault(budget.participant_id, []).append(budget)
        if budget.id in changed:
            card = render_template("budgets/_budget.html", budget=budget)
            yield Fragment(f"budget-{budget.id}", card, seen)
    for participant_id, own in by_participant.items():
        sums = budgets.participant_totals(own)
        if sums is not None:
            html = render_template("budgets/_participant_totals.html", totals=sums)
            yield Fragment(f"participant-totals-{participant_id}", html, seen)
    html = render_template("budgets/_organization_totals.html", totals=organizations.totals(today))
    yield Fragment("organization-totals", html, seen)
