"""The log of mails: whom Caddy wrote to, what they saw, what became of it; addresses given up."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy import mail
from caddy.actions import emails as actions
from caddy.domain.emails import MAY_BE_SENT_AGAIN, EmailStatus
from caddy.domain.mail_events import EventKind
from caddy.domain.permissions import Permission
from caddy.jobs import letters
from caddy.queries import emails
from caddy.queries.emails import OutboxFilter
from caddy.web import arguments, listings
from caddy.web.access import actor, person, requires
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.pages import page

blueprint = Blueprint("outbox", __name__, url_prefix="/outbox")

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@blueprint.get("")
@requires(Permission.ORGANIZATION_WRITE)
def index() -> ResponseReturnValue:
    wanted = _wanted()
    rows, after = emails.page(wanted)
    return page(
        "outbox/index.html",
        part="results",
        wanted=wanted,
        rows=rows,
        after=after,
        count=emails.count(wanted),
        statuses=list(EmailStatus),
        is_sending=mail.is_sending(),
    )


def _wanted() -> OutboxFilter:
    return OutboxFilter(
        arguments.text("search"),
        arguments.word("status", EmailStatus),
        arguments.identifier("after"),
    )


@as_file(blueprint, "/outbox")
@requires(Permission.ORGANIZATION_WRITE)
def download() -> Listing:
    wanted = _wanted()

    def fetch(after: UUID | None) -> tuple[list[Any], UUID | None]:
        return emails.page(OutboxFilter(wanted.search, wanted.status, after), AT_ONCE)

    return listings.mails(every(fetch, wanted.after), person.timezone)


@blueprint.get("/<uuid:email_id>")
@requires(Permission.ORGANIZATION_WRITE)
def show(email_id: UUID) -> ResponseReturnValue:
    found = emails.letter(email_id) or abort(404)
    stored = emails.one(email_id)
    return page(
        "outbox/show.html",
        email=stored,
        letter=letters.shown(found),
        events=[(EventKind(one.kind), one) for one in emails.events(email_id)],
        suppression=found.suppression,
        may_send_again=stored is not None and stored.status in MAY_BE_SENT_AGAIN,
        is_sending=mail.is_sending(),
    )


@blueprint.get("/<uuid:email_id>/letter")
@requires(Permission.ORGANIZATION_WRITE)
def letter(email_id: UUID) -> ResponseReturnValue:
    """Send the mail itself, for a frame of ours: it runs nothing, asks for nothing, goes nowhere.

    Its one style is named by its hash, as no other may apply.
    """
    found = emails.letter(email_id) or abort(404)
    shown = letters.shown(found) or abort(404)
    hashes = [
        base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        for style in STYLE.findall(shown.html)
    ]
    response = Response(shown.html, mimetype="text/html")
    styles = " ".join(f"'sha256-{one}'" for one in hashes) or "'none'"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    response.vary.update(("HX-Request-Type", "HX-Request"))
    return response


@blueprint.post("/<uuid:email_id>/sending")
@requires(Permission.ORGANIZATION_WRITE)
def send_again(email_id: UUID) -> ResponseReturnValue:
    address = actions.send_again(email_id, actor=actor)
    flash(f"The mail goes to {address} once more.")
    return redirect(url_for("outbox.show", email_id=email_id), 303)


@blueprint.get("/suppressions")
@requires(Permission.ORGANIZATION_WRITE)
def suppressions() -> ResponseReturnValue:
    rows, after = emails.suppressions(arguments.identifier("after"))
    return page("outbox/suppressions.html", rows=rows, after=after)


@blueprint.post("/suppressions/<uuid:suppression_id>/lifting")
@requires(Permission.ORGANIZATION_WRITE)
def lifting(suppression_id: UUID) -> ResponseReturnValue:
    address = actions.lift_suppression(suppression_id, actor=actor)
    flash(f"Mail to {address} is allowed again.")
    return redirect(url_for("outbox.suppressions"), 303)
