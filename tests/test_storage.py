"""The storage: whole or not at all, once by content, on the disk as in a bucket."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
import zlib
from datetime import timedelta

import pytest
from PIL import Image

from caddy import clock, pictures, storage
from caddy.config import load_settings
from caddy.domain.contents import kind_of_content
from caddy.domain.documents import allowed
from caddy.domain.errors import RuleBroken
from caddy.domain.files import LARGEST_BYTES, FileKind
from caddy.storage.s3 import StorageAway

PDF = b"%PDF-1.7\nsome words\n%%EOF\n"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="session")  # what it holds stays in the process when it stops
def bucket_server():
    """A server that behaves as S3 does, with an empty bucket."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="ap-southeast-2",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    where = {"LocationConstraint": "ap-southeast-2"}
    client.create_bucket(Bucket="caddy", CreateBucketConfiguration=where)
    yield address, client
    client.close()
    server.stop()


def in_bucket(monkeypatch, address):
    monkeypatch.setenv("CADDY_S3_BUCKET", "caddy")
    monkeypatch.setenv("CADDY_S3_ENDPOINT", address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    load_settings.cache_clear()


@pytest.fixture(params=["disk", "bucket"])
def backend(request, monkeypatch):
    """Both places where files can lie; every test that asks for it is true of both."""
    if request.param == "bucket":
        in_bucket(monkeypatch, request.getfixturevalue("bucket_server")[0])
    yield request.param
    monkeypatch.undo()
    load_settings.cache_clear()


def left_behind():
    return list((load_settings().var / "files").glob("incoming-*"))


def read(sha256):
    with storage.open_file(sha256) as file:
        return file.read()


def test_a_file_lies_under_its_checksum_and_is_read_again(backend):
    content = PDF + backend.encode()
    stored = storage.store(io.BytesIO(content))
    sha256 = hashlib.sha256(content).hexdigest()
    assert (stored.sha256, stored.size_bytes, stored.kind) == (sha256, len(content), FileKind.PDF)
    assert read(sha256) == content
    with storage.open_file(sha256) as file:
        file.seek(5)
        assert file.read(3) == b"1.7"
    with storage.local_copy(sha256) as place:
        assert place.read_bytes() == content
    assert storage.is_there(sha256)
    assert sha256 in list(storage.kept())
    assert storage.path_of(sha256).exists() == (backend == "disk")
    assert left_behind() == []


def test_the_same_bytes_from_eight_at_once_are_one_file(backend):
    content, found = PDF + b"8" + backend.encode(), []
    threads = [
        threading.Thread(target=lambda: found.append(storage.store(io.BytesIO(content)).sha256))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert read(found[0]) == content
    assert list(storage.kept()).count(found[0]) == 1


def test_what_is_not_there_is_said_and_what_is_discarded_is_gone(backend):
    missing = hashlib.sha256(b"nothing").hexdigest()
    assert not storage.is_there(missing)
    with pytest.raises(FileNotFoundError):
        storage.open_file(missing)
    with pytest.raises(FileNotFoundError), storage.local_copy(missing):
        pass
    assert storage.discard(missing, clock.now())
    kept = storage.keep_bytes(b"made here " + backend.encode())
    # Brought again just now, long after the last row that named it: the upload may go on.
    assert not storage.discard(kept.sha256, clock.now() - timedelta(hours=1))
    assert storage.discard(kept.sha256, clock.now())
    assert not storage.is_there(kept.sha256)


def test_a_bucket_that_is_away_or_gives_other_bytes_is_never_believed(bucket_server, monkeypatch):
    address, client = bucket_server
    in_bucket(monkeypatch, address)
    kept = storage.keep_bytes(b"as it was")
    client.put_object(Bucket="caddy", Key=f"files/{kept.sha256}", Body=b"as it was not")
    with pytest.raises(StorageAway):
        storage.open_file(kept.sha256)
    in_bucket(monkeypatch, NOWHERE)
    with pytest.raises(StorageAway, match="cannot be reached"):
        storage.store(io.BytesIO(PDF))
    assert left_behind() == []
    monkeypatch.undo()
    load_settings.cache_clear()


class Endless(io.RawIOBase):
    """A PDF that never ends."""

    def read(self, size=-1):
        return PDF.ljust(size, b"x")[:size]


def office(part, *, name="[Content_Types].xml", more=()):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as parts:
        # Of no time of its own: the name of a test that is given it must not change.
        parts.writestr(zipfile.ZipInfo(name), part)
        for one in more:
            parts.writestr(zipfile.ZipInfo(one), b"x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (io.BytesIO(b""), "empty_file"),
        (io.BytesIO(b"<script>alert(1)</script>"), "file_kind"),
        (io.BytesIO(b"MZ" + PDF), "file_kind"),
        (io.BytesIO(b"\xff\xd8\xffbroken"), "broken_picture"),
        (Endless(), "file_too_large"),
    ],
)
def test_what_is_not_taken_leaves_nothing_behind(content, code):
    with pytest.raises(RuleBroken) as caught:
        storage.store(content)
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
def test_nothing_but_a_checksum_finds_a_file(backend, name):
    for find in (storage.path_of, storage.is_there, storage.open_file):
        with pytest.raises(ValueError, match="SHA-256"):
            find(name)


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "x.png", FileKind.PDF),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "x", FileKind.WEBP),
        (office(WORD), "x.zip", FileKind.DOCX),
        (office(SHEET), "x.docx", FileKind.XLSX),
        (office(FileKind.ODT.value, name="mimetype"), "x", FileKind.ODT),
        ("Grüße,1\n".encode(), "x.csv", FileKind.CSV),
        ("Grüße,1\n".encode(), "x.html", FileKind.TEXT),
        (office("application/xml"), "x.docx", None),
        (office(WORD)[:40], "x.docx", None),
        (b"a\0b", "x.txt", None),
        (b"\xff\xfe\x00caf\xe9", "x.txt", None),
        (b"  <!DOCTYPE html><p>", "x.txt", None),
        (b'<?xml version="1.0"?><svg/>', "x.txt", None),
        (b"a picture:\n<svg onload=alert(1)>", "x.txt", None),
        (b"GIF89a\x01\x00\x01\x00", "x.png", None),
        (b"\x7fELF", "x.txt", None),
    ],
)
def test_what_a_file_is_comes_from_what_is_in_it(content, name, kind):
    assert kind_of_content(io.BytesIO(content), name) is kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\0\0\0\x18ftypheic\0\0", "heic"),
        (office(WORD, more=["word/vbaProject.bin"]), "macros"),
    ],
)
def test_what_is_nearly_taken_is_refused_with_what_to_do(content, code):
    with pytest.raises(RuleBroken) as caught:
        storage.store(io.BytesIO(content), allowed("free"))
    assert caught.value.code == code


