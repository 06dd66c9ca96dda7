"""A pack: a ZIP with a manifest that names every member with its length and SHA-256.

The one form of what leaves an installation whole: archives and backups. Knows no table and no
database; reads and writes piece by piece, so that memory does not grow with the pack.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import IO, Any, BinaryIO, Self

from caddy.domain.errors import RuleBroken

CHUNK = 256 * 1024
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 256 * 1024 * 1024
LONGEST_LINE = 128 * 1024 * 1024
_STAMP = (1980, 1, 1, 0, 0, 0)
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,  # zipfile's own, for a way of packing that it does not know
    RuntimeError,
    ValueError,
    KeyError,
)

Tell = Callable[[int, int], None]


def broken(code: str, sentence: str) -> RuleBroken:
    """Return the refusal of a file that is no whole pack."""
    return RuleBroken("file", code, sentence)


@dataclass(frozen=True, slots=True)
class Member:
    """What the manifest says of one member. `rows` is None where it is no table."""

    name: str
    size_bytes: int
    sha256: str
    rows: int | None = None


class PackWriter:
    """Writes a pack into a stream that can be read again from any place; used with `with`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=5)
        self._members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._zip.close()  # what was not finished has no manifest: nobody takes it for whole

    @property
    def members(self) -> tuple[Member, ...]:
        return tuple(self._members)

    def add(
        self, name: str, chunks: Iterable[bytes], *, is_rows: bool = False, squeeze: bool = True
    ) -> Member:
        """Write a member; with `is_rows` each chunk is one row of a table and is counted.

        `squeeze` is False for what is compressed already, such as pictures and PDFs.
        """
        info = zipfile.ZipInfo(name, _STAMP)
        info.compress_type = zipfile.ZIP_DEFLATED if squeeze else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        digest, size, count = hashlib.sha256(), 0, 0
        with self._zip.open(info, "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                count += 1
                member.write(chunk)
        made = Member(name, size, digest.hexdigest(), count if is_rows else None)
        self._members.append(made)
        return made

    def finish(self, about: dict[str, Any]) -> None:
        """Write the manifest, which comes last."""
        text = json.dumps({**about, "members": [asdict(one) for one in self._members]}, indent=1)
        self._zip.writestr(zipfile.ZipInfo(MANIFEST, _STAMP), text, zipfile.ZIP_DEFLATED)


class PackReader:
    """Reads a pack; refuses with a sentence what is damaged, cut short or changed."""

    def __init__(self, stream: BinaryIO, kind: str, version: int) -> None:
        """Open a pack of a kind, such as `caddy-archive`, and read what its manifest says."""
        try:
            self._zip = zipfile.ZipFile(stream)
            self.about = self._manifest()
        except RuleBroken:
            raise
        except _UNREADABLE as error:
            raise broken(
                "not_a_pack", "This file is damaged or cut short: it cannot be opened as a ZIP."
            ) from error
        found = (self.about.get("format"), self.about.get("format_version"))
        if found[0] != kind:
            raise broken(
                "wrong_kind", f"This file is {found[0] or 'something else'}, not a {kind}."
            )
        if found[1] != version:
            raise broken(
                "foreign_version",
                f"This file is of version {found[1]} of its form, and this Caddy reads {version}.",
            )
        self.members = self._listed()

    def _manifest(self) -> dict[str, Any]:
        try:
            info = self._zip.getinfo(MANIFEST)
        except KeyError:
            raise broken(
                "no_manifest", "This ZIP has no manifest: no Caddy made it, or it is not whole."
            ) from None
        if info.file_size > LARGEST_MANIFEST:
            raise broken("manifest_too_large", "The manifest of this file is too large to be one.")
        about = json.loads(self._zip.read(info))
        if not isinstance(about, dict):
            raise broken("bad_manifest", "The manifest of this file says nothing that Caddy reads.")
        return about

    def _listed(self) -> dict[str, Member]:
        """Return the members by name: those of the manifest and those of the ZIP are the same."""
        try:
            listed = [Member(**one) for one in self.about["members"]]
        except (KeyError, TypeError) as error:
            raise broken("bad_manifest", "The manifest of this file is not complete.") from error
        named = [one.filename for one in self._zip.infolist() if one.filename != MANIFEST]
        if len(set(named)) != len(named) or sorted(named) != sorted(one.name for one in listed):
            raise broken("other_members", "This file holds other members than its manifest names.")
        for one in listed:
            if self._zip.getinfo(one.name).file_size != one.size_bytes:
                raise _changed(one.name)
        return {one.name: one for one in listed}

    def verify(self, tell: Tell | None = None) -> None:
        """Read every member to its end and refuse the pack where one is not as it was written."""
        total, done = sum(one.size_bytes for one in self.members.values()), 0
        for member in self.members.values():
            digest, size, rows = hashlib.sha256(), 0, 0
            for chunk in self.chunks(member.name):
                digest.update(chunk)
                size += len(chunk)
                rows += chunk.count(b"\n") if member.rows is not None else 0
                if size > member.size_bytes:
                    raise _changed(member.name)
                done += len(chunk)
                if tell:
                    tell(done, total)
            is_same = (size, digest.hexdigest()) == (member.size_bytes, member.sha256)
            if not is_same or (member.rows is not None and rows != member.rows):
                raise _changed(member.name)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a member's bytes in pieces."""
        with self._open(name) as member:
            while chunk := self._read(member, name):
                yield chunk

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield a member's lines; one of more than 128 MB is refused."""
        with self._open(name) as member:
            while line := self._line(member, name):
                yield line

    def _open(self, name: str) -> IO[bytes]:
        try:
            return self._zip.open(name)
        except _UNREADABLE as error:
            raise _changed(name) from error

    @staticmethod
    def _read(member: IO[bytes], name: str) -> bytes:
        try:
            return member.read(CHUNK)
        except _UNREADABLE as error:
            raise _changed(name) from error

    @staticmethod
    def _line(member: IO[bytes], name: str) -> bytes:
        try:
            line = member.readline(LONGEST_LINE)
        except _UNREADABLE as error:
            raise _changed(name) from error
        if len(line) == LONGEST_LINE:
            raise broken("line_too_long", f"A row of {name} is too long to be one.")
        return line


def _changed(name: str) -> RuleBroken:
    return broken(
        "changed", f"{name} is not as it was written: the file is damaged or was changed since."
    )
