"""The menu: what each person may open, drawn from what each page requires."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, request, url_for

from caddy import events
from caddy.domain.permissions import Permission
from caddy.web.access import access_of, actor

MOST_IN_BAR = 5


@dataclass(frozen=True, slots=True)
class Entry:
    endpoint: str
    label: str
    icon: str
    is_quiet: bool = False  # left out of a phone's bar, where five is the most that fits
    also: tuple[str, ...] = ()  # features whose pages belong to this entry too

    @property
    def feature(self) -> str:
        return self.endpoint.partition(".")[0]


ENTRIES = (
    Entry("dashboard.show", "Today", "layout-dashboard"),
    Entry("panel.show", "Budgets", "gauge"),
    Entry("participants.index", "Participants", "users"),
    Entry("roster.index", "Roster", "calendar"),
    Entry("services.index", "Services", "clipboard-list"),
    Entry("claims.index", "Claims", "upload", is_quiet=True, also=("results",)),
    Entry("finance.show", "Finance", "target", is_quiet=True, also=("payments", "books")),
    Entry("documents.index", "Documents", "archive", is_quiet=True),
    Entry("incidents.index", "Incidents", "triangle-alert", is_quiet=True),
    Entry(
        "registers.show",
        "Registers",
        "book-open",
        is_quiet=True,
        also=("complaints", "restrictive_practices", "risks", "policies", "care_records"),
    ),
    Entry("compliance.show", "Compliance", "circle-check", is_quiet=True),
    Entry("reports.index", "Reports", "download", is_quiet=True),
    Entry("catalogue.index", "Catalogue", "book-open", is_quiet=True),
    Entry("staff.index", "Staff", "user", is_quiet=True),
    Entry("imports.index", "Imports", "upload", is_quiet=True),
    Entry("audit.index", "Audit log", "clipboard-list", is_quiet=True),
    Entry("settings.show", "Settings", "settings", is_quiet=True),
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    entry: Entry
    url: str
    is_here: bool
    is_quiet: bool


def install(app: Flask) -> None:
    # Asked twice a page: which pages there are never changes, and few sets of rights exist.
    @lru_cache(maxsize=512)
    def items(permissions: frozenset[Permission], here: str) -> tuple[MenuItem, ...]:
        entries = [entry for entry in ENTRIES if _may_open(entry, permissions)]
        # Quiet ones come forward where a phone's bar has room for them.
        room = max(0, MOST_IN_BAR - sum(not entry.is_quiet for entry in entries))
        forward = [entry for entry in entries if entry.is_quiet][:room]
        return tuple(
            MenuItem(
                entry,
                url_for(entry.endpoint),
                here in {entry.feature, *entry.also},
                entry.is_quiet and entry not in forward,
            )
            for entry in entries
        )

    def _may_open(entry: Entry, permissions: frozenset[Permission]) -> bool:
        access = access_of(app, entry.endpoint)
        return not access or not access.permission or access.permission in permissions

    def menu() -> tuple[MenuItem, ...]:
        return items(actor.permissions, (request.endpoint or "").partition(".")[0])

    def live_since() -> str:
        """Return the newest event: a page that names none is told of what comes after it."""
        return events.current_id(actor.organization_id)

    app.jinja_env.globals.update(menu=menu, live_since=live_since)
