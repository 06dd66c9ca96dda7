"""What is known of every request: its id, its line in the log, its figures. For all routes.

The id comes from the proxy in front where it is one, and goes back with every answer.
"""

from __future__ import annotations

import logging
import re
import time
from uuid import uuid4

from flask import Flask, Response, g, request

from caddy import logs, metrics

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
# Asked for all the time by machines: measured, not written down.
QUIET = frozenset({"static", "health.alive", "health.ready", "metrics.show"})
NO_ROUTE = "none"


def request_id() -> str:
    """Return the id of this request, by which its lines are found in the log."""
    return str(g.get("request_id", ""))


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda _error: logs.clear())
    app.jinja_env.globals["request_id"] = request_id


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
    g.begun = time.perf_counter()
    g.tally = metrics.begin_tally()
    logs.clear()
    logs.bind(request_id=g.request_id, route=_route())


def _route() -> str:
    return request.url_rule.rule if request.url_rule else NO_ROUTE


def _end(response: Response) -> Response:
    begun = g.get("begun")
    if begun is None:
        return response
    seconds = time.perf_counter() - begun
    response.headers[HEADER] = request_id()
    metrics.note_request(_route(), request.method, response.status_code, seconds, g.tally)
    if request.endpoint not in QUIET:
        _tell(response, seconds)
    return response


def _tell(response: Response, seconds: float) -> None:
    """Write the request's line: ids and figures, no address, no name."""
    log.info(
        "request.finished",
        extra={
            "method": request.method,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
            "queries": g.tally.count,
            "query_milliseconds": round(g.tally.seconds * 1000, 1),
        },
    )
