"""Saved filters on every list: what stands above it, and with which one it opens.

`LISTS` is the one table of lists that can be narrowed and kept. A list that has a filter to open
with is led there from its bare address; `?everything=1` opens it whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.domain.saved_filters import EVERYTHING, filter_of
from caddy.queries import saved_filters
from caddy.queries.saved_filters import ListedFilter
from caddy.web.access import access_of, actor, person
from caddy.web.pages import wants_fragment, wants_json

MOST_SHOWN = 40
LISTS = {
    "audit.index": "Audit log",
    "care_records.index": "Consents and support plans",
    "catalogue.index": "Catalogue",
    "claims.index": "Claims",
    "complaints.index": "Complaints",
    "documents.index": "Documents",
    "finance.receivable_lines": "Open lines of claims",
    "incidents.index": "Incidents",
    "outbox.index": "Mail",
    "panel.show": "Budgets",
    "participants.index": "Participants",
    "payments.index": "Payments",
    "policies.index": "Policies",
    "qualifications.index": "Qualifications",
    "restrictive_practices.index": "Restrictive practices",
    "risks.index": "Risks",
    "roster.index": "Roster",
    "service_agreements.index": "Service agreements",
    "services.index": "Services",
    "staff.index": "Staff",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A saved filter as a list shows it; `is_own` where it is not a colleague's."""

    name: str
    url: str
    is_here: bool
    is_own: bool
    is_shared: bool
    opens_first: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands above a list: its filters, and the one in use where it has no name yet."""

    page: str
    query: str
    chips: list[Chip]
    whole_url: str

    @property
    def is_new(self) -> bool:
        return bool(self.query) and not any(one.is_here and one.is_own for one in self.chips)


def may_open(page: str) -> bool:
    """Say whether this is a list, and the signed-in person's to open."""
    access = access_of(current_app, page) if page in LISTS else None
    return access is not None and (not access.permission or actor.may(access.permission))


def address_of(page: str, query: str) -> str:
    """Return the address of a list as a filter narrows it."""
    return f"{url_for(page)}?{query}"


def here() -> str:
    """Return the filter of the page that is open, as it would be saved."""
    return filter_of(request.args.items(multi=True))


def shown() -> Saved | None:
    """Return the filters of the list that is open; None where the page is none."""
    page = request.endpoint or ""
    if page not in LISTS:
        return None
    now = here()
    chips = [
        Chip(
            one.name,
            address_of(page, one.query),
            one.query == now,
            one.is_own,
            one.is_shared,
            one.opens_first,
        )
        for one in _listed(page)[:MOST_SHOWN]
    ]
    return Saved(page, now, chips, f"{url_for(page)}?{EVERYTHING}=1")


def _listed(page: str) -> list[ListedFilter]:
    """Return the filters of the list that is open; asked once in a request."""
    if "saved_filters" not in g:
        has_any = person.has_saved_filters
        g.saved_filters = saved_filters.of_list(page, person.id) if has_any else []
    found: list[ListedFilter] = g.saved_filters
    return found


def open_first() -> ResponseReturnValue | None:
    """Lead from a list's bare address to the filter that someone wants to see first."""
    is_bare = request.method == "GET" and request.endpoint in LISTS and not request.query_string
    if not is_bare or g.get("scope") is None or wants_fragment() or wants_json():
        return None
    page = request.endpoint or ""
    query = next((one.query for one in _listed(page) if one.opens_first), None)
    return redirect(address_of(page, query)) if query else None
