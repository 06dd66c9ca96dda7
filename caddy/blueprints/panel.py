"""The wall of budgets, and the fragments that live events put into open panels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from caddy import clock, events
from caddy.domain.budgets import Light
from caddy.domain.ndis.categories import CategoryKind
from caddy.domain.permissions import Permission
from caddy.events import Fragment
from caddy.queries import budgets, groups, organizations, wall
from caddy.queries.budgets import BudgetView
from caddy.queries.groups import GroupKind
from caddy.queries.wall import WallSort
from caddy.web import arguments, listings, wall_arguments
from caddy.web.access import person, requires, seen_by
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.pages import page

blueprint = Blueprint("panel", __name__, url_prefix="/panel")


@blueprint.get("")
@requires(Permission.BUDGETS_READ)
def show() -> ResponseReturnValue:
    # Asked first: what is committed while the page is made comes again, rather than never.
    since = events.current_id(person.organization_id)
    today = clock.today(person.timezone)
    wanted, scale = replace(wall_arguments.wanted(), seen_by=seen_by()), wall_arguments.scale()
    shown, following = wall.page(wanted, today, scale)
    group = wall_arguments.group(wanted)
    on_wall = request.args.get("wall") == "1"
    return page(
        "panel/wall.html" if on_wall else "panel/show.html",
        part="main",
        since=since,
        on_wall=on_wall,
        choices=wall_arguments.choices(),
        wanted=wanted,
        written=wall_arguments.written,
        budgets=shown,
        following=f"{following.light}_{following.value}_{following.id}" if following else None,
        sums=wall.sums(replace(wanted, light=None), scale),
        group=group,
        group_name=groups.name_of(*group) if group else None,
        totals=organizations.totals(today) if not group and seen_by() is None else None,
        categories=list(CategoryKind),
        lights=list(Light),
        sorts=list(WallSort),
        group_kinds=list(GroupKind),
    )


@as_file(blueprint, "/panel")
@requires(Permission.BUDGETS_READ)
def download() -> Listing:
    today, scale = clock.today(person.timezone), wall_arguments.scale()
    wanted = replace(wall_arguments.wanted(), seen_by=seen_by(), after=None)

    def fetch(after: Any) -> Any:
        return wall.page(replace(wanted, after=after), today, scale, AT_ONCE)

    return listings.budgets(every(fetch))


@blueprint.get("/groups")
@requires(Permission.BUDGETS_READ)
def list_groups() -> ResponseReturnValue:
    """Show houses, caseloads or support categories side by side."""
    if seen_by() is not None:
        abort(404)  # groups are of all participants
    by = arguments.word("by", GroupKind) or GroupKind.SITE
    found, has_more = groups.listed(by, wall_arguments.scale())
    return page(
        "panel/groups.html",
        part="main",
        by=by,
        kinds=list(GroupKind),
        groups=found,
        has_more=has_more,
        most=groups.MOST_GROUPS,
        of_group=wall_arguments.of_group,
        since=events.current_id(person.organization_id),
    )


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
