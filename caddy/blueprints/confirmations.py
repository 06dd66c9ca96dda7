"""The page that asks whether it is still them: with the password, or a code of their app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import confirmations as actions
from caddy.domain.errors import NotFound
from caddy.queries import factors
from caddy.web import attempts, confirming
from caddy.web.access import actor, enrols, person, signed_in
from caddy.web.factor_forms import CodeForm, PasswordForm
from caddy.web.pages import page

blueprint = Blueprint("confirmations", __name__, url_prefix="/confirmation")

WRONG_PASSWORD = "This is not your password."  # noqa: S105 - a sentence
WRONG_CODE = "That is not the code of your app, or it was used before. Wait for the next one."


@blueprint.get("")
@signed_in
@enrols
def show() -> ResponseReturnValue:
    return _page({})


@blueprint.post("")
@signed_in
@enrols
def create() -> ResponseReturnValue:
    """Confirm with the password, and go on with what waited."""
    form: Any = PasswordForm()
    return _try(
        "password",
        form,
        WRONG_PASSWORD,
        lambda session_id: actions.by_password(session_id, form.password.data, actor=actor),
    )


@blueprint.post("/code")
@signed_in
@enrols
def create_by_code() -> ResponseReturnValue:
    """Confirm with a code of one's app, and go on with what waited."""
    form: Any = CodeForm()
    return _try(
        "code",
        form,
        WRONG_CODE,
        lambda session_id: actions.by_code(session_id, form.code.data, actor=actor),
    )


def _try(name: str, form: Any, wrong: str, is_right: Callable[[UUID], bool]) -> ResponseReturnValue:
    if person.session is None:
        raise NotFound
    if not form.validate_on_submit():
        return _page({name: form}, 422)
    key = attempts.inside(person.session.id)
    if wait := attempts.seconds_to_wait(key):
        form.form_errors.append(attempts.told_to_wait(wait))
        response = _page({name: form}, 429)
        response.headers["Retry-After"] = str(wait)
        return response
    if not is_right(person.session.id):
        attempts.failed(key)
        form.form_errors.append(wrong)
        return _page({name: form}, 422)
    attempts.succeeded(key)
    return confirming.go_on()


def _page(used: dict[str, Any], status: int = 200) -> Response:
    fresh = {"password": PasswordForm(formdata=None), "code": CodeForm(formdata=None)}
    kept = confirming.found()
    return page(
        "confirmations/show.html",
        forms=fresh | used,
        held=factors.of(person.id),
        kept=confirming.name() or None,
        back=kept.came_from if kept else url_for("dashboard.show"),
        status=status,
    )
