"""How values are shown: money, dates, times, lengths, numbers. One place for every page."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Flask

from caddy import clock
from caddy.domain.money import dollars
from caddy.domain.ndis.identifiers import show_abn, show_ndis_number
from caddy.domain.words import say_date, say_minutes, say_time


def show_date(value: date | None) -> str:
    """Return `21 Nov 2026`, and nothing for no date."""
    return say_date(value) if value else ""


def show_percent(basis_points: int) -> str:
    """Return whole percents, rounded down, so that 100 % means all of it."""
    return f"{basis_points // 100} %"


def show_points(basis_points: int) -> str:
    """Return signed percent points, towards zero: `+12 points`, `-3 points`, `0 points`."""
    points = abs(basis_points) // 100
    sign = ("-" if basis_points < 0 else "+") if points else ""
    return f"{sign}{points} point{'' if points == 1 else 's'}"


def show_count(count: int, most: int = 1_000) -> str:
    """Return a count; `1,000+` where counting stopped."""
    return f"{most:,}+" if count >= most else f"{count:,}"


def show_size(size_bytes: int) -> str:
    """Return a file's size: `850 KB`, `1.2 MB`; anything at all is at least 1 KB."""
    kilobytes = max(1, round(size_bytes / 1000))
    return f"{kilobytes} KB" if kilobytes < 1000 else f"{kilobytes / 1000:.1f} MB"  # noqa: PLR2004


def show_place(path: str) -> str:
    """Return which part of Caddy a page is in; never whose page it is."""
    first = path.strip("/").partition("/")[0]
    return first.replace("-", " ").capitalize() or "Today"


def install(app: Flask) -> None:
    filters: dict[str, Any] = {
        "money": dollars,
        "date": show_date,
        "time": say_time,
        "local": clock.local,
        "minutes": say_minutes,
        "percent": show_percent,
        "points": show_points,
        "count": show_count,
        "size": show_size,
        "place": show_place,
        "ndis_number": show_ndis_number,
        "abn": show_abn,
    }
    app.jinja_env.filters.update(filters)
