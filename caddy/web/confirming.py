"""Asking whether it is still them before what matters, and going on after it with what was typed.

A view says so with `@confirmed`. Every way of confirming ends in `go_on`.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from caddy import clock
from caddy.actions import kept_forms
from caddy.actions.kept_forms import KeptForm
from caddy.domain.sign_ins import is_fresh
from caddy.web import redirects
from caddy.web.access import lead_to, needs_confirming, person
from caddy.web.errors import answer
from caddy.web.pages import wants_json

LONGEST_NAME = 60
NEEDED = "Confirm first that it is you, then try again."
NOT_KEPT = "Thank you. What you sent before was not kept: please do it once more."
WITHOUT_FILES = "Thank you. Choose your file again and send the form once more."
# Of the request that confirmed, and not of the one that goes on.
NOT_CARRIED = ("werkzeug.", "flask.", "HTTP_HX_", "HTTP_X_CSRF", "HTTP_CONTENT_")


def install(app: Flask) -> None:
    """Ask before every view that declares it; after it is known who may open it."""
    app.before_request(_ask)


def _ask() -> ResponseReturnValue | None:
    if not needs_confirming(current_app, request.endpoint or ""):
        return None
    session = person.session if current_user.is_authenticated else None
    if session is None or is_fresh(session.confirmed_at, clock.now()):
        return None
    if wants_json():
        return answer(403, "confirmation_needed", NEEDED)
    return lead_to(url_for("confirmations.show", kept=kept_forms.keep(_sent(), session.id)))


def _sent() -> KeptForm:
    """Return this request as it is kept; what it brought as files is not."""
    fields = [[name, value] for name, value in request.form.items(multi=True)]
    token = request.headers.get("X-CSRFToken")
    if token and "csrf_token" not in request.form:
        fields.append(["csrf_token", token])
    came = urlsplit(request.referrer or "")
    here = came.path if came.netloc == request.host else ""
    return KeptForm(
        method=request.method,
        path=request.path,
        query=request.query_string.decode("latin-1"),
        fields=fields,
        came_from=redirects.safe(here, url_for("dashboard.show")),
        had_files=any(file.filename for file in request.files.values()),
    )


def name() -> str:
    """Return by which name the form is kept that waits for this confirmation."""
    return request.args.get("kept", "")[:LONGEST_NAME]


def found() -> KeptForm | None:
    """Return the form that waits, if it still does."""
    return kept_forms.find(name(), person.session.id) if person.session else None


def go_on() -> ResponseReturnValue:
    """Send what waited on its way, now that it is confirmed; say so where nothing waits."""
    kept = kept_forms.take(name(), person.session.id) if person.session else None
    if kept is None:
        flash(NOT_KEPT)
        return redirect(url_for("dashboard.show"), 303)
    if kept.had_files:
        flash(WITHOUT_FILES)
        return redirect(kept.came_from, 303)
    if kept.method == "GET":
        return redirect(f"{quote(kept.path)}?{kept.query}".rstrip("?"), 303)
    return _send(kept)


def _send(kept: KeptForm) -> Response:
    """Answer a kept form as if it came now: with its own token, and every check before the view.

    Its context is its own, so that neither request sees what the other remembers.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask does
    with app.app_context(), app.request_context(_environ(kept)):
        return app.full_dispatch_request()


def _environ(kept: KeptForm) -> dict[str, Any]:
    body = urlencode([(name, value) for name, value in kept.fields]).encode()
    own = {
        name: value for name, value in request.environ.items() if not name.startswith(NOT_CARRIED)
    }
    return own | {
        "REQUEST_METHOD": kept.method,
        "PATH_INFO": kept.path.encode().decode("latin-1"),
        "QUERY_STRING": kept.query,
        "REQUEST_URI": f"{quote(kept.path)}?{kept.query}",
        "RAW_URI": f"{quote(kept.path)}?{kept.query}",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
    }
