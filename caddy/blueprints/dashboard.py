"""The first page after signing in: what matters today, by what one may see."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock, events
from caddy.actions import first_steps as first_step_actions
from caddy.domain.permissions import Permission
from caddy.web import desks
from caddy.web.access import actor, person, requires, signed_in
from caddy.web.pages import page

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/")
@signed_in
def show() -> ResponseReturnValue:
    # Asked first: what is committed while the page is made comes again, rather than never.
    since = events.current_id(person.organization_id)
    today = clock.today(person.timezone)
    parts = desks.of_person(today)
    return page("dashboard/show.html", part="main", today=today, since=since, **parts)


@blueprint.post("/first-steps")
@requires(Permission.ORGANIZATION_WRITE)
def choose_first_steps() -> ResponseReturnValue:
    is_shown = request.form.get("shown") == "1"
    first_step_actions.choose_first_steps(is_shown=is_shown, actor=actor)
    flash(
        "The first steps are shown again."
        if is_shown
        else "The first steps are hidden. Help can show them again."
    )
    return redirect(url_for("dashboard.show"), 303)
