"""One template for the page and its fragment: which of the two is sent, is decided here."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request
from jinja2_fragments.flask import render_block


def wants_fragment() -> bool:
    """Say whether htmx asked for a part of the page to swap in."""
    return request.headers.get("HX-Request-Type") == "partial"


def page(template: str, *, part: str = "content", status: int = 200, **context: Any) -> Response:
    """Render a whole page, or only its block `part` where htmx swaps that in."""
    if wants_fragment():
        body = render_block(template, part, **context)
    else:
        body = render_template(template, **context)
    response = make_response(body, status)
    response.vary.update(("HX-Request-Type", "HX-Request"))
    return response
