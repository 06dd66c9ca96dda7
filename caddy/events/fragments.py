"""What an event means on the screen: fragments, rendered once for each audience."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from caddy.domain.permissions import Permission
from caddy.events.bus import Topic


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a page that replaces the element with the id `target`.

    It goes to those who hold the permission; with `user_id` to that person and nobody else,
    whatever they hold, and with `user_ids` to those people and nobody else.
    """

    target: str
    html: str
    permission: Permission | None = None
    user_id: UUID | None = None
    user_ids: frozenset[UUID] = frozenset()

    @property
    def own_to(self) -> frozenset[UUID]:
        """The people whose own it is; nobody where it goes by a permission."""
        return self.user_ids | {self.user_id} if self.user_id else self.user_ids

    def is_for(self, permissions: frozenset[Permission], user_id: UUID | None) -> bool:
        if self.user_ids:
            return user_id in self.user_ids
        if self.user_id is not None:
            return self.user_id == user_id
        return self.permission in permissions


Renderer = Callable[[Sequence[UUID]], Iterable[Fragment]]
_renderers: dict[str, Renderer] = {}


def renders(kind: str) -> Callable[[Renderer], Renderer]:
    """Register a function that renders what changed, given the ids of one kind.

    It runs in the organization's scope; one call serves every open panel of the process.
    """

    def register(renderer: Renderer) -> Renderer:
        _renderers[kind] = renderer
        return renderer

    return register


def render(topics: Iterable[Topic]) -> list[Fragment]:
    """Return the fragments for some topics, each target once for each audience."""
    by_kind: dict[str, list[UUID]] = {}
    for topic in topics:
        ids = by_kind.setdefault(topic.kind, [])
        if topic.id not in ids:
            ids.append(topic.id)
    found: dict[tuple[str, frozenset[UUID]], Fragment] = {}
    for kind, ids in by_kind.items():
        if kind in _renderers:
            for fragment in _renderers[kind](ids):
                found[fragment.target, fragment.own_to] = fragment
    return list(found.values())


def message(
    fragments: Iterable[Fragment],
    permissions: frozenset[Permission],
    event_id: str,
    user_id: UUID | None = None,
) -> bytes:
    """Return one server-sent event with the fragments that an audience may see.

    Always carries the id, also where there is nothing to show: the client then asks for
    what comes after it.
    """
    parts = [
        f'<hx-partial hx-target="#{fragment.target}" hx-swap="outerMorph">'
        f"{fragment.html}</hx-partial>"
        for fragment in fragments
        if fragment.is_for(permissions, user_id)
    ]
    # One line: every byte goes to every panel. Whitespace between tags shows nowhere.
    html = " ".join("".join(parts).split())
    data = f"data: {html}\n" if html else ""
    return f"id: {event_id}\n{data}\n".encode()
