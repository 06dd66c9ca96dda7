"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import current_user, logout_user
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from caddy.actions import sessions, sign_ins
from caddy.config import load_settings
from caddy.domain.sign_ins import SignInWay
from caddy.web.access import actor, person, public, signed_in
from caddy.web.forms import Form
from caddy.web.pages import page
from caddy.web.security import limiter
from caddy.web.signing_in import enter, onward, visitor

blueprint = Blueprint("sign_in", __name__)

WRONG = "The email address or the password is not right."


class SignInForm(Form):
    email = EmailField(
        "Email address",
        [InputRequired("Enter your email address."), Length(max=254, message="That is too long.")],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Enter your password."), Length(max=200, message="That is too long.")],
        render_kw={"autocomplete": "current-password"},
    )


def _limit() -> str:
    return load_settings().sign_in_limit


def _person_at_address() -> str:
    """Count tries by address and name together: nobody else is locked out by them."""
    return f"{get_remote_address()} {request.form.get('email', '').strip().lower()[:254]}"


@blueprint.get("/sign-in")
@public
def new() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return onward()
    return page("sign_in/new.html", form=SignInForm())


@blueprint.post("/sign-in")
@public
@limiter.limit(_limit, key_func=_person_at_address)
@limiter.limit("60 per minute")
def create() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate_on_submit():
        return page("sign_in/new.html", form=form, status=422)
    user_id = sign_ins.check_password(form.email.data, form.password.data, visitor())
    if user_id is None:
        form.form_errors.append(WRONG)
        return page("sign_in/new.html", form=form, status=422)
    enter(user_id, SignInWay.PASSWORD)
    return onward()


@blueprint.post("/sign-out")
@signed_in
def destroy() -> ResponseReturnValue:
    if person.session:
        sessions.sign_out(person.session.id, actor=actor)
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.new"))
