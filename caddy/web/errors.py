"""Every error as a page, a fragment or JSON: a code, one sentence, and what to do next.

The request's id stands with it, so that what somebody reads out is found in the log.
"""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from caddy import error_reports, logs
from caddy.domain.documents import allowed
from caddy.domain.errors import CaddyError
from caddy.domain.sentences import words
from caddy.queries import health
from caddy.translation.shown import said
from caddy.web.limits import MOST_OF_FILE, UPLOADS, retry_after
from caddy.web.observe import request_id
from caddy.web.pages import VARIES, wants_fragment, wants_json

log = logging.getLogger(__name__)

SENTENCES = {
    400: "The request could not be understood. Go back, load the page and try again.",
    401: "Please sign in first.",
    403: "Your role does not include this. Ask an administrator of your organization.",
    404: "This page does not exist, or it is not yours to see.",
    405: "This address cannot be used that way. Go back and use a button of the page.",
    409: "Someone changed this in the meantime. Load the page again to see it as it is now.",
    413: "That is too large.",
    415: "This kind of request is not understood here.",
    422: "Some of this cannot be saved as it is. Go back and look at what you entered.",
    429: "Too many tries. Wait a minute and try again.",
    500: "Something went wrong on our side. Nothing was saved. Please try again.",
    503: "Caddy is very busy or being looked after. Nothing was saved. Try again in a minute.",
}
CODES = {413: "too_large", 429: "too_many_requests", 500: "internal_error", 503: "unavailable"}
TITLES = {
    403: words("Not allowed"),
    404: words("Not found"),
    405: words("Not possible here"),
    409: words("Changed in the meantime"),
    413: words("Too large"),
    422: words("Not saved"),
    429: words("Too many tries"),
    503: words("Not available now"),
}
UNTITLED = words("Something is not right")
BROKEN, BUSY, TOO_MANY, TOO_LARGE = 500, 503, 429, 413
# Views that take several files of the plan's size.
DOCUMENT_UPLOADS = frozenset({"documents.create", "documents.add_version"})
BUSY_SECONDS = 30


def answer(status: int, code: str, sentence: str, details: object = None) -> Response:
    """Return an error in the form that was asked for."""
    sentence = said(sentence)
    if wants_json():
        body: object = jsonify(
            code=code, message=sentence, status=status, details=details, request_id=request_id()
        )
    else:
        template = "errors/_error.html" if wants_fragment() else "errors/error.html"
        title = said(TITLES.get(status, UNTITLED))
        body = render_template(template, status=status, code=code, sentence=sentence, title=title)
    response = make_response(body, status)
    response.vary.update(VARIES)
    if status == BUSY:
        response.headers["Retry-After"] = str(BUSY_SECONDS)
    return response


def install(app: Flask) -> None:
    app.register_error_handler(CaddyError, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _refused(error: CaddyError) -> Response:
    return answer(error.status, error.code, error.message, error.details)


def _forged(_error: CSRFError) -> Response:
    return answer(
        400, "csrf", "This form has been open too long. Go back, load the page and try again."
    )


def _http(error: HTTPException) -> Response:
    status = error.code or BROKEN
    if error.response is not None or status < 400:  # noqa: PLR2004 - a redirect of the router
        return error.get_response()  # type: ignore[return-value] # Flask's own class of it
    code = CODES.get(status, error.name.lower().replace(" ", "_"))
    sentence = SENTENCES.get(status, UNTITLED + ".")
    response = answer(status, code, sentence + _limit() if status == TOO_LARGE else sentence)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    if status == TOO_MANY:
        response.headers.setdefault("Retry-After", str(retry_after()))
    return response


def _limit() -> str:
    """Say how large what was sent may be: a document as the plan has it, another file, a form."""
    endpoint = request.endpoint or ""
    if endpoint in UPLOADS:
        return f" A file here has {MOST_OF_FILE} MB at the most."
    if endpoint in DOCUMENT_UPLOADS and current_user.is_authenticated:
        plan = current_user.user.subscription.plan
        return f" {allowed(plan).most} That is what the {plan.value.capitalize()} plan has."
    return " A form holds text alone: shorten it, or add it as a document."


def _broken(error: Exception) -> Response:
    """Answer what nobody expected: a part that is away, or a mistake of ours."""
    if health.is_outage(error):
        log.warning("request.unavailable", extra={"error": type(error).__name__})
        return answer(BUSY, CODES[BUSY], SENTENCES[BUSY])
    log.error("request.failed", exc_info=error, extra={"endpoint": request.endpoint})
    error_reports.capture(error, logs.context())
    return answer(BROKEN, CODES[BROKEN], SENTENCES[BROKEN])
