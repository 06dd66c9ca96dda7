"""Inviting staff by mail, and accepting an invitation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import invitations as actions
from caddy.domain.errors import NotFound
from caddy.domain.mailed_links import LinkPurpose
from caddy.domain.permissions import Permission, Role
from caddy.domain.sign_ins import SignInWay
from caddy.queries import mailed_links
from caddy.web import attempts, links
from caddy.web.access import actor, confirmed, public, requires
from caddy.web.account_forms import AcceptForm, InvitationForm
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.security import limiter
from caddy.web.signing_in import proceed, visitor

blueprint = Blueprint("invitations", __name__)

PURPOSE = LinkPurpose.INVITATION


def _organization() -> str:
    return f"invitations {actor.organization_id}"


@blueprint.get("/staff/invitations")
@requires(Permission.ORGANIZATION_WRITE)
def index() -> ResponseReturnValue:
    return _index(InvitationForm(formdata=None))


@blueprint.post("/staff/invitations")
@requires(Permission.ORGANIZATION_WRITE)
@confirmed
@limiter.limit(TRIES["invitations"], key_func=_organization)
def create() -> ResponseReturnValue:
    form: Any = InvitationForm()
    with attempts.evenly():
        is_sent = form.saves(
            lambda: actions.invite(form.email.data, Role(form.role.data), actor=actor)
        )
    if not is_sent:
        return _index(form, status=422)
    flash(f"The invitation to {form.email.data} is on its way.")
    return redirect(url_for("invitations.index"), 303)


@blueprint.post("/staff/invitations/<uuid:link_id>/sending")
@requires(Permission.ORGANIZATION_WRITE)
@confirmed
@limiter.limit(TRIES["invitations"], key_func=_organization)
def send_again(link_id: UUID) -> ResponseReturnValue:
    address = actions.send_again(link_id, actor=actor)
    flash(f"A new invitation to {address} is on its way. The earlier link works no more.")
    return redirect(url_for("invitations.index"), 303)


@blueprint.post("/staff/invitations/<uuid:link_id>/revocation")
@requires(Permission.ORGANIZATION_WRITE)
def revocation(link_id: UUID) -> ResponseReturnValue:
    address = actions.revoke(link_id, actor=actor)
    flash(f"The invitation to {address} was taken back. Its link works no more.")
    return redirect(url_for("invitations.index"), 303)


def _index(form: InvitationForm, status: int = 200) -> ResponseReturnValue:
    return page(
        "invitations/index.html",
        form=form,
        invitations=mailed_links.invitations(),
        now=clock.now(),
        roles={role.value: role.label for role in Role},
        status=status,
    )


@blueprint.get("/invitations/<string(maxlength=100):token>")
@public
@links.guessing
def show(token: str) -> ResponseReturnValue:
    link = links.opened(token, PURPOSE)
    if link is None:
        return links.dead(PURPOSE)
    return _accepting(token, link, AcceptForm(formdata=None))


@blueprint.post("/invitations/<string(maxlength=100):token>")
@public
@links.guessing
def accept(token: str) -> ResponseReturnValue:
    """Make the invited person a member of staff and sign them in."""
    link = links.opened(token, PURPOSE)
    if link is None:
        return links.dead(PURPOSE)
    form = AcceptForm()
    made: list[UUID] = []
    try:
        if not form.saves(lambda: made.append(actions.accept(link, form.entered(), visitor()))):
            return _accepting(token, link, form, status=422)
    except NotFound:
        return links.dead(PURPOSE)
    return proceed(made[0], SignInWay.INVITATION, said=f"Welcome to {link.organization_name}.")


def _accepting(token: str, link: Any, form: AcceptForm, status: int = 200) -> ResponseReturnValue:
    role = Role(link.details["role"])
    return page(
        "invitations/accept.html", form=form, link=link, token=token, role=role, status=status
    )
