"""The styleguide: every token and component on one page, drawn from the real macros."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.web import specimens, tokens
from caddy.web.access import person, signed_in
from caddy.web.pages import page

blueprint = Blueprint("styleguide", __name__, url_prefix="/styleguide")


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    return page(
        "styleguide/show.html",
        colours=list(tokens.colours()),
        pairs=[(pair, *tokens.ratios(pair)) for pair in (*tokens.TEXT, *tokens.EDGES)],
        sizes=tokens.sizes(),
        since=None,
        **specimens.of(clock.today(person.timezone)),
    )
