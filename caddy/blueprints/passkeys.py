"""Passkeys: signing in with one, making, renaming and removing one's own."""

from __future__ import annotations

import logging
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from caddy.actions import passkeys as actions
from caddy.config import load_settings
from caddy.domain.errors import NotFound
from caddy.domain.passkeys import (
    LONGEST_ANSWER,
    PasskeyRefused,
    ask_to_make,
    ask_to_sign_in,
    check_made,
)
from caddy.domain.sign_ins import SignInWay, device_in_words
from caddy.queries import ways_in
from caddy.web import challenges
from caddy.web.access import actor, person, public, signed_in
from caddy.web.challenges import Purpose
from caddy.web.forms import Form
from caddy.web.pages import page
from caddy.web.security import limiter
from caddy.web.signing_in import enter, onward, visitor

log = logging.getLogger(__name__)
blueprint = Blueprint("passkeys", __name__)

LONGEST_NAME = 60
REFUSED = (
    "This passkey was not taken. It may be removed, or it took longer than five minutes. Try "
    "again, or sign in another way."
)
NOT_MADE = "No passkey was made. Try again; it has to be done within five minutes."
NOT_SENT = "Your browser sent no passkey. It needs JavaScript, and a browser that knows passkeys."


class NameForm(Form):
    name = StringField(
        "Name",
        [
            InputRequired("Enter a name, such as “My phone”."),
            Length(max=LONGEST_NAME, message="That is too long."),
        ],
        description="So that you know it again in your list.",
        render_kw={"autocomplete": "off"},
    )


class NewForm(NameForm):
    answer = HiddenField("Passkey", [Length(max=LONGEST_ANSWER, message="That is too long.")])


class AnswerForm(Form):
    answer = HiddenField("Passkey", [Length(max=LONGEST_ANSWER, message="That is too long.")])


def _json(text: str) -> Response:
    return Response(text, mimetype="application/json")


@blueprint.post("/sign-in/passkey/challenge")
@public
@limiter.limit("120 per 10 minutes")
def challenge() -> ResponseReturnValue:
    """Return what a browser is asked to sign. The same for everyone: it names nobody."""
    return _json(ask_to_sign_in(load_settings().passkey_site, challenges.fresh(Purpose.USE)))


@blueprint.get("/sign-in/passkey")
@public
def show() -> ResponseReturnValue:
    return page("passkeys/sign_in.html", form=AnswerForm(), elsewhere=challenges.elsewhere())


@blueprint.post("/sign-in/passkey")
@public
@limiter.limit("60 per 10 minutes")
def sign_in() -> ResponseReturnValue:
    """Sign in who answers with a passkey: it counts as two factors."""
    form = AnswerForm()
    user_id = answered(form)
    if user_id is None:
        where = challenges.elsewhere()
        return page("passkeys/sign_in.html", form=form, elsewhere=where, status=422)
    try:
        enter(user_id, SignInWay.PASSKEY, has_second_factor=True)
    except NotFound:
        form.form_errors.append(REFUSED)
        return page("passkeys/sign_in.html", form=form, elsewhere=None, status=422)
    return onward()


def answered(form: Form, only: UUID | None = None) -> UUID | None:
    """Return whose passkey answered, or None and a sentence in the form."""
    if not form.validate_on_submit():
        return None
    answer = request.form.get("answer", "")
    if not answer:
        form.form_errors.append(NOT_SENT)
        return None
    site = load_settings().passkey_site
    try:
        return actions.check(site, challenges.taken(Purpose.USE), answer, visitor(), only)
    except PasskeyRefused as refusal:
        log.warning("passkey.refused %s", refusal)
        form.form_errors.append(REFUSED)
        return None


@blueprint.get("/settings/passkeys/new")
@signed_in
def new() -> ResponseReturnValue:
    form = NewForm(formdata=None, data={"name": device_in_words(request.user_agent.string)})
    return _new(form)


def _new(form: Form, status: int = 200) -> Response:
    where = challenges.elsewhere()
    return page("passkeys/new.html", form=form, elsewhere=where, status=status)


@blueprint.post("/settings/passkeys/challenge")
@signed_in
def new_challenge() -> ResponseReturnValue:
    """Return what a browser is asked to make."""
    known = [one.credential_id for one in ways_in.passkeys(person.id)]
    asked = ask_to_make(
        load_settings().passkey_site,
        challenges.fresh(Purpose.MAKE, person.id),
        person.id,
        email=person.email,
        name=person.name,
        known=known,
    )
    return _json(asked)


@blueprint.post("/settings/passkeys")
@signed_in
def create() -> ResponseReturnValue:
    """Keep the passkey that the browser has made."""
    form = NewForm()

    def save() -> None:
        site = load_settings().passkey_site
        made = check_made(site, challenges.taken(Purpose.MAKE, person.id), form.answer.data or "")
        actions.add(made, form.name.data or "", actor=actor)

    try:
        if form.validate_on_submit() and not form.answer.data:
            form.form_errors.append(NOT_SENT)
            return _new(form, 422)
        if not form.saves(save):
            return _new(form, 422)
    except PasskeyRefused as refusal:
        log.warning("passkey.not_made %s", refusal)
        form.form_errors.append(NOT_MADE)
        return _new(form, 422)
    flash(f"The passkey “{form.name.data}” was added. You can sign in with it now.")
    return redirect(url_for("factors.show"), 303)


@blueprint.get("/settings/passkeys/<uuid:passkey_id>")
@signed_in
def edit(passkey_id: UUID) -> ResponseReturnValue:
    passkey = _own(passkey_id)
    form = NameForm(formdata=None, data={"name": passkey.name})
    return page("passkeys/edit.html", form=form, passkey=passkey)


@blueprint.post("/settings/passkeys/<uuid:passkey_id>")
@signed_in
def update(passkey_id: UUID) -> ResponseReturnValue:
    passkey = _own(passkey_id)
    form = NameForm()
    if not form.saves(lambda: actions.rename(passkey_id, form.name.data or "", actor=actor)):
        return page("passkeys/edit.html", form=form, passkey=passkey, status=422)
    flash(f"The passkey is called “{form.name.data}” now.")
    return redirect(url_for("factors.show"), 303)


@blueprint.post("/settings/passkeys/<uuid:passkey_id>/removal")
@signed_in
def removal(passkey_id: UUID) -> ResponseReturnValue:
    session_id = person.session.id if person.session else None
    name = actions.remove(passkey_id, session_id, actor=actor)
    flash(f"The passkey “{name}” was removed. You are signed out on all other devices.")
    return redirect(url_for("factors.show"), 303)


def _own(passkey_id: UUID) -> ways_in.Passkey:
    found = ways_in.passkey(passkey_id, person.id)
    if found is None:
        raise NotFound("passkey")
    return found
