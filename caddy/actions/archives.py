"""A whole organization as one file, and from one: of one moment, loaded whole or not at all.

The way out of Caddy, and from one database to the other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from sqlalchemy import Column, Connection, Table, TypeDecorator, bindparam, insert, update
from sqlalchemy.exc import DBAPIError, StatementError

from caddy import audit, clock, schema, storage
from caddy.columns import EncryptedJson
from caddy.config import VERSION
from caddy.domain.actor import Actor, Source, system_actor
from caddy.domain.archives import FILES, FORMAT, FORMAT_VERSION, TABLES, reader_of, row_of
from caddy.domain.errors import NotFound
from caddy.domain.facts import Fact
from caddy.domain.files import KeptFile
from caddy.domain.packs import PackReader, PackWriter, Tell, broken
from caddy.extensions import db
from caddy.models import Organization
from caddy.queries import archives, checks
from caddy.queries.archives import ROOT
from caddy.tenancy import current_organization_id, scope
from caddy.transaction import transaction

AT_ONCE = 500
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class ArchiveReport:
    """What an archive holds. `missing_files` are named by rows and were not in the storage."""

    organization: str
    schema: str
    rows: int
    files: int
    missing_files: list[str]
    tables: dict[str, int]


def write_archive(stream: BinaryIO, *, actor: Actor, tell: Tell | None = None) -> ArchiveReport:
    """Write everything of the organization in scope into a stream, as it is at one moment.

    That it was taken is written down first, so that the archive holds that entry too.
    """
    with transaction(actor):
        organization = db.session.get(Organization, actor.organization_id)
        if organization is None:
            raise NotFound("organization")
        audit.record(Fact.ARCHIVE_MADE, organization)
        about = {"id": str(organization.id), "name": organization.name, "slug": organization.slug}
    version = schema.current() or ""
    with PackWriter(stream) as pack:
        with archives.snapshot() as connection:
            missing = _write(pack, connection, tell or (lambda _done, _of: None))
        pack.finish(
            {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "caddy": VERSION,
                "schema": version,
                "made_at": clock.now().isoformat(),
                "organization": about,
                "missing_files": missing,
            }
        )
    return _report(about["name"], version, pack.members, missing)


def _write(pack: PackWriter, connection: Connection, tell: Tell) -> list[str]:
    tables = archives.tables()
    total, done = sum(archives.count(connection, one) for one in tables), 0

    def told(lines: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal done
        for line in lines:
            yield line
            done += 1
            if done % AT_ONCE == 0:
                tell(done, total)

    for table in tables:
        name = f"{TABLES}{table.name}.jsonl"
        pack.add(name, told(archives.lines(connection, table)), is_rows=True)
    missing = []
    for sha256, is_there in archives.files(connection):
        if is_there:
            pack.add(f"{FILES}{sha256}", _chunks(sha256), squeeze=False)
            tell(done, total)
        else:
            missing.append(sha256)
    return missing


def _chunks(sha256: str) -> Iterator[bytes]:
    with storage.open_file(sha256) as file:
        while chunk := file.read(storage.CHUNK):
            yield chunk


def _report(name: str, version: str, members: Any, missing: list[str]) -> ArchiveReport:
    tables = {
        one.name.removeprefix(TABLES).removesuffix(".jsonl"): one.rows or 0
        for one in members
        if one.name.startswith(TABLES)
    }
    files = sum(one.name.startswith(FILES) for one in members)
    return ArchiveReport(name, version, sum(tables.values()), files, missing, tables)


def make_file(*, actor: Actor, tell: Tell | None = None) -> tuple[KeptFile, ArchiveReport]:
    """Write an archive into the storage; return it as it is stored and what it holds."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        report = write_archive(cast("BinaryIO", file.file), actor=actor, tell=tell)
        file.flush()
        kept = storage.keep_file(Path(file.name))
    return kept, report


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What was loaded. `differences` are totals that are not what their rows sum to."""

    organization: str
    slug: str
    rows: int
    files: int
    missing_files: list[str]
    tables: dict[str, int]
    differences: list[str]


def load_archive(stream: BinaryIO, *, tell: Tell | None = None) -> LoadReport:
    """Load an archive into an installation that does not have its organization.

    Every member is read and compared with its SHA-256 before the first row is stored, and all
    rows are one transaction. Refuses, with a sentence, what is damaged, cut short, changed, of
    another version, or here already.
    """
    pack = PackReader(stream, FORMAT, FORMAT_VERSION)
    organization_id, about = _known(pack)
    pack.verify(tell)
    with scope(organization_id):
        if db.session.get(Organization, organization_id) is not None:
            raise broken("here_already", f"{about['name']} is in this installation already.")
        for name in pack.members:
            if name.startswith(FILES):
                _keep(pack, name)
        actor = system_actor(organization_id, "Command", Source.COMMAND)
        with transaction(actor):
            for table in archives.tables():
                _load(pack, table)
            organization = db.session.get(Organization, organization_id)
            if organization is None:
                raise broken("no_organization", "This archive does not hold its organization.")
            audit.record(Fact.ARCHIVE_LOADED, organization, changes={"made_at": about["made_at"]})
        found = [
            f"{one.what} {one.id}: {one.column} is {one.stored}, its rows sum to {one.summed}"
            for one in islice(checks.differences(), MOST_TOLD)
            if one.column != "rolled_on"  # an archive of last week was rolled last week
        ]
    missing = [str(one) for one in pack.about.get("missing_files", [])]
    report = _report(str(about["name"]), schema.newest(), pack.members.values(), missing)
    return LoadReport(
        report.organization,
        str(about["slug"]),
        report.rows,
        report.files,
        missing,
        report.tables,
        found,
    )


def _known(pack: PackReader) -> tuple[UUID, dict[str, Any]]:
    """Return whose archive it is; refuse one whose tables are not those of this Caddy."""
    here, there = schema.current(), pack.about.get("schema")
    if here != schema.newest():
        raise broken("not_migrated", "This database is not up to date: run `caddy migrate` first.")
    if there != here:
        raise broken(
            "foreign_schema",
            f"This archive is of the tables' version {there}, and this Caddy has {here}: "
            "load it with the version of Caddy that made it, or make it again with this one.",
        )
    wanted = {f"{TABLES}{one.name}.jsonl" for one in archives.tables()}
    if wanted != {name for name in pack.members if not name.startswith(FILES)}:
        raise broken("other_tables", "This archive does not hold the tables of this Caddy.")
    try:
        about = {**pack.about["organization"], "made_at": str(pack.about["made_at"])}
        return UUID(about["id"]), about
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise broken("bad_manifest", "This archive does not say whose it is.") from error


def _keep(pack: PackReader, name: str) -> None:
    """Put a file into the storage; the same file a second time changes nothing."""
    with tempfile.NamedTemporaryFile() as file:
        for chunk in pack.chunks(name):
            file.write(chunk)
        file.flush()
        if storage.keep_file(Path(file.name)).sha256 != name.removeprefix(FILES):
            raise broken("changed", f"{name} does not hold what its name says.")


def _load(pack: PackReader, table: Table) -> None:
    """Store a table's rows: first without what points at rows that come later, then with it."""
    late = _late_columns(table)
    try:
        for rows in _batches(pack, table):
            first = [{**row, **dict.fromkeys(late)} for row in rows] if late else rows
            db.session.execute(insert(table), first)
        if late:
            named: dict[str, Any] = {name: bindparam(f"new_{name}") for name in late}
            statement = update(table).where(table.c.id == bindparam("row_id")).values(named)
            for rows in _batches(pack, table):
                pointing = [
                    {"row_id": row["id"], **{f"new_{name}": row[name] for name in late}}
                    for row in rows
                    if any(row[name] is not None for name in late)
                ]
                if pointing:
                    db.session.connection().execute(statement, pointing)
    except (DBAPIError, StatementError) as error:
        raise broken(
            "rows_refused",
            f"The rows of {table.name} cannot be stored here: "
            f"{str(error.orig).strip().splitlines()[0][:300]}",
        ) from error


