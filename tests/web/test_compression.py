"""What goes out smaller: files always, pages only where nobody else made the browser ask."""

from __future__ import annotations

import gzip
import re

import pytest

SQUEEZES = {"Accept-Encoding": "gzip, deflate, br"}
sqlite_only = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@sqlite_only
def test_a_page_is_compressed_only_where_caddy_or_the_person_asked_for_it(people, sign_in):
    client = sign_in("cora")
    for site in ("same-origin", "none"):
        answer = client.get("/", fragment=True, headers=SQUEEZES | {"Sec-Fetch-Site": site})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert len(answer.data) < len(gzip.decompress(answer.data)) / 2
        assert b"The whole organization" in gzip.decompress(answer.data)
        assert "Accept-Encoding" in answer.headers["Vary"]
    for headers in (
        SQUEEZES,  # a browser that does not say who asked
        SQUEEZES | {"Sec-Fetch-Site": "cross-site"},
        SQUEEZES | {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "gzip;q=0"},
    ):
        answer = client.get("/", headers=headers)
        assert "Content-Encoding" not in answer.headers, headers
        assert "The whole organization" in answer.text


@sqlite_only
def test_files_are_compressed_for_whoever_can_read_it_and_fonts_are_as_they_are(app, sign_in):
    client = sign_in(None)
    page = client.get("/sign-in").text
    files = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"', page)
    assert len(files) == 4
    for address in files:
        whole = client.get(address).data
        small = client.get(address, headers=SQUEEZES)
        assert gzip.decompress(small.data) == whole
        assert small.headers["Cache-Control"] == client.get(address).headers["Cache-Control"]
        assert small.headers["Vary"] == "Accept-Encoding"
    font = re.search(r'href="(/static/[^"]+\.woff2)"', page)
    assert font
    assert "Content-Encoding" not in client.get(font[1], headers=SQUEEZES).headers
