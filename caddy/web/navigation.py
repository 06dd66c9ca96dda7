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
    also: tuple[str, ...] = ()  # features whose pages belong to this entry too

    @property
    def feature(self) -> str:
        return self.endpoint.partition(".")[0]


GROUPS: dict[str, tuple[Entry, ...]] = {
    "Work": (
        Entry("dashboard.show", "Today", "layout-dashboard"),
        Entry("panel.show", "Budgets", "gauge", also=("budgets",)),
        Entry("participants.index", "Participants", "users"),
        Entry("roster.index", "Roster", "calendar"),
        Entry("services.index", "Services", "clipboard-list"),
    ),
    "Money": (
        Entry("claims.index", "Claims", "upload", also=("results",)),
        Entry("finance.show", "Finance", "target", also=("payments", "books", "plan_managers")),
    ),
    "Quality": (
        Entry("documents.index", "Documents", "archive"),
        Entry("incidents.index", "Incidents", "triangle-alert"),
        Entry(
            "registers.show",
            "Registers",
            "book-open",
            also=(
                *("complaints", "restrictive_practices", "risks", "policies", "care_records"),
                *("qualifications", "service_agreements"),
            ),
        ),
        Entry("compliance.show", "Compliance", "circle-check"),
        Entry("audit.index", "Audit log", "clock", also=("evidence",)),
    ),
    "Office": (
        Entry("reports.index", "Reports", "download"),
        Entry("staff.index", "Staff", "user"),
        Entry("catalogue.index", "Catalogue", "book-open"),
        Entry("imports.index", "Imports", "upload"),
        Entry("settings.show", "Settings", "settings", also=("outbox", "letterheads", "retention")),
    ),
}


@dataclass(frozen=True, slots=True)
class MenuItem:
    entry: Entry
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class MenuGroup:
    name: str
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True)
class Menu:
    """What someone may open: all of it in groups, and what a phone's bar has room for."""

    groups: tuple[MenuGroup, ...]
    bar: tuple[MenuItem, ...]
    has_more: bool  # the bar leaves some out

    @property
    def is_behind(self) -> bool:
        """Say whether the open page belongs to an entry that the bar leaves out."""
        here = any(item.is_here for group in self.groups for item in group.items)
        return here and not any(item.is_here for item in self.bar)


def install(app: Flask) -> None:
    # Asked at every page: which pages there are never changes, and few sets of rights exist.
    @lru_cache(maxsize=512)
    def menu_of(permissions: frozenset[Permission], here: str) -> Menu:
        groups = tuple(
            MenuGroup(name, items)
            for name, entries in GROUPS.items()
            if (items := tuple(_item(one, here) for one in entries if _may_open(one, permissions)))
        )
        every = [item for group in groups for item in group.items]
        has_more = len(every) > MOST_IN_BAR
        # The way to the rest takes a place itself.
        return Menu(groups, tuple(every[: MOST_IN_BAR - has_more]), has_more)

    def _item(entry: Entry, here: str) -> MenuItem:
        return MenuItem(entry, url_for(entry.endpoint), here in {entry.feature, *entry.also})

    def _may_open(entry: Entry, permissions: frozenset[Permission]) -> bool:
        access = access_of(app, entry.endpoint)
        return not access or not access.permission or access.permission in permissions

    def menu() -> Menu:
        return menu_of(actor.permissions, (request.endpoint or "").partition(".")[0])

    def live_since() -> str:
        """Return the newest event: a page that names none is told of what comes after it."""
        return events.current_id(actor.organization_id)

    app.jinja_env.globals.update(menu=menu, live_since=live_since)
