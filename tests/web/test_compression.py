"""What goes out smaller: files always, pages only where nobody else made the browser ask."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest

SQUEEZES = {"Accept-Encoding": "gzip, deflate"}
READERS = {"gzip": gzip.decompress, "br": brotli.decompress}
sqlite_only = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@sqlite_only
def test_a_page_is_compressed_only_where_caddy_or_the_person_asked_for_it(people, sign_in):
    client = sign_in("cora")
    for site, kind in (("same-origin", "gzip"), ("none", "br")):
        headers = {"Accept-Encoding": f"deflate, {kind}", "Sec-Fetch-Site": site}
        answer = client.get("/", fragment=True, headers=headers)
        assert answer.headers["Content-Encoding"] == kind
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert len(answer.data) < len(READERS[kind](answer.data)) / 2
        assert b"The whole organization" in READERS[kind](answer.data)
        assert "Accept-Encoding" in answer.headers["Vary"]
    for headers in (
        SQUEEZES,  # a browser that does not say who asked
        SQUEEZES | {"Sec-Fetch-Site": "cross-site"},
        SQUEEZES | {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip;q=0, br;q=0"},
    ):
        answer = client.get("/", headers=headers)
        assert "Content-Encoding" not in answer.headers, headers
        assert "The whole organization" in answer.text


@sqlite_only
def test_files_are_compressed_for_whoever_can_read_it_and_fonts_are_as_they_are(app, sign_in):
    client = sign_in(None)
    page = client.get("/sign-in").text
    files = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"', page)
    assert len(files) == 5  # one stylesheet, one script, htmx and its streams, and passkeys
    for address in files:
        whole = client.get(address).data
        for accepted, kind in (("gzip, deflate", "gzip"), ("gzip, deflate, br", "br")):
            small = client.get(address, headers={"Accept-Encoding": accepted})
            assert small.headers["Content-Encoding"] == kind
            assert READERS[kind](small.data) == whole
        assert small.headers["Cache-Control"] == client.get(address).headers["Cache-Control"]
        assert "Accept-Encoding" in small.headers["Vary"]
    font = re.search(r'href="(/static/[^"]+\.woff2)"', page)
    assert font
    assert "Content-Encoding" not in client.get(font[1], headers=SQUEEZES).headers
