"""What the palette offers for what was typed: things to do, what was found, pages to open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from caddy.domain.searching import searchable, words_of
from caddy.queries.search import FEW, Group
from caddy.web.found import found
from caddy.web.navigation import MenuItem, Offers

ICONS = {
    Group.PARTICIPANTS: "users",
    Group.SERVICES: "clipboard-list",
    Group.CLAIMS: "upload",
    Group.DOCUMENTS: "archive",
    Group.FILES: "archive",
    Group.STAFF: "user",
}


# Words of labels that nobody looks for: “an” is the beginning of Ann.
UNSAID = frozenset({"a", "an", "the", "you", "your", "are", "how", "of", "to"})


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: where it leads, and what tells it from its like."""

    title: str
    url: str
    icon: str
    said: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    options: list[Option]


def sections(typed: str, offers: Offers) -> list[Section]:
    """Return what there is to choose; sections without anything are left out."""
    words = words_of(typed)
    things = Section("Do", _matching(offers.things, words))
    pages = Section("Go to", _matching(offers.pages, words))
    hits = [
        Section(
            group.value.capitalize(),
            [Option(hit.title, address, ICONS[group], hit.said) for hit, address in some],
        )
        for group, some in found(typed, FEW)
    ]
    # Whoever types a name looks for a person; a word that is a page's own comes before them.
    return [one for one in (things, pages, *hits) if one.options]


def _matching(items: Iterable[MenuItem], typed: list[str]) -> list[Option]:
    """Return the entries of which a word begins with each of the words typed."""
    words = [word for word in typed if word not in UNSAID] or typed
    return [
        Option(one.entry.label, one.url, one.entry.icon, key=one.entry.key)
        for one in items
        if _holds(set(searchable(one.entry.label, one.entry.words).split()) - UNSAID, words)
    ]


def _holds(own: set[str], words: list[str]) -> bool:
    return all(any(word.startswith(typed) for word in own) for typed in words)
