"""Passkeys: signing in with one, making, renaming and removing one's own."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from caddy.actions import passkeys as actions
from caddy.actions import sessions
from caddy.config import load_settings
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.passkeys import PasskeyRefused
from caddy.domain.sign_ins import SignInWay, device_in_words
from caddy.queries import ways_in
from caddy.web import challenges, confirming
from caddy.web.access import actor, confirmed, enrols, person, public, signed_in
from caddy.web.challenges import Purpose
from caddy.web.forms import Form
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.passkey_forms import NOT_SENT, REFUSED, AnswerForm, answer_field, answered
from caddy.web.security import limiter
from caddy.web.signing_in import enter, onward, waiting

log = logging.getLogger(__name__)
blueprint = Blueprint("passkeys", __name__)

LONGEST_NAME = 60
NOT_MADE = "No passkey was made. Try again; it has to be done within five minutes."


class NameForm(Form):
    name = StringField(
        "Name",
        [
            DataRequired("Enter a name, such as “My phone”."),
            Length(max=LONGEST_NAME, message="That is too long."),
        ],
        description="So that you know it again in your list.",
        render_kw={"autocomplete": "off"},
    )


class NewForm(NameForm):
    answer = answer_field()


def _json(text: str) -> Response:
    return Response(text, mimetype="application/json")


@blueprint.post("/sign-in/passkey/challenge")
@public
@limiter.limit(TRIES["passkeys.challenges"])
def challenge() -> ResponseReturnValue:
    """Return what a browser is asked to sign. The same for everyone: it names nobody."""
    from caddy.domain.passkey_answers import ask_to_sign_in

    return _json(ask_to_sign_in(load_settings().passkey_site, challenges.fresh(Purpose.USE)))


@blueprint.get("/sign-in/passkey")
@public
def show() -> ResponseReturnValue:
    return page("passkeys/sign_in.html", form=AnswerForm(), elsewhere=challenges.elsewhere())


@blueprint.post("/sign-in/passkey")
@public
@limiter.limit(TRIES["passkeys.answers"])
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


@blueprint.post("/sign-in/second-step/passkey")
@public
@limiter.limit(TRIES["passkeys.answers"])
def second_step() -> ResponseReturnValue:
    """Come in with one's passkey after a password, a mailed link or another service."""
    who = waiting()
    if who is None:
        return redirect(url_for("second_step.new"))
    form = AnswerForm()
    if answered(form, only=who.user.id) is None:
        return page("second_step/passkey.html", form=form, status=422)
    enter(who.user.id, who.way, has_second_factor=True)
    return redirect(who.onward)


@blueprint.post("/confirmation/passkey")
@signed_in
@enrols
@limiter.limit(TRIES["passkeys.answers"])
def confirmation() -> ResponseReturnValue:
    """Confirm with one's passkey, and go on with what waited."""
    form = AnswerForm()
    session_id = _session_id()
    if session_id is None or answered(form, only=person.id) is None:
        return page("confirmations/passkey.html", form=form, kept=confirming.name(), status=422)
    sessions.confirm(session_id, actor=actor)
    return confirming.go_on()


@blueprint.get("/settings/passkeys/new")
@signed_in
@enrols
@confirmed
def new() -> ResponseReturnValue:
    form = NewForm(formdata=None, data={"name": device_in_words(request.user_agent.string)})
    return _new(form)


def _new(form: Form, status: int = 200) -> Response:
    where = challenges.elsewhere()
    return page("passkeys/new.html", form=form, elsewhere=where, status=status)


@blueprint.post("/settings/passkeys/challenge")
@signed_in
@enrols
@confirmed
def new_challenge() -> ResponseReturnValue:
    """Return what a browser is asked to make."""
    from caddy.domain.passkey_answers import ask_to_make

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
@enrols
@confirmed
def create() -> ResponseReturnValue:
    """Keep the passkey that the browser has made."""
    from caddy.domain.passkey_answers import check_made

    form = NewForm()
    codes: list[str] = []

    def save() -> None:
        if not form.answer.data:
            raise RuleBroken(None, "not_sent", NOT_SENT)
        try:
            asked = challenges.taken(Purpose.MAKE, person.id)
            new_one = check_made(load_settings().passkey_site, asked, form.answer.data)
        except PasskeyRefused as refusal:
            log.warning("passkey.not_made %s", refusal)
            raise RuleBroken(None, "not_made", NOT_MADE) from refusal
        codes.extend(actions.add(new_one, form.name.data or "", _session_id(), actor=actor))

    if not form.saves(save):
        return _new(form, 422)
    said = f"The passkey “{form.name.data}” was added. You can sign in with it now."
    if codes:
        return page("factors/codes.html", codes=codes, said=said)
    flash(said)
    return redirect(url_for("factors.show"), 303)


def _session_id() -> UUID | None:
    return person.session.id if person.session else None


@blueprint.get("/settings/passkeys/<uuid:passkey_id>")
@signed_in
def edit(passkey_id: UUID) -> ResponseReturnValue:
    passkey = _own(passkey_id)
    return _edit(passkey, NameForm(formdata=None, data={"name": passkey.name}))


def _edit(passkey: Any, form: Form, status: int = 200) -> Response:
    return page("passkeys/edit.html", form=form, passkey=passkey, status=status)


@blueprint.post("/settings/passkeys/<uuid:passkey_id>")
@signed_in
def update(passkey_id: UUID) -> ResponseReturnValue:
    passkey = _own(passkey_id)
    form = NameForm()
    if not form.saves(lambda: actions.rename(passkey_id, form.name.data or "", actor=actor)):
        return _edit(passkey, form, 422)
    flash(f"The passkey is called “{form.name.data}” now.")
    return redirect(url_for("factors.show"), 303)


@blueprint.post("/settings/passkeys/<uuid:passkey_id>/removal")
@signed_in
@confirmed
def removal(passkey_id: UUID) -> ResponseReturnValue:
    passkey = _own(passkey_id)
    try:
        name = actions.remove(passkey_id, _session_id(), actor=actor)
    except RuleBroken as refusal:
        form = NameForm(formdata=None, data={"name": passkey.name})
        form.refuse(refusal)
        return _edit(passkey, form, 422)
    flash(f"The passkey “{name}” was removed. You are signed out on all other devices.")
    return redirect(url_for("factors.show"), 303)


def _own(passkey_id: UUID) -> Any:
    found = ways_in.passkey(passkey_id, person.id)
    if found is None:
        raise NotFound("passkey")
    return found
