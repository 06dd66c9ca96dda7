"""The organization's own choices, and each person's: lights, and how one is told."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from caddy.actions import notifications as notification_actions
from caddy.actions.organizations import set_light_thresholds
from caddy.domain.errors import RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import notifications as told
from caddy.queries import organizations
from caddy.web.access import actor, person, requires, signed_in
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


class NotificationsForm(Form):
    in_app = BooleanField("In Caddy", description="Shown with the count at the top of every page.")
    by_email = BooleanField("By email", description="Sent to the address you sign in with.")


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


@blueprint.get("/notifications")
@signed_in
def notifications() -> ResponseReturnValue:
    """Show in which ways one is told."""
    chosen = told.choice(person.id)
    form = NotificationsForm(
        data={"in_app": chosen.notify_in_app, "by_email": chosen.notify_by_email}
    )
    return page("settings/notifications.html", form=form)


@blueprint.post("/notifications")
@signed_in
def choose_notifications() -> ResponseReturnValue:
    form = NotificationsForm()
    if not form.validate_on_submit():
        return page("settings/notifications.html", form=form, status=422)
    notification_actions.choose(by_email=form.by_email.data, in_app=form.in_app.data, actor=actor)
    flash(_told_sentence(in_app=form.in_app.data, by_email=form.by_email.data))
    return redirect(url_for("settings.notifications"), 303)


def _told_sentence(*, in_app: bool, by_email: bool) -> str:
    ways = [name for name, is_chosen in (("in Caddy", in_app), ("by email", by_email)) if is_chosen]
    return f"You will be told {' and '.join(ways)}." if ways else "You will not be told anything."
