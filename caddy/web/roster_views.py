"""The columns of the roster: the days of a week, or on one day the people who work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

MOST_LANES = 24


@dataclass(frozen=True, slots=True)
class Column:
    """Shifts of one day; of one worker where the columns are people."""

    on: date
    shifts: Sequence[Any]
    worker_id: UUID | None = None
    name: str = ""


def by_day(days: Sequence[date], shown: Iterable[Any]) -> list[Column]:
    """Return a column a day; shifts come in order."""
    found = {on: list(some) for on, some in groupby(shown, key=lambda row: row.service_on)}
    return [Column(on, found.get(on, [])) for on in days]


def by_worker(on: date, shown: Sequence[Any], others: Sequence[Any]) -> list[Column]:
    """Return a column for each who works on a day, then for others a shift could go to.

    Up to 24 of those who do not work yet; without anybody the day is one column.
    """
    lanes: dict[UUID, list[Any]] = {}
    for shift in shown:
        lanes.setdefault(shift.support_worker_id, []).append(shift)
    columns = [
        Column(on, some, worker_id, f"{some[0].worker_first_name} {some[0].worker_last_name}")
        for worker_id, some in lanes.items()
    ]
    columns.sort(key=lambda one: one.name)
    free = [one for one in others if one.id not in lanes][: max(0, MOST_LANES - len(columns))]
    columns += [Column(on, [], one.id, f"{one.first_name} {one.last_name}") for one in free]
    return columns or [Column(on, [])]
