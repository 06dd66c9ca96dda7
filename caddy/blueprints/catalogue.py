"""The Support Catalogue: looking up items, and loading the NDIA's file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from caddy import clock
from caddy.actions import catalogue as actions
from caddy.domain.claims import GstCode
from caddy.domain.errors import RuleBroken
from caddy.domain.ndis.categories import CATEGORY_NAMES
from caddy.domain.permissions import Permission
from caddy.domain.sentences import sentence
from caddy.queries import support_items
from caddy.web import arguments, listings
from caddy.web.access import actor, person, requires
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.forms import Form, choices
from caddy.web.pages import page

blueprint = Blueprint("catalogue", __name__, url_prefix="/catalogue")


GST_WORDS = {
    GstCode.FREE: "GST free, as nearly all NDIS supports are.",
    GstCode.TAXABLE: "GST is included in the price.",
    GstCode.OUT_OF_SCOPE: "Out of scope of GST.",
}


class CatalogueForm(Form):
    file = FileField(
        "Support Catalogue file",
        [FileRequired("Choose a file.")],
        description="The NDIA's own file, as it is published: .xlsx or .csv, of any year.",
        render_kw={
            "accept": ".csv,.xlsx,text/csv,"
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        },
    )


@blueprint.get("")
@requires(Permission.SERVICES_READ)
def index() -> ResponseReturnValue:
    typed, number = _wanted()
    rows, following = support_items.page(typed, number, arguments.identifier("after"))
    return page(
        "catalogue/index.html",
        part="results",
        typed=typed,
        category=number,
        categories=CATEGORY_NAMES,
        rows=rows,
        after=following,
        state=person.state,
        today=clock.today(person.timezone),
        last_import=support_items.last_import(),
    )


class GstForm(Form):
    gst_code = SelectField(
        "GST",
        choices=choices(*((code.value, GST_WORDS[code]) for code in GstCode)),
        description="Ask your accountant where you are not sure.",
    )


@blueprint.get("/items/<uuid:item_id>")
@requires(Permission.SERVICES_READ)
def show(item_id: UUID) -> ResponseReturnValue:
    item = support_items.one(item_id)
    if item is None:
        abort(404)
    return _show(item, GstForm(data={"gst_code": item.gst_code.value}))


def _show(item: Any, form: GstForm, status: int = 200) -> ResponseReturnValue:
    return page(
        "catalogue/show.html",
        item=item,
        lines=support_items.numbered(item.item_number),
        gst_words=GST_WORDS,
        form=form,
        state=person.state,
        status=status,
    )


@blueprint.post("/items/<uuid:item_id>/gst")
@requires(Permission.CATALOGUE_WRITE)
def tax(item_id: UUID) -> ResponseReturnValue:
    """Say whether GST is inside the item's price."""
    item = support_items.one(item_id)
    if item is None:
        abort(404)
    form = GstForm()
    if not form.validate_on_submit():
        return _show(item, form, 422)
    code = GstCode(form.gst_code.data)
    actions.set_gst_code(item_id, code, actor=actor)
    flash(f"{item.item_number}: {GST_WORDS[code]} Later catalogues keep this.")
    return redirect(url_for("catalogue.show", item_id=item_id), 303)


def _wanted() -> tuple[str, int | None]:
    """Return what is searched for, and in which support category."""
    category = arguments.text("category", 2)
    number = int(category) if category.isdigit() and int(category) in CATEGORY_NAMES else None
    return arguments.text("search"), number


@as_file(blueprint, "/catalogue")
@requires(Permission.SERVICES_READ)
def download() -> Listing:
    typed, number = _wanted()
    found = every(lambda after: support_items.page(typed, number, after, AT_ONCE))
    return listings.catalogue(found, person.state)


@blueprint.get("/imports/new")
@requires(Permission.CATALOGUE_WRITE)
def new() -> ResponseReturnValue:
    return page("catalogue/new.html", form=CatalogueForm())


@blueprint.post("/imports")
@requires(Permission.CATALOGUE_WRITE)
def create() -> ResponseReturnValue:
    form = CatalogueForm()
    if form.validate_on_submit():
        upload = form.file.data
        try:
            report = actions.load(upload.stream, upload.filename or "catalogue", actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(_read(report))
            return redirect(url_for("catalogue.index"), 303)
    return page("catalogue/new.html", form=form, status=422)


def _read(report: Any) -> str:
    """Say how many items were read, and what came of them."""
    how_many = (
        sentence("1 item was read")
        if report.rows == 1
        else sentence("{count} items were read", count=f"{report.rows:,}")
    )
    return sentence(
        "{how_many}: {new} new, {changed} changed, {same} as before.",
        how_many=how_many,
        new=f"{report.created:,}",
        changed=f"{report.updated:,}",
        same=f"{report.unchanged:,}",
    )
