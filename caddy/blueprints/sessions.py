"""Where one is signed in, and signing out there."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import sessions as actions
from caddy.domain.sign_ins import device_in_words
from caddy.queries import sessions
from caddy.web.access import actor, confirmed, person, signed_in
from caddy.web.pages import page

blueprint = Blueprint("sessions", __name__, url_prefix="/settings/sessions")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    return page(
        "sessions/index.html",
        sessions=sessions.of_person(person.id),
        here=person.session.id if person.session else None,
        device_in_words=device_in_words,
    )


@blueprint.post("/<uuid:session_id>/revocation")
@signed_in
@confirmed
def revocation(session_id: UUID) -> ResponseReturnValue:
    """End one session. Where it is the one at hand, the next page asks to sign in."""
    actions.revoke(session_id, actor=actor)
    flash("That device is signed out.")
    return redirect(url_for("sessions.index"), 303)


@blueprint.post("/revocation")
@signed_in
@confirmed
def revocation_of_all() -> ResponseReturnValue:
    """End all other sessions, or with `here` this one too."""
    is_here_too = bool(request.form.get("here"))
    but = None if is_here_too or person.session is None else person.session.id
    count = actions.revoke_all(but=but, actor=actor)
    flash(f"{count} device{' is' if count == 1 else 's are'} signed out.")
    return redirect(url_for("sessions.index"), 303)
