"""Signing an organization up, and confirming it with a mailed link."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy.actions import sign_ups
from caddy.config import load_settings
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.mailed_links import LinkPurpose
from caddy.domain.sign_ins import SignInWay
from caddy.web import attempts, links
from caddy.web.access import public
from caddy.web.account_forms import SignUpForm
from caddy.web.forms import Form
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.security import limiter
from caddy.web.signing_in import proceed, visitor

blueprint = Blueprint("sign_up", __name__)

PURPOSE = LinkPurpose.SIGN_UP
WELCOME = "Welcome to Caddy. Begin with your price list, your staff and your participants."


@blueprint.before_request
def _refuse_where_closed() -> None:
    """Have no such pages where a provider keeps its own Caddy to itself."""
    if load_settings().sign_up == "closed":
        raise NotFound


@blueprint.get("/sign-up")
@public
def new() -> ResponseReturnValue:
    return page("sign_up/new.html", form=SignUpForm())


@blueprint.post("/sign-up")
@public
@limiter.limit(TRIES["sign_up.asked_for_one"], key_func=links.by_address)
@limiter.limit(TRIES["sign_up.asked"])
def create() -> ResponseReturnValue:
    form = SignUpForm()
    with attempts.evenly():
        is_asked = form.saves(lambda: sign_ups.ask(form.wanted(), visitor()))
    if not is_asked:
        return page("sign_up/new.html", form=form, status=422)
    return links.sent()


@blueprint.get("/sign-ups/<string(maxlength=100):token>")
@public
@links.guessing
def show(token: str) -> ResponseReturnValue:
    link = links.opened(token, PURPOSE)
    if link is None:
        return links.dead(PURPOSE)
    return page("sign_up/confirm.html", form=Form(), link=link, token=token)


@blueprint.post("/sign-ups/<string(maxlength=100):token>")
@public
@links.guessing
def confirm(token: str) -> ResponseReturnValue:
    """Make the organization and sign its first administrator in."""
    link = links.opened(token, PURPOSE)
    if link is None:
        return links.dead(PURPOSE)
    form = Form()
    try:
        user_id = sign_ups.confirm(link, visitor())
    except NotFound:
        return links.dead(PURPOSE)
    except RuleBroken as error:
        form.refuse(error)
        return page("sign_up/confirm.html", form=form, link=link, token=token, status=422)
    return proceed(user_id, SignInWay.SIGN_UP, said=WELCOME)
