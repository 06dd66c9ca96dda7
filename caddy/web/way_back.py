"""The way back to the claim from a form that mends what holds a service back.

The address of the claim travels as `back`: in the link, in the form, in the redirect after it.
Nothing is remembered anywhere, so that two windows do not disturb each other.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Flask, Response, has_request_context, request
from werkzeug.exceptions import RequestEntityTooLarge

NAME = "back"
PLACES = ("/claims/",)
LONGEST = 500


def way_back() -> str:
    """Return where the person came from: an address of a claim's page, or nothing."""
    if not has_request_context():
        return ""
    try:
        wanted = request.values.get(NAME, "")
    except RequestEntityTooLarge:  # the page that says so asks too, and the form is not read again
        wanted = request.args.get(NAME, "")
    is_own = wanted.startswith(PLACES) and len(wanted) <= LONGEST and wanted.isprintable()
    return wanted if is_own and "\\" not in wanted else ""


def install(app: Flask) -> None:
    app.jinja_env.globals["way_back"] = way_back
    app.after_request(_carry_on)


def _carry_on(response: Response) -> Response:
    """Take the way back along to where a form that was saved leads."""
    back = way_back() if request.method == "POST" else ""
    if back and response.status_code == 303:  # noqa: PLR2004 - See Other
        parts = urlsplit(response.location or "")
        query = [*parse_qsl(parts.query), (NAME, back)]
        response.location = urlunsplit(parts._replace(query=urlencode(query)))
    return response
