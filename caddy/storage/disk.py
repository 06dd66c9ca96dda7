"""Files on the disk, under CADDY_VAR: each moved to its place whole, and the folder told so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from caddy.storage.names import checked, is_name


class Disk:
    """A folder of files, two folders deep by the first letters of their checksums."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, sha256: str) -> Path:
        """Return where a file lies; nothing but a checksum is ever part of the path."""
        return self.folder / checked(sha256)[:2] / sha256[2:4] / sha256

    def put(self, complete: Path, sha256: str) -> None:
        """Move a complete file to its place, and have the folder remember it."""
        place = self.path_of(sha256)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        complete.replace(place)
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def open(self, sha256: str) -> BinaryIO:
        return self.path_of(sha256).open("rb")

    def is_there(self, sha256: str) -> bool:
        return self.path_of(sha256).is_file()

    def stored_at(self, sha256: str) -> datetime | None:
        try:
            return datetime.fromtimestamp(self.path_of(sha256).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def names(self) -> Iterator[str]:
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
            yield from sorted(place.name for place in folder.iterdir() if is_name(place.name))

    def remove(self, sha256: str) -> None:
        self.path_of(sha256).unlink(missing_ok=True)
