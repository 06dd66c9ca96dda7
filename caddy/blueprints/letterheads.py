"""The page of what stands on reports and invoices: the letterhead, the logo, the bank account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import letterheads as actions
from caddy.domain.files import kind_of
from caddy.domain.permissions import Permission
from caddy.queries import letterheads, organizations
from caddy.web.access import actor, confirmed, requires
from caddy.web.forms import Form
from caddy.web.letterhead_forms import BankForm, ContactForm, LogoForm, stored
from caddy.web.pages import page

blueprint = Blueprint("letterheads", __name__, url_prefix="/settings/letterhead")


@blueprint.get("")
@requires(Permission.ORGANIZATION_WRITE)
def show() -> ResponseReturnValue:
    return _page({})


@blueprint.post("/contact")
@requires(Permission.ORGANIZATION_WRITE)
def contact() -> ResponseReturnValue:
    form = ContactForm()
    return _save(
        "contact",
        form,
        lambda: actions.set_contact(form.contact(), actor=actor),
        "Your reports now carry this address.",
    )


@blueprint.post("/bank-account")
@requires(Permission.ORGANIZATION_WRITE)
@confirmed
def bank_account() -> ResponseReturnValue:
    form: Any = BankForm()
    return _save(
        "bank",
        form,
        lambda: actions.set_bank_account(
            form.account_name.data or "",
            form.bsb.data or "",
            form.account_number.data or "",
            form.due_days.data,
            actor=actor,
        ),
        "New invoices say where and by when they are paid.",
    )


@blueprint.post("/logo")
@requires(Permission.ORGANIZATION_WRITE)
def set_logo() -> ResponseReturnValue:
    form: Any = LogoForm()
    return _save(
        "logo",
        form,
        lambda: actions.set_logo(form.logo.data.stream, actor=actor),
        "Your logo now stands on every new report.",
    )


@blueprint.post("/logo/removal")
@requires(Permission.ORGANIZATION_WRITE)
def removal_of_logo() -> ResponseReturnValue:
    actions.remove_logo(actor=actor)
    flash("The logo was removed: your name stands in its place.")
    return redirect(url_for("letterheads.show"), 303)


@blueprint.get("/logo")
@requires(Permission.ORGANIZATION_WRITE)
def show_logo() -> ResponseReturnValue:
    content = letterheads.logo()
    kind = kind_of(content) if content else None
    if content is None or kind is None:
        abort(404)
    response = Response(content, mimetype=kind.value)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _save(name: str, form: Any, save: Callable[[], object], said: str) -> ResponseReturnValue:
    """Save one of the forms and say so, or show the page again with what is wrong with it."""
    if form.saves(save):
        flash(said)
        return redirect(url_for("letterheads.show"), 303)
    return _page({name: form}, status=422)


def _page(refused: dict[str, Form], status: int = 200) -> ResponseReturnValue:
    organization = organizations.current()
    return page(
        "letterheads/show.html",
        forms=stored(organization) | refused,
        organization=organization,
        head=letterheads.head(organization),
        status=status,
    )
