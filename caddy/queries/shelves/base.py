"""A register as it is kept: one declaration for its list, its file, its report and its numbers.

What each register is, its own module says; nothing here knows any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, or_, select, true

from caddy import clock
from caddy.columns import Rows
from caddy.domain.periods import Days
from caddy.domain.registers import Column, Count, Register, Stands, Tone
from caddy.domain.searching import words_of
from caddy.domain.spreadsheets import Cell
from caddy.domain.words import say_date, say_time
from caddy.extensions import db
from caddy.models import Participant, Site, User
from caddy.queries import organizations, visibility

PAGE_SIZE = 50
MOST_COUNTED = 1_000
MOST_IN_REPORT = 5_000
LINE, STANDING = 55, 10  # in parts of a line of a report

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Look:
    """From when and where a register is looked at: days and hours are the organization's."""

    now: datetime
    zone: str
    state: str | None

    @property
    def today(self) -> date:
        return clock.local(self.now, self.zone).date()

    def is_holiday(self, day: date) -> bool:
        return clock.public_holiday(day, self.state) is not None

    def local(self, instant: datetime | None) -> str:
        """Return an instant as a cell says it: `21 Nov 2026, 3:30 pm`."""
        if instant is None:
            return ""
        at = clock.local(instant, self.zone)
        return f"{say_date(at.date())}, {say_time(at)}"

    def instants(self, days: Days) -> tuple[datetime, datetime]:
        """Return when some days begin, and when they are over."""
        first, last = (
            datetime.combine(day, time.min, ZoneInfo(self.zone)).astimezone(UTC)
            for day in (days.first, days.last + timedelta(days=1))
        )
        return first, last


def look() -> Look:
    """Return the look of the organization in scope, from now."""
    found = organizations.current()
    return Look(clock.now(), found.timezone, found.state)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a register with the names that it only points at."""

    row: Any
    participant: str | None
    owner: str | None
    site: str | None
    more: Mapping[str, Any]

    @property
    def of(self) -> str:
        return self.participant or self.site or "The organization"


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to narrow a register: its label and the rows that it leaves."""

    label: str
    condition: Callable[[Look], Condition]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a register is. `key` names its pages, its file and its section of a report.

    `cells` are those of a row in the order of `columns`, without its standing, which comes
    last. The first of `choices` is shown at first; a row that `attention` finds is one that
    `stands` calls bad. `in_report` leaves the rows that a report of some days shows. `more` are
    labelled columns that each row is read with. `links_to` names the view that shows a row, and
    the column whose id it takes as the view calls it; without it a row has a page of its own.
    """

    key: str
    title: str
    noun: str
    about: str
    model: Any
    order_by: Any
    columns: tuple[Column, ...]
    cells: Callable[[Entry, Look], tuple[Cell, ...]]
    stands: Callable[[Any, Look], Stands]
    choices: Mapping[str, Choice]
    attention: Callable[[Look], Condition]
    in_report: Callable[[Days, Look], Condition] = lambda _days, _at: true()
    searched: tuple[Any, ...] = ()
    is_newest_first: bool = True
    owner: str = "owner_id"
    own: Callable[[UUID], Condition] | None = None
    more: tuple[Any, ...] = ()
    links_to: tuple[str, str] | None = None

    @property
    def path(self) -> str:
        """Return the address of the register's pages."""
        return f"/{self.key.replace('_', '-')}"

    @property
    def header(self) -> tuple[str, ...]:
        return (*(column.name for column in self.columns), "Standing")

    @property
    def first_choice(self) -> str:
        return next(iter(self.choices))


Key = tuple[Any, UUID]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a register is narrowed; `choice` is one of the shelf's, or "all"."""

    search: str = ""
    choice: str = ""
    participant_id: UUID | None = None
    after: Key | None = None


def page(
    shelf: Shelf, wanted: Wanted, at: Look, *, seen_by: UUID | None, size: int = PAGE_SIZE
) -> tuple[list[Entry], Key | None]:
    """Return a page of a register, and the key of the next where there is one."""
    model, column = shelf.model, shelf.order_by
    order = (
        (column.desc(), model.id.desc())
        if shelf.is_newest_first
        else (column.asc(), model.id.asc())
    )
    statement = _narrowed(_rows(shelf), shelf, wanted, at, seen_by).order_by(*order)
    if wanted.after is not None:
        value, row_id = wanted.after
        further = column < value if shelf.is_newest_first else column > value
        tied = model.id < row_id if shelf.is_newest_first else model.id > row_id
        statement = statement.where(or_(further, (column == value) & tied))
    found = [_entry(row) for row in db.session.execute(statement.limit(size + 1))]
    shown = found[:size]
    if len(found) <= size:
        return shown, None
    last = shown[-1].row
    return shown, (getattr(last, column.key), last.id)


def key_of(shelf: Shelf, row_id: UUID, *, seen_by: UUID | None) -> Key | None:
    """Return the key of a row that someone's page ended with, or None where it is not there."""
    found = one(shelf, row_id, seen_by=seen_by)
    return (getattr(found.row, shelf.order_by.key), found.row.id) if found else None


def count(shelf: Shelf, wanted: Wanted, at: Look, *, seen_by: UUID | None) -> int:
    """Count the rows found, up to 1,000."""
    some = _narrowed(select(shelf.model.id), shelf, wanted, at, seen_by, is_named=False)
    return (
        db.session.scalar(select(func.count()).select_from(some.limit(MOST_COUNTED).subquery()))
        or 0
    )


