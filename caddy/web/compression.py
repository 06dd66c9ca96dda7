"""What goes out smaller than it is: the only place that compresses an answer.

Files are compressed once and kept. Pages hold what is personal beside what an address may put
there, so only those that a person asked for inside Caddy are: docs/security.md says why.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli
from flask import Flask, Response, request

# Below this the headers and the work cost more than the bytes that are saved.
SMALLEST = 860
# Of each kind, for what is made smaller at every answer and for what is once and then kept.
PAGE_LEVELS = {"br": 4, "gzip": 5}
FILE_LEVELS = {"br": 11, "gzip": 9}
PAGES = {"text/html"}
FILES = {
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
    "text/css",
    "text/javascript",
}
# What browsers say of a request that no other site made. No page's script can write this header.
OWN_SITES = {"same-origin", "none"}
MOST_KEPT = 128


def install(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    is_file = request.endpoint == "static"
    if not is_file and response.mimetype not in PAGES:
        return response
    if is_file and response.mimetype not in FILES:
        return response
    response.vary.add("Accept-Encoding")
    kind = next((one for one in PAGE_LEVELS if request.accept_encodings.quality(one) > 0), None)
    if kind is None or not _may_be_smaller(response, is_file=is_file):
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) < SMALLEST:
        return response
    tag, _ = response.get_etag()
    response.set_data(_file(content, kind) if is_file else _smaller(content, kind, PAGE_LEVELS))
    response.headers["Content-Encoding"] = kind
    if tag:  # the same words in other bytes
        response.set_etag(tag, weak=True)
    return response


def _may_be_smaller(response: Response, *, is_file: bool) -> bool:
    if response.status_code in {204, 206, 304} or "Content-Encoding" in response.headers:
        return False
    if request.method == "HEAD" or (response.is_streamed and not is_file):
        return False
    return is_file or request.headers.get("Sec-Fetch-Site") in OWN_SITES


@lru_cache(maxsize=MOST_KEPT)
def _file(content: bytes, kind: str) -> bytes:
    """Return a file's smaller bytes, made once in a process and kept by what it holds."""
    return _smaller(content, kind, FILE_LEVELS)


def _smaller(content: bytes, kind: str, levels: dict[str, int]) -> bytes:
    if kind == "br":
        made: bytes = brotli.compress(content, mode=brotli.MODE_TEXT, quality=levels[kind])
        return made
    return gzip.compress(content, levels[kind], mtime=0)
