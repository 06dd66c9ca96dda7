"""What a field that chooses a participant offers as someone types."""

from __future__ import annotations

import re

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from caddy.queries import services
from caddy.web import arguments
from caddy.web.access import seen_by, signed_in
from caddy.web.pages import page
from caddy.web.participant_choice import SEARCH, matches, offered

blueprint = Blueprint("participant_choices", __name__)

FIELD = re.compile(r"[a-z_-]{1,60}")


@blueprint.get("/participants/choices")
@signed_in
def index() -> ResponseReturnValue:
    """Show the first who match, after whoever is chosen already; `field` names the options."""
    name = request.args.get("field", "participant_id")
    if not FIELD.fullmatch(name):
        abort(404)
    typed, chosen = arguments.text(name + SEARCH), arguments.identifier(name)
    own = services.name_of(chosen, seen_by=seen_by()) if chosen else None
    rows, has_more = matches(typed, seen_by())
    people = offered([own] if own else [], rows)
    return page(
        "participants/choices.html",
        part="people",
        name=name,
        people=[(one.value, one.label, one.value == str(chosen)) for one in people],
        typed=typed,
        count=len(rows),
        has_more=has_more,
    )
