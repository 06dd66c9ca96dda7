"""Long work: one's own list, a page with a live bar for each, its files, and giving up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from caddy import events
from caddy.actions import tasks as actions
from caddy.events import Fragment
from caddy.queries import tasks
from caddy.web import arguments
from caddy.web.access import actor, person, signed_in
from caddy.web.pages import page
from caddy.web.sent_files import stored

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    here = arguments.identifier("after")
    since = events.current_id(person.organization_id)
    views, after = tasks.page(actor, after=here)
    return page("tasks/index.html", views=views, here=here, after=after, since=since)


@blueprint.get("/<uuid:task_id>")
@signed_in
def show(task_id: UUID) -> ResponseReturnValue:
    # Asked first: what changes while the page is made comes again, rather than never.
    since = events.current_id(person.organization_id)
    view = tasks.one(task_id, actor)
    if view is None:
        abort(404)
    is_own = view.task.user_id == actor.user_id
    return page("tasks/show.html", part="main", view=view, since=since, is_own=is_own)


@blueprint.get("/<uuid:task_id>/files/<uuid:file_id>")
@signed_in
def file(task_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Give a file, always as a download, and write down who took it."""
    found = tasks.file(task_id, file_id, actor)
    if found is None:
        abort(404)
    response = stored(found.sha256, found.file_name, found.media_type)
    actions.note_download(found, actor=actor)
    return response


@blueprint.post("/<uuid:task_id>/cancellation")
@signed_in
def cancellation(task_id: UUID) -> ResponseReturnValue:
    actions.cancel_task(task_id, actor=actor)
    flash("This is given up. Nothing of it is kept.")
    return redirect(url_for("tasks.show", task_id=task_id), 303)


@events.renders("task")
def render_tasks(ids: Sequence[UUID]) -> Iterator[Fragment]:
    """Yield the bars of some tasks, each for the one person who asked for it."""
    for view in tasks.some(ids):
        if view.task.user_id is not None:
            html = render_template("tasks/_task.html", view=view)
            yield Fragment(f"task-{view.task.id}", html, user_id=view.task.user_id)
