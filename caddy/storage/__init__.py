"""The one door for files: each kept once under the SHA-256 of its bytes, whole or not at all.

They lie on the disk, or in a bucket where one is set up; nobody outside knows which.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from caddy import clock
from caddy.config import load_settings
from caddy.domain.files import ATTACHED, Allowed, FileKind, KeptFile
from caddy.storage.disk import Disk
from caddy.storage.s3 import StorageAway, bucket_of
from caddy.storage.staging import CHUNK, copied, looked_at, staging_place

JUST_NOW = timedelta(minutes=10)

__all__ = [
    "CHUNK",
    "KeptFile",
    "Staged",
    "StorageAway",
    "StoredFile",
    "StoredSource",
    "discard",
    "is_there",
    "keep_bytes",
    "keep_file",
    "keep_upload",
    "kept",
    "local_copy",
    "open_file",
    "path_of",
    "staged",
    "store",
    "whole_file",
]


class Backend(Protocol):
    """Where files lie. `put` takes a complete file; all else is by checksum."""

    def put(self, complete: Path, sha256: str) -> None: ...
    def open(self, sha256: str) -> BinaryIO: ...
    def is_there(self, sha256: str) -> bool: ...
    def stored_at(self, sha256: str) -> datetime | None: ...
    def names(self) -> Iterator[str]: ...
    def remove(self, sha256: str) -> None: ...


@dataclass(frozen=True, slots=True)
class StoredFile:
    sha256: str
    size_bytes: int
    kind: FileKind


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that came in and was looked at, and is kept nowhere yet."""

    sha256: str
    size_bytes: int
    kind: FileKind
    place: Path

    def keep(self) -> StoredFile:
        """Keep it. The same bytes a second time change nothing."""
        _backend().put(self.place, self.sha256)
        return StoredFile(self.sha256, self.size_bytes, self.kind)


@contextmanager
def staged(stream: BinaryIO, allowed: Allowed, name: str = "") -> Iterator[Staged]:
    """Take a file in for a while: on this disk, known by its content, clean, its bytes counted.

    A picture is without all that is not pixels; checksum and size are of what would be kept.
    Raises RuleBroken where it is not taken; whatever happens, nothing stays behind.
    """
    place = staging_place(_folder())
    try:
        yield Staged(*looked_at(stream, place, allowed, name), place)
    finally:
        place.unlink(missing_ok=True)


def store(stream: BinaryIO, allowed: Allowed = ATTACHED, name: str = "") -> StoredFile:
    """Keep a file, or refuse it with a sentence: as it is, a PDF, PNG or JPEG of up to 20 MB.

    The bytes are stored when this returns. The same bytes a second time change nothing.
    """
    with staged(stream, allowed, name) as incoming:
        return incoming.keep()


def keep_bytes(content: bytes) -> KeptFile:
    """Keep bytes that Caddy made itself. The same bytes a second time change nothing."""
    return _keep_stream(io.BytesIO(content))


def keep_file(path: Path) -> KeptFile:
    """Keep a copy of a file that Caddy made itself, piece by piece."""
    with path.open("rb") as stream:
        return _keep_stream(stream)


def keep_upload(stream: BinaryIO, most_bytes: int) -> KeptFile:
    """Keep a table that came from outside, of any kind; one that is too large is refused."""
    return _keep_stream(stream, most_bytes)


def _keep_stream(stream: BinaryIO, most_bytes: int | None = None) -> KeptFile:
    place = staging_place(_folder())
    try:
        kept_file = copied(stream, place, most_bytes)
        _backend().put(place, kept_file.sha256)
    finally:
        place.unlink(missing_ok=True)
    return kept_file


def path_of(sha256: str) -> Path:
    """Return where a file lies on the disk, if files lie on this disk."""
    return Disk(_folder()).path_of(sha256)


def is_there(sha256: str) -> bool:
    """Say whether a file is stored."""
    return _backend().is_there(sha256)


def kept() -> Iterator[str]:
    """Yield the SHA-256 of every stored file, in order."""
    return _backend().names()


def open_file(sha256: str) -> BinaryIO:
    """Return a stored file to read and seek in; raise FileNotFoundError where it is not there."""
    return _backend().open(sha256)


@contextmanager
def local_copy(sha256: str) -> Iterator[Path]:
    """Lay a stored file on this disk for a while, for what wants a path. It is only read."""
    backend = _backend()
    if isinstance(backend, Disk):
        place = backend.path_of(sha256)
        if not place.is_file():
            raise FileNotFoundError("this file is not in the storage")
        yield place
        return
    with backend.open(sha256) as file, tempfile.NamedTemporaryFile(prefix="caddy-file-") as local:
        while chunk := file.read(CHUNK):
            local.write(chunk)
        local.flush()
        yield Path(local.name)


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A stored file for what opens its source as often as it needs, as a path is opened."""

    sha256: str

    def open(self, _mode: str = "rb") -> BinaryIO:
        return open_file(self.sha256)


def discard(sha256: str, named_at: datetime) -> bool:
    """Take a file away that no row names any more; say whether it is gone.

    `named_at` is when the last row that named it was made. Bytes that someone has brought again
    since, and only just, stay: the row of that upload may not be stored yet.
    """
    backend = _backend()
    stored_at = backend.stored_at(sha256)
    if stored_at is None:
        return True
    was_brought_again = stored_at > named_at + JUST_NOW
    if was_brought_again and stored_at > clock.now() - JUST_NOW:
        return False
    backend.remove(sha256)
    return True


def _backend() -> Backend:
    settings = load_settings()
    return bucket_of(settings) if settings.s3_bucket else Disk(_folder())


def _folder() -> Path:
    return load_settings().var / "files"


@contextmanager
def whole_file(place: Path) -> Iterator[BinaryIO]:
    """Write a file outside the storage, for its owner only: it is there whole or not at all."""
    folder = place.absolute().parent
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=folder)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w+b") as stream:
            yield cast("BinaryIO", stream)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)
