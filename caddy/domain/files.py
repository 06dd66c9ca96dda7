"""Which files are taken, decided by what is in them, and under which name they are given back."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from caddy.domain.sentences import sentence

MEBIBYTE = 1024 * 1024
LARGEST_BYTES = 20 * MEBIBYTE
LONGEST_NAME = 200
HEAD_BYTES = 16
_KEPT_APART = re.compile(
    r'[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"|?*;]'
)


_OFFICE = "application/vnd.openxmlformats-officedocument."


class FileKind(StrEnum):
    """The kinds that are taken; the value is the type a file is sent with."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    DOCX = f"{_OFFICE}wordprocessingml.document"
    XLSX = f"{_OFFICE}spreadsheetml.sheet"
    ODT = "application/vnd.oasis.opendocument.text"
    TEXT = "text/plain"
    CSV = "text/csv"

    @property
    def endings(self) -> tuple[str, ...]:
        return {FileKind.JPEG: (".jpg", ".jpeg"), FileKind.TEXT: (".txt",)}.get(
            self, (f".{self.name.lower()}",)
        )

    @property
    def label(self) -> str:
        return "Text" if self is FileKind.TEXT else self.name

    @property
    def is_picture(self) -> bool:
        return self in PICTURES


PICTURES = frozenset({FileKind.PNG, FileKind.JPEG, FileKind.WEBP})
# Nothing else is ever shown inside a page: it is downloaded.
SHOWN = PICTURES | {FileKind.PDF}


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which files are taken from outside: of these kinds, of at most so many bytes."""

    kinds: AbstractSet[FileKind]
    most_bytes: int
    sentence: str

    @property
    def most(self) -> str:
        return sentence("A file has {count} MB at the most.", count=self.most_bytes // MEBIBYTE)


ATTACHED = Allowed(
    frozenset({FileKind.PDF, FileKind.PNG, FileKind.JPEG}),
    LARGEST_BYTES,
    "Choose a PDF, or a picture as PNG or JPEG: this file is neither.",
)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is in the storage, of any kind and size."""

    sha256: str
    size_bytes: int


_BEGINS = {
    b"%PDF-": FileKind.PDF,
    b"\x89PNG\r\n\x1a\n": FileKind.PNG,
    b"\xff\xd8\xff": FileKind.JPEG,
}


def kind_of(head: bytes) -> FileKind | None:
    """Return the kind of file that begins so; its name and its sender are not asked.

    >>> kind_of(b"%PDF-1.7"), kind_of(b"<script>")
    (<FileKind.PDF: 'application/pdf'>, None)
    """
    return next((kind for begin, kind in _BEGINS.items() if head.startswith(begin)), None)


def clean_name(name: str, kind: FileKind) -> str:
    r"""Return a file's name without a path or control characters, ending as its kind does.

    >>> clean_name("..\\..\\scan.html", FileKind.PDF), clean_name("", FileKind.PNG)
    ('scan.html.pdf', 'file.png')
    """
    plain = _KEPT_APART.sub("", name.replace("\\", "/").rpartition("/")[2])
    plain = " ".join(plain.split()).strip(". ") or "file"
    ending = next((one for one in kind.endings if plain.lower().endswith(one)), "")
    stem = plain[: -len(ending)] if ending else plain
    ending = ending or kind.endings[0]
    return (stem[: LONGEST_NAME - len(ending)] or "file") + ending


def clean_stem(text: str) -> str:
    """Return the name of a file of Caddy's own making, without its ending.

    >>> clean_stem("Pat O'Neil: 1/2026"), clean_stem("..")
    ("Pat O'Neil 1-2026", 'file')
    """
    plain = _KEPT_APART.sub("", text.replace("/", "-").replace("\\", "-"))
    return " ".join(plain.split()).strip(". ")[: LONGEST_NAME - 60] or "file"
