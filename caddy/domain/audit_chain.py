"""The chain of the audit log: what each row's hash is over, and what a broken chain shows.

Pure: rows come as mappings of every column, in the order of their numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

VERSION = 1
GENESIS = "0" * 64
# Every column but the hash itself. A later version may have others; this one stays as it is,
# because rows that were chained with it must be found whole for ever.
FIELDS = {
    1: (
        *("organization_id", "id", "sequence", "previous_hash", "hash_version", "user_id"),
        *("actor_name", "action", "entity_type", "entity_id", "participant_id", "changes"),
        *("ip", "user_agent", "source", "happened_at"),
        *("created_at", "updated_at", "created_by", "updated_by"),
    )
}
# A row that stands elsewhere is looked for so many numbers to either side of where it stands.
LOOKED_AROUND = 1_000

Row = Mapping[str, Any]


def canonical(row: Row) -> bytes:
    """Return a row as the bytes its hash is over: JSON, names sorted, instants in UTC.

    Raises KeyError for a version that this Caddy does not know.
    """
    values = {name: _plain(row[name]) for name in FIELDS[row["hash_version"]]}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def digest(row: Row) -> str:
    """Return the SHA-256 that a row has to have, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(row)).hexdigest()


def chained(rows: Iterable[Row], sequence: int, previous: str) -> Iterator[dict[str, Any]]:
    """Yield rows as they stand behind the row of a number and a hash."""
    for row in rows:
        sequence += 1
        made = {**row, "sequence": sequence, "previous_hash": previous, "hash_version": VERSION}
        previous = made["hash"] = digest(made)
        yield made


@dataclass(frozen=True, slots=True)
class Head:
    """The number and the hash of an organization's last row, as they are kept beside the log."""

    sequence: int
    hash: str


class Trouble(StrEnum):
    EDITED = "edited"
    INSERTED = "inserted"
    MISSING = "missing"
    CUT_OFF = "cut_off"
    REORDERED = "reordered"
    NO_HEAD = "no_head"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the rows from `sequence` to `until`, and in a sentence."""

    trouble: Trouble
    sequence: int
    until: int
    sentence: str


def _found(trouble: Trouble, sequence: int, sentence: str, until: int | None = None) -> Finding:
    return Finding(trouble, sequence, until or sequence, sentence)


def findings(rows: Iterable[Row], head: Head | None) -> Iterator[Finding]:
    """Yield everything that is wrong with a whole log, by the number of the row.

    An edited row is named alone: the rows behind it are compared with what stands in it, not
    with what should. Memory does not grow with the log.
    """
    last, before, is_told = 0, GENESIS, False
    for row in rows:
        number = row["sequence"]
        if number <= last:
            yield _found(
                Trouble.INSERTED, number, f"Row {number:,} is there twice: one was put in later."
            )
            continue
        is_behind_gap = number > last + 1
        if is_behind_gap:
            yield _missing(last + 1, number - 1)
        one = _wrong(row)
        if one is None and not is_behind_gap and row["previous_hash"] != before and not is_told:
            # The row is whole, but it was not written behind the one that stands before it.
            yield _replaced(max(last, 1))
        if one is not None:
            yield one
        last, before, is_told = number, row["hash"], one is not None
    yield from _at_the_end(last, before, head, is_told=is_told)


def _at_the_end(last: int, before: str, head: Head | None, *, is_told: bool) -> Iterator[Finding]:
    """Compare where the log ends with what was kept beside it."""
    if head is None:
        yield _found(
            Trouble.NO_HEAD, last, "What is kept beside the log, its last number, is gone."
        )
    elif head.sequence > last:
        yield Finding(
            Trouble.CUT_OFF,
            last + 1,
            head.sequence,
            f"The log was cut off: {_rows(last + 1, head.sequence)} at its end are missing.",
        )
    elif head.sequence < last:
        yield Finding(
            Trouble.INSERTED,
            head.sequence + 1,
            last,
            f"{_rows(head.sequence + 1, last)} were put in behind the log's own end.",
        )
    elif head.hash != before and not is_told:
        yield _replaced(last)


def _rows(first: int, last: int) -> str:
    return f"Row {first:,}" if first == last else f"Rows {first:,} to {last:,}"


def _missing(first: int, last: int) -> Finding:
    verb = "is" if first == last else "are"
    return Finding(Trouble.MISSING, first, last, f"{_rows(first, last)} {verb} missing.")


def _replaced(number: int) -> Finding:
    return _found(
        Trouble.INSERTED,
        number,
        f"Row {number:,} is not the row that was written there: another was put in its place.",
    )


def _wrong(row: Row) -> Finding | None:
    """Say what is wrong with a row by itself: nothing, another number, or its contents."""
    number = row["sequence"]
    if row["hash_version"] not in FIELDS:
        return _found(Trouble.EDITED, number, f"Row {number:,} is of a form nobody wrote.")
    if digest(row) == row["hash"]:
        return None
    for other in range(max(1, number - LOOKED_AROUND), number + LOOKED_AROUND + 1):
        if digest({**row, "sequence": other}) == row["hash"]:
            return _found(
                Trouble.REORDERED,
                number,
                f"Row {number:,} was written as row {other:,}: the order was changed.",
            )
    return _found(Trouble.EDITED, number, f"Row {number:,} was changed after it was written.")
