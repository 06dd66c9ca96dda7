"""Signing in with a link by mail, and the page that says to look for one."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy.actions import magic_links
from caddy.domain.errors import NotFound
from caddy.domain.mailed_links import LinkPurpose
from caddy.domain.sign_ins import SignInWay
from caddy.web import attempts, links
from caddy.web.access import public
from caddy.web.account_forms import AddressForm
from caddy.web.forms import Form
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.security import limiter
from caddy.web.signing_in import proceed, visitor

blueprint = Blueprint("sign_in_links", __name__, url_prefix="/sign-in")

PURPOSE = LinkPurpose.MAGIC_LINK


@blueprint.get("/link")
@public
def new() -> ResponseReturnValue:
    return page("sign_in/link.html", form=AddressForm())


@blueprint.post("/link")
@public
@limiter.limit(TRIES["sign_in_links.asked_for_one"], key_func=links.by_address)
@limiter.limit(TRIES["sign_in_links.asked"])
def create() -> ResponseReturnValue:
    form = AddressForm()
    if not form.validate_on_submit():
        return page("sign_in/link.html", form=form, status=422)
    with attempts.evenly():
        magic_links.ask(form.email.data or "", visitor())
    return links.sent()


@blueprint.get("/mail")
@public
def sent() -> ResponseReturnValue:
    """Say that a mail is on its way, if the address is known."""
    return page("links/sent.html")


@blueprint.get("/links/<string(maxlength=100):token>")
@public
@links.guessing
def show(token: str) -> ResponseReturnValue:
    """Show the button that signs in, and where the link was asked from."""
    link = links.opened(token, PURPOSE)
    if link is None:
        return links.dead(PURPOSE)
    return page(
        "links/sign_in.html", form=Form(), link=link, token=token, asked=links.asked_from(link)
    )


@blueprint.post("/links/<string(maxlength=100):token>")
@public
@links.guessing
def redeem(token: str) -> ResponseReturnValue:
    """Use the link up and sign its person in."""
    link = links.opened(token, PURPOSE)
    try:
        user_id = magic_links.redeem(link, visitor()) if link else None
    except NotFound:
        user_id = None
    if user_id is None:
        return links.dead(PURPOSE)
    return proceed(user_id, SignInWay.MAGIC_LINK)
