"""The first page after signing in: what matters today, by what one may see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy import clock, events
from caddy.domain.budgets import Light
from caddy.domain.permissions import Permission
from caddy.queries import budgets, organizations, users
from caddy.queries import services as service_reads
from caddy.queries.services import ServiceFilter
from caddy.web.access import actor, person, seen_by, signed_in
from caddy.web.pages import page

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/")
@signed_in
def show() -> ResponseReturnValue:
    today = clock.today(person.timezone)
    since = events.current_id(person.organization_id)
    context: dict[str, Any] = {"today": today, "since": since, "online": users.online()}
    if actor.may(Permission.BUDGETS_READ) and seen_by() is None:
        amber, red = person.light_amber_percent, person.light_red_percent
        context |= {
            "totals": organizations.totals(today),
            "at_risk": budgets.most_at_risk(today, red, seen_by=None),
            "count_red": budgets.count_of_light(Light.RED, amber, red, seen_by=None),
            "count_amber": budgets.count_of_light(Light.AMBER, amber, red, seen_by=None),
        }
    if actor.may(Permission.SERVICES_READ):
        count, cents = _this_week(today)
        own = ServiceFilter(worker_id=person.id)
        context |= {
            "week_count": count,
            "week_cents": cents,
            "own_services": service_reads.page(own, seen_by=seen_by())[0][:5],
        }
    return page("dashboard/show.html", part="main", **context)


def _this_week(today: date) -> tuple[int, int]:
    """Return the count and cost of this week's services, as far as the person may see them."""
    if seen_by() is None:
        return organizations.services_this_week(person.timezone)
    monday = today - timedelta(days=today.weekday())
    return service_reads.sums_between(monday, today, seen_by=seen_by())
