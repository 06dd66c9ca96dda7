"""Two versions of one thing side by side: what someone typed, and what is stored by now.

A form that was refused as stale comes back with both, field by field, all that was typed
still in it and the version of today, so that it can be sent again on top of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from wtforms import Field, FieldList, FileField, FormField, HiddenField, SubmitField

from caddy.domain.words import say_date, say_time

# What one says of a change, or of how it is saved, is no part of what is changed.
OWN = frozenset({"reason", "save_anyway", "all_after", "version"})
EMPTY = "Nothing"
NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that holds something else by now than what was typed."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Conflicting:
    """What is shown above a form that was stale: why, and where the two versions differ."""

    sentence: str
    differences: tuple[Difference, ...] | None
    their_url: str


def version_of(row: Any) -> str:
    """Return the version of a row as a form carries it."""
    stamp: datetime = row.updated_at
    return stamp.isoformat()


def seen(text: str | None) -> datetime | None:
    """Return the version that a form carries; one that no row has where it makes no sense."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return NEVER
    return found if found.tzinfo else NEVER


def conflicting(sentence: str, mine: Any, theirs: Any, their_url: str) -> Conflicting:
    """Return the two versions, and give the form that was typed the version of today."""
    mine.version.data = str(theirs.version.data)
    found = tuple(
        Difference(label, stored or EMPTY, typed or EMPTY)
        for (label, typed), (_, stored) in zip(_said(mine), _said(theirs), strict=True)
        if typed != stored
    )
    return Conflicting(sentence, found, their_url)


def _said(form: Any) -> Iterator[tuple[str, str]]:
    """Yield every field that a person fills in, by its label, in words."""
    for field in form:
        if field.short_name in OWN or isinstance(field, HiddenField | SubmitField | FileField):
            continue
        yield str(field.label.text), _words(field)


def _words(field: Field) -> str:
    if isinstance(field, FieldList):
        return "; ".join(filter(None, (_words(row) for row in field)))
    if isinstance(field, FormField):
        return ", ".join(filter(None, (_words(part) for part in field)))
    return _chosen(field) if getattr(field, "choices", None) else _plain(field.data)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return say_date(value)
    if isinstance(value, time):
        return say_time(value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _chosen(field: Any) -> str:
    """Return the labels of what was chosen of a list."""
    value = field.data
    wanted = {str(one) for one in value} if isinstance(value, list) else {str(value or "")}
    options = [one for one in field.iter_choices() if str(one.value) in wanted and one.value]
    return ", ".join(str(one.label) for one in options)
