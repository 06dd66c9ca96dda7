"""What comes in, on this disk first: its bytes counted, known by its content, scanned, cleaned."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from caddy import pictures, virus_scan
from caddy.domain.contents import kind_of_content
from caddy.domain.errors import RuleBroken
from caddy.domain.files import Allowed, FileKind, KeptFile

CHUNK = 256 * 1024


def staging_place(folder: Path) -> Path:
    """Return a new empty file among the stored ones, for its owner only."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix="incoming-", dir=folder)
    os.close(handle)
    return Path(name)


def looked_at(
    stream: BinaryIO, place: Path, allowed: Allowed, name: str
) -> tuple[str, int, FileKind]:
    """Copy a file from outside to `place` and return its checksum, its size and its kind.

    Raises RuleBroken where it is empty, too large, of no kind that is allowed, or infected.
    """
    came = _copy(stream, place, allowed.most_bytes, allowed.most)
    if not came.size_bytes:
        raise RuleBroken("file", "empty_file", "This file is empty.")
    with place.open("rb") as file:
        kind = kind_of_content(file, name)
    if kind is None or kind not in allowed.kinds:
        raise RuleBroken("file", "file_kind", allowed.sentence)
    virus_scan.check(place, came.sha256)
    if kind.is_picture:
        pictures.clean(place, kind)
        came = _measured(place)
    return came.sha256, came.size_bytes, kind


def copied(stream: BinaryIO, place: Path, most_bytes: int | None) -> KeptFile:
    """Copy a file to `place`. With `most_bytes` it is from outside: it is scanned, too."""
    if most_bytes is None:
        return _copy(stream, place, None, "")
    sentence = f"A file has {most_bytes // 1_000_000} MB at the most."
    came = _copy(stream, place, most_bytes, sentence)
    virus_scan.check(place, came.sha256)
    return came


def _copy(stream: BinaryIO, place: Path, most_bytes: int | None, sentence: str) -> KeptFile:
    """Copy piece by piece, so that a large file never lies in memory."""
    digest, size = hashlib.sha256(), 0
    with place.open("wb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if most_bytes is not None and size > most_bytes:
                raise RuleBroken("file", "file_too_large", sentence)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return KeptFile(digest.hexdigest(), size)


def _measured(place: Path) -> KeptFile:
    digest, size = hashlib.sha256(), 0
    with place.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            digest.update(chunk)
        os.fsync(file.fileno())
    return KeptFile(digest.hexdigest(), size)
