"""Every error as a page, a fragment or JSON: one sentence, and what to do next."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from caddy.domain.errors import CaddyError
from caddy.web.pages import wants_fragment

log = logging.getLogger(__name__)

SENTENCES = {
    400: "The request could not be understood.",
    401: "Please sign in first.",
    403: "Your role does not include this. Ask an administrator of your organization.",
    404: "This page does not exist, or it is not yours to see.",
    405: "This address cannot be used that way.",
    409: "Someone changed this in the meantime. Load the page again to see it as it is now.",
    413: "That file is too large.",
    429: "Too many tries. Wait a minute and try again.",
    500: "Something went wrong on our side. Nothing was saved. Please try again.",
}


def answer(status: int, code: str, sentence: str, details: object = None) -> Response:
    """Return an error in the form that was asked for."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    if best == "application/json":
        body: object = jsonify(code=code, message=sentence, status=status, details=details)
    else:
        template = "errors/_error.html" if wants_fragment() else "errors/error.html"
        body = render_template(template, status=status, code=code, sentence=sentence)
    response = make_response(body, status)
    response.vary.update(("Accept", "HX-Request-Type", "HX-Request"))
    return response


def install(app: Flask) -> None:
    @app.errorhandler(CaddyError)
    def _refused(error: CaddyError) -> Response:
        return answer(error.status, error.code, error.message, error.details)

    @app.errorhandler(CSRFError)
    def _forged(_error: CSRFError) -> Response:
        return answer(
            400, "csrf", "This form has been open too long. Go back, load the page and try again."
        )

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        response = answer(
            status,
            error.name.lower().replace(" ", "_"),
            SENTENCES.get(status, error.description or error.name),
        )
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> Response:
        log.error("request.failed", exc_info=error, extra={"endpoint": request.endpoint})
        return answer(500, "internal_error", SENTENCES[500])
