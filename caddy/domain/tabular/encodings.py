"""In which encoding the letters of a text file are written; refused where there are two."""

from __future__ import annotations

import codecs
from typing import BinaryIO

import charset_normalizer

from caddy.domain.tabular.limits import LONGEST_ROW, UnreadableFile

SAMPLE = 64 * 1024
ADVICE = "Save it as “CSV UTF-8” in your spreadsheet and choose it again."
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Windows' own encoding makes of another's letters: hardly ever meant in a table.
_UNLIKELY = frozenset(
    bytes.fromhex("83868788898b8c8e9b9e9fa1a2a4a5a6a8acafb6b8b9bbbfd0def0fe").decode("cp1252")
    + "\u0081\u008d\u008f\u0090\u009d"
)


def encoding_of(stream: BinaryIO) -> str:
    """Return the codec of a text file, by its mark, its zero bytes or its letters.

    The whole file is looked at, a line at a time. Raises UnreadableFile, naming the row, where
    NUL bytes are in it or where some rows are in another encoding than others.
    """
    stream.seek(0)
    head = stream.read(4096)
    stream.seek(0)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    return _wide(head) or _narrow(stream)


def _wide(head: bytes) -> str | None:
    """Return UTF-16 without a mark: every other byte of most letters is zero."""
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if half and odd * 5 > half * 3 and not even:
        return "utf-16-le"
    if half and even * 5 > half * 3 and not odd:
        return "utf-16-be"
    return None


def _narrow(stream: BinaryIO) -> str:
    """Return the codec of a file of single bytes or UTF-8."""
    row, is_quoted = 1, False
    in_utf8 = in_other = 0
    sample = bytearray()
    while line := stream.readline(LONGEST_ROW):
        if b"\0" in line:
            raise UnreadableFile(
                f"Row {row} holds NUL bytes, which no table has: this is not a text file, or it "
                f"is damaged. {ADVICE}"
            )
        if not line.isascii():
            if _is_utf8(line):
                in_utf8 = in_utf8 or row
            else:
                in_other = in_other or row
                sample += line[: SAMPLE - len(sample)]
        if in_utf8 and in_other:
            raise UnreadableFile(
                f"The letters of row {max(in_utf8, in_other)} are in another encoding than those "
                f"of row {min(in_utf8, in_other)}. {ADVICE}"
            )
        is_quoted ^= line.count(b'"') % 2 == 1
        row += not is_quoted
    return _single_byte(bytes(sample)) if in_other else "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _single_byte(sample: bytes) -> str:
    """Return the likeliest codec: Windows' own, unless what it makes of the letters is odd."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        text = "\u0081"
    odd = sum(letter in _UNLIKELY for letter in text)
    if not odd:
        return "cp1252"
    best = charset_normalizer.from_bytes(sample).best()
    if best is not None:
        return str(best.encoding)
    if "\u0081" not in text:
        return "cp1252"
    raise UnreadableFile(f"The letters of this file cannot be read. {ADVICE}")