def _late_columns(table: Table) -> list[str]:
    """Return the columns by which a table points at itself, or at one that is filled later."""
    order = {one.name: number for number, one in enumerate(archives.tables())}
    return sorted(
        {
            key.parent.name
            for key in table.foreign_keys
            if order[key.column.table.name] >= order[table.name]
            and key.parent.name != "organization_id"
        }
    )


def _kind_of(column: Column[Any]) -> type:
    """Return the Python type of a column's values; for a type of our own, of what it stores."""
    stored = column.type
    if isinstance(stored, EncryptedJson):
        return dict
    return (stored.impl_instance if isinstance(stored, TypeDecorator) else stored).python_type


def _batches(pack: PackReader, table: Table) -> Iterator[list[dict[str, Any]]]:
    readers = {one.name: reader_of(_kind_of(one)) for one in archives.columns_of(table)}
    lines = pack.lines(f"{TABLES}{table.name}.jsonl")
    number = 0
    while batch := list(islice(lines, AT_ONCE)):
        rows = []
        for line in batch:
            number += 1
            rows.append(_row(line, readers, f"Row {number:,} of {table.name}"))
        _refuse_foreign(rows, table)
        yield rows


def _row(line: bytes, readers: Mapping[str, Callable[[Any], Any]], where: str) -> dict[str, Any]:
    try:
        return row_of(line, readers)
    except (ValueError, TypeError, RecursionError) as error:
        raise broken("bad_row", f"{where} cannot be read: {error}.") from error


def _refuse_foreign(rows: list[dict[str, Any]], table: Table) -> None:
    """Refuse rows of any other organization than the archive's own."""
    column = "id" if table.name == ROOT else "organization_id"
    if any(row[column] != current_organization_id() for row in rows):
        raise broken("foreign_rows", f"{table.name} holds rows of another organization.")
