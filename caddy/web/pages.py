"""One template for the page and its fragment: which of the two is sent, is decided here."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, jsonify, make_response, render_template, request

from caddy.translation.shown import said
from caddy.web.observe import request_id

VARIES = ("Accept", "HX-Request-Type", "HX-Request")
REFUSED = 422
NOT_SAVED = "Some of this cannot be saved as it is."


def wants_fragment() -> bool:
    """Say whether htmx asked for a part of the page to swap in."""
    return request.headers.get("HX-Request-Type") == "partial"


def wants_json() -> bool:
    """Say whether a program asked; a browser, which takes anything, gets the page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def page(template: str, *, part: str = "content", status: int = 200, **context: Any) -> Response:
    """Render a whole page, or only its block `part` where htmx swaps that in.

    A form that was refused is answered with its errors where a program sent it.
    """
    if status == REFUSED and wants_json():
        response = make_response(_refused(context.get("form")), status)
    elif wants_fragment():
        response = make_response(_part(template, part, context), status)
    else:
        response = make_response(render_template(template, **context), status)
    response.vary.update(VARIES)
    return response


def _part(name: str, part: str, context: dict[str, Any]) -> str:
    """Render one block of a page, with what the page imports on top, which a block needs too."""
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask does
    app.update_template_context(context)
    template = app.jinja_env.get_template(name)
    inside = template.new_context(context)
    whole = template.root_render_func(inside)
    next(whole, "")  # up to its first words: what is imported is there from then on
    whole.close()
    # The page's own block, or else that of the page it extends: each has added its own by now.
    return "".join(inside.blocks[part][0](inside))


def _said(found: Any) -> Any:
    """Return a field's errors, or those of the fields inside it, in the language of the answer."""
    if isinstance(found, dict):
        return {name: _said(some) for name, some in found.items()}
    if isinstance(found, list | tuple):
        return [_said(one) for one in found]
    return said(found) if isinstance(found, str) else found


def _refused(form: Any) -> Response:
    """Return a form's errors by field as JSON; those of no field stand under an empty name."""
    errors = {name or "": _said(found) for name, found in getattr(form, "errors", {}).items()}
    return jsonify(
        code="not_valid",
        message=said(NOT_SAVED),
        status=REFUSED,
        details=errors,
        request_id=request_id(),
    )
