"""The one door for files: each kept once under the SHA-256 of its bytes, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from caddy import clock
from caddy.config import load_settings
from caddy.domain.errors import RuleBroken
from caddy.domain.files import HEAD_BYTES, LARGEST_BYTES, FileKind, kind_of

CHUNK = 256 * 1024
JUST_NOW = timedelta(minutes=10)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    sha256: str
    size_bytes: int
    kind: FileKind


def store(stream: BinaryIO) -> StoredFile:
    """Keep a file, or refuse it by name: it is a PDF, PNG or JPEG of at most 20 MB.

    The bytes are on the disk when this returns. The same bytes a second time change nothing.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix="incoming-", dir=folder)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            stored = _copy(stream, file)
            file.flush()
            os.fsync(file.fileno())
        _keep(temporary, stored.sha256)
    finally:
        temporary.unlink(missing_ok=True)
    return stored


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of Caddy's own making; of any kind and size."""

    sha256: str
    size_bytes: int


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
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix="incoming-", dir=folder)
    temporary = Path(name)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as file:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if most_bytes is not None and size > most_bytes:
                    raise RuleBroken(
                        "file",
                        "file_too_large",
                        f"A file has {most_bytes // 1_000_000} MB at the most.",
                    )
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        _keep(temporary, digest.hexdigest())
    finally:
        temporary.unlink(missing_ok=True)
    return KeptFile(digest.hexdigest(), size)


def _copy(stream: BinaryIO, file: BinaryIO) -> StoredFile:
    """Copy a stream piece by piece, so that a large file never lies in memory."""
    digest, size = hashlib.sha256(), 0
    chunk = stream.read(CHUNK)
    if not chunk:
        raise RuleBroken("file", "empty_file", "This file is empty.")
    kind = kind_of(chunk[:HEAD_BYTES])
    if kind is None:
        raise RuleBroken(
            "file", "file_kind", "Choose a PDF, or a picture as PNG or JPEG: this file is neither."
        )
    while chunk:
        size += len(chunk)
        if size > LARGEST_BYTES:
            raise RuleBroken("file", "file_too_large", "A file has 20 MB at the most.")
        digest.update(chunk)
        file.write(chunk)
        chunk = stream.read(CHUNK)
    return StoredFile(digest.hexdigest(), size, kind)


def _keep(temporary: Path, sha256: str) -> None:
    """Move a complete file to its place, and have the folder remember it."""
    place = path_of(sha256)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def path_of(sha256: str) -> Path:
    """Return where a file lies; nothing but a checksum is ever part of the path."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("a file is found by its SHA-256")
    return _folder() / sha256[:2] / sha256[2:4] / sha256


def kept() -> Iterator[str]:
    """Yield the SHA-256 of every stored file, folder by folder."""
    for folder in sorted(_folder().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
        yield from sorted(place.name for place in folder.iterdir() if _SHA256.fullmatch(place.name))


def open_file(sha256: str) -> BinaryIO:
    """Return a stored file to read; raise FileNotFoundError where it is not there."""
    return path_of(sha256).open("rb")


def discard(sha256: str, named_at: datetime) -> bool:
    """Take a file away that no row names any more; say whether it is gone.

    `named_at` is when the last row that named it was made. Bytes that someone has brought again
    since, and only just, stay: the row of that upload may not be stored yet.
    """
    place = path_of(sha256)
    try:
        stored_at = datetime.fromtimestamp(place.stat().st_mtime, UTC)
    except FileNotFoundError:
        return True
    was_brought_again = stored_at > named_at + JUST_NOW
    if was_brought_again and stored_at > clock.now() - JUST_NOW:
        return False
    place.unlink(missing_ok=True)
    return True


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
