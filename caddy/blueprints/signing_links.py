"""What someone without an account sees: one document to read and sign, and nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import signing_links as actions
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.signings import SubjectKind, token_hash
from caddy.queries import organizations, signing_links
from caddy.queries.signing_links import OpenLink
from caddy.tenancy import scope
from caddy.web.access import public
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.security import limiter
from caddy.web.sent_files import shown_pdf
from caddy.web.signing_forms import SignatureForm

blueprint = Blueprint("signing_links", __name__)

ADDRESS = "/signing/<string(maxlength=100):token>"
DEAD = 404


def _was_dead(response: Response) -> bool:
    return response.status_code == DEAD


def _link() -> str:
    """Count by the link that is asked for; its secret is kept nowhere."""
    return token_hash((request.view_args or {}).get("token", ""))


guesses = limiter.shared_limit(
    TRIES["signing_links.guesses"], scope="signing", deduct_when=_was_dead
)
often = limiter.shared_limit(TRIES["signing_links.opened"], scope="signing link", key_func=_link)


@blueprint.get(ADDRESS)
@public
@guesses
@often
def show(token: str) -> ResponseReturnValue:
    """Show what a link opens. Unknown, used, taken back or too old: the answer is the same."""
    owner = signing_links.owner_of(token)
    if owner is None:
        return _dead()
    with scope(owner.organization_id):
        return _page(token, owner.id)


def _page(token: str, link_id: UUID, form: Any = None, status: int = 200) -> Response:
    found = signing_links.opened(link_id)
    if found is None:
        return _dead()
    if found.is_changed:
        return page("signing_links/changed.html", status=409, provider=_provider())
    seen = {"sha256": found.sha256, "name": found.link.to_name}
    return page(
        "signing_links/show.html",
        status=status,
        token=token,
        found=found,
        is_agreement=found.kind is SubjectKind.AGREEMENT,
        text=found.text,
        sha256=found.sha256,
        provider=_provider(),
        form=form or SignatureForm(found.kind, formdata=None, data=seen),
    )


@blueprint.post(ADDRESS)
@public
@guesses
@often
def sign(token: str) -> ResponseReturnValue:
    owner = signing_links.owner_of(token)
    if owner is None:
        return _dead()
    with scope(owner.organization_id):
        found = signing_links.opened(owner.id)
        if found is None:
            return _dead()
        return _signed(token, owner, found)


def _signed(token: str, owner: Any, found: OpenLink) -> Response:
    form = SignatureForm(found.kind)
    if form.validate_on_submit():
        try:
            actions.sign_by_link(owner.id, form.signature(), actor=_signer(owner, form))
        except RuleBroken as error:
            form.refuse(error)
        except NotFound:
            return _dead()
        except Conflict as error:
            form.form_errors.append(error.message)
            return _page(token, owner.id, form, error.status)
        else:
            return redirect(url_for("signing_links.done"), 303)  # type: ignore[return-value] # a response
    return _page(token, owner.id, form, 422)


def _signer(owner: Any, form: Any) -> Actor:
    """Return who acts: nobody of the staff, by the name that they signed with."""
    return Actor(
        organization_id=owner.organization_id,
        user_id=None,
        name=form.name.data,
        role=None,
        ip=request.remote_addr,
        user_agent=request.user_agent.string,
    )


@blueprint.get(f"{ADDRESS}/document")
@public
@guesses
@often
def document(token: str) -> Response:
    """Send the PDF that is to be signed, while its link lives."""
    owner = signing_links.owner_of(token)
    if owner is None:
        abort(DEAD)
    with scope(owner.organization_id):
        found = signing_links.opened(owner.id)
        if found is None or found.is_changed or found.kind is not SubjectKind.AGREEMENT:
            abort(DEAD)
        if found.sha256 is None:
            abort(DEAD)
        return shown_pdf(found.sha256, "Service agreement.pdf")


@blueprint.get("/signing/done")
@public
def done() -> ResponseReturnValue:
    return page("signing_links/done.html")


def _dead() -> Response:
    return page("signing_links/dead.html", status=DEAD)


def _provider() -> str:
    return organizations.current().name
