"""Backups of the whole installation: one file of the database and every stored file, and back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from caddy import clock, database_copies, schema, storage
from caddy.config import VERSION
from caddy.database_copies import CopyFailed, Pulse
from caddy.domain.archives import FILES
from caddy.domain.packs import Member, PackReader, PackWriter, Tell, broken
from caddy.queries import organizations

FORMAT = "caddy-backup"
FORMAT_VERSION = 1
DATABASE = {
    database_copies.SQLITE: "database.sqlite3",
    database_copies.POSTGRESQL: "database.dump",
}


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds. `made_at` is before its copy began: all that was committed is in it."""

    engine: str
    schema: str
    made_at: str
    database_bytes: int
    files: int
    bytes: int


def write_backup(stream: BinaryIO, pulse: Pulse | None = None) -> BackupReport:
    """Write a backup while the app runs.

    The database first and then the files: they are never changed, so that every row of the
    copy finds its file. Raises CopyFailed where the database could not be copied.
    """
    engine, version = database_copies.kind(), schema.current()
    if version is None:
        raise broken("no_tables", "This database has no tables yet: there is nothing to back up.")
    made_at = clock.now().isoformat()
    beat = pulse or (lambda: None)
    with PackWriter(stream) as pack:
        with tempfile.TemporaryDirectory(prefix="caddy-backup-") as folder:
            place = Path(folder) / DATABASE[engine]
            database_copies.copy_to(place, pulse)
            squeeze = engine == database_copies.SQLITE
            with place.open("rb") as copy:
                pack.add(DATABASE[engine], _pieces(copy, beat), squeeze=squeeze)
        for sha256 in storage.kept():
            try:
                file = storage.open_file(sha256)
            except FileNotFoundError:
                continue  # erased since it was listed, as the law may ask
            with file:
                pack.add(f"{FILES}{sha256}", _pieces(file, beat), squeeze=False)
        pack.finish(
            {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "caddy": VERSION,
                "engine": engine,
                "schema": version,
                "made_at": made_at,
            }
        )
    return _report(engine, version, made_at, pack.members)


def _pieces(stream: BinaryIO, beat: Pulse) -> Iterator[bytes]:
    while chunk := stream.read(storage.CHUNK):
        yield chunk
        beat()


def _report(engine: str, version: str, made_at: str, members: tuple[Member, ...]) -> BackupReport:
    database = next((one.size_bytes for one in members if one.name == DATABASE[engine]), 0)
    files = sum(one.name.startswith(FILES) for one in members)
    total = sum(one.size_bytes for one in members)
    return BackupReport(engine, version, made_at, database, files, total)


def read_backup(stream: BinaryIO, tell: Tell | None = None) -> tuple[PackReader, BackupReport]:
    """Read a backup to its end; refuse it, with a sentence, where it is not as it was written."""
    pack = PackReader(stream, FORMAT, FORMAT_VERSION)
    engine, version, made_at = (str(pack.about.get(one)) for one in ("engine", "schema", "made_at"))
    if DATABASE.get(engine) not in pack.members:
        raise broken("no_database", "This backup does not hold a database.")
    pack.verify(tell)
    for name in pack.members:
        if name.startswith(FILES) and pack.members[name].sha256 != name.removeprefix(FILES):
            raise broken("changed", f"{name} does not hold what its name says.")
    return pack, _report(engine, version, made_at, tuple(pack.members.values()))


@contextmanager
def database_of(pack: PackReader, report: BackupReport) -> Iterator[Path]:
    """Lay a backup's database down as a file for a while; refuse one that is not sound."""
    with tempfile.TemporaryDirectory(prefix="caddy-backup-") as folder:
        place = Path(folder) / DATABASE[report.engine]
        with place.open("wb") as file:
            for chunk in pack.chunks(place.name):
                file.write(chunk)
        problems = database_copies.problems_of(place, report.engine)
        if problems:
            raise broken("unsound", f"The database of this backup is damaged: {problems[0]}")
        yield place


def restore_backup(
    stream: BinaryIO, *, replace: bool = False, tell: Tell | None = None
) -> BackupReport:
    """Put a backup in the place of all that this installation holds.

    Refuses over an installation that holds an organization, unless it is to be replaced. The
    whole file is read and found sound first; the database is put back whole or not at all.
    """
    pack, report = read_backup(stream, tell)
    _refuse_foreign(report)
    if not replace and schema.current() is not None and organizations.first() is not None:
        raise broken(
            "not_empty",
            "This installation holds an organization. Restoring takes the place of everything: "
            "say --replace if that is meant.",
        )
    with database_of(pack, report) as place:
        for name in pack.members:
            if name.startswith(FILES):
                _keep(pack, name)
        try:
            database_copies.put_back(place)
        except CopyFailed as failure:
            raise broken("not_restored", f"{failure} What was here before is untouched.") from None
    return report


def _refuse_foreign(report: BackupReport) -> None:
    here = database_copies.kind()
    if report.engine != here:
        raise broken(
            "other_engine",
            f"This backup is of {report.engine}, and this installation runs on {here}: to go from "
            "one to the other use `caddy export archive` and `caddy import archive`.",
        )
    if report.schema not in schema.known():
        raise broken(
            "newer",
            f"This backup was made by a newer Caddy, with tables of version {report.schema}: "
            "update Caddy first.",
        )


def _keep(pack: PackReader, name: str) -> None:
    """Put a file into the storage; one that is there already stays as it is."""
    if storage.is_there(name.removeprefix(FILES)):
        return
    with tempfile.NamedTemporaryFile() as file:
        for chunk in pack.chunks(name):
            file.write(chunk)
        file.flush()
        storage.keep_file(Path(file.name))