@pytest.mark.parametrize("kind", [FileKind.JPEG, FileKind.PNG, FileKind.WEBP])
def test_of_a_picture_only_its_pixels_are_kept_turned_as_it_was_held(kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: to be turned by a quarter
    exif[0x010E] = "Rosa at home"
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (33.0, 51.0, 54.5)
    held = io.BytesIO()
    picture = Image.new("RGB", (40, 20), "purple")
    more = {"comment": b"Rosa at home"} if kind is FileKind.JPEG else {}
    picture.save(held, kind.name, exif=exif, xmp=b"<x>Rosa at home</x>", **more)
    assert b"Rosa at home" in held.getvalue()
    stored = storage.store(io.BytesIO(held.getvalue()), allowed("free"))
    kept = read(stored.sha256)
    assert hashlib.sha256(kept).hexdigest() == stored.sha256
    assert len(kept) == stored.size_bytes
    assert b"Rosa" not in kept
    with Image.open(io.BytesIO(kept)) as found:
        assert found.size == (20, 40)
        assert not found.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile"} & set(found.info)
    # The same photograph a second time is the same file.
    assert storage.store(io.BytesIO(held.getvalue()), allowed("free")).sha256 == stored.sha256


def test_a_picture_that_would_fill_the_memory_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 100)
    held = io.BytesIO()
    Image.new("1", (11, 10)).save(held, "PNG")
    held.seek(0)
    with pytest.raises(RuleBroken, match="million pixels"):
        storage.store(held)
    bomb = io.BytesIO()
    Image.new("1", (1, 1)).save(bomb, "PNG")
    huge = bytearray(bomb.getvalue())
    huge[16:24] = (60_000).to_bytes(4, "big") * 2
    crc = zlib.crc32(huge[12:29]).to_bytes(4, "big")
    huge[29:33] = crc
    with pytest.raises(RuleBroken, match="million pixels"):
        storage.store(io.BytesIO(bytes(huge)))
