"""The menu: what each person may open, drawn from what each page requires."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for

from caddy.web.access import access_of, actor


@dataclass(frozen=True, slots=True)
class Entry:
    endpoint: str
    label: str
    icon: str
    is_quiet: bool = False  # left out of a phone's bar, where five is the most that fits

    @property
    def feature(self) -> str:
        return self.endpoint.partition(".")[0]


ENTRIES = (
    Entry("dashboard.show", "Today", "layout-dashboard"),
    Entry("panel.show", "Budgets", "gauge"),
    Entry("participants.index", "Participants", "users"),
    Entry("roster.index", "Roster", "calendar"),
    Entry("services.index", "Services", "clipboard-list"),
    Entry("reports.index", "Reports", "download", is_quiet=True),
    Entry("catalogue.index", "Catalogue", "book-open", is_quiet=True),
    Entry("staff.index", "Staff", "user", is_quiet=True),
    Entry("settings.show", "Settings", "settings", is_quiet=True),
)


def install(app: Flask) -> None:
    @lru_cache(maxsize=64)
    def address(endpoint: str) -> str:
        return url_for(endpoint)

    def menu() -> list[dict[str, Any]]:
        here = (request.endpoint or "").partition(".")[0]
        entries = []
        for entry in ENTRIES:
            access = access_of(app, entry.endpoint)
            if access and access.permission and not actor.may(access.permission):
                continue
            entries.append(
                {"entry": entry, "url": address(entry.endpoint), "is_here": entry.feature == here}
            )
        return entries

    app.jinja_env.globals["menu"] = menu
