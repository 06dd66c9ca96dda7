"""What a whole file is, told by its content: its name only says which of two kinds of text."""

from __future__ import annotations

import codecs
import re
import zipfile
from typing import BinaryIO

from caddy.domain.errors import RuleBroken
from caddy.domain.files import FileKind, kind_of

HEAD = 4096
CHUNK = 256 * 1024
MOST_PARTS = 10_000
MOST_OF_TYPES = 1024 * 1024
_TYPES = "[Content_Types].xml"
_MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": FileKind.DOCX,
    b"spreadsheetml.sheet.main+xml": FileKind.XLSX,
}
_APPLE = re.compile(rb"....ftyp(heic|heix|hevc|heim|heis|mif1|msf1)", re.DOTALL)
# What a browser might take for a page, wherever it begins.
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def kind_of_content(stream: BinaryIO, name: str) -> FileKind | None:
    """Return what a file that can be sought in is, or None where it is nothing that is taken.

    Raises RuleBroken with a sentence of its own for an iPhone's HEIC photograph and for an
    office file with macros.
    """
    stream.seek(0)
    head = stream.read(HEAD)
    known = kind_of(head)
    if known is not None:
        return known
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileKind.WEBP
    if _APPLE.match(head):
        raise RuleBroken(
            "file",
            "heic",
            "This photo is in Apple's HEIC format, which many devices cannot open. "
            "Send it as JPEG: in Settings, Camera, Formats choose “Most Compatible”.",
        )
    if head.startswith(b"PK\x03\x04"):
        return _office(stream)
    return _text(stream, name) if not _MARKUP.search(head) else None


def _office(stream: BinaryIO) -> FileKind | None:
    """Return which office file a ZIP is. Nothing of it is unpacked but its list of parts."""
    try:
        with zipfile.ZipFile(stream) as parts:
            names = parts.namelist()
            if len(names) > MOST_PARTS:
                return None
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise RuleBroken(
                    "file", "macros", "This file has macros in it. Save it again without them."
                )
            if names[:1] == ["mimetype"] and _part(parts, "mimetype") == FileKind.ODT.encode():
                return FileKind.ODT
            types = _part(parts, _TYPES) if _TYPES in names else b""
    # zipfile raises NotImplementedError for a way of packing that it does not know.
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return None
    return next((kind for part, kind in _MAIN_PARTS.items() if part in types), None)


def _part(parts: zipfile.ZipFile, name: str) -> bytes:
    with parts.open(name) as part:
        return part.read(MOST_OF_TYPES)


def _text(stream: BinaryIO, name: str) -> FileKind | None:
    """Return that a file is text, UTF-8 without signs that no text has, or None."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    while True:
        chunk = stream.read(CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            return None
        if _CONTROL.search(text):
            return None
        if not chunk:
            return FileKind.CSV if name.lower().endswith(".csv") else FileKind.TEXT
