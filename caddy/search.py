"""Finding rows by words, with the engine each database has. The one door.

SQLite: FTS5 with trigrams. PostgreSQL: pg_trgm, or plain full text by the beginnings of words
where the extension is missing. Knows ids and words only: who may see a row is the caller's
question. The entries are kept by triggers, in the transaction of the change itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.sql.operators import custom_op

from caddy.domain.searching import ALIKE, TRIGRAM, likeness, words_of
from caddy.extensions import db
from caddy.tenancy import current_organization_id

CANDIDATES = 300  # names that are looked at letter by letter, of all that share some
SOME = 2_000  # entries that are put in order, of all that hold the words
THRESHOLD = "pg_trgm.word_similarity_threshold"
LAST_LETTER = "\uffff"  # comes after every letter that a word may go on with
SHORTEST_GUESS = 4  # of shorter words nearly everything is a misspelling

# A view of `search_entries`. On PostgreSQL it shows the organization's own, as a policy does, but
# lets the indexes of words and trigrams be used, which behind a policy no query may.
ENTRIES = sa.table(
    "search_visible",
    sa.column("number", sa.BigInteger()),
    sa.column("id", sa.Uuid()),
    sa.column("organization_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("words", sa.Text()),
)
# FTS5 calls the column of a whole row by the name of its table.
FTS = sa.table("search_words", sa.column("search_words"), sa.column("rowid"))
# Written out, not bound: the index is on an expression with this very word in it.
_SIMPLE = sa.literal("simple", literal_execute=True)
Entries = sa.Select[Any]


class Kind(StrEnum):
    PARTICIPANT = "participant"
    DOCUMENT = "document"  # a file of a service or an agreement
    PAPER = "paper"  # what the pages call a document


def find(text: str, kind: Kind, limit: int, *, among: Collection[UUID] | None = None) -> list[UUID]:
    """Return the ids of what a text is found in, the best first: all its words, in any order.

    Where that finds too few people, names that are spelt nearly so follow; numbers, and the
    titles of files, are taken at their word. `among` are the only ids that count, where they are
    given.
    """
    words = words_of(text)
    if not words or limit < 1 or (among is not None and not among):
        return []
    inside = _inside(kind, among, words)
    found = _run(_exactly(inside, kind, words, limit))
    if kind is not Kind.PARTICIPANT:
        return found
    names = [word for word in words if len(word) >= SHORTEST_GUESS and word.isalpha()]
    if len(found) < limit and names and len(names) == len(words):
        known = set(found)
        found += [one for one in _nearly(inside, words) if one not in known]
    return found[:limit]


def _inside(kind: Kind, among: Collection[UUID] | None, words: Sequence[str]) -> Entries:
    """Return the entries of a kind, so that SQLite asks first what leaves fewer of them.

    Nearly all are people: there the words do, where an index has them, and `+` keeps SQLite from
    the one of kinds. Of files the kind does.
    """
    organization: sa.ColumnElement[Any] = ENTRIES.c.organization_id
    is_by_words = kind is Kind.PARTICIPANT and any(len(word) > 1 for word in words)
    if is_by_words and _dialect() == "sqlite":
        organization = sa.UnaryExpression(
            organization, operator=custom_op("+"), type_=organization.type
        )
    wanted = sa.select(ENTRIES.c.id, ENTRIES.c.words).where(
        organization == current_organization_id(), ENTRIES.c.kind == kind.value
    )
    return wanted if among is None else wanted.where(ENTRIES.c.id.in_(list(among)))


def _run(statement: Entries) -> list[UUID]:
    return [row.id for row in db.session.execute(statement)]


def _exactly(inside: Entries, kind: Kind, words: Sequence[str], limit: int) -> Entries:
    """Return entries that hold every word; those where one begins a word come first."""
    found = inside
    begun = _by_full_text(words)
    rest = [word for word in words if word not in begun]
    long = [word for word in rest if len(word) >= TRIGRAM]
    if _dialect() == "postgresql":
        found = found.where(*map(_holds, long))
    elif long:
        found = found.where(ENTRIES.c.number.in_(_matching(" AND ".join(map(_quoted, long)))))
    elif kind is Kind.PARTICIPANT and (pairs := [word for word in rest if len(word) > 1]):
        found = found.where(ENTRIES.c.number.in_(_with_pair(kind, pairs[0])))
    if begun:
        asked = sa.func.to_tsquery(_SIMPLE, " & ".join(f"{word}:*" for word in begun))
        held = sa.func.to_tsvector(_SIMPLE, ENTRIES.c.words, type_=TSVECTOR)
        found = found.where(held.op("@@")(asked))
    found = found.where(*(_begins_word(word) for word in rest if len(word) < TRIGRAM))
    some = found.limit(SOME).subquery()
    order = sa.case(
        (some.c.words.startswith(words[0]), 0),
        (some.c.words.contains(f" {words[0]}"), 1),
        else_=2,
    )
    return sa.select(some.c.id).order_by(order, some.c.words, some.c.id).limit(limit)


def _by_full_text(words: Sequence[str]) -> list[str]:
    """Return the words whose beginnings PostgreSQL's full text finds; of numbers any part counts.

    Trigrams find any part of a word, but need three letters of it. Nearly all begins with one.
    """
    if _dialect() != "postgresql":
        return []
    most = TRIGRAM - 1 if _can_compare() else None
    return [word for word in words if not word.isdigit() and 1 < len(word) <= (most or len(word))]


def _holds(word: str) -> sa.ColumnElement[bool]:
    """Say that a word or number stands anywhere in an entry; PostgreSQL's own ways."""
    if _can_compare():
        return ENTRIES.c.words.contains(word)
    tails = sa.func.search_tails(ENTRIES.c.words, type_=TSVECTOR)  # of numbers: nothing else comes
    return tails.op("@@")(sa.func.to_tsquery(_SIMPLE, f"{word}:*"))


