"""The menu, and what else one may open or do: drawn from what each page requires.

The one table of pages, of the keys that go to them, and of what the palette offers to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from flask import Flask, request, url_for

from caddy import events
from caddy.domain.permissions import Permission
from caddy.domain.sentences import words
from caddy.web.access import access_of, actor

MOST_IN_BAR = 5


@dataclass(frozen=True, slots=True)
class Entry:
    endpoint: str
    label: str
    icon: str
    also: tuple[str, ...] = ()  # features whose pages belong to this entry too
    key: str = ""  # after a “g” it goes there
    words: str = ""  # other words by which the palette finds it

    @property
    def feature(self) -> str:
        return self.endpoint.partition(".")[0]


GROUPS: dict[str, tuple[Entry, ...]] = {
    words("Work"): (
        Entry("dashboard.show", "Today", "layout-dashboard", key="t"),
        Entry("panel.show", "Budgets", "gauge", also=("budgets",), key="b"),
        Entry("participants.index", "Participants", "users", key="p"),
        Entry("roster.index", "Roster", "calendar", key="r"),
        Entry("services.index", "Services", "clipboard-list", key="s"),
    ),
    words("Money"): (
        Entry("claims.index", "Claims", "upload", also=("results",), key="c"),
        Entry(
            "finance.show",
            "Finance",
            "target",
            also=("payments", "books", "plan_managers"),
            key="f",
        ),
    ),
    words("Quality"): (
        Entry("documents.index", "Documents", "archive", key="d"),
        Entry("incidents.index", "Incidents", "triangle-alert", key="i"),
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
    words("Office"): (
        Entry("reports.index", "Reports", "download"),
        Entry("staff.index", "Staff", "user"),
        Entry("catalogue.index", "Catalogue", "book-open"),
        Entry("imports.index", "Imports", "upload"),
        Entry("settings.show", "Settings", "settings", also=("outbox", "letterheads", "retention")),
    ),
}

# Pages of one's own, which the menu at the picture and the bar lead to.
OWN_PAGES = (
    Entry("own_week.show", "My week", "calendar"),
    Entry("messages.index", "Messages", "message-square", key="m"),
    Entry("notifications.index", "Notifications", "bell", key="n"),
    Entry("saved_filters.index", "Saved filters", "search"),
    Entry("tasks.index", "Your work", "download"),
    Entry("availability.show", "My availability", "clock"),
    Entry("telling.show", "How you are told", "bell"),
    Entry("factors.show", "How you sign in", "user", words="password passkey second step"),
    Entry("sessions.index", "Your devices", "phone", words="where signed in"),
    Entry("calendar.show", "Your calendar", "calendar"),
    Entry("sites.index", "Sites", "map-pin"),
    Entry("retention.show", "Keeping records", "archive", words="retention erase"),
    Entry("outbox.index", "Mail", "send", words="email sent outbox"),
    Entry("help.show", "Help", "info"),
    Entry("help.words", "Words", "book-open"),
    Entry("help.keys", "Keys", "info"),
    Entry("help.changes", "What changed", "info"),
)
THINGS_TO_DO = (
    Entry("services.new", "Log a service", "clipboard-plus", words="new support shift"),
    Entry("roster.new", "Plan a shift", "calendar", words="new schedule service"),
    Entry("participants.new", "Add a participant", "plus", words="new client"),
    Entry("claims.new", "Build a claim", "upload", words="new add invoice"),
    Entry("payments.new", "Record a payment", "target", words="new add remittance"),
    Entry("incidents.new", "Report an incident", "triangle-alert", words="new add"),
    Entry("documents.new", "Add documents", "archive", words="new upload file"),
    Entry("messages.new", "New conversation", "message-square", words="write message add"),
    Entry("complaints.new", "Add a complaint", "message-square", words="new record"),
    Entry("invitations.index", "Invitations", "user", words="invite colleague new staff add"),
    Entry("imports.new", "Load a file", "upload", words="import spreadsheet csv new"),
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    entry: Entry
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class MenuGroup:
    label: str
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Menu:
    """What someone may open: all of it in groups, and what a phone's bar has room for.

    Each is made once, and is equal to itself alone: it is what its HTML is kept by.
    """

    groups: tuple[MenuGroup, ...]
    bar: tuple[MenuItem, ...]
    has_more: bool  # the bar leaves some out

    @property
    def is_behind(self) -> bool:
        """Say whether the open page belongs to an entry that the bar leaves out."""
        here = any(item.is_here for group in self.groups for item in group.items)
        return here and not any(item.is_here for item in self.bar)


@dataclass(frozen=True, slots=True)
class Offers:
    """What someone may do and open from wherever they are, as the palette offers it."""

    things: tuple[MenuItem, ...]
    pages: tuple[MenuItem, ...]

    @property
    def keys(self) -> tuple[MenuItem, ...]:
        """Return the pages that a key goes to."""
        return tuple(one for one in self.pages if one.entry.key)


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

    @lru_cache(maxsize=512)
    def offers_of(permissions: frozenset[Permission]) -> Offers:
        def allowed(entries: Iterable[Entry]) -> tuple[MenuItem, ...]:
            return tuple(_item(one, "") for one in entries if _may_open(one, permissions))

        return Offers(
            allowed(THINGS_TO_DO), allowed(chain(chain.from_iterable(GROUPS.values()), OWN_PAGES))
        )

    def _item(entry: Entry, here: str) -> MenuItem:
        return MenuItem(entry, url_for(entry.endpoint), here in {entry.feature, *entry.also})

    def _may_open(entry: Entry, permissions: frozenset[Permission]) -> bool:
        access = access_of(app, entry.endpoint)
        return not access or not access.permission or access.permission in permissions

    def menu() -> Menu:
        return menu_of(actor.permissions, (request.endpoint or "").partition(".")[0])

    def live_since() -> str:
        """Return the newest event: a page that names none is told of what comes after it."""
        return events.recent_id(actor.organization_id)

    def offers() -> Offers:
        return offers_of(actor.permissions)

    app.jinja_env.globals.update(menu=menu, offers=offers, live_since=live_since)
