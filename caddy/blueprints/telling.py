"""How each person wants to be told: in which ways, of what, and when not."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, SelectField, TimeField
from wtforms.validators import InputRequired, Optional

from caddy import sms
from caddy.actions import notifications as actions
from caddy.actions import preferences as preference_actions
from caddy.domain.telling import Digest, NewsKind, Ways
from caddy.queries import notifications as told
from caddy.queries import preferences
from caddy.web.access import actor, person, signed_in
from caddy.web.forms import Form, choices
from caddy.web.pages import page

blueprint = Blueprint("telling", __name__, url_prefix="/settings")


class NotificationsForm(Form):
    in_app = BooleanField("In Caddy", description="Shown with the count at the top of every page.")
    by_email = BooleanField("By email", description="Sent to the address you sign in with.")
    by_sms = BooleanField(
        "By text message",
        description="Sent to your mobile number. It names nobody."
        if sms.IS_SENDING
        else "Caddy sends no texts yet: no provider is connected. What it would send is in a log.",
    )


class HoursForm(Form):
    quiet_from = TimeField("From", [Optional()])
    quiet_until = TimeField("Until", [Optional()])
    digest = SelectField(
        "Mail about unread messages",
        [InputRequired("Choose one.")],
        choices=choices(*((one.value, one.label) for one in Digest)),
        description="It says how many wait for you, and nothing of what they say.",
    )


@blueprint.get("/notifications")
@signed_in
def show() -> ResponseReturnValue:
    return _shown()


def _shown(form: Any = None, hours: Any = None, status: int = 200) -> ResponseReturnValue:
    stored, wanted = _in_general(), preferences.of(person.id)
    own_hours = {
        "quiet_from": wanted.quiet_from,
        "quiet_until": wanted.quiet_until,
        "digest": wanted.digest.value,
    }
    return page(
        "settings/notifications.html",
        form=form or NotificationsForm(formdata=None, data=stored),
        hours=hours or HoursForm(formdata=None, data=own_hours),
        rows=list(wanted.ways.items()),
        is_off={name for name, is_on in stored.items() if not is_on},
        status=status,
    )


def _in_general() -> dict[str, bool]:
    """Return which ways someone uses at all, by the names of the forms' fields."""
    chosen = told.choice(person.id)
    return {
        "in_app": chosen.notify_in_app,
        "by_email": chosen.notify_by_email,
        "by_sms": chosen.notify_by_sms,
    }


@blueprint.post("/notifications")
@signed_in
def choose_notifications() -> ResponseReturnValue:
    form: Any = NotificationsForm()
    if not form.validate_on_submit():
        return _shown(form=form, status=422)
    actions.choose(
        by_email=form.by_email.data, in_app=form.in_app.data, by_sms=form.by_sms.data, actor=actor
    )
    flash(_told_sentence(form))
    return redirect(url_for("telling.show"), 303)


@blueprint.post("/notifications/kinds")
@signed_in
def choose_kinds() -> ResponseReturnValue:
    is_on, before = _in_general(), preferences.of(person.id).ways

    def ways_of(kind: NewsKind) -> Ways:
        """Return what was ticked; of a way that is switched off, what was chosen before."""
        return Ways(
            **{
                name: f"{kind.value}-{name}" in request.form
                if is_on[name]
                else getattr(before[kind], name)
                for name in is_on
            }
        )

    ways = {kind: ways_of(kind) for kind in NewsKind}
    preference_actions.choose_kinds(ways, actor=actor)
    flash("What you are told of was saved.")
    return redirect(url_for("telling.show"), 303)


@blueprint.post("/notifications/hours")
@signed_in
def choose_hours() -> ResponseReturnValue:
    form: Any = HoursForm()
    if form.saves(
        lambda: preference_actions.choose_hours(
            form.quiet_from.data, form.quiet_until.data, Digest(form.digest.data), actor=actor
        )
    ):
        flash("Your quiet hours were saved.")
        return redirect(url_for("telling.show"), 303)
    return _shown(hours=form, status=422)


def _told_sentence(form: Any) -> str:
    ways = [
        name
        for name, is_chosen in (
            ("in Caddy", form.in_app.data),
            ("by email", form.by_email.data),
            ("by text message", form.by_sms.data),
        )
        if is_chosen
    ]
    if not ways:
        return "You will not be told anything."
    *rest, last = ways
    return (
        f"You will be told {', '.join(rest)} and {last}." if rest else f"You will be told {last}."
    )
