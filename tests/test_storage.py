"""The storage: whole or not at all, once by content, nothing but what it takes."""

from __future__ import annotations

import hashlib
import io
import threading

import pytest

from caddy import storage
from caddy.config import load_settings
from caddy.domain.errors import RuleBroken
from caddy.domain.files import LARGEST_BYTES, FileKind

PDF = b"%PDF-1.7\nsome words\n%%EOF\n"


def left_behind():
    return list((load_settings().var / "files").glob("incoming-*"))


def test_a_file_lies_under_its_checksum_and_is_read_again():
    stored = storage.store(io.BytesIO(PDF))
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert (stored.sha256, stored.size_bytes, stored.kind) == (sha256, len(PDF), FileKind.PDF)
    place = storage.path_of(sha256)
    assert place.relative_to(load_settings().var / "files").parts == (
        sha256[:2],
        sha256[2:4],
        sha256,
    )
    with storage.open_file(sha256) as file:
        assert file.read() == PDF
    assert left_behind() == []


def test_the_same_bytes_from_eight_at_once_are_one_file():
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(storage.store(io.BytesIO(PDF + b"8")).sha256))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert storage.path_of(found[0]).read_bytes() == PDF + b"8"


class Endless(io.RawIOBase):
    """A PDF that never ends."""

    def __init__(self):
        self.sent = 0

    def read(self, size=-1):
        self.sent += size
        return PDF.ljust(size, b"x")[:size]


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (io.BytesIO(b""), "empty_file"),
        (io.BytesIO(b"<script>alert(1)</script>"), "file_kind"),
        (io.BytesIO(b"MZ" + PDF), "file_kind"),
        (Endless(), "file_too_large"),
    ],
)
def test_what_is_not_taken_leaves_nothing_behind(stream, code):
    with pytest.raises(RuleBroken) as caught:
        storage.store(stream)
    assert (caught.value.field, caught.value.code) == ("file", code)
    assert left_behind() == []


def test_20_mb_are_taken_and_one_byte_more_is_not():
    full = PDF.ljust(LARGEST_BYTES, b"x")
    assert storage.store(io.BytesIO(full)).size_bytes == LARGEST_BYTES
    with pytest.raises(RuleBroken, match="20 MB"):
        storage.store(io.BytesIO(full + b"x"))


def test_a_stream_that_breaks_leaves_nothing_behind():
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise OSError("the line went dead")
            return super().read(9)

    with pytest.raises(OSError, match="went dead"):
        storage.store(Broken(PDF))
    assert left_behind() == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "/"])
def test_nothing_but_a_checksum_finds_a_file(name):
    with pytest.raises(ValueError, match="SHA-256"):
        storage.path_of(name)
