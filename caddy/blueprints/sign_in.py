"""Signing in with a password, and out."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from caddy.actions import sessions, sign_ins
from caddy.config import load_settings
from caddy.domain.passwords import LONGEST
from caddy.domain.sign_ins import SignInWay
from caddy.web import attempts, challenges
from caddy.web.access import actor, enrols, person, public, signed_in
from caddy.web.account_forms import address_field
from caddy.web.forms import Form
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.security import limiter
from caddy.web.signing_in import onward, proceed, visitor

blueprint = Blueprint("sign_in", __name__)

WRONG = "The email address or the password is not right."


class SignInForm(Form):
    email = address_field("username webauthn")
    password = PasswordField(
        "Password",
        [InputRequired("Enter your password."), Length(max=LONGEST, message="That is too long.")],
        render_kw={"autocomplete": "current-password"},
    )


def _limit() -> str:
    return load_settings().sign_in_limit


def _whose() -> str:
    return attempts.who(request.form.get("email", "")[:254])


@blueprint.get("/sign-in")
@public
def new() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return onward()
    return _page(SignInForm())


@blueprint.post("/sign-in")
@public
@limiter.limit(_limit, key_func=_whose)
@limiter.limit(TRIES["sign_in"], key_func=attempts.where)
def create() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    key = _whose()
    if wait := attempts.seconds_to_wait(key):
        return _too_soon(form, wait)
    with attempts.evenly() as found:
        found.user_id = sign_ins.check_password(form.email.data, form.password.data, visitor())
    if found.user_id is None:
        attempts.failed(key)
        form.form_errors.append(WRONG)
        return _page(form, 422)
    attempts.succeeded(key)
    return proceed(found.user_id, SignInWay.PASSWORD)


def _page(form: SignInForm, status: int = 200) -> Response:
    settings = load_settings()
    return page(
        "sign_in/new.html",
        form=form,
        can_sign_up=settings.sign_up == "open",
        providers=settings.oidc,
        elsewhere=challenges.elsewhere(),
        status=status,
    )


def _too_soon(form: SignInForm, wait: int) -> Response:
    """Say how long to wait; the password is not even looked at."""
    form.form_errors.append(f"{attempts.told_to_wait(wait)} Or have a link sent to you.")
    response = _page(form, 429)
    response.headers["Retry-After"] = str(wait)
    return response


@blueprint.post("/sign-out")
@signed_in
@enrols
def destroy() -> ResponseReturnValue:
    if person.session:
        sessions.sign_out(person.session.id, actor=actor)
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.new"))
