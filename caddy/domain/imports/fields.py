"""What a column of an imported file can be: its names, its meaning, how its cells are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. `reads` turns a cell's text into its value, or raises ValueError with a sentence.

    A cell that is empty says nothing: on an update what is known stays. `is_identity` fields
    say whom or what the row is about; they may not be worked out by a formula.
    """

    name: str
    label: str
    reads: Callable[[str], Any]
    aliases: tuple[str, ...] = ()
    help: str = ""
    is_required: bool = False
    is_identity: bool = False


def field(
    name: str,
    label: str,
    reads: Callable[[str], Any],
    aliases: str = "",
    help: str = "",  # noqa: A002 - it is what the page calls it
) -> FieldSpec:
    """Return a field that may be left out; other names of its column stand between bars."""
    names = tuple(one.strip() for one in aliases.split("|") if one.strip())
    return FieldSpec(name, label, reads, names, help)


def wanted(
    name: str,
    label: str,
    reads: Callable[[str], Any],
    aliases: str = "",
    help: str = "",  # noqa: A002 - it is what the page calls it
) -> FieldSpec:
    """Return a field without which a row cannot be read."""
    one = field(name, label, reads, aliases, help)
    return FieldSpec(name, label, reads, one.aliases, help, is_required=True)


def identity(
    name: str,
    label: str,
    reads: Callable[[str], Any],
    aliases: str = "",
    *,
    is_required: bool = True,
) -> FieldSpec:
    """Return a field that says whom or what the row is about."""
    names = field(name, label, reads, aliases).aliases
    return FieldSpec(name, label, reads, names, "", is_required, is_identity=True)
