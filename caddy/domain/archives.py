"""Rows of tables as lines of JSON, and back as they were. Knows no table of its own.

What a value is, its column says: an id, a day, an instant, bytes, a word of a list.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from typing import Any
from uuid import UUID

FORMAT = "caddy-archive"
FORMAT_VERSION = 1
FILES = "files/"
TABLES = "tables/"


def plain(value: Any) -> Any:
    """Return a column's value as JSON keeps it.

    >>> plain(date(2026, 11, 21)), plain(b"PDF"), plain(125_00), plain(None)
    ('2026-11-21', 'UERG', 12500, None)
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode("ascii")
    return str(value) if isinstance(value, UUID) else value


def line_of(names: Sequence[str], values: Sequence[Any]) -> bytes:
    """Return one row as a line of JSON, its columns by name."""
    row = {name: plain(value) for name, value in zip(names, values, strict=True)}
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _exactly(*kinds: type) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if type(value) not in kinds:
            raise ValueError(f"{value!r:.80} is not {kinds[0].__name__}")
        return value

    return check


def _text(parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda value: parse(_exactly(str)(value))


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


_READERS: dict[type, Callable[[Any], Any]] = {
    str: _exactly(str),
    int: _exactly(int),
    bool: _exactly(bool),
    UUID: _text(UUID),
    datetime: _text(datetime.fromisoformat),
    date: _text(date.fromisoformat),
    time: _text(time.fromisoformat),
    bytes: _text(_bytes),
}


def reader_of(kind: type) -> Callable[[Any], Any]:
    """Return what makes a stored value of a Python type again; it raises ValueError."""
    if issubclass(kind, Enum):
        return kind
    # What is left are JSON columns, of any form, and measured numbers such as a latitude.
    return _READERS.get(kind, lambda value: value)


def row_of(line: bytes, columns: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """Return a line as a row again; raise ValueError where it is not one of these columns."""
    row = json.loads(line)
    if not isinstance(row, dict) or row.keys() != columns.keys():
        raise ValueError("it has other columns")
    return {name: None if row[name] is None else columns[name](row[name]) for name in columns}
