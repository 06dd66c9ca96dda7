"""Files are what their bytes say, and their names are harmless."""

from __future__ import annotations

import pytest

from caddy.domain.files import LONGEST_NAME, FileKind, clean_name, kind_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", FileKind.PDF),
        (b"\x89PNG\r\n\x1a\n\0\0", FileKind.PNG),
        (b"\xff\xd8\xff\xe0", FileKind.JPEG),
        (b"", None),
        (b"\n%PDF-1.7", None),
        (b"<!doctype html>", None),
        (b"<svg xmlns=", None),
        (b"MZ\x90\0", None),
        (b"PK\x03\x04", None),
        (b"GIF89a", None),
    ],
)
def test_the_kind_is_decided_by_the_first_bytes(head, kind):
    assert kind_of(head) is kind


@pytest.mark.parametrize(
    ("name", "kind", "clean"),
    [
        ("Agreement Pat.pdf", FileKind.PDF, "Agreement Pat.pdf"),
        ("../../etc/passwd", FileKind.PDF, "passwd.pdf"),
        ("C:\\fake\\scan.JPEG", FileKind.JPEG, "scan.jpeg"),
        ("evil.html", FileKind.PNG, "evil.html.png"),
        ('a"b\r\nSet-Cookie: x.pdf', FileKind.PDF, "abSet-Cookie x.pdf"),
        ("fdp.\u202ecod.pdf", FileKind.PDF, "fdp.cod.pdf"),
        ("\0.pdf", FileKind.PDF, "pdf.pdf"),
        ("...", FileKind.PDF, "file.pdf"),
        ("", FileKind.PDF, "file.pdf"),
        ("Öffentlich ☂.pdf", FileKind.PDF, "Öffentlich ☂.pdf"),
    ],
)
def test_a_name_is_without_path_and_tricks_and_ends_as_its_kind(name, kind, clean):
    assert clean_name(name, kind) == clean


def test_a_long_name_is_cut_and_keeps_its_ending():
    clean = clean_name("x" * 500 + ".pdf", FileKind.PDF)
    assert len(clean) == LONGEST_NAME
    assert clean.endswith("x.pdf")
