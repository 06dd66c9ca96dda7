"""Which row of a table is its header: below titles, sometimes in two rows with merged cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.mapping import guess

HEADER_WITHIN = 20

Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """A header: the names of its columns, its last row, how much of it is known."""

    names: tuple[str, ...]
    last_place: int
    score: int


def find_header(rows: Sequence[Numbered], kind: ImportKind | None = None) -> Found:
    """Return the row whose names say most; where none says anything, the first that is whole.

    A header of two rows, a group's name above the names of its columns, is read as one. Where
    the kind of file is known, only its names count.
    """
    kinds = list(ImportKind) if kind is None else [kind]
    candidates = list(_candidates(rows[:HEADER_WITHIN], kinds))
    # Of two readings that are known alike the later one says more: it names the group too.
    best = max(reversed(candidates), key=lambda one: one.score, default=None)
    if best is not None and best.score > 1:
        return best
    widest = max((_filled(row) for _, row in rows), default=0)
    for place, row in rows:
        if _filled(row) * 5 >= widest * 4:  # most of its cells have a name
            return Found(_names(row), place, best.score if best else 0)
    return Found((), 0, 0)


def _candidates(rows: Sequence[Numbered], kinds: Sequence[ImportKind]) -> Iterator[Found]:
    above: list[str] = []
    for place, row in rows:
        score = _score(row, kinds)
        yield Found(_names(row), place, score)
        # Only a row that is a header itself can have another above it that belongs to it.
        for names in _merged(above, row) if score > 1 and above else ():
            yield Found(_names(names), place, _score(names, kinds))
        above = row


def _score(names: Sequence[str], kinds: Sequence[ImportKind]) -> int:
    """Return how many columns are known by their names.

    A column may be called 1 for its category, but a row of numbers is no header.
    """
    shown = [one for one in names if any(letter.isalpha() for letter in one)]
    return max(len(guess(kind, shown)) for kind in kinds)


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _names(row: Sequence[str]) -> tuple[str, ...]:
    """Return the names as they are written, on one line each; a column without one is numbered."""
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in row]
    while names and not names[-1]:
        names.pop()
    return tuple(name or f"Column {number}" for number, name in enumerate(names, 1))


def _merged(above: Sequence[str], row: Sequence[str]) -> Iterator[list[str]]:
    """Return two rows as one: names that reach over both, and groups over their columns."""
    width = max(len(above), len(row))
    upper = [*above, *[""] * (width - len(above))]
    lower = [*row, *[""] * (width - len(row))]
    yield [own.strip() or top.strip() for top, own in zip(upper, lower, strict=True)]
    groups: list[str] = []
    for top, own in zip(upper, lower, strict=True):
        # A merged cell has its text in its first column only.
        groups.append(top.strip() or (groups[-1] if groups and own.strip() else ""))
    yield [
        f"{top} {own.strip()}".strip() if own.strip() else top
        for top, own in zip(groups, lower, strict=True)
    ]
