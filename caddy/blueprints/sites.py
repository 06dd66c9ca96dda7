"""Sites: the list, adding one, changing one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import sites as actions
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import sites
from caddy.web.access import actor, requires
from caddy.web.pages import page
from caddy.web.settings_forms import SiteForm

blueprint = Blueprint("sites", __name__, url_prefix="/settings/sites")


@blueprint.get("")
@requires(Permission.ORGANIZATION_WRITE)
def index() -> ResponseReturnValue:
    return page("sites/index.html", sites=sites.listed(), form=SiteForm())


@blueprint.post("")
@requires(Permission.ORGANIZATION_WRITE)
def create() -> ResponseReturnValue:
    form = SiteForm()
    if form.validate_on_submit():
        try:
            actions.add_site(form.entry(), actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(f"{form.name.data} was added.")
            return redirect(url_for("sites.index"), 303)
    return page("sites/index.html", sites=sites.listed(), form=form, status=422)


@blueprint.get("/<uuid:site_id>")
@requires(Permission.ORGANIZATION_WRITE)
def edit(site_id: UUID) -> ResponseReturnValue:
    site = _site(site_id)
    return page("sites/edit.html", site=site, form=SiteForm(obj=site))


@blueprint.post("/<uuid:site_id>")
@requires(Permission.ORGANIZATION_WRITE)
def update(site_id: UUID) -> ResponseReturnValue:
    _site(site_id)
    form = SiteForm()
    if form.validate_on_submit():
        try:
            actions.change_site(site_id, form.entry(), actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(f"{form.name.data} was saved.")
            return redirect(url_for("sites.index"), 303)
    return page("sites/edit.html", site=_site(site_id), form=form, status=422)


def _site(site_id: UUID) -> Any:
    site = sites.one(site_id)
    if site is None:
        raise NotFound("site")
    return site
