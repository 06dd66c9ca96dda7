"""What a message may hold, how it is shown, and whom it calls by name. Knows no storage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from caddy.domain.errors import RuleBroken
from caddy.domain.permissions import Permission

LONGEST_BODY = 10_000
LONGEST_TITLE = 200
MOST_MEMBERS = 100
ADDRESS = re.compile(r"https?://[^\s<>\"']+")
AFTER_ADDRESS = ".,;:!?)]}"
NameKey = TypeVar("NameKey")


def check_body(body: str) -> str:
    """Return what was typed as it is stored; raise RuleBroken where it is empty or too long."""
    kept = body.replace("\r\n", "\n").replace("\0", "").strip()
    if not kept:
        raise RuleBroken("body", "empty", "Write a message.")
    if len(kept) > LONGEST_BODY:
        raise RuleBroken(
            "body", "too_long", f"A message has up to {LONGEST_BODY:,} letters; cut it into two."
        )
    return kept


def may_be_in(
    permissions: frozenset[Permission], *, is_about_participant: bool, is_in_team: bool
) -> bool:
    """Say whether someone with these rights may be in a conversation.

    About a participant: only who may see them. Everyone else in it may use messages at all.
    """
    if Permission.MESSAGES_WRITE not in permissions:
        return False
    if not is_about_participant:
        return True
    sees_all = Permission.PARTICIPANTS_ALL in permissions
    return Permission.PARTICIPANTS_READ in permissions and (sees_all or is_in_team)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message: `address` of a link, or plain text where it is None."""

    text: str
    address: str | None = None
    is_name: bool = False


def parts(body: str, names: Iterable[str] = ()) -> list[Part]:
    """Cut a message into text, web addresses, and the names that it calls.

    Only http and https are links, without the full stop that ends the sentence.

    >>> [part.text for part in parts("See https://ndis.gov.au.")]
    ['See ', 'https://ndis.gov.au', '.']
    >>> [part.text for part in parts("Hi @Casey Lee!", ["Casey Lee"]) if part.is_name]
    ['@Casey Lee']
    """
    called = sorted({f"@{name}" for name in names if name}, key=len, reverse=True)
    either = "|".join([ADDRESS.pattern, *map(re.escape, called)])
    found, after = [], 0
    for match in re.finditer(either, body):
        if match.start() > after:
            found.append(Part(body[after : match.start()]))
        if match[0].startswith("@"):
            found.append(Part(match[0], is_name=True))
            after = match.end()
        else:
            address = match[0].rstrip(AFTER_ADDRESS)
            found.append(Part(address, address=address))
            after = match.start() + len(address)
    if after < len(body):
        found.append(Part(body[after:]))
    return found


def called(body: str, names: Mapping[NameKey, str]) -> set[NameKey]:
    """Return the keys of those whose name stands in a message after an @.

    A name that several people bear calls none of them: they are chosen from the list. Of
    names that begin alike the longest counts.

    >>> called("Could you, @Casey Lee?", {1: "Casey Lee", 2: "Casey", 3: "Sam"})
    {1}
    """
    by_name: dict[str, list[NameKey]] = {}
    for key, name in names.items():
        by_name.setdefault(name.casefold(), []).append(key)
    if not by_name or "@" not in body:
        return set()
    either = "|".join(re.escape(name) for name in sorted(by_name, key=len, reverse=True))
    found = re.findall(rf"@({either})(?!\w)", body.casefold())
    return {by_name[name][0] for name in found if len(by_name[name]) == 1}


def excerpt(body: str, longest: int = 140) -> str:
    """Return the beginning of a message on one line."""
    line = " ".join(body.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
