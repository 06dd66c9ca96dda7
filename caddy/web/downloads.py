"""Any list as a file: `/participants.csv` and `/participants.xlsx` beside `/participants`.

The file holds what the page's own query finds, by the same filters and for the same eyes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import islice
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState

from caddy import clock
from caddy.actions.exports import note_list
from caddy.domain.files import clean_stem
from caddy.domain.spreadsheets import Cell, Cents, Table, as_csv, as_xlsx
from caddy.web.access import actor, person
from caddy.web.sent_files import sent

MOST_ROWS = 10_000
AT_ONCE = 500
LONGEST_ARGUMENT = 100
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Row = TypeVar("Row")
Key = TypeVar("Key")

__all__ = ["AT_ONCE", "Cents", "Listing", "as_file", "download", "every", "note_file"]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as a table: its name, its columns, and its rows as they are asked for."""

    name: str
    header: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]


def every(
    fetch: Callable[[Key | None], tuple[Sequence[Row], Key | None]], first: Key | None = None
) -> Iterator[Row]:
    """Yield the rows of every page, one page in memory at a time."""
    after = first
    while True:
        rows, after = fetch(after)
        yield from rows
        if after is None:
            return


def as_file(
    blueprint: Blueprint, path: str, name: str = ""
) -> Callable[[Callable[..., Listing]], Callable[..., Listing]]:
    """Offer a list at `path` with the endings .csv and .xlsx, as `<blueprint>.csv` and `.xlsx`.

    Where a blueprint has several lists, `name` tells theirs apart: `<blueprint>.<name>.csv`.
    At most 10,000 rows: the last row says so where there were more. That it was taken is
    written down. The view's own `@requires` says who may.
    """

    def install(view: Callable[..., Listing]) -> Callable[..., Listing]:
        def add(state: BlueprintSetupState) -> None:
            for ending in TYPES:
                endpoint = ".".join(filter(None, (blueprint.name, name, ending)))
                state.app.add_url_rule(f"{path}.{ending}", endpoint, _sender(view, ending))

        blueprint.record(add)
        return view

    return install


def note_file(name: str, ending: str, rows: int) -> None:
    """Write down that a file of `name` is taken, by whom, and what it was narrowed to."""
    asked = {_noted(one): _noted(value) for one, value in request.args.items()}
    note_list(name, ending, rows, asked, actor=actor)


def _noted(text: str) -> str:
    """Return what is written down of a name or value: no NUL, which PostgreSQL's JSON refuses."""
    return text.replace("\0", "")[:LONGEST_ARGUMENT]


def _sender(view: Callable[..., Listing], ending: str) -> Callable[..., Response]:
    @wraps(view)
    def send(**ids: Any) -> Response:
        listing = view(**ids)
        rows = list(islice(listing.rows, MOST_ROWS + 1))
        count = min(len(rows), MOST_ROWS)
        if len(rows) > MOST_ROWS:
            cut = f"Only the first {MOST_ROWS:,} rows are here: narrow the list for the others."
            rows[MOST_ROWS:] = [(cut, *(None for _ in listing.header[1:]))]
        table = Table(listing.name, listing.header, rows)
        content = as_csv(table) if ending == "csv" else as_xlsx(table)
        note_file(listing.name, ending, count)
        today = clock.today(person.timezone)
        return download(content, f"{listing.name} {today.isoformat()}", ending)

    return send


def download(content: bytes, stem: str, ending: str) -> Response:
    """Return a file under a name that every system takes."""
    return sent(content, f"{clean_stem(stem)}.{ending}", TYPES[ending])
