"""The first page after signing in: what matters today, by what one may see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock, events
from caddy.actions import first_steps as first_step_actions
from caddy.domain.budgets import Light
from caddy.domain.permissions import Permission
from caddy.queries import documents, first_steps, organizations, roster, users, wall
from caddy.queries import services as service_reads
from caddy.queries.services import ServiceFilter
from caddy.queries.wall import WallFilter
from caddy.web import incident_clocks, score_views, wall_arguments
from caddy.web.access import actor, person, requires, seen_by, signed_in
from caddy.web.pages import page

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/")
@signed_in
def show() -> ResponseReturnValue:
    today = clock.today(person.timezone)
    since = events.current_id(person.organization_id)
    context: dict[str, Any] = {"today": today, "since": since, "online": users.online()}
    if actor.may(Permission.ORGANIZATION_WRITE):
        context["first_steps"] = first_steps.of(person.id)
    if actor.may(Permission.BUDGETS_READ) and seen_by() is None:
        scale = wall_arguments.scale()
        lights = wall.sums(WallFilter(), scale).lights
        context |= {
            "totals": organizations.totals(today),
            "at_risk": wall.most_at_risk(today, scale),
            "count_red": lights[Light.RED],
            "count_amber": lights[Light.AMBER],
        }
    if actor.may(Permission.SERVICES_READ):
        count, cents = _this_week(today)
        own = ServiceFilter(worker_id=person.id)
        context |= {
            "week_count": count,
            "week_cents": cents,
            "own_services": service_reads.page(own, seen_by=seen_by())[0][:5],
        }
    if actor.may(Permission.COMPLIANCE_READ):
        context["compliance"] = score_views.of_organization()
    elif actor.may(Permission.SERVICES_WRITE):
        context["compliance"] = score_views.of_worker(person.id)
    if actor.may(Permission.DOCUMENTS_READ):
        context["expiring_documents"] = documents.expiring(actor, today)
    if actor.may(Permission.INCIDENTS_READ):
        context["clocks"] = incident_clocks.running()
    if actor.may(Permission.SERVICES_WRITE):
        context["own_shifts"] = roster.shifts_of_today(person.id, today)
    return page("dashboard/show.html", part="main", **context)


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


def _this_week(today: date) -> tuple[int, int]:
    """Return the count and cost of this week's services, as far as the person may see them."""
    if seen_by() is None:
        return organizations.services_this_week(person.timezone)
    monday = today - timedelta(days=today.weekday())
    return service_reads.sums_between(monday, today, seen_by=seen_by())
