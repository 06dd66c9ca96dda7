"""Plan managers: the list, adding one, changing one. Invoices are addressed by it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import plan_managers as actions
from caddy.domain.errors import NotFound
from caddy.domain.permissions import Permission
from caddy.queries import plan_managers
from caddy.web import arguments
from caddy.web.access import actor, requires
from caddy.web.pages import page
from caddy.web.plan_manager_forms import ManagerForm, form_of

blueprint = Blueprint("plan_managers", __name__, url_prefix="/finance/plan-managers")


@blueprint.get("")
@requires(Permission.CLAIMS_READ)
def index() -> ResponseReturnValue:
    return _index(ManagerForm(formdata=None, data={"name": arguments.text("name", 200)}))


@blueprint.post("")
@requires(Permission.CLAIMS_WRITE)
def create() -> ResponseReturnValue:
    form = ManagerForm()
    if form.saves(lambda: actions.add_manager(form.entry(), actor=actor)):
        return _saved(form)
    return _index(form, status=422)


@blueprint.get("/<uuid:manager_id>")
@requires(Permission.CLAIMS_WRITE)
def edit(manager_id: UUID) -> ResponseReturnValue:
    manager = _manager(manager_id)
    return page("plan_managers/edit.html", manager=manager, form=form_of(manager))


@blueprint.post("/<uuid:manager_id>")
@requires(Permission.CLAIMS_WRITE)
def update(manager_id: UUID) -> ResponseReturnValue:
    _manager(manager_id)
    form = ManagerForm()
    if form.saves(lambda: actions.change_manager(manager_id, form.entry(), actor=actor)):
        return _saved(form)
    return page("plan_managers/edit.html", manager=_manager(manager_id), form=form, status=422)


def _saved(form: ManagerForm) -> ResponseReturnValue:
    flash(f"Invoices to {form.name.data} carry this address from now on.")
    return redirect(url_for("plan_managers.index"), 303)


def _index(form: ManagerForm, status: int = 200) -> ResponseReturnValue:
    return page(
        "plan_managers/index.html",
        status=status,
        managers=plan_managers.listed(),
        missing=plan_managers.without_address(),
        form=form,
    )


def _manager(manager_id: UUID) -> Any:
    found = plan_managers.one(manager_id)
    if found is None:
        raise NotFound("plan manager")
    return found
