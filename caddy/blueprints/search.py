"""The one box: a page of all that was found, and what is suggested under the box meanwhile."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy.queries.search import FEW, MANY
from caddy.web import arguments
from caddy.web.access import signed_in
from caddy.web.found import found
from caddy.web.pages import page

blueprint = Blueprint("search", __name__, url_prefix="/search")


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    return _found(MANY)


@blueprint.get("/suggestions")
@signed_in
def suggest() -> ResponseReturnValue:
    return _found(FEW, "search/suggestions.html")


def _found(limit: int, template: str = "search/show.html") -> ResponseReturnValue:
    typed = arguments.text("q")
    return page(template, part="results", typed=typed, groups=found(typed, limit))
