"""Supports that several participants share at once: who is in the group, and how many share."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from caddy.domain.errors import RuleBroken
from caddy.domain.sentences import sentence

MOST_TOGETHER = 20


def members(first: UUID, others: Sequence[UUID]) -> list[UUID]:
    """Return a group's participants, each once, the first before the others."""
    found = list(dict.fromkeys((first, *others)))
    if len(found) > MOST_TOGETHER:
        raise RuleBroken(
            "others",
            "group_too_large",
            sentence("Plan at most {most} people at once.", most=MOST_TOGETHER),
        )
    return found


def people_in(asked: int | None, planned: int) -> int:
    """Return how many people share the worker, by which each one's limit is divided.

    Those who are planned, unless more are `asked` for: someone of the group may have another
    provider. Fewer than are planned would charge each of them too much, and are refused.

    >>> people_in(None, 3), people_in(4, 3)
    (3, 4)
    """
    if asked is None:
        return planned
    if asked < planned:
        raise RuleBroken(
            "people",
            "group_too_small",
            sentence(
                "You chose {planned} people, but the group is for {asked}. "
                "Enter how many share the worker.",
                planned=planned,
                asked=asked,
            ),
            {"planned": planned, "asked": asked},
        )
    return asked