def one(shelf: Shelf, row_id: UUID, *, seen_by: UUID | None) -> Entry | None:
    """Return a row with its names, or None where it is not there or not theirs to see."""
    statement = _rows(shelf).where(shelf.model.id == row_id).where(_seen(shelf, seen_by))
    row = db.session.execute(statement).one_or_none()
    return _entry(row) if row else None


def of_participant(shelf: Shelf, participant_id: UUID) -> list[Entry]:
    """Return a participant's rows, in the register's order; whose they are was asked before."""
    found, _ = page(
        shelf, Wanted(choice="all", participant_id=participant_id), look(), seen_by=None
    )
    return found


def _rows(shelf: Shelf) -> Rows:
    """Select a register's rows with the names of whom they are about and who owns them."""
    model = shelf.model
    columns: list[Any] = [model, *shelf.more]
    joins: list[tuple[Any, Any]] = []
    if hasattr(model, "participant_id"):
        name = func.coalesce(Participant.preferred_name, Participant.first_name)
        columns.append((name + " " + Participant.last_name).label("participant"))
        joins.append((Participant, Participant.id == model.participant_id))
    if hasattr(model, shelf.owner):
        columns.append((User.first_name + " " + User.last_name).label("owner"))
        joins.append((User, User.id == getattr(model, shelf.owner)))
    if hasattr(model, "site_id"):
        columns.append(Site.name.label("site"))
        joins.append((Site, Site.id == model.site_id))
    statement: Rows = select(*columns)
    for table, on in joins:
        statement = statement.outerjoin(table, on)
    return statement


def _entry(row: Any) -> Entry:
    named = row._mapping  # noqa: SLF001 - SQLAlchemy's own name for a row by column names
    return Entry(row[0], named.get("participant"), named.get("owner"), named.get("site"), named)


def _narrowed(
    statement: Rows,
    shelf: Shelf,
    wanted: Wanted,
    at: Look,
    seen_by: UUID | None,
    *,
    is_named: bool = True,
) -> Rows:
    model = shelf.model
    chosen = shelf.choices.get(wanted.choice)
    statement = statement.where(_seen(shelf, seen_by))
    if chosen is not None:
        statement = statement.where(chosen.condition(at))
    if wanted.participant_id is not None and hasattr(model, "participant_id"):
        statement = statement.where(model.participant_id == wanted.participant_id)
    words = words_of(wanted.search)
    if words and not is_named and hasattr(model, "participant_id"):
        statement = statement.outerjoin(Participant, Participant.id == model.participant_id)
    for word in words:
        statement = statement.where(_holds(shelf, word))
    return statement


def _holds(shelf: Shelf, word: str) -> Condition:
    """Return the condition that a word stands in what a register is searched by."""
    ways: list[Any] = [
        func.lower(column).contains(word, autoescape=True) for column in shelf.searched
    ]
    if hasattr(shelf.model, "participant_id"):
        ways.append(Participant.search_text.contains(word, autoescape=True))
    return or_(*ways)


def _seen(shelf: Shelf, seen_by: UUID | None) -> Any:
    """Return whose rows someone sees: those of their participants, and those of nobody."""
    model = shelf.model
    if seen_by is None:
        return true()
    if shelf.own is not None:
        return shelf.own(seen_by)
    if not hasattr(model, "participant_id"):
        return true()
    return or_(model.participant_id.is_(None), visibility.supports(model.participant_id, seen_by))


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many entries of a register are current, and how many of them need someone now."""

    current: int
    attention: int

    @property
    def stands(self) -> Stands:
        if self.attention:
            things = "entry needs" if self.attention == 1 else "entries need"
            return Stands(f"{self.attention} {things} a look", Tone.BAD)
        return Stands("In order" if self.current else "Empty", Tone.GOOD)


def numbers(shelf: Shelf, at: Look, *, seen_by: UUID | None) -> Numbers:
    """Count a register's current entries; none of them is loaded."""
    current = shelf.choices[shelf.first_choice].condition(at)
    row = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((shelf.attention(at), 1), else_=0)), 0),
        )
        .select_from(shelf.model)
        .where(current, _seen(shelf, seen_by))
    ).one()
    return Numbers(int(row[0]), int(row[1]))


def section(shelf: Shelf, days: Days, _today: date) -> Register:
    """Return a register as a section of a compliance report of some days."""
    at = look()
    order = shelf.order_by.desc() if shelf.is_newest_first else shelf.order_by.asc()
    statement = (
        _rows(shelf)
        .where(shelf.in_report(days, at))
        .order_by(order, shelf.model.id)
        .limit(MOST_IN_REPORT)
    )
    rows, found = [], []
    for entry in (_entry(row) for row in db.session.execute(statement)):
        how = shelf.stands(entry.row, at)
        found.append(how)
        rows.append((*shelf.cells(entry, at), how.label))
    return Register(
        shelf.key,
        shelf.title,
        shelf.about,
        _fitted(shelf.columns),
        rows,
        tuple(_by_tone(found)),
    )


def _fitted(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return the columns of a section: their shares of a line beside that of the standing."""
    room, whole = LINE - STANDING, sum(column.share for column in columns)
    shares = [column.share * room // whole for column in columns]
    shares[0] += room - sum(shares)
    fitted = (replace(one, share=share) for one, share in zip(columns, shares, strict=True))
    return (*fitted, Column("Standing", STANDING))


def _by_tone(found: list[Stands]) -> Iterator[Count]:
    said = {
        Tone.GOOD: "In order",
        Tone.SOON: "In progress",
        Tone.BAD: "Needs a look",
        Tone.UNKNOWN: "Ended",
    }
    for tone, label in said.items():
        yield Count(label, tone, sum(one.tone is tone for one in found))
