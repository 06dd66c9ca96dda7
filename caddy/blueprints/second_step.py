"""The second step of signing in: a code of an app, or a recovery code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy import tenancy
from caddy.actions import recovery_codes, totp
from caddy.web import attempts
from caddy.web.access import public
from caddy.web.factor_forms import RecoveryForm, SecondStepForm
from caddy.web.limits import TRIES
from caddy.web.pages import page
from caddy.web.security import limiter
from caddy.web.signing_in import Waiting, enter, remember, waiting

blueprint = Blueprint("second_step", __name__, url_prefix="/sign-in/second-step")

WRONG_CODE = "That is not the code of your app, or it was used before. Wait for the next one."
WRONG_RECOVERY = "That is not one of your recovery codes, or it was used before."
TOO_LATE = "That took too long. Sign in again."


@blueprint.get("")
@public
def new() -> ResponseReturnValue:
    who = waiting()
    return _page(who, {}) if who else _again()


@blueprint.post("")
@public
@limiter.limit(TRIES["second_step"], key_func=attempts.where)
def create() -> ResponseReturnValue:
    """Come in with a code of one's app."""
    form: Any = SecondStepForm()
    return _try(
        "code",
        form,
        WRONG_CODE,
        lambda who: totp.check(who.user.id, form.code.data, actor=who.actor),
        is_remembered=bool(form.is_remembered.data),
    )


@blueprint.post("/recovery-code")
@public
@limiter.limit(TRIES["second_step"], key_func=attempts.where)
def recover() -> ResponseReturnValue:
    """Come in with a code on paper, which works no more after that."""
    form: Any = RecoveryForm()
    return _try(
        "recovery",
        form,
        WRONG_RECOVERY,
        lambda who: recovery_codes.use(who.user.id, form.recovery_code.data, actor=who.actor),
    )


def _try(
    name: str,
    form: Any,
    wrong: str,
    is_right: Callable[[Waiting], bool],
    *,
    is_remembered: bool = False,
) -> ResponseReturnValue:
    who = waiting()
    if who is None:
        return _again()
    if not form.validate_on_submit():
        return _page(who, {name: form}, 422)
    key = attempts.second(who.user.email)
    if wait := attempts.seconds_to_wait(key):
        form.form_errors.append(attempts.told_to_wait(wait))
        response = _page(who, {name: form}, 429)
        response.headers["Retry-After"] = str(wait)
        return response
    with tenancy.scope(who.user.organization_id):
        is_in = is_right(who)
    if not is_in:
        attempts.failed(key)
        form.form_errors.append(wrong)
        return _page(who, {name: form}, 422)
    attempts.succeeded(key)
    enter(who.user.id, who.way, has_second_factor=True)
    if is_remembered:
        remember()
    return redirect(who.onward)


def _page(who: Waiting, used: dict[str, Any], status: int = 200) -> Response:
    fresh = {"code": SecondStepForm(formdata=None), "recovery": RecoveryForm(formdata=None)}
    return page(
        "second_step/new.html", forms=fresh | used, held=who.held, used=set(used), status=status
    )


def _again() -> ResponseReturnValue:
    flash(TOO_LATE)
    return redirect(url_for("sign_in.new"))
