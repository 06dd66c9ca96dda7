"""How one signs in: the page with a card a way, and the app and recovery codes on it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import recovery_codes, totp
from caddy.config import load_settings
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.totp import address_of, grouped
from caddy.queries import factors, ways_in
from caddy.web.access import actor, confirmed, enrols, person, signed_in
from caddy.web.factor_forms import FirstCodeForm
from caddy.web.forms import Form
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.security import limiter

blueprint = Blueprint("factors", __name__, url_prefix="/settings/sign-in")

ADDED = "Your app is set up. From now on, signing in asks for its code too."


def _person() -> str:
    return f"factors {actor.user_id}"


@blueprint.get("")
@signed_in
@enrols
def show() -> ResponseReturnValue:
    return _page(Form())


@blueprint.post("/app")
@signed_in
@enrols
@confirmed
def begin() -> ResponseReturnValue:
    """Make the key of a new app, and go to where it is scanned."""
    totp.begin(actor=actor)
    return redirect(url_for("factors.app"), 303)


@blueprint.get("/app")
@signed_in
@enrols
def app() -> ResponseReturnValue:
    return _app(FirstCodeForm(formdata=None))


@blueprint.get("/app/picture.svg")
@signed_in
@enrols
def picture() -> Response:
    """Draw the key as a picture that an app scans; it is kept nowhere on the way."""
    secret = factors.begun(person.id)
    if secret is None:
        raise NotFound("picture")
    drawn = segno.make(address_of(secret, person.email), error="m")
    body = BytesIO()
    drawn.save(body, kind="svg", xmldecl=False, border=4, dark="#000", light="#fff", omitsize=True)
    response = Response(body.getvalue(), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/app/confirmation")
@signed_in
@enrols
@confirmed
@limiter.limit(TRIES["factors.confirmed"], key_func=_person)
def confirm() -> ResponseReturnValue:
    """Take the app's first code; show the recovery codes, where there were none yet."""
    form: Any = FirstCodeForm()
    made: list[str] = []
    session_id = person.session.id if person.session else None
    if not form.saves(lambda: made.extend(totp.confirm(form.code.data, session_id, actor=actor))):
        return _app(form, status=422)
    if made:
        return page("factors/codes.html", codes=made, said=ADDED)
    flash(ADDED)
    return redirect(url_for("factors.show"), 303)


@blueprint.post("/app/removal")
@signed_in
@confirmed
def removal() -> ResponseReturnValue:
    form = Form()
    session_id = person.session.id if person.session else None
    if not form.saves(lambda: totp.remove(session_id, actor=actor)):
        return _page(form, status=422)
    flash("The app was removed. You are signed out on all other devices.")
    return redirect(url_for("factors.show"), 303)


@blueprint.post("/recovery-codes")
@signed_in
@confirmed
def make_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them: this once, for only their hashes are kept."""
    form = Form()
    try:
        codes = recovery_codes.make(actor=actor)
    except RuleBroken as error:
        form.refuse(error)
        return _page(form, status=422)
    return page("factors/codes.html", codes=codes, said="Your earlier codes work no more.")


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    return page(
        "factors/show.html",
        form=form,
        held=factors.of(person.id),
        passkeys=ways_in.passkeys(person.id),
        identities=ways_in.identities(person.id),
        providers=load_settings().oidc,
        status=status,
    )


def _app(form: Any, status: int = 200) -> ResponseReturnValue:
    secret = factors.begun(person.id)
    if secret is None:
        return redirect(url_for("factors.show"))
    return page(
        "factors/app.html",
        form=form,
        key=grouped(secret),
        address=address_of(secret, person.email),
        status=status,
    )
