"""Choosing a password anew: with the one there is, or with a link by mail."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import password_changes as actions
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.mailed_links import LinkPurpose
from caddy.web import attempts, links
from caddy.web.access import actor, person, public, signed_in
from caddy.web.account_forms import AddressForm, ChangePasswordForm, NewPasswordForm
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.security import limiter
from caddy.web.signing_in import visitor

blueprint = Blueprint("passwords", __name__)

PURPOSE = LinkPurpose.PASSWORD_RESET


def _person() -> str:
    return f"password {actor.user_id}"


@blueprint.get("/password-reset")
@public
def ask() -> ResponseReturnValue:
    return page("passwords/ask.html", form=AddressForm())


@blueprint.post("/password-reset")
@public
@limiter.limit(TRIES["passwords.asked_for_one"], key_func=links.by_address)
@limiter.limit(TRIES["passwords.asked"])
def create_reset() -> ResponseReturnValue:
    form = AddressForm()
    if not form.validate_on_submit():
        return page("passwords/ask.html", form=form, status=422)
    with attempts.evenly():
        actions.ask_for_reset(form.email.data or "", visitor())
    return links.sent()


@blueprint.get("/password-resets/<string(maxlength=100):token>")
@public
@links.guessing
def show_reset(token: str) -> ResponseReturnValue:
    link = links.opened(token, PURPOSE)
    if link is None:
        return links.dead(PURPOSE)
    return page("passwords/reset.html", form=NewPasswordForm(), link=link, token=token)


@blueprint.post("/password-resets/<string(maxlength=100):token>")
@public
@links.guessing
def reset(token: str) -> ResponseReturnValue:
    """Set the new password; then one signs in with it, and with a second factor if there is one."""
    link = links.opened(token, PURPOSE)
    if link is None:
        return links.dead(PURPOSE)
    form = NewPasswordForm()
    try:
        is_done = form.saves(lambda: actions.reset(link, form.new.data or "", visitor()))
    except NotFound:
        return links.dead(PURPOSE)
    if not is_done:
        return page("passwords/reset.html", form=form, link=link, token=token, status=422)
    flash("Your password was changed. Sign in with it.")
    return redirect(url_for("sign_in.new"))


@blueprint.get("/settings/password")
@signed_in
def show() -> ResponseReturnValue:
    return page("passwords/change.html", form=ChangePasswordForm())


@blueprint.post("/settings/password")
@signed_in
@limiter.limit(TRIES["passwords.changed"], key_func=_person)
def change() -> ResponseReturnValue:
    """Change the password with the one there is, which confirms as well as asking again would."""
    form = ChangePasswordForm()
    session_id = person.session.id if person.session else None
    key = attempts.inside(session_id)

    def save() -> None:
        try:
            actions.change(form.current.data or "", form.new.data or "", session_id, actor=actor)
        except RuleBroken as error:
            if error.code == "wrong_password":
                attempts.failed(key)
            raise

    if wait := attempts.seconds_to_wait(key):
        form.form_errors.append(attempts.told_to_wait(wait))
        return page("passwords/change.html", form=form, status=429)
    if not form.saves(save):
        return page("passwords/change.html", form=form, status=422)
    flash("Your password was changed. You are signed out on all other devices.")
    return redirect(url_for("sessions.index"), 303)
