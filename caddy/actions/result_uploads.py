"""Answers as a person uploads them: read at once where their columns say what they hold.

Else the file is kept, and read when someone has said which column is which.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from caddy import audit, storage
from caddy.actions.claim_results import load_result, table_of, take_file
from caddy.actions.refused_files import noted
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.ndis.result_file import Column, ResultTable, guess, is_certain
from caddy.queries import results
from caddy.queries.claims import remembered_mapping
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that came in: its id, and its report unless its columns are still to be chosen."""

    id: UUID
    report: dict[str, Any] | None = None

    @property
    def was_loaded(self) -> bool:
        return bool(self.report and self.report["was_loaded"])


def upload_result(
    content: bytes, file_name: str, *, actor: Actor, wants_to_choose: bool = False
) -> Uploaded:
    """Apply an answer, or keep it until its columns are chosen.

    Nobody is asked where the names of the columns are clear, or were chosen once before for
    the same header. The same bytes again change nothing.
    """
    table = table_of(content, file_name)
    is_clear = remembered_mapping(table.header_sha256) or is_certain(guess(table.header))
    with noted(file_name, actor):
        kept = storage.keep_upload(io.BytesIO(content), len(content))
    known = results.by_sha256(kept.sha256)
    if (known and known.is_read) or (is_clear and not wants_to_choose):
        report = load_result(content, file_name, actor=actor)
        return Uploaded(UUID(report["id"]), report)
    with transaction(actor):
        row = take_file(kept.sha256, file_name)
        if known is None:
            changes = {"file_name": row.file_name, "sha256": row.sha256}
            audit.record(Fact.RESULT_UPLOADED, row, changes=changes)
        return Uploaded(row.id)


def uploaded_table(result_id: UUID) -> ResultTable:
    """Return a kept file as a table, or refuse with NotFound where it is not there."""
    return table_of(*_kept(result_id))


def load_uploaded(result_id: UUID, mapping: Mapping[Column, str], *, actor: Actor) -> Uploaded:
    """Apply a kept file by the columns that were chosen, and remember them for its header."""
    content, file_name = _kept(result_id)
    if len(set(mapping.values())) < len(mapping):
        raise RuleBroken(None, "column_twice", "One column cannot hold two things. Choose again.")
    report = load_result(content, file_name, actor=actor, mapping=mapping)
    return Uploaded(UUID(report["id"]), report)


def _kept(result_id: UUID) -> tuple[bytes, str]:
    found = results.one(result_id)
    if found is None:
        raise NotFound("answer")
    try:
        with storage.open_file(found.sha256) as stream:
            return stream.read(), found.file_name
    except FileNotFoundError as error:
        raise NotFound("file") from error
