"""What a field that chooses participants offers as someone types."""

from __future__ import annotations

import re

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from caddy.domain.shared_support import MOST_TOGETHER
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
    """Show the first who match, after whoever is chosen already; `field` names the options.

    Of a field for several (`many`), `without` is who is in the form anyway.
    """
    name = request.args.get("field", "participant_id")
    if not FIELD.fullmatch(name):
        abort(404)
    is_many = bool(request.args.get("many"))
    typed = arguments.text(name + SEARCH)
    chosen = request.args.getlist(name)[: MOST_TOGETHER if is_many else 1]
    ids = [one for text in chosen if (one := arguments.parsed(text))]
    rows, has_more = matches(typed, seen_by())
    without = str(arguments.identifier("without"))
    people = offered(services.names_of(ids, seen_by=seen_by()), rows)
    return page(
        "participants/choices.html",
        part="people",
        name=name,
        people=[
            (one.value, one.label, one.value in chosen) for one in people if one.value != without
        ],
        typed=typed,
        count=len(rows),
        has_more=has_more,
        is_many=is_many,
    )
