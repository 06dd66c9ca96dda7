"""Sites: the list, adding one, changing one, and who is there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import sites as actions
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import services, sites
from caddy.web import arguments
from caddy.web.access import actor, requires, seen_by
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


@blueprint.get("/<uuid:site_id>/participants")
@requires(Permission.PARTICIPANTS_WRITE)
def show(site_id: UUID) -> ResponseReturnValue:
    """Show who is at a site, and whoever could move in."""
    typed = arguments.text("search")
    return page(
        "sites/show.html",
        part="offered",
        site=_site(site_id),
        people=sites.people_of(site_id, seen_by=seen_by()),
        typed=typed,
        offered=sites.people_to_move_in(site_id, typed, seen_by=seen_by()),
    )


@blueprint.post("/<uuid:site_id>/participants/<uuid:participant_id>")
@requires(Permission.PARTICIPANTS_WRITE)
def move_in(site_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    site, whom = _site(site_id), _whom(participant_id)
    actions.move_in(site_id, participant_id, actor=actor)
    return _moved(site_id, f"{whom.first_name} {whom.last_name} is at {site.name} now.")


@blueprint.post("/<uuid:site_id>/participants/<uuid:participant_id>/removal")
@requires(Permission.PARTICIPANTS_WRITE)
def move_out(site_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    site, whom = _site(site_id), _whom(participant_id)
    actions.move_out(site_id, participant_id, actor=actor)
    return _moved(site_id, f"{whom.first_name} {whom.last_name} is not at {site.name} any more.")


def _moved(site_id: UUID, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("sites.show", site_id=site_id), 303)


def _whom(participant_id: UUID) -> Any:
    whom = services.name_of(participant_id, seen_by=seen_by())
    if whom is None:
        raise NotFound("participant")
    return whom


def _site(site_id: UUID) -> Any:
    site = sites.one(site_id)
    if site is None:
        raise NotFound("site")
    return site
