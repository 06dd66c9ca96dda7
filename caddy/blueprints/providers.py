"""Other services (Google and any OpenID Connect provider): signing in with them, and linking one.

The service sends the browser back with a GET, which shows a button; the POST behind it takes the
answer. So GET writes nothing here either, and the answer is taken by the browser that asked.
"""

from __future__ import annotations

import logging
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from caddy import one_time
from caddy.actions import identities as actions
from caddy.config import load_settings
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.providers import Claimed, Provider
from caddy.domain.sign_ins import SignInWay
from caddy.tenancy import scope
from caddy.web.access import actor, confirmed, person, public, signed_in
from caddy.web.forms import Form
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.security import limiter
from caddy.web.signing_in import proceed, safe, visitor

log = logging.getLogger(__name__)
blueprint = Blueprint("providers", __name__)

KIND = "openid"
KEPT_SECONDS = 600
LONGEST_PART = 4_000
AWAY = "{name} does not answer at the moment. Try again in a minute, or sign in another way."
WRONG = "What {name} sent back cannot be used. Start again, or sign in another way."
STALE = (
    "This was begun in another browser or more than ten minutes ago, or it was used already. "
    "Start again."
)
CANCELLED = "{name} signed nobody in. Start again, or sign in another way."


@blueprint.get("/sign-in/with/<string(maxlength=60):provider>")
@public
@limiter.limit(TRIES["providers"])
def begin(provider: str) -> ResponseReturnValue:
    """Send to a service to sign in there."""
    return _leave(_named(provider), safe(request.args.get("next")))


@blueprint.get("/settings/accounts/<string(maxlength=60):provider>")
@signed_in
@confirmed
@limiter.limit(TRIES["providers"])
def link(provider: str) -> ResponseReturnValue:
    """Send to a service to link one's account there."""
    return _leave(_named(provider), url_for("factors.show"), person.id)


def _named(key: str) -> Provider:
    for one in load_settings().oidc:
        if one.key == key:
            return one
    raise NotFound("page")


def _back_to(provider: Provider) -> str:
    """Return the address that the service sends back to: a whole one, as it is registered there."""
    path = url_for("providers.returned", provider=provider.key)
    return load_settings().public_url.rstrip("/") + path


def _leave(provider: Provider, after: str, user_id: UUID | None = None) -> ResponseReturnValue:
    from caddy import openid  # with packages that few installations use

    proof = openid.Proof.fresh()
    told = {
        "provider": provider.key,
        "nonce": proof.nonce,
        "verifier": proof.verifier,
        "after": after,
        "user": str(user_id or ""),
    }
    state = one_time.keep(KIND, told, KEPT_SECONDS)
    try:
        address = openid.address_to_ask(provider, _back_to(provider), state, proof)
    except openid.ProviderUnavailable as error:
        log.warning("openid.away %s %s", provider.key, error)
        return _refused(AWAY.format(name=provider.name), 503)
    session[KIND] = state
    return redirect(address)


@blueprint.get("/sign-in/with/<string(maxlength=60):provider>/answer")
@public
def returned(provider: str) -> ResponseReturnValue:
    """Show the button behind which the service's answer is taken."""
    found = _named(provider)
    told = {name: request.args.get(name, "")[:LONGEST_PART] for name in ("code", "state", "iss")}
    if not told["code"] or not told["state"]:
        return _refused(CANCELLED.format(name=found.name))
    return page("providers/answer.html", form=Form(), provider=found, told=told)


@blueprint.post("/sign-in/with/<string(maxlength=60):provider>/answer")
@public
@limiter.limit(TRIES["providers"])
def finish(provider: str) -> ResponseReturnValue:
    """Sign in, or link the account of, who comes back from a service."""
    from caddy import openid

    found = _named(provider)
    state = request.form.get("state", "")
    kept = one_time.take(KIND, state) if state and session.pop(KIND, None) == state else None
    if kept is None or kept["provider"] != found.key:
        return _refused(STALE)
    if request.form.get("iss", "") not in ("", found.issuer):
        return _refused(WRONG.format(name=found.name))
    proof = openid.Proof(kept["nonce"], kept["verifier"])
    try:
        told = openid.who(found, _back_to(found), request.form.get("code", ""), proof)
    except openid.ProviderUnavailable as error:
        log.warning("openid.away %s %s", found.key, error)
        return _refused(AWAY.format(name=found.name), 503)
    except openid.AnswerRefused as error:
        log.warning("openid.refused %s %s", found.key, error)
        return _refused(WRONG.format(name=found.name))
    try:
        return _link(told, found, kept) if kept["user"] else _sign_in(told, found, kept)
    except RuleBroken as refusal:
        return _refused(refusal.message)


def _sign_in(told: Claimed, provider: Provider, kept: dict[str, str]) -> ResponseReturnValue:
    user_id = actions.sign_in(told, provider, visitor())
    return proceed(user_id, SignInWay.OPENID, after=kept["after"])


def _link(told: Claimed, provider: Provider, kept: dict[str, str]) -> ResponseReturnValue:
    if not current_user.is_authenticated or str(person.id) != kept["user"]:
        return _refused(STALE)
    with scope(person.organization_id):
        actions.link(told, provider, actor=actor)
    flash(f"Your account at {provider.name} is linked. You can sign in with it now.")
    return redirect(kept["after"], 303)


def _refused(sentence: str, status: int = 422) -> Response:
    is_in = current_user.is_authenticated
    return page("providers/refused.html", sentence=sentence, is_in=is_in, status=status)


@blueprint.post("/settings/accounts/<uuid:identity_id>/removal")
@signed_in
@confirmed
def removal(identity_id: UUID) -> ResponseReturnValue:
    session_id = person.session.id if person.session else None
    names = {one.issuer: one.name for one in load_settings().oidc}
    name = actions.unlink(identity_id, session_id, names, actor=actor)
    flash(f"{name} signs you in no more. You are signed out on all other devices.")
    return redirect(url_for("factors.show"), 303)
