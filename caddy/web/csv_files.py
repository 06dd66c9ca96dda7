"""A file that was made for this answer, as a download."""

from __future__ import annotations

from flask import Response, make_response


def csv_file(content: bytes, name: str) -> Response:
    """Return a CSV to keep; it is shown by nothing inside the browser."""
    response = make_response(content)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
