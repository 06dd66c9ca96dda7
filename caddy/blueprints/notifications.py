"""What a person was told: the list, and what they have read of it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import notifications as actions
from caddy.queries import notifications
from caddy.web import arguments, listings
from caddy.web.access import actor, person, signed_in
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.pages import page

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    here = arguments.identifier("after")
    rows, after = notifications.page(person.id, here)
    return page("notifications/index.html", rows=rows, here=here, after=after)


@as_file(blueprint, "/notifications")
@signed_in
def download() -> Listing:
    own = every(lambda after: notifications.page(person.id, after, AT_ONCE))
    return listings.notifications(own, person.timezone)


@blueprint.post("/<uuid:notification_id>/reading")
@signed_in
def reading(notification_id: UUID) -> ResponseReturnValue:
    """Mark one as read, and with `open` go where it leads."""
    link = actions.mark_read(notification_id, actor=actor)
    if request.form.get("open"):
        return redirect(link, 303)
    flash("Marked as read.")
    return redirect(url_for("notifications.index", after=arguments.identifier("after")), 303)


@blueprint.post("/reading")
@signed_in
def reading_of_all() -> ResponseReturnValue:
    count = actions.mark_all_read(actor=actor)
    flash(
        f"Marked {count:,} notification{'' if count == 1 else 's'} as read."
        if count
        else "There was nothing unread."
    )
    return redirect(url_for("notifications.index"), 303)
