"""Reading what an address asks for: a value that makes no sense counts as not given."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import request

Word = TypeVar("Word", bound=StrEnum)


def word(name: str, kind: type[Word]) -> Word | None:
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        return None


def identifier(name: str) -> UUID | None:
    return parsed(request.args.get(name, ""))


def parsed(value: str) -> UUID | None:
    """Return the id that stands in an address or a hidden field, or None."""
    try:
        return UUID(value)
    except ValueError:
        return None


def day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def number(name: str, longest: int = 9) -> int | None:
    digits = request.args.get(name, "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= longest else None


def text(name: str, longest: int = 100) -> str:
    return request.args.get(name, "").replace("\0", "").strip()[:longest]
