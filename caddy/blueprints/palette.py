"""The palette: one box from which everything is a few letters away, as a dialog or as a page."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from caddy.web import arguments, palette
from caddy.web.access import signed_in
from caddy.web.pages import page, wants_fragment

blueprint = Blueprint("palette", __name__, url_prefix="/palette")


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    """Offer what fits; in the dialog as a listbox, on the page as plain links."""
    typed = arguments.text("q")
    offers = current_app.jinja_env.globals["offers"]()  # type: ignore[operator] # ours
    return page(
        "palette/show.html",
        part="options",
        typed=typed,
        sections=palette.sections(typed, offers),
        is_listbox=wants_fragment(),
    )
