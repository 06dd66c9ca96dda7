"""Filters that people keep under a name: saved from a list, and one's own to change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import saved_filters as actions
from caddy.domain.errors import RuleBroken
from caddy.domain.saved_filters import parsed
from caddy.queries import saved_filters
from caddy.web.access import actor, person, signed_in
from caddy.web.pages import page
from caddy.web.saved_filter_forms import FilterForm, NewFilterForm
from caddy.web.saved_filters import LISTS, address_of, here, may_open, open_first, shown

blueprint = Blueprint("saved_filters", __name__, url_prefix="/filters")
# Of every list: what stands above it, and with which filter it opens.
blueprint.before_app_request(open_first)
blueprint.add_app_template_global(shown, "saved_filters")
blueprint.add_app_template_global(here, "list_filter")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Show one's own, list by list; those of lists that are closed to them by now are left out."""
    rows = [
        (LISTS[one.page], one, address_of(one.page, one.query))
        for one in saved_filters.own(person.id)
        if may_open(one.page)
    ]
    return page("saved_filters/index.html", rows=rows)


@blueprint.post("")
@signed_in
def create() -> ResponseReturnValue:
    form: Any = NewFilterForm()
    name = form.page.data or ""
    if not may_open(name):
        abort(404)
    if form.validate_on_submit():
        try:
            query = parsed(form.query.data or "")
            actions.save_filter(name, query, form.entry(), actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(f"The filter is saved as “{form.name.data}”.")
            return redirect(address_of(name, query), 303)
    return page("saved_filters/new.html", form=form, label=LISTS[name], status=422)


@blueprint.get("/<uuid:filter_id>")
@signed_in
def edit(filter_id: UUID) -> ResponseReturnValue:
    row = _own(filter_id)
    return page("saved_filters/edit.html", form=FilterForm(obj=row), row=row, label=LISTS[row.page])


@blueprint.post("/<uuid:filter_id>")
@signed_in
def update(filter_id: UUID) -> ResponseReturnValue:
    row, form = _own(filter_id), FilterForm()
    if form.saves(lambda: actions.change_filter(filter_id, form.entry(), actor=actor)):
        flash(f"“{form.name.data}” is saved.")
        return redirect(url_for("saved_filters.index"), 303)
    row, label = _own(filter_id), LISTS[row.page]
    return page("saved_filters/edit.html", form=form, row=row, label=label, status=422)


@blueprint.post("/<uuid:filter_id>/removal")
@signed_in
def removal(filter_id: UUID) -> ResponseReturnValue:
    name = _own(filter_id).name
    actions.remove_filter(filter_id, actor=actor)
    flash(f"The filter “{name}” is deleted.")
    return redirect(url_for("saved_filters.index"), 303)


def _own(filter_id: UUID) -> Any:
    row = saved_filters.one(filter_id, person.id)
    if row is None or row.page not in LISTS:
        abort(404)
    return row
