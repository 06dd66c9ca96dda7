"""The first page after signing in: what matters today, by what one may see."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy import clock, events
from caddy.domain.budgets import Light
from caddy.domain.permissions import Permission
from caddy.queries import budgets, organizations, roster, users
from caddy.queries import services as service_reads
from caddy.queries.services import ServiceFilter
from caddy.web.access import actor, person, signed_in
from caddy.web.pages import page

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/")
@signed_in
def show() -> ResponseReturnValue:
    today = clock.today(person.timezone)
    since = events.current_id(person.organization_id)
    context: dict[str, Any] = {"today": today, "since": since, "online": users.online()}
    if actor.may(Permission.BUDGETS_READ):
        amber, red = person.light_amber_percent, person.light_red_percent
        context |= {
            "totals": organizations.totals(today),
            "at_risk": budgets.most_at_risk(today, red),
            "count_red": budgets.count_of_light(Light.RED, amber, red),
            "count_amber": budgets.count_of_light(Light.AMBER, amber, red),
        }
    if actor.may(Permission.SERVICES_READ):
        count, cents = organizations.services_this_week(person.timezone)
        own = ServiceFilter(worker_id=person.id)
        context |= {
            "week_count": count,
            "week_cents": cents,
            "own_services": service_reads.page(own)[0][:5],
        }
    if actor.may(Permission.SERVICES_WRITE):
        context["own_shifts"] = roster.shifts_of_today(person.id, today)
    return page("dashboard/show.html", part="main", **context)
