"""The one box: a page of all that was found, and what is suggested under the box meanwhile."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from caddy.queries import search
from caddy.queries.search import FEW, MANY, Asker, Group
from caddy.web import arguments
from caddy.web.access import actor, person, seen_by, signed_in
from caddy.web.pages import page

blueprint = Blueprint("search", __name__, url_prefix="/search")

SHOWN_BY = {
    Group.PARTICIPANTS: ("participants.show", "participant_id"),
    Group.SERVICES: ("services.show", "service_id"),
    Group.CLAIMS: ("claims.show", "claim_id"),
    Group.DOCUMENTS: ("documents.show", "document_id"),
    Group.FILES: ("attachments.show", "attachment_id"),
    Group.STAFF: ("staff.show", "user_id"),
}


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
    asker = Asker(actor.permissions, seen_by(), person.timezone, actor.user_id)
    found = search.everything(typed, asker, limit)
    groups = [
        (group, [(hit, _address(group, hit)) for hit in hits]) for group, hits in found.items()
    ]
    return page(template, part="results", typed=typed, groups=groups)


def _address(group: Group, hit: search.Hit) -> str:
    endpoint, name = SHOWN_BY[group]
    values: dict[str, Any] = {name: hit.id}
    return url_for(endpoint, **values)
