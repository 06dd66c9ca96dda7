"""The audit log as people read it: of the organization, and of one participant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from caddy.domain.audit_phrases import ABOUT, PHRASES, label_of
from caddy.domain.facts import Fact
from caddy.domain.permissions import Permission
from caddy.queries import audit_chain, audit_log, services
from caddy.queries.audit_log import AuditFilter
from caddy.web import arguments, listings
from caddy.web.access import person, requires, seen_by
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.pages import page

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@requires(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    wanted, whom = _wanted(), None
    if wanted.participant_id is not None:
        whom = services.name_of(wanted.participant_id, seen_by=seen_by())
        if whom is None:
            abort(404)
    rows, following = audit_log.page(wanted, person.timezone, seen_by=seen_by())
    return page(
        "audit/index.html",
        part="results",
        wanted=wanted,
        rows=rows,
        after=following[1] if following else None,
        count=audit_log.count(wanted, person.timezone, seen_by=seen_by()),
        people=audit_log.people(),
        facts=_facts(),
        about=ABOUT,
        head=audit_chain.head(),
        last_check=audit_chain.last_check(),
        whom=whom,
    )


def _wanted() -> AuditFilter:
    about, after = arguments.text("about", 40), arguments.identifier("after")
    return AuditFilter(
        participant_id=arguments.identifier("participant"),
        name=arguments.text("name"),
        user_id=arguments.identifier("person"),
        fact=arguments.word("fact", Fact),
        about=about if about in ABOUT else None,
        from_on=arguments.day("from"),
        to_on=arguments.day("to"),
        after=audit_log.key_of(after) if after else None,
    )


def _facts() -> list[tuple[Fact, str]]:
    return [(one, label_of(one.value)) for one in PHRASES]


@as_file(blueprint, "/audit")
@requires(Permission.AUDIT_READ)
def download() -> Listing:
    wanted = _wanted()

    def fetch(after: Any) -> Any:
        return audit_log.page(
            replace(wanted, after=after), person.timezone, seen_by=seen_by(), size=AT_ONCE
        )

    return listings.audit(every(fetch), person.timezone)


@blueprint.get("/participants/<uuid:participant_id>/history")
@requires(Permission.PARTICIPANTS_WRITE)
def history(participant_id: UUID) -> ResponseReturnValue:
    """Show what happened to one participant: to them, their plans, services, papers."""
    whom = services.name_of(participant_id, seen_by=seen_by())
    if whom is None:
        abort(404)
    wanted = replace(_wanted(), participant_id=participant_id, name="")
    rows, following = audit_log.page(wanted, person.timezone, seen_by=seen_by())
    return page(
        "audit/history.html",
        part="results",
        wanted=wanted,
        rows=rows,
        after=following[1] if following else None,
        count=audit_log.count(wanted, person.timezone, seen_by=seen_by()),
        about=ABOUT,
        participant_id=participant_id,
        whom=whom,
    )
