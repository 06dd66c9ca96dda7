"""Signing in and out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from caddy.actions import sessions
from caddy.config import load_settings
from caddy.queries import users
from caddy.web.access import SignedIn, actor, public, signed_in
from caddy.web.forms import Form
from caddy.web.pages import page
from caddy.web.security import limiter

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
        return redirect(_safe(request.args.get("next")))
    return page("sign_in/new.html", form=SignInForm())


@blueprint.post("/sign-in")
@public
@limiter.limit(_limit, key_func=_person_at_address)
@limiter.limit("60 per minute")
def create() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate_on_submit():
        return page("sign_in/new.html", form=form, status=422)
    visitor = sessions.Visitor(request.remote_addr, request.user_agent.string)
    user_id = sessions.sign_in(form.email.data, form.password.data, visitor)
    user = users.for_session(user_id) if user_id else None
    if user is None:
        form.form_errors.append(WRONG)
        return page("sign_in/new.html", form=form, status=422)
    session.clear()  # a session from before the sign-in is not carried over
    session.permanent = True
    login_user(SignedIn(user))
    return redirect(_safe(request.args.get("next")))


@blueprint.post("/sign-out")
@signed_in
def destroy() -> ResponseReturnValue:
    sessions.sign_out(actor=actor)
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.new"))


def _safe(target: str | None) -> str:
    """Return where to go next: a path of this site, or else the dashboard."""
    if not target or "\\" in target or not target.isprintable() or " " in target:
        return url_for("dashboard.show")
    parts = urlsplit(target)
    is_here = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return target if is_here and not target.startswith("//") else url_for("dashboard.show")
