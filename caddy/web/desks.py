"""What the first page has for whom: each part is asked for only where its cards are shown.

The same address for everyone; what is on it follows from what a person may do.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from caddy import clock
from caddy.domain.budgets import Light
from caddy.domain.permissions import Permission
from caddy.domain.sentences import words
from caddy.queries import (
    alerts,
    compliance,
    dashboard,
    documents,
    finance,
    first_steps,
    organizations,
    receivables,
    roster,
    users,
    wall,
)
from caddy.queries import services as service_reads
from caddy.queries.services import ServiceFilter
from caddy.queries.wall import WallFilter
from caddy.web import incident_clocks, score_views, wall_arguments
from caddy.web.access import actor, person, seen_by
from caddy.web.bar_charts import SERIES, weeks_svg

ENDS_WITHIN_DAYS = 42
DUE_WITHIN_DAYS = 28
LATELY = timedelta(days=7)
SHOWN = 5

WRITES = (
    Permission.CLAIMS_WRITE,
    Permission.ORGANIZATION_WRITE,
    Permission.PARTICIPANTS_WRITE,
    Permission.SERVICES_WRITE,
)

Parts = dict[str, Any]


def of_person(today: date) -> Parts:
    """Return what the signed-in person's first page shows, by the name of each part."""
    only_looks = not any(actor.may(one) for one in WRITES)
    parts: Parts = {"only_looks": only_looks} | _numbers(today) | _quality(only_looks=only_looks)
    if actor.may(Permission.SERVICES_WRITE):
        parts |= _own_work(today)
    if actor.may(Permission.PARTICIPANTS_WRITE) and seen_by() is None:
        parts |= _coordination(today)
    if actor.may(Permission.ORGANIZATION_WRITE):
        parts |= _office(today)
    elif actor.may(Permission.CLAIMS_WRITE) and seen_by() is None:
        parts |= _money(today)
    if not only_looks:
        parts |= _around(today)
    return parts


def _numbers(today: date) -> Parts:
    """Return sums: of the organization where all of it may be seen, and of the week."""
    parts: Parts = {}
    if actor.may(Permission.BUDGETS_READ) and seen_by() is None:
        scale = wall_arguments.scale()
        lights = wall.sums(WallFilter(), scale).lights
        parts |= {
            "totals": organizations.totals(today),
            "count_red": lights[Light.RED],
            "count_amber": lights[Light.AMBER],
        }
        if actor.may(Permission.PARTICIPANTS_WRITE):
            parts["at_risk"] = wall.most_at_risk(today, scale)
    if actor.may(Permission.SERVICES_READ):
        parts["week_count"], parts["week_cents"] = _this_week(today)
    return parts


def _this_week(today: date) -> tuple[int, int]:
    """Return the count and cost of this week's services, as far as the person may see them."""
    if seen_by() is None:
        return organizations.services_this_week(person.timezone)
    monday = today - timedelta(days=today.weekday())
    return service_reads.sums_between(monday, today, seen_by=seen_by())


def _quality(*, only_looks: bool) -> Parts:
    """Return the score that one may see, and the clocks of incidents."""
    parts: Parts = {}
    if actor.may(Permission.COMPLIANCE_READ):
        parts["compliance"] = score_views.of_organization()
    elif actor.may(Permission.SERVICES_WRITE):
        parts["compliance"] = score_views.of_worker(person.id)
    if actor.may(Permission.INCIDENTS_READ) and not only_looks:
        parts["clocks"] = incident_clocks.running()
    return parts


def _own_work(today: date) -> Parts:
    """Return a worker's own: what to start or finish, what comes next, what was left open."""
    own = ServiceFilter(worker_id=person.id, to_on=today)
    return {
        "own_shifts": roster.shifts_of_today(person.id, today),
        "next_shift": dashboard.next_shift(person.id, today),
        "unfinished": dashboard.unfinished(person.id, today, clock.now()),
        "own_lapsing": dashboard.own_lapsing(person.id, today),
        "own_services": service_reads.page(own, seen_by=seen_by())[0][:SHOWN],
    }


def _coordination(today: date) -> Parts:
    return {
        "gaps": dashboard.roster_gaps(today, seen_by=seen_by()),
        "plans_ending": alerts.plans_ending(today, ENDS_WITHIN_DAYS, SHOWN),
        "raised": alerts.alerts_raised_since(clock.now() - LATELY)[:SHOWN],
    }


def _office(today: date) -> Parts:
    return {
        "first_steps": first_steps.of(person.id),
        "office": dashboard.office(clock.now()),
        "due": compliance.due(today, DUE_WITHIN_DAYS)[:SHOWN],
    }


def _money(today: date) -> Parts:
    """Return where the money stands, week by week and by its age."""
    found = finance.dashboard(today, person.timezone)
    ages = receivables.totals(today, person.timezone)
    return {
        "money": found,
        "money_totals": found.totals,
        "series": SERIES,
        "weeks": weeks_svg(found.weeks, words("Claimed, paid and rejected by week"), "weeks"),
        "ages": ages,
        "owed_cents": sum(ages),
        "age_labels": receivables.AGE_LABELS,
    }


def _around(today: date) -> Parts:
    """Return who is about, and which documents lapse."""
    parts: Parts = {"online": users.online()}
    if actor.may(Permission.DOCUMENTS_READ):
        parts["expiring_documents"] = documents.expiring(actor, today)
    return parts
