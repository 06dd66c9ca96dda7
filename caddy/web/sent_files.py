"""A file as an answer: a download, kept nowhere on the way, shown by nothing in a browser."""

from __future__ import annotations

import os

from flask import Response, abort, make_response, send_file

from caddy import storage
from caddy.domain.files import FileKind

# Chromium's reader of PDFs styles the frame that it makes for one: nothing else there has a style.
SHOWN_POLICY = (
    "default-src 'none'; object-src 'none'; script-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


def sent(content: bytes, file_name: str, media_type: str) -> Response:
    """Return bytes that were made for this answer, or kept in a row."""
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return _guarded(response)


def stored(sha256: str, file_name: str, media_type: str) -> Response:
    """Return a file of the storage; 404 where its bytes are not there."""
    return _guarded(_opened(sha256, file_name, media_type, as_attachment=True))


def shown(sha256: str, file_name: str, media_type: str) -> Response:
    """Return a picture or a PDF to be shown inside a page of ours, where nothing in it can act.

    A picture is in a sandbox as well. A PDF is not: docs/decisions/0015-documents.md says why.
    """
    response = _opened(sha256, file_name, media_type, as_attachment=False)
    sandbox = "" if media_type == FileKind.PDF else "; sandbox"
    response.headers["Content-Security-Policy"] = SHOWN_POLICY + sandbox
    return _guarded(response)


def _opened(sha256: str, file_name: str, media_type: str, *, as_attachment: bool) -> Response:
    try:
        file = storage.open_file(sha256)
    except FileNotFoundError:
        abort(404)
    response = send_file(
        file,
        mimetype=media_type,
        as_attachment=as_attachment,
        download_name=file_name,
        etag=False,
        last_modified=None,
    )
    response.content_length = os.fstat(file.fileno()).st_size
    return response


def shown_pdf(sha256: str, file_name: str) -> Response:
    """Return a PDF that Caddy made itself, to be read in the page; 404 where it is not there."""
    return shown(sha256, file_name, FileKind.PDF)


def _guarded(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
