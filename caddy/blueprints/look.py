"""How Caddy looks on this device: light or dark, and how much contrast."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField
from wtforms.validators import InputRequired

from caddy.web import look
from caddy.web.access import signed_in
from caddy.web.forms import Form, choices
from caddy.web.look import Contrast, Theme
from caddy.web.pages import page

blueprint = Blueprint("look", __name__, url_prefix="/settings/look")
blueprint.add_app_template_global(look.attributes, "look_attributes")


class LookForm(Form):
    theme = RadioField(
        "Light or dark",
        [InputRequired("Choose one.")],
        choices=choices(*((one.value, one.label) for one in Theme)),
    )
    contrast = RadioField(
        "Contrast",
        [InputRequired("Choose one.")],
        choices=choices(*((one.value, one.label) for one in Contrast)),
        description="More contrast makes text, edges and the mark of where you are stronger.",
    )


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    theme, contrast = look.chosen()
    form = LookForm(formdata=None, data={"theme": theme.value, "contrast": contrast.value})
    return page("settings/look.html", form=form)


@blueprint.post("")
@signed_in
def choose() -> ResponseReturnValue:
    form: Any = LookForm()
    if not form.validate_on_submit():
        return page("settings/look.html", form=form, status=422)
    flash("This device looks that way from now on.")
    response = redirect(url_for("look.show"), 303)
    look.keep(response, Theme(form.theme.data), Contrast(form.contrast.data))
    return response
