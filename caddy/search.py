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

CANDIDATES = 400
THRESHOLD = "pg_trgm.word_similarity_threshold"
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
FTS = sa.table("search_words", sa.column("search_words"), sa.column("rowid"), sa.column("rank"))
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
    found = _run(_exactly(inside, words, limit))
    if kind is not Kind.PARTICIPANT:
        return found
    names = [word for word in words if len(word) >= SHORTEST_GUESS and word.isalpha()]
    if len(found) < limit and names and len(names) == len(words):
        known = set(found)
        found += [one for one in _nearly(inside, words) if one not in known]
    return found[:limit]


def _inside(kind: Kind, among: Collection[UUID] | None, words: Sequence[str]) -> Entries:
    """Return the entries of a kind, so that SQLite asks first what leaves fewer of them.

    Nearly all are people: there the words do, where they are long enough for their index, and
    `+` keeps SQLite from the one of kinds. Of files the kind does.
    """
    organization: sa.ColumnElement[Any] = ENTRIES.c.organization_id
    is_by_words = kind is Kind.PARTICIPANT and any(len(word) >= TRIGRAM for word in words)
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


def _exactly(inside: Entries, words: Sequence[str], limit: int) -> Entries:
    """Return entries that hold every word; those where one begins a word come first."""
    found = inside
    begun = _by_full_text(words)
    rest = [word for word in words if word not in begun]
    long = [word for word in rest if len(word) >= TRIGRAM]
    if long and _dialect() == "sqlite":
        matched = FTS.c.search_words.op("MATCH")(" AND ".join(f'"{word}"' for word in long))
        found = found.where(ENTRIES.c.number.in_(sa.select(FTS.c.rowid).where(matched)))
    else:
        found = found.where(*(ENTRIES.c.words.contains(word) for word in long))
    if begun:
        asked = sa.func.to_tsquery(_SIMPLE, " & ".join(f"{word}:*" for word in begun))
        held = sa.func.to_tsvector(_SIMPLE, ENTRIES.c.words, type_=TSVECTOR)
        found = found.where(held.op("@@")(asked))
    found = found.where(*(_begins_word(word) for word in rest if len(word) < TRIGRAM))
    some = found.limit(CANDIDATES * 5).subquery()
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


def _begins_word(word: str) -> sa.ColumnElement[bool]:
    return sa.or_(ENTRIES.c.words.startswith(word), ENTRIES.c.words.contains(f" {word}"))


def _nearly(inside: Entries, words: Sequence[str]) -> list[UUID]:
    """Return entries whose words are spelt nearly as the ones wanted, the most alike first."""
    if _dialect() == "sqlite":
        rows = db.session.execute(_sharing_trigrams(inside, words)).all()
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


def _sharing_trigrams(inside: Entries, words: Sequence[str]) -> Entries:
    runs = {word[at : at + TRIGRAM] for word in words for at in range(len(word) - TRIGRAM + 1)}
    asked = " OR ".join(f'"{run}"' for run in sorted(runs))
    return (
        inside.join(FTS, FTS.c.rowid == ENTRIES.c.number)
        .where(FTS.c.search_words.op("MATCH")(asked))
        .order_by(FTS.c.rank)
        .limit(CANDIDATES)
    )


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
