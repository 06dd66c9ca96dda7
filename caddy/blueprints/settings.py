"""The organization's own choices: from where on a budget's light turns."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from caddy.actions.organizations import set_light_thresholds
from caddy.domain.errors import RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import organizations
from caddy.web.access import actor, person, requires
from caddy.web.forms import Form
from caddy.web.pages import page

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


class ThresholdsForm(Form):
    amber_percent = IntegerField(
        "Amber above (percent used)",
        [InputRequired("Enter a percentage."), NumberRange(1, 99, "Between 1 and 99.")],
        description="Up to this share a budget's light is green.",
    )
    red_percent = IntegerField(
        "Red above (percent used)",
        [InputRequired("Enter a percentage."), NumberRange(2, 100, "Between 2 and 100.")],
        description="Up to this share the light is amber.",
    )


@blueprint.get("")
@requires(Permission.ORGANIZATION_WRITE)
def show() -> ResponseReturnValue:
    form = ThresholdsForm(
        data={
            "amber_percent": person.light_amber_percent,
            "red_percent": person.light_red_percent,
        }
    )
    return page("settings/show.html", form=form, organization=organizations.current())


@blueprint.post("/thresholds")
@requires(Permission.ORGANIZATION_WRITE)
def thresholds() -> ResponseReturnValue:
    form = ThresholdsForm()
    if form.validate_on_submit():
        try:
            set_light_thresholds(form.amber_percent.data, form.red_percent.data, actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(
                f"Lights turn amber above {form.amber_percent.data} % "
                f"and red above {form.red_percent.data} %."
            )
            return redirect(url_for("settings.show"))
    return page("settings/show.html", form=form, organization=organizations.current(), status=422)
