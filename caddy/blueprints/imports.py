"""The import wizard: a file, its columns, a dry run, the run, what came of it and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import events
from caddy.actions import imports as actions
from caddy.actions import tasks as task_actions
from caddy.actions.import_files import SourceFile
from caddy.domain.errors import RuleBroken
from caddy.domain.imports.failed_rows import failed_rows_csv
from caddy.domain.imports.kinds import ImportKind, fields_of
from caddy.domain.imports.runs import REVERSIBLE, ImportState, RowOutcome
from caddy.domain.permissions import Permission
from caddy.queries import import_reports, tasks
from caddy.queries import imports as reads
from caddy.web import arguments
from caddy.web.access import actor, person, requires
from caddy.web.downloads import note_file
from caddy.web.import_forms import NewImportForm, columns_of, mappings_of, reason_lines
from caddy.web.pages import page

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

TRIED_AT_ONCE = 1_000  # rows that a page may wait for


def _import(import_id: UUID) -> Any:
    """Return an import that the person may see: of what they could enter by hand as well."""
    row = reads.get(import_id)
    if not actor.may(actions.NEEDS[row.kind]):
        abort(404)
    return row


@blueprint.get("")
@requires(Permission.PARTICIPANTS_WRITE)
def index() -> ResponseReturnValue:
    kinds = [kind for kind in ImportKind if actor.may(actions.NEEDS[kind])]
    rows, after = reads.page(kinds, arguments.identifier("after"))
    return page("imports/index.html", rows=rows, after=after)


@blueprint.get("/new")
@requires(Permission.PARTICIPANTS_WRITE)
def new() -> ResponseReturnValue:
    form = NewImportForm(kind=arguments.word("kind", ImportKind))
    form.offer()
    return page("imports/new.html", form=form, systems=reads.source_systems())


@blueprint.post("")
@requires(Permission.PARTICIPANTS_WRITE)
def create() -> ResponseReturnValue:
    form = NewImportForm()
    form.offer()
    if form.validate_on_submit():
        try:
            import_id = actions.add_import(form.new_import(), actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(url_for("imports.columns", import_id=import_id), 303)
    return page("imports/new.html", form=form, systems=reads.source_systems(), status=422)


@blueprint.get("/<uuid:import_id>/columns")
@requires(Permission.PARTICIPANTS_WRITE)
def columns(import_id: UUID) -> ResponseReturnValue:
    return _columns(_import(import_id))


def _columns(row: Any, refusal: str = "") -> ResponseReturnValue:
    files = [SourceFile.of(one) for one in row.files]
    return page(
        "imports/columns.html",
        row=row,
        files=columns_of(files, request.form if refusal else None),
        refusal=refusal,
        status=422 if refusal else 200,
    )


@blueprint.post("/<uuid:import_id>/columns")
@requires(Permission.PARTICIPANTS_WRITE)
def choose_columns(import_id: UUID) -> ResponseReturnValue:
    """Take the columns as they were chosen, and find out what the import would do."""
    row = _import(import_id)
    files = [SourceFile.of(one) for one in row.files]
    try:
        actions.choose_columns(import_id, mappings_of(files, request.form), actor=actor)
    except RuleBroken as error:
        return _columns(row, error.message)
    if sum(file.rows for file in files) > TRIED_AT_ONCE:
        actions.check_later(import_id, actor=actor)
    else:
        actions.try_import(import_id, lambda _done, _of: None, actor=actor)
    return redirect(url_for("imports.show", import_id=import_id), 303)


@blueprint.get("/<uuid:import_id>")
@requires(Permission.PARTICIPANTS_WRITE)
def show(import_id: UUID) -> ResponseReturnValue:
    # Asked first: what changes while the page is made comes again, rather than never.
    since = events.current_id(person.organization_id)
    row = _import(import_id)
    number, place = arguments.text("after").partition(".")[::2]
    after = (int(number), int(place)) if number.isdigit() and place.isdigit() else (0, -1)
    failed = reads.failed(import_id, after, reads.PAGE + 1)
    labels = {one.name: one.label for file in row.files for one in fields_of(file["kind"])}
    view = tasks.one(row.task_id, actor) if row.task_id else None
    return page(
        "imports/show.html",
        part="main",
        row=row,
        since=since,
        task=view if view and not view.task.state.is_over else None,
        result=view if view and view.task.state.is_over else None,
        failed=[(one, reason_lines(one.errors, labels)) for one in failed[: reads.PAGE]],
        after=f"{failed[reads.PAGE - 1].file_number}.{failed[reads.PAGE - 1].place}"
        if len(failed) > reads.PAGE
        else None,
        outcomes=list(RowOutcome),
        is_tried=row.state is ImportState.CHECKED,
        is_reversible=row.state in REVERSIBLE,
    )


@blueprint.get("/<uuid:import_id>/failed-rows/<int:file_number>")
@requires(Permission.PARTICIPANTS_WRITE)
def failed_rows(import_id: UUID, file_number: int) -> ResponseReturnValue:
    """Give the rows that failed as a file, with the reasons, ready to be put right."""
    row = _import(import_id)
    if file_number >= len(row.files):
        abort(404)
    file = SourceFile.of(row.files[file_number])
    rows, errors = reads.failed_rows(import_id, file_number)
    content = b"".join(failed_rows_csv(file.kind, file.header, rows, errors))
    note_file("Failed rows of an import", "csv", len(rows))
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="failed rows.csv"',
        "Cache-Control": "no-store",
    }
    return content, 200, headers


@blueprint.post("/<uuid:import_id>/run")
@requires(Permission.PARTICIPANTS_WRITE)
def run(import_id: UUID) -> ResponseReturnValue:
    _import(import_id)
    return _done(import_id, lambda: actions.start_import(import_id, actor=actor))


@blueprint.post("/<uuid:import_id>/cancellation")
@requires(Permission.PARTICIPANTS_WRITE)
def cancellation(import_id: UUID) -> ResponseReturnValue:
    row = _import(import_id)
    if row.task_id is None:
        abort(404)
    task_actions.cancel_task(row.task_id, actor=actor)
    flash("It stops after the rows that are being loaded. What is loaded stays.")
    return redirect(url_for("imports.show", import_id=import_id), 303)


@blueprint.post("/<uuid:import_id>/rollback")
@requires(Permission.PARTICIPANTS_WRITE)
def rollback(import_id: UUID) -> ResponseReturnValue:
    _import(import_id)
    return _done(import_id, lambda: actions.roll_back_later(import_id, actor=actor))


def _done(import_id: UUID, act: Callable[[], object]) -> ResponseReturnValue:
    """Do something with an import, or say why it cannot be, and show the import again."""
    try:
        act()
    except RuleBroken as error:
        flash(error.message)
    return redirect(url_for("imports.show", import_id=import_id), 303)


@blueprint.get("/ids")
@requires(Permission.PARTICIPANTS_WRITE)
def ids() -> ResponseReturnValue:
    typed = arguments.text("search")
    rows, after = reads.old_ids(typed, arguments.identifier("after"))
    return page("imports/ids.html", part="results", typed=typed, rows=rows, after=after)


@blueprint.get("/report")
@requires(Permission.PARTICIPANTS_WRITE)
def report() -> ResponseReturnValue:
    systems = reads.source_systems()
    system = arguments.text("system", 40)
    chosen = system if system in systems else None
    return page(
        "imports/report.html",
        report=import_reports.of_system(chosen),
        systems=systems,
        system=chosen,
    )
