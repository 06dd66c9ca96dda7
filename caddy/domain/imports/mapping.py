"""Which column of a file is which field: guessed by name, corrected by hand, remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as ReadMapping
from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache

from caddy.domain.imports.cells import plain
from caddy.domain.imports.fields import FieldSpec
from caddy.domain.imports.kinds import ImportKind, fields_of

Mapping = dict[str, str]

CLOSE_PERCENT = 87  # of a slip of one or two letters, never of another word
SHORTEST_TYPO = 6


def guess(kind: ImportKind, header: Sequence[str]) -> Mapping:
    """Return the header of each field that is found: by its name, an alias, or a near miss.

    Each column is one field; a name that fits exactly goes before one that is close.

    >>> guess(ImportKind.STAFF, ["E-mail", "Given Name", "SURNAME", "Favourite colour"])
    {'email': 'E-mail', 'first_name': 'Given Name', 'last_name': 'SURNAME'}
    """
    return dict(_guess(kind, tuple(header)))


@lru_cache(maxsize=500)
def _guess(kind: ImportKind, header: tuple[str, ...]) -> Mapping:
    names = _names(kind)
    free = {plain(one): one for one in reversed(header) if plain(one)}
    found: Mapping = {}
    for rank in (0, 1):
        for word, (name, its_rank) in names.items():
            if its_rank == rank and name not in found and word in free:
                found[name] = free.pop(word)
    lacking = {word: name for word, (name, _) in names.items() if name not in found}
    long = [word for word in lacking if len(word) >= SHORTEST_TYPO]
    for word in list(free):
        near = (
            get_close_matches(word, long, 1, CLOSE_PERCENT / 100)
            if len(word) >= SHORTEST_TYPO
            else []
        )
        if near and lacking[near[0]] not in found and _same_digits(word, near[0]):
            found[lacking[near[0]]] = free.pop(word)
    return {one.name: found[one.name] for one in fields_of(kind) if one.name in found}


def _same_digits(one: str, other: str) -> bool:
    """Say whether two names have the same numbers: category 1 is no slip for category 2."""
    return [a for a in one if a.isdigit()] == [a for a in other if a.isdigit()]


@lru_cache
def _names(kind: ImportKind) -> dict[str, tuple[str, int]]:
    """Return every name of every field, with the field and a rank: its own names go first."""
    names: dict[str, tuple[str, int]] = {}
    for one in fields_of(kind):
        for word in (one.name, one.label):
            names.setdefault(plain(word), (one.name, 0))
    for one in fields_of(kind):
        for word in one.aliases:
            names.setdefault(plain(word), (one.name, 1))
    return names


ALTERNATIVES = ("ndis_number", "legacy_id", "participant_legacy_id")


def missing(kind: ImportKind, mapping: ReadMapping[str, str]) -> list[FieldSpec]:
    """Return the fields that a file must have and the mapping lacks.

    Rows that belong to a participant need the NDIS number or the old system's id.
    """
    fields = fields_of(kind)
    lacking = [one for one in fields if one.is_required and one.name not in mapping]
    names_whom = kind in {ImportKind.PLANS, ImportKind.AGREEMENTS, ImportKind.SERVICES}
    ways = ALTERNATIVES[:2] if kind is ImportKind.PLANS else (ALTERNATIVES[0], ALTERNATIVES[2])
    if names_whom and not any(name in mapping for name in ways):
        lacking.insert(0, next(one for one in fields if one.name == "ndis_number"))
    return lacking


def header_key(header: Sequence[str]) -> str:
    """Return the SHA-256 under which the mapping of a header is remembered."""
    return hashlib.sha256("\n".join(plain(one) for one in header).encode()).hexdigest()


def misfits(kind: ImportKind, mapping: ReadMapping[str, str], header: Sequence[str]) -> list[str]:
    """Return sentences on what a mapping that came from outside gets wrong; none where it fits."""
    known = {one.name for one in fields_of(kind)}
    wrong = [f"There is no field {name!r}." for name in mapping if name not in known]
    gone = [f"This file has no column {one!r}." for one in mapping.values() if one not in header]
    taken = [
        one for one in dict.fromkeys(mapping.values()) if list(mapping.values()).count(one) > 1
    ]
    return [*wrong, *gone, *(f"The column {one!r} is chosen twice." for one in taken)]
