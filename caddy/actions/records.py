"""One participant's whole record as one file, for a request to see what is held of them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from sqlalchemy import Connection

from caddy import audit, clock, storage
from caddy.actions.tasks import add_task
from caddy.config import VERSION
from caddy.domain.actor import Actor
from caddy.domain.errors import Forbidden, NotFound
from caddy.domain.facts import Fact
from caddy.domain.files import KeptFile
from caddy.domain.packs import PackWriter, Tell
from caddy.domain.permissions import Permission
from caddy.domain.tasks import TaskKind
from caddy.extensions import db
from caddy.models import Organization, Participant
from caddy.queries import archives, records, visibility
from caddy.transaction import transaction

# A record and an archive hold what is known of people's health: whole, or not at all.
NEEDS = Permission.PARTICIPANTS_WRITE
NO_HEALTH = "This holds medical details, which your permissions do not include."
FORMAT = "caddy-record"
FORMAT_VERSION = 1


def ask_for_record(participant_id: UUID, *, actor: Actor) -> UUID:
    """Leave a participant's record to the worker; return the task's id."""
    with transaction(actor):
        participant = _seen(participant_id, actor)
        return add_task(
            TaskKind.RECORD,
            f"Record of {participant.name}",
            {"participant_id": str(participant_id)},
            needs=NEEDS,
        )


def ask_for_archive(*, actor: Actor) -> UUID:
    """Leave an archive of the whole organization to the worker; return the task's id."""
    refuse_without_health(actor)
    with transaction(actor):
        organization = db.session.get_one(Organization, actor.organization_id)
        return add_task(
            TaskKind.ARCHIVE,
            f"Everything of {organization.name}",
            {"slug": organization.slug},
            needs=Permission.ORGANIZATION_WRITE,
        )


def refuse_without_health(actor: Actor) -> None:
    """Raise Forbidden where someone would take health information out that they may not see."""
    if not actor.may(Permission.PARTICIPANTS_MEDICAL):
        raise Forbidden("forbidden", NO_HEALTH)


def _seen(participant_id: UUID, actor: Actor) -> Participant:
    if not actor.may(NEEDS):
        raise Forbidden("forbidden", "Your role does not include whole records.")
    refuse_without_health(actor)
    if not visibility.is_seen(participant_id, actor.seen_by):
        raise NotFound("participant")
    return db.session.get_one(Participant, participant_id)


@dataclass(frozen=True, slots=True)
class RecordReport:
    """A record as it is stored, and what it holds."""

    file: KeptFile
    rows: int
    documents: int
    missing: int


def make_record(
    participant_id: UUID, pdf: bytes | None, *, actor: Actor, tell: Tell
) -> RecordReport:
    """Write a record into the storage: record.json, the documents, the summary on paper.

    Raises NotFound where the participant is not there for the actor.
    """
    with transaction(actor):
        participant = _seen(participant_id, actor)
        audit.record(Fact.PARTICIPANT_RECORD_MADE, participant)
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        with PackWriter(cast("BinaryIO", file.file)) as pack:
            if pdf is not None:
                pack.add("summary.pdf", [pdf], squeeze=False)
            with archives.snapshot() as connection:
                counts = _write(pack, connection, participant_id, tell)
            pack.finish(
                {
                    "format": FORMAT,
                    "format_version": FORMAT_VERSION,
                    "caddy": VERSION,
                    "made_at": clock.now().isoformat(),
                    "participant_id": str(participant_id),
                }
            )
        file.flush()
        kept = storage.keep_file(Path(file.name))
    return RecordReport(kept, *counts)


def _write(
    pack: PackWriter, connection: Connection, participant_id: UUID, tell: Tell
) -> tuple[int, int, int]:
    wanted = records.conditions(participant_id)
    counted = [0]
    pack.add("record.json", _json(connection, wanted, counted, tell))
    written = missing = 0
    for document in records.documents(connection, wanted):
        if not document.is_there:
            missing += 1
            continue
        written += 1
        name = document.file_name.replace("/", "_").replace("\\", "_")
        # Two files may bear one name: the number keeps them apart, in the order of record.json.
        pack.add(f"documents/{written:04}-{name}", _chunks(document.sha256), squeeze=False)
    return counted[0], written, missing


def _chunks(sha256: str) -> Iterator[bytes]:
    with storage.open_file(sha256) as file:
        while chunk := file.read(storage.CHUNK):
            yield chunk


def _json(
    connection: Connection, wanted: dict[str, Any], counted: list[int], tell: Tell
) -> Iterator[bytes]:
    """Yield one JSON object, table by table, a row in memory at a time."""
    tables = [one for one in archives.tables() if one.name in wanted]
    about = {"made_at": clock.now().isoformat(), "staff": records.staff_names(connection)}
    yield json.dumps(about, ensure_ascii=False)[:-1].encode()
    for done, table in enumerate(tables):
        tell(done, len(tables) + 1)
        yield f',\n"{table.name}": ['.encode()
        is_first = True
        for row in records.rows(connection, table, wanted[table.name]):
            counted[0] += 1
            yield (b"\n" if is_first else b",\n") + json.dumps(row, ensure_ascii=False).encode()
            is_first = False
        yield b"]"
    yield b"}\n"