def _quoted(letters: str) -> str:
    return f'"{letters}"'


def _matching(asked: str) -> sa.Select[Any]:
    """Return the numbers of the entries that FTS5 finds, of every organization and kind."""
    return sa.select(FTS.c.rowid).where(FTS.c.search_words.op("MATCH")(asked))


def _with_pair(kind: Kind, pair: str) -> sa.CompoundSelect[Any]:
    """Return the numbers of entries with a word that begins with two letters.

    They and the space before them are a trigram; where none stands before, the index of kinds,
    which goes on with the words, has them.
    """
    first = sa.select(ENTRIES.c.number).where(
        ENTRIES.c.organization_id == current_organization_id(),
        ENTRIES.c.kind == kind.value,
        ENTRIES.c.words >= pair,
        ENTRIES.c.words < pair + LAST_LETTER,
    )
    return sa.union_all(_matching(_quoted(f" {pair}")), first)


def _begins_word(word: str) -> sa.ColumnElement[bool]:
    return sa.or_(ENTRIES.c.words.startswith(word), ENTRIES.c.words.contains(f" {word}"))


def _nearly(inside: Entries, words: Sequence[str]) -> list[UUID]:
    """Return entries whose words are spelt nearly as the ones wanted, the most alike first."""
    if _dialect() == "sqlite":
        rows = _sharing_trigrams(inside, words)
    elif _can_compare():
        asked = " ".join(words)
        db.session.execute(sa.select(sa.func.set_config(THRESHOLD, f"0.{ALIKE}", True)))
        rows = db.session.execute(
            inside.where(ENTRIES.c.words.op("%>")(asked))
            .order_by(sa.func.word_similarity(asked, ENTRIES.c.words).desc())
            .limit(CANDIDATES)
        ).all()
    else:
        return []
    alike = [(likeness(words, row.words), row.words, row.id) for row in rows]
    alike.sort(key=lambda one: (-one[0], one[1]))
    return [one[2] for one in alike if one[0] >= ALIKE]


def _sharing_trigrams(inside: Entries, words: Sequence[str]) -> Sequence[sa.Row[Any]]:
    """Return the entries that share the most trigrams with the words: FTS5's rank takes thrice.

    Trigrams are counted across organizations. Where others' entries stand before one's own, all
    are gone through: what another organization holds never decides what one finds.
    """
    runs = {word[at : at + TRIGRAM] for word in words for at in range(len(word) - TRIGRAM + 1)}
    each = sa.union_all(*(_matching(_quoted(run)) for run in sorted(runs))).subquery()
    shared = sa.func.count().label("shared")
    counted = sa.select(each.c.rowid, shared).group_by(each.c.rowid)
    first = counted.order_by(shared.desc(), each.c.rowid).limit(CANDIDATES * 3)
    rows = _most_alike(inside, first)
    return rows if len(rows) == CANDIDATES else _most_alike(inside, counted)


def _most_alike(inside: Entries, counted: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    some = counted.subquery()
    return db.session.execute(
        inside.join(some, some.c.rowid == ENTRIES.c.number)
        .order_by(some.c.shared.desc(), ENTRIES.c.number)
        .limit(CANDIDATES)
    ).all()


def _dialect() -> str:
    return db.engine.dialect.name


def _can_compare() -> bool:
    return _dialect() == "postgresql" and _has_trigrams(str(db.engine.url))


@lru_cache(maxsize=8)
def _has_trigrams(_url: str) -> bool:
    with db.engine.connect() as connection:
        return has_trigrams(connection)


def has_trigrams(connection: sa.Connection, *, make: bool = False) -> bool:
    """Say whether a PostgreSQL has pg_trgm; with `make`, add it where the server has it."""
    if make:
        offered = sa.table("pg_available_extensions", sa.column("name"))
        asked = sa.select(offered.c.name).where(offered.c.name == "pg_trgm")
        if connection.execute(asked).first():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    held = sa.table("pg_extension", sa.column("extname"))
    asked = sa.select(held.c.extname).where(held.c.extname == "pg_trgm")
    return connection.execute(asked).first() is not None
