"""How well the rules are kept: the scores of the organization, its participants and its workers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import scores as actions
from caddy.domain.compliance_score import WEIGHTS, Subject
from caddy.domain.permissions import Permission
from caddy.queries import compliance, scores
from caddy.queries.scores import Key, ListedScore
from caddy.web import arguments, listings, score_views
from caddy.web.access import actor, person, requires, seen_by, signed_in
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.pages import page

blueprint = Blueprint("compliance", __name__, url_prefix="/compliance")

MOST_WORST = 5
DUE_WITHIN_DAYS = 60
LISTED = (Subject.PARTICIPANT, Subject.WORKER)


@blueprint.get("")
@requires(Permission.COMPLIANCE_READ)
def show() -> ResponseReturnValue:
    own = score_views.of_organization()
    worst = {}
    if own:
        for kind in LISTED:
            worst[kind] = scores.page(
                kind, own.view.computed_on, seen_by=seen_by(), size=MOST_WORST
            )[0]
    return page(
        "compliance/show.html",
        own=own,
        worst=worst,
        # The list names participants of everyone: it is for those who see them all.
        due=compliance.due(clock.today(person.timezone), DUE_WITHIN_DAYS)
        if seen_by() is None
        else [],
        weights=WEIGHTS,
    )


@blueprint.post("/checks")
@requires(Permission.REGISTERS_WRITE)
def check() -> ResponseReturnValue:
    """Have the scores computed anew; the weekly check does it by itself."""
    actions.ask_for_scores(actor=actor)
    flash("The scores are being counted. Load this page again in a moment.")
    return redirect(url_for("compliance.show"), 303)


@blueprint.get("/scores")
@requires(Permission.COMPLIANCE_READ)
def list_scores() -> ResponseReturnValue:
    kind, on, after = _wanted()
    rows: list[ListedScore] = []
    following: Key | None = None
    if on:
        rows, following = scores.page(kind, on, after, seen_by=seen_by())
    return page(
        "compliance/scores.html",
        kind=kind,
        on=on,
        rows=rows,
        after=following[1] if following else None,
    )


@as_file(blueprint, "/compliance/scores")
@requires(Permission.COMPLIANCE_READ)
def download() -> Listing:
    kind, on, first = _wanted()
    day = on or clock.today(person.timezone)
    rows = every(
        lambda after: scores.page(kind, day, after, seen_by=seen_by(), size=AT_ONCE), first
    )
    return listings.scores(rows, f"Compliance of {kind.value}s")


def _wanted() -> tuple[Subject, date | None, Key | None]:
    kind = Subject.WORKER if request.args.get("kind") == Subject.WORKER else Subject.PARTICIPANT
    own = scores.of_organization()
    on = own.computed_on if own else None
    after: UUID | None = arguments.identifier("after")
    return kind, on, scores.key_of(kind, on, after) if on and after else None


@blueprint.get("/mine")
@signed_in
def mine() -> ResponseReturnValue:
    return page("compliance/mine.html", own=score_views.of_worker(person.id))
