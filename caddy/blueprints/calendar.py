"""One's shifts in the calendar of one's phone: the feed, and the secret in its address."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import calendars as actions
from caddy.config import load_settings
from caddy.domain.calendar_keys import key_hash
from caddy.queries import calendars
from caddy.web.access import actor, confirmed, person, public, signed_in
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.security import limiter

blueprint = Blueprint("calendar", __name__)

NOT_FOUND = 404


def _was_unknown(response: Response) -> bool:
    return response.status_code == NOT_FOUND


def _calendar() -> str:
    """Count by the calendar that is asked for; the secret itself is kept nowhere."""
    return key_hash((request.view_args or {}).get("key", ""))


@blueprint.get("/calendar/<string(maxlength=100):key>.ics")
@public
@limiter.limit(TRIES["calendar.guesses"], deduct_when=_was_unknown)
@limiter.limit(TRIES["calendar.reads"], key_func=_calendar)
def feed(key: str) -> ResponseReturnValue:
    """Send the shifts of the person whose secret this is: calendars bring no session.

    A secret that was taken back, one of someone who has left, and one that never was are
    answered alike.
    """
    text = calendars.text_of(key)
    if text is None:
        abort(NOT_FOUND)
    response = Response(text, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="caddy.ics"'
    # Asked again each time, and answered with nothing where nothing changed.
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/settings/calendar")
@signed_in
def show() -> ResponseReturnValue:
    return page("calendar/show.html", has_key=calendars.has_key(person.id), address=None)


@blueprint.post("/settings/calendar")
@signed_in
@confirmed
def create() -> ResponseReturnValue:
    """Make a new address and show it: this once, for only its hash is kept."""
    key = actions.make_key(actor=actor)
    address = load_settings().public_url.rstrip("/") + url_for("calendar.feed", key=key)
    return page("calendar/show.html", has_key=True, address=address)


@blueprint.post("/settings/calendar/revocation")
@signed_in
def revocation() -> ResponseReturnValue:
    actions.revoke_key(actor=actor)
    flash("The address of your calendar opens nothing any more.")
    return redirect(url_for("calendar.show"), 303)
