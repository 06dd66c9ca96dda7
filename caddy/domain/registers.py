"""Registers as an auditor reads them: rows, and how many of them are in order. Reads no table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from caddy.domain.spreadsheets import Cell, Table
from caddy.domain.staff import SOON


class Tone(StrEnum):
    """How a row stands; the value is the class of its colour."""

    GOOD = "good"
    SOON = "soon"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stands:
    """How one entry of a register stands, in a word and a tone."""

    label: str
    tone: Tone


def by_day(
    on: date | None, today: date, *, late: str = "Review overdue", good: str = "Current"
) -> Stands:
    """Return how what is to be looked at again by a day stands; the last 60 days are soon.

    >>> by_day(date(2026, 12, 1), date(2026, 11, 21)).label
    'Due within 60 days'
    """
    if on is None:
        return Stands("No review date", Tone.UNKNOWN)
    if on < today:
        return Stands(late, Tone.BAD)
    return Stands("Due within 60 days", Tone.SOON) if on - today < SOON else Stands(good, Tone.GOOD)


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows stand in one way, in a word."""

    label: str
    tone: Tone
    number: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register and its share of a line's width, in parts of 55."""

    name: str
    share: int
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """One section of a compliance report. `key` is a word that no other section has.

    `about` says what the rows are. A row's cells are dates, numbers and texts; what is empty
    says so by itself.
    """

    key: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    counts: tuple[Count, ...] = ()
    empty: str = "Nothing is recorded."

    @property
    def table(self) -> Table:
        return Table(self.title, tuple(column.name for column in self.columns), self.rows)


class Review(StrEnum):
    """How something that is looked at again by a day stands on another."""

    MISSING = "missing"
    NO_REVIEW = "no_review"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    CURRENT = "current"

    @property
    def tone(self) -> Tone:
        return {
            "missing": Tone.BAD,
            "no_review": Tone.UNKNOWN,
            "overdue": Tone.BAD,
            "due_soon": Tone.SOON,
            "current": Tone.GOOD,
        }[self.value]


def review(ends_on: date | None, review_on: date | None, today: date) -> Review:
    """Return how an agreement or a plan that holds today stands; without an end there is none.

    >>> review(date(2027, 6, 30), date(2026, 10, 1), date(2026, 11, 21)).value
    'overdue'
    """
    if ends_on is None:
        return Review.MISSING
    if review_on is None:
        return Review.DUE_SOON if ends_on - today < SOON else Review.NO_REVIEW
    if review_on < today:
        return Review.OVERDUE
    return Review.DUE_SOON if min(review_on, ends_on) - today < SOON else Review.CURRENT


def counted(labels: Sequence[tuple[str, Tone]], found: Sequence[str]) -> tuple[Count, ...]:
    """Return how many rows have each of some labels, in the labels' order.

    >>> [one.number for one in counted([("Valid", Tone.GOOD), ("Lapsed", Tone.BAD)], ["Valid"])]
    [1, 0]
    """
    return tuple(Count(label, tone, found.count(label)) for label, tone in labels)
