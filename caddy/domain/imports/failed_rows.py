"""The rows that could not be loaded as a file of their own: to be put right and loaded again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from caddy.domain.imports.entries import RowError
from caddy.domain.imports.kinds import ImportKind, field_label
from caddy.domain.imports.tables import SourceRow
from caddy.domain.spreadsheets import safe_text

REASONS = "Why it was not loaded"


def failed_rows_csv(
    kind: ImportKind,
    header: Sequence[str],
    rows: Iterable[SourceRow],
    errors: Mapping[int, Sequence[RowError]],
) -> Iterator[bytes]:
    """Yield a .csv of the rows that `errors` (by row number) names, a row at a time.

    It begins with the file's own header, so that it maps again without a question, and ends
    with a column of reasons; one from an earlier round is replaced. Rows of one participant
    that fell together are all in it. UTF-8 with its mark; no cell can act as a formula.
    """
    width = len(header) - (REASONS in header)
    at = header.index(REASONS) if REASONS in header else width
    yield b"\xef\xbb\xbf" + _line([*header[:at], *header[at + 1 :], REASONS])
    for row in rows:
        if row.place in errors:
            cells = [*row.values, *[""] * (len(header) - len(row.values))]
            if at < width or REASONS in header:
                del cells[at]
            yield _line([*cells[:width], said(kind, errors[row.place])])


def said(kind: ImportKind, errors: Sequence[RowError]) -> str:
    """Return the reasons of one row in a sentence each, with the field they are about."""
    return " ".join(
        f"{field_label(kind, one.field)}: {one.reason}" if one.field else one.reason
        for one in dict.fromkeys(errors)
    )


def _line(cells: Sequence[str]) -> bytes:
    held = io.StringIO(newline="")
    csv.writer(held, lineterminator="\r\n").writerow([safe_text(cell) for cell in cells])
    return held.getvalue().encode()
