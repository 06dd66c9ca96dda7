"""The hub of the registers: how each stands; and what is to be done about an entry, done."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue

from caddy.actions import register_entries as actions
from caddy.domain.permissions import Permission
from caddy.queries import shelves
from caddy.queries.shelves import base
from caddy.web.access import actor, requires, seen_by
from caddy.web.pages import page

blueprint = Blueprint("registers", __name__, url_prefix="/registers")

PAGES = {"incident_id": "incidents", "complaint_id": "complaints", "risk_id": "risks"}


@blueprint.get("")
@requires(Permission.REGISTERS_READ)
def show() -> ResponseReturnValue:
    at = base.look()
    shown = [
        (one, base.numbers(one, at, seen_by=seen_by()))
        for one in shelves.EVERY
        if one.key != "incidents" or actor.may(Permission.INCIDENTS_READ)
    ]
    return page("registers/hub.html", shelves=shown)


@blueprint.post("/actions/<uuid:action_id>/completion")
@requires(Permission.REGISTERS_WRITE)
def completion(action_id: UUID) -> ResponseReturnValue:
    """Note that something was done."""
    link, row_id = actions.finish_action(action_id, actor=actor)
    flash("Done.")
    return redirect(f"/{PAGES[link]}/{row_id}", 303)
