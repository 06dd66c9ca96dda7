"""Taking data out: everything of the organization, and one participant's whole record."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import records as actions
from caddy.domain.permissions import Permission
from caddy.domain.tasks import TaskKind
from caddy.queries import organizations, tasks
from caddy.web.access import actor, confirmed, requires
from caddy.web.pages import page

blueprint = Blueprint("exports", __name__)

RECENT = 5


@blueprint.get("/settings/archives")
@requires(Permission.ORGANIZATION_WRITE)
def show() -> ResponseReturnValue:
    recent, _ = tasks.page(actor, kind=TaskKind.ARCHIVE, size=RECENT)
    return page("exports/show.html", organization=organizations.current(), recent=recent)


@blueprint.post("/settings/archives")
@requires(Permission.ORGANIZATION_WRITE)
@confirmed
def create_archive() -> ResponseReturnValue:
    """Leave the archive to the worker and show how far it is."""
    return redirect(url_for("tasks.show", task_id=actions.ask_for_archive(actor=actor)), 303)


@blueprint.post("/participants/<uuid:participant_id>/records")
@requires(Permission.PARTICIPANTS_WRITE)
def create_record(participant_id: UUID) -> ResponseReturnValue:
    """Leave a participant's whole record to the worker and show how far it is."""
    task_id = actions.ask_for_record(participant_id, actor=actor)
    return redirect(url_for("tasks.show", task_id=task_id), 303)
