"""The menu: what each person may open, drawn from what each page requires."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for

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
    Entry("catalogue.index", "Catalogue", "book-open", is_quiet=True),
    Entry("staff.index", "Staff", "user", is_quiet=True),
    Entry("settings.show", "Settings", "settings", is_quiet=True),
)


def _fill_bar(entries: list[dict[str, Any]]) -> None:
    """Bring quiet entries forward where a phone's bar has room for them."""
    room = MOST_IN_BAR - sum(not entry["is_quiet"] for entry in entries)
    for entry in [one for one in entries if one["is_quiet"]][: max(0, room)]:
        entry["is_quiet"] = False


def install(app: Flask) -> None:
    @lru_cache(maxsize=64)
    def address(endpoint: str) -> str:
        return url_for(endpoint)

    def menu() -> list[dict[str, Any]]:
        here = (request.endpoint or "").partition(".")[0]
        entries: list[dict[str, Any]] = []
        for entry in ENTRIES:
            access = access_of(app, entry.endpoint)
            if access and access.permission and not actor.may(access.permission):
                continue
            entries.append(
                {
                    "entry": entry,
                    "url": address(entry.endpoint),
                    "is_quiet": entry.is_quiet,
                    "is_here": here in {entry.feature, *entry.also},
                }
            )
        _fill_bar(entries)
        return entries

    app.jinja_env.globals["menu"] = menu
